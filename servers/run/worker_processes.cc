// Workers as processes under a master: prefork. The master owns the listeners, and slot i inherits
// listener i, so that queued connections survive a worker's death. It is single-threaded when it forks.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/net/event_fd.h"
#include "common/net/listener.h"
#include "common/process/affinity.h"
#include "common/process/signals.h"
#include "common/process/stop_requests.h"
#include "servers/run/worker_groups.h"

namespace suite {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kFirstBackOff{100};
constexpr std::chrono::seconds kLongestBackOff{5};
constexpr std::chrono::seconds kLivedLongEnough{
    2};  // a worker that lived longer than this did not fail at once
constexpr std::chrono::seconds kGraceAfterDrain{2};

std::chrono::nanoseconds cpu_of(const rusage& usage) {
  const auto duration = [](const timeval& time) {
    return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
  };
  return duration(usage.ru_utime) + duration(usage.ru_stime);
}

// A descriptor that is readable when either of two is: an epoll descriptor can be waited for itself
// (epoll(7)).
std::expected<UniqueFd, Error> either_readable(int one, int other) {
  UniqueFd epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll) return std::unexpected(system_error("open an epoll descriptor", errno));
  for (const int fd : {one, other}) {
    epoll_event event{.events = EPOLLIN, .data = {.fd = fd}};
    if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, fd, &event) != 0) {
      return std::unexpected(system_error("watch a stop descriptor", errno));
    }
  }
  return epoll;
}

/// Memory that the master shares with forked workers: what each counted, the hang-ups the master got,
/// and what has been told.
class SharedBoard {
 public:
  static std::expected<SharedBoard, Error> map(std::size_t workers) {
    const std::size_t size = sizeof(Common) + workers * sizeof(WorkerTotals);
    void* const memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return std::unexpected(system_error("share memory with workers", errno));
    return SharedBoard(memory, size);
  }
  SharedBoard(SharedBoard&& other) noexcept
      : memory_(std::exchange(other.memory_, nullptr)), size_(other.size_) {}
  SharedBoard& operator=(SharedBoard&&) = delete;
  ~SharedBoard() {
    if (memory_ != nullptr) ::munmap(memory_, size_);
  }

  std::atomic<std::uint32_t>& hangups() { return static_cast<Common*>(memory_)->hangups; }
  ToldTroubles& told() { return static_cast<Common*>(memory_)->told; }
  WorkerTotals& totals(std::size_t slot) {
    return reinterpret_cast<WorkerTotals*>(static_cast<Common*>(memory_) + 1)[slot];
  }

 private:
  struct alignas(WorkerTotals) Common {
    std::atomic<std::uint32_t> hangups;
    ToldTroubles told;
  };

  // The kernel hands out zeroed pages, and zero bytes are a WorkerTotals that counted nothing.
  SharedBoard(void* memory, std::size_t size) : memory_(memory), size_(size) {}
  void* memory_;
  std::size_t size_;
};

struct Slot {
  ::pid_t pid = -1;  // -1: no process at the moment
  Clock::time_point started{};
  std::optional<Clock::time_point> replace_at;
  std::chrono::milliseconds back_off{0};  // before the next replacement; 0 at first
};

class ProcessGroup {
 public:
  ProcessGroup(const WorkerPlan& plan, EventFd stop, std::vector<Listener> listeners, SharedBoard board)
      : plan_(plan),
        stop_(std::move(stop)),
        listeners_(std::move(listeners)),
        board_(std::move(board)),
        slots_(plan.options.workers) {}
  ProcessGroup(const ProcessGroup&) = delete;
  ProcessGroup& operator=(const ProcessGroup&) = delete;
  ~ProcessGroup() { kill_all(SIGKILL); }

  std::expected<void, Error> start();
  ServeReport wait(std::optional<UnixSocketFile>& file);

 private:
  std::expected<void, Error> spawn(std::size_t slot, std::optional<UniqueFd> status);
  [[noreturn]] void worker_body(std::size_t slot, UniqueFd status);
  std::expected<void, Error> serve_in_this_process(std::size_t slot, int status);

  bool all_ended() const;
  int wait_milliseconds() const;
  void on_signal(int signal, std::optional<UnixSocketFile>& file);
  void reap();
  void on_death(std::size_t slot, int status);
  void tell_of_death(std::size_t slot, ::pid_t pid, int status) const noexcept;
  void replace_the_dead();
  void kill_all(int signal);

  const WorkerPlan& plan_;
  EventFd stop_;                     // the server ends; a SIGTERM to one worker ends that one only
  std::vector<Listener> listeners_;  // one per slot, or one for all (unix sockets)
  SharedBoard board_;
  std::vector<Slot> slots_;
  std::uint64_t replaced_ = 0;
  StopRequests stop_requests_;
  std::optional<Clock::time_point> kill_at_;  // set when stopping
};

