#include "common/net/uring.h"

#include <sys/mman.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

#include "common/net/unique_fd.h"

namespace suite {
namespace {

// Newer than the headers that we build with (Linux 6.12).
constexpr std::uint16_t kIncrementalRing = 2;     // IOU_PBUF_RING_INC
constexpr std::uint32_t kBufferGoesOn = 1U << 4;  // IORING_CQE_F_BUF_MORE

struct Layout {
  std::size_t count;  // a power of two
  std::size_t bytes;  // of each
};
constexpr Layout kFewLarge{.count = 16, .bytes = 64 * 1024};
constexpr Layout kManySmall{.count = 256, .bytes = 4 * 1024};

constexpr std::uint16_t kGroup = 0;
constexpr std::uint32_t kMostOn = 64 * 1024;  // bytes of a receive that goes on

std::size_t ring_bytes(std::size_t buffers) { return buffers * sizeof(io_uring_buf); }

Error cannot(std::string what, int number) {
  Error error = system_error(std::move(what), number);
  if (number == EPERM || number == ENOSYS || number == EACCES) {
    error.advice = "it is forbidden here: by kernel.io_uring_disabled, or by a container's filter";
  } else if (number == EINVAL) {
    error.advice = "this takes Linux 6.1 or newer";
  } else if (number == ENOMEM) {
    error.advice = "raise 'ulimit -l'";
  }
  return error;
}

}  // namespace

std::expected<std::unique_ptr<Uring>, Error> Uring::open(Options options) {
  std::unique_ptr<Uring> ring(new Uring());
  io_uring_params parameters{};
  parameters.flags =
      IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_SUBMIT_ALL | IORING_SETUP_CQSIZE;
  parameters.cq_entries = options.completions;
  const int status = io_uring_queue_init_params(options.submissions, &ring->ring_, &parameters);
  if (status < 0) return std::unexpected(cannot("open an io_uring", -status));
  ring->open_ = true;
  io_uring_register_ring_fd(&ring->ring_);  // spares a look-up per call, where it can
  return ring;
}

Uring::~Uring() {
  if (open_) io_uring_queue_exit(&ring_);
}

// A full completion queue (EBUSY) and the kernel's want of memory (EAGAIN) pass as completions are taken; the
// others are no errors.
void Uring::check(int status) {
  for (const int harmless : {EINTR, ETIME, EAGAIN, EBUSY}) {
    if (status == -harmless) return;
  }
  if (status < 0) throw std::system_error(-status, std::system_category(), "io_uring_enter");
}

io_uring_sqe& Uring::next_entry() {
  constexpr int kMostTries = 100;  // nobody takes completions meanwhile
  for (int tries = 0;; ++tries) {
    if (io_uring_sqe* const entry = io_uring_get_sqe(&ring_)) return *entry;
    const int status = io_uring_submit(&ring_);
    check(tries < kMostTries || status > 0 ? status : -ENOBUFS);
  }
}

void Uring::submit_and_wait(Patience patience) {
  io_uring_cqe* first = nullptr;
  if (!patience) return check(io_uring_submit_and_wait(&ring_, 1));
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(*patience);
  __kernel_timespec limit{.tv_sec = seconds.count(), .tv_nsec = (*patience - seconds).count()};
  check(io_uring_submit_and_wait_timeout(&ring_, &first, 1, &limit, nullptr));
}

void Uring::submit_and_look() { check(io_uring_submit_and_get_events(&ring_)); }

std::expected<std::unique_ptr<ReceiveBuffers>, Error> ReceiveBuffers::open(Uring& ring) {
  int status = 0;
  for (const bool incremental : {true, false}) {
    std::unique_ptr<ReceiveBuffers> buffers(new ReceiveBuffers(ring, incremental));
    void* const memory = ::mmap(nullptr, ring_bytes(buffers->buffers_.size()), PROT_READ | PROT_WRITE,
                                MAP_ANONYMOUS | MAP_PRIVATE, -1, 0);
    if (memory == MAP_FAILED) return std::unexpected(system_error("reserve receive buffers", errno));
    buffers->shared_ = static_cast<io_uring_buf_ring*>(memory);
    io_uring_buf_ring_init(buffers->shared_);
    io_uring_buf_reg registration{};
    registration.ring_addr = reinterpret_cast<std::uintptr_t>(memory);
    registration.ring_entries = static_cast<std::uint32_t>(buffers->buffers_.size());
    registration.bgid = kGroup;
    registration.pad = incremental ? kIncrementalRing : 0;  // "flags", in newer headers
    status = io_uring_register_buf_ring(&ring.raw(), &registration, 0);
    if (status != 0) continue;
    for (std::size_t i = 0; i < buffers->buffers_.size(); ++i)
      buffers->provide(static_cast<std::uint16_t>(i));
    buffers->try_limit();
    return buffers;
  }
  return std::unexpected(cannot("give io_uring receive buffers", -status));
}

ReceiveBuffers::ReceiveBuffers(Uring& ring, bool incremental) : ring_(ring), incremental_(incremental) {
  const Layout& layout = incremental ? kFewLarge : kManySmall;
  buffer_bytes_ = layout.bytes;
  buffers_.resize(layout.count);
  memory_.resize(layout.count * layout.bytes);
}

ReceiveBuffers::~ReceiveBuffers() {
  if (shared_ == nullptr) return;
  io_uring_unregister_buf_ring(&ring_.raw(), kGroup);
  ::munmap(shared_, ring_bytes(buffers_.size()));
}

// A kernel that has no limit refuses the entry, and one that has it sees that the peer is gone.
void ReceiveBuffers::try_limit() {
  std::array<int, 2> pair{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0) return;
  const UniqueFd ours(pair[0]);
  UniqueFd(pair[1]).reset();
  limited_ = true;
  prepare(ring_.next_entry(), ours.get(), Receive::kOn);
  ring_.submit_and_wait(std::nullopt);
  ring_.take_completions(1, [this](const io_uring_cqe& completion) { limited_ = completion.res == 0; });
}

void ReceiveBuffers::prepare(io_uring_sqe& entry, int socket, Receive receive) const {
  if (receive == Receive::kOn) {
    io_uring_prep_recv_multishot(&entry, socket, nullptr, 0, 0);
    if (limited_) entry.file_index = kMostOn;  // "optlen", in newer headers
  } else {
    io_uring_prep_recv(&entry, socket, nullptr, 0, 0);
  }
  entry.flags |= IOSQE_BUFFER_SELECT;
  entry.buf_group = kGroup;
}

ReceiveBuffers::Chunk ReceiveBuffers::take(const io_uring_cqe& completion) {
  const auto index = static_cast<std::uint16_t>(completion.flags >> IORING_CQE_BUFFER_SHIFT);
  Buffer& buffer = buffers_[index];
  const auto size = static_cast<std::uint32_t>(completion.res);
  const Chunk chunk{.bytes = {memory_of(index) + buffer.filled, size}, .buffer = index};
  buffer.filled += size;
  ++buffer.in_use;
  const bool goes_on = incremental_ && (completion.flags & kBufferGoesOn) != 0;
  if (std::exchange(buffer.with_kernel, goes_on) && !goes_on) --with_kernel_;
  return chunk;
}

void ReceiveBuffers::give_back(const Chunk& chunk) {
  Buffer& buffer = buffers_[chunk.buffer];
  if (--buffer.in_use == 0 && !buffer.with_kernel) provide(chunk.buffer);
}

void ReceiveBuffers::provide(std::uint16_t buffer) {
  buffers_[buffer] = {};
  ++with_kernel_;
  io_uring_buf_ring_add(shared_, memory_of(buffer), static_cast<unsigned>(buffer_bytes_), buffer,
                        io_uring_buf_ring_mask(static_cast<std::uint32_t>(buffers_.size())), 0);
  io_uring_buf_ring_advance(shared_, 1);
}

std::expected<std::string, Error> uring_features() {
  auto ring = Uring::open({.submissions = 8, .completions = 16});
  if (!ring) return std::unexpected(std::move(ring.error()));
  const auto buffers = ReceiveBuffers::open(**ring);
  if (!buffers) return std::unexpected(buffers.error());
  std::string features = "single issuer, deferred task running, multishot accept and receive";
  if ((*buffers)->limited()) features += " (64 KiB at a time)";
  features += (*buffers)->incremental() ? ", buffers filled incrementally" : ", a buffer per receive";
  return features;
}

}  // namespace suite