// A worker reports over a pipe: one byte when it serves, or the text of what failed.
constexpr char kServes = '\0';

std::expected<void, Error> ProcessGroup::start() {
  for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return std::unexpected(system_error("open a pipe", errno));
    UniqueFd from_worker(ends[0]);
    if (auto spawned = spawn(slot, UniqueFd(ends[1])); !spawned) return spawned;
    std::array<char, 512> answer{};
    const ssize_t length = ::read(from_worker.get(), answer.data(), answer.size());
    if (length == 1 && answer[0] == kServes) continue;
    const std::string why = length > 0 ? std::string(answer.data(), static_cast<std::size_t>(length))
                                       : std::string("it ended before it served");
    return std::unexpected(Error{.what = fmt::format("start worker {}", slot), .why = why, .advice = {}});
  }
  return {};
}

std::expected<void, Error> ProcessGroup::spawn(std::size_t slot, std::optional<UniqueFd> status) {
  const ::pid_t master = ::getpid();
  const ::pid_t pid = ::fork();
  if (pid < 0) return std::unexpected(system_error("start a worker process", errno));
  if (pid == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != master) ::_exit(1);
    worker_body(slot, status ? std::move(*status) : UniqueFd());
  }
  slots_[slot].pid = pid;
  slots_[slot].started = Clock::now();
  slots_[slot].replace_at.reset();
  return {};
}

// Never returns: the worker shares this program's stack with the master, and must not unwind into its end.
void ProcessGroup::worker_body(std::size_t slot, UniqueFd status) {
  std::string failure;
  try {
    if (auto served = serve_in_this_process(slot, status.get()); !served) failure = served.error().one_line();
  } catch (const std::exception& error) {
    failure = error.what();
  }
  if (failure.empty()) ::_exit(0);
  // Nobody reads it when this worker replaces another; its exit code is enough then.
  [[maybe_unused]] const ssize_t written = ::write(status.get(), failure.data(), failure.size());
  ::_exit(1);
}

std::expected<void, Error> ProcessGroup::serve_in_this_process(std::size_t slot, int status) {
  // SIGINT stays blocked, as the master left it: Ctrl-C reaches the whole group, and the master passes it on.
  const auto own_stop = SignalQueue::open({SIGTERM});
  if (!own_stop) return std::unexpected(own_stop.error());
  const auto stop = either_readable(stop_.fd(), own_stop->fd());
  if (!stop) return std::unexpected(stop.error());
  Listener listener = std::move(listeners_[slot % listeners_.size()]);
  listeners_.clear();
  if (plan_.options.pin) pin_to_nth_cpu(slot);

  WorkerContext shared{.totals = board_.totals(slot),
                       .index = slot,
                       .workers = plan_.options.workers,
                       .hangups = board_.hangups(),
                       .on_trouble = [this](Trouble trouble, std::string_view text) {
                         if (board_.told().is_first(trouble, board_.hangups()))
                           plan_.callbacks.on_trouble(text);
                       }};
  const auto make_session = plan_.protocol(shared);
  if (!make_session) return std::unexpected(make_session.error());
  LoopContext context{
      .listener = listener,
      .stop_fd = stop->get(),
      .make_session = *make_session,
      .worker = shared,
      .limits = limits_of_worker(plan_, slot),
      .stop_listening =
          [&] {
            if (stop_.is_set())
              listener.shut_down();  // else the one that replaces this worker goes on with it
          },
      .on_ready = [status] { [[maybe_unused]] const ssize_t written = ::write(status, &kServes, 1); }};
  return plan_.backend.make_loop()->run(context);
}

ServeReport ProcessGroup::wait(std::optional<UnixSocketFile>& file) {
  while (!(kill_at_ && all_ended())) {
    pollfd wait{.fd = plan_.signals.fd(), .events = POLLIN, .revents = 0};
    ::poll(&wait, 1, wait_milliseconds());
    while (const auto signal = plan_.signals.next()) on_signal(*signal, file);
    reap();
    if (!kill_at_) {
      replace_the_dead();
    } else if (Clock::now() >= *kill_at_) {
      kill_all(SIGKILL);
    }
  }
  ServeReport report{.workers = {}, .replaced_workers = replaced_};
  for (std::size_t slot = 0; slot < slots_.size(); ++slot) report.workers.push_back(board_.totals(slot));
  return report;
}

bool ProcessGroup::all_ended() const {
  return std::ranges::all_of(slots_, [](const Slot& slot) { return slot.pid < 0; });
}

int ProcessGroup::wait_milliseconds() const {
  std::optional<Clock::time_point> until = kill_at_;
  for (const Slot& slot : slots_) {
    if (!kill_at_ && slot.replace_at && (!until || *slot.replace_at < *until)) until = slot.replace_at;
  }
  if (!until) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*until - Clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60'000));
}

void ProcessGroup::on_signal(int signal, std::optional<UnixSocketFile>& file) {
  if (signal == SIGCHLD) return;  // reap() looks at every slot anyway: signals of one kind merge
  if (signal == SIGHUP) {
    if (plan_.callbacks.on_hangup) plan_.callbacks.on_hangup();
    ++board_.hangups();
    return;
  }
  switch (stop_requests_.on_signal(Clock::now())) {
    case StopRequests::Meaning::kDrain:
      kill_at_ = Clock::now() + plan_.options.drain + kGraceAfterDrain;
      return stop_.set();
    case StopRequests::Meaning::kSameAgain:
      return;
    case StopRequests::Meaning::kEndNow:
      kill_all(SIGKILL);
      file.reset();
      return plan_.callbacks.on_forced_end(signal);
  }
}

void ProcessGroup::reap() {
  for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
    if (slots_[slot].pid < 0) continue;
    int status = 0;
    rusage usage{};
    if (::wait4(slots_[slot].pid, &status, WNOHANG, &usage) != slots_[slot].pid) continue;
    board_.totals(slot).cpu += cpu_of(usage);
    on_death(slot, status);
  }
}

// The workers matter more than what is said of them.
void ProcessGroup::tell_of_death(std::size_t index, ::pid_t pid, int status) const noexcept {
  try {
    const auto back_off = slots_[index].back_off;
    const std::string how = WIFSIGNALED(status) ? fmt::format("was killed by signal {}", WTERMSIG(status))
                                                : fmt::format("ended with code {}", WEXITSTATUS(status));
    plan_.callbacks.on_event(
        fmt::format("worker {} (pid {}) {}; replacing it {}", index, pid, how,
                    back_off.count() == 0 ? "now" : fmt::format("in {} ms", back_off.count())));
  } catch (const std::exception&) {  // no memory for a line
  }
}

// The first replacement comes at once. A worker that dies young again and again is replaced ever later.
void ProcessGroup::on_death(std::size_t index, int status) {
  Slot& slot = slots_[index];
  const ::pid_t pid = std::exchange(slot.pid, -1);
  if (kill_at_) return;
  const auto now = Clock::now();
  if (now - slot.started >= kLivedLongEnough) slot.back_off = {};
  slot.replace_at = now + slot.back_off;
  tell_of_death(index, pid, status);
  slot.back_off =
      std::min<std::chrono::milliseconds>(std::max(kFirstBackOff, 2 * slot.back_off), kLongestBackOff);
}

void ProcessGroup::replace_the_dead() {
  const auto now = Clock::now();
  for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
    if (!slots_[slot].replace_at || *slots_[slot].replace_at > now) continue;
    if (spawn(slot, std::nullopt)) {
      ++replaced_;
    } else {
      slots_[slot].replace_at = now + kFirstBackOff;  // no process to be had now
    }
  }
}

void ProcessGroup::kill_all(int signal) {
  for (const Slot& slot : slots_) {
    if (slot.pid > 0) ::kill(slot.pid, signal);
  }
}

std::expected<std::vector<Listener>, Error> open_listeners(const ServeOptions& options) {
  const bool shared = options.endpoint.is_unix();
  std::vector<Listener> listeners;
  for (std::size_t i = 0; i < (shared ? 1 : options.workers); ++i) {
    auto listener =
        Listener::open(options.endpoint, listener_options(options, !shared && options.workers > 1));
    if (!listener) return std::unexpected(std::move(listener.error()));
    listeners.push_back(std::move(*listener));
  }
  return listeners;
}

}  // namespace

std::expected<ServeReport, Error> serve_with_processes(const WorkerPlan& plan) {
  auto listeners = open_listeners(plan.options);
  if (!listeners) return std::unexpected(std::move(listeners.error()));
  std::optional<UnixSocketFile> file = UnixSocketFile::of(plan.options.endpoint);
  auto stop = EventFd::open();
  if (!stop) return std::unexpected(std::move(stop.error()));
  auto board = SharedBoard::map(plan.options.workers);
  if (!board) return std::unexpected(std::move(board.error()));

  const Endpoint endpoint = listeners->front().endpoint();
  ProcessGroup group(plan, std::move(*stop), std::move(*listeners), std::move(*board));
  if (auto started = group.start(); !started) return std::unexpected(std::move(started.error()));
  plan.callbacks.on_listening(endpoint);
  return group.wait(file);
}

}  // namespace suite
