#include "servers/protocols/http/access_log.h"

#include <signal.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <exception>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "common/http/http_date.h"

namespace suite {
namespace {

using namespace std::chrono_literals;

constexpr auto kGather = 100ms;      // how long lines wait for company
constexpr auto kLookAround = 500ms;  // between two looks at the hang-ups when nothing is logged
constexpr auto kFarewell = 500ms;
constexpr std::size_t kBuffer = 512 << 10;  // of two: one is filled while the other is written
constexpr std::size_t kEnough = kBuffer / 4;
constexpr std::size_t kLongestPeer = 128;
constexpr std::size_t kRoomForTheEnd = 40;  // the quote, a status, 20 digits and the line's end

bool is_plain(char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; }

// As Apache writes it: nothing is left that a terminal or a reader of logs would obey.
void append_escaped_character(std::string& to, char c) {
  constexpr std::string_view kSpecial = "\"\\\b\n\r\t\v", kLetter = "\"\\bnrtv", kHex = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  const std::size_t special = kSpecial.find(c);
  to += '\\';
  if (special != std::string_view::npos) {
    to += kLetter[special];
  } else {
    to += 'x';
    to += kHex[byte >> 4];
    to += kHex[byte & 15];
  }
}

// Appends `text`, or as much of it as `room` bytes hold, and then "...".
void append_escaped(std::string& to, std::string_view text, std::size_t room) {
  constexpr std::string_view kCut = "...";
  constexpr std::size_t kLongestEscape = 4;
  const std::size_t end = to.size() + room - kCut.size();
  for (const char c : text) {
    if (to.size() + kLongestEscape > end) {
      to += kCut;
      return;
    }
    if (is_plain(c)) {
      to += c;
    } else {
      append_escaped_character(to, c);
    }
  }
}

void append_number(std::string& to, std::uint64_t number) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  to.append(digits.data(), end);
}

}  // namespace

void append_log_line(std::string& to, const AccessRecord& record, std::string_view time) {
  const std::size_t begin = to.size();
  append_escaped(to, record.peer.empty() ? "-" : record.peer, kLongestPeer);
  to.append(" - - [").append(time).append("] \"");
  append_escaped(to, record.request_line, kLongestLogLine - kRoomForTheEnd - (to.size() - begin));
  to += "\" ";
  append_number(to, static_cast<std::uint64_t>(record.status));
  to += ' ';
  if (record.body_bytes == 0) {
    to += '-';
  } else {
    append_number(to, record.body_bytes);
  }
  to += '\n';
}

std::string_view ClfTime::of(std::chrono::system_clock::time_point at) {
  const auto second = std::chrono::floor<std::chrono::seconds>(at);
  if (second != second_) {
    const auto day = std::chrono::floor<std::chrono::days>(second);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(second - day);
    size_ = fmt::format_to_n(text_.data(), text_.size(), "{:02}/{}/{:04}:{:02}:{:02}:{:02} +0000",
                             static_cast<unsigned>(date.day()), month_name(date.month()),
                             static_cast<int>(date.year()), time.hours().count(), time.minutes().count(),
                             time.seconds().count())
                .size;
    second_ = second;
  }
  return {text_.data(), size_};
}

std::expected<std::unique_ptr<AccessLog>, Error> AccessLog::open(const std::string& file,
                                                                 const std::atomic<std::uint32_t>& hangups,
                                                                 OnTrouble on_trouble, UniqueFd opened) {
  const std::uint32_t seen = hangups.load();  // before the file is opened, so that none is missed
  auto log = LogFile::open(file, std::move(opened));
  if (!log) return std::unexpected(std::move(log.error()));
  try {
    return std::unique_ptr<AccessLog>(new AccessLog(std::move(*log), hangups, seen, std::move(on_trouble)));
  } catch (const std::system_error& error) {
    return std::unexpected(system_error("start the thread of the access log", error.code().value()));
  }
}

AccessLog::AccessLog(LogFile file, const std::atomic<std::uint32_t>& hangups, std::uint32_t hangups_seen,
                     OnTrouble on_trouble)
    : file_(std::move(file)),
      hangups_(hangups),
      hangups_seen_(hangups_seen),
      on_trouble_(std::move(on_trouble)) {
  pending_.reserve(kBuffer);
  writing_.reserve(kBuffer);
  writer_ = std::thread([this] { run(); });
}

void AccessLog::close() {
  if (!writer_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_one();
  writer_.join();
}

void AccessLog::add(const AccessRecord& record) {
  const std::string_view time = time_.of(record.at);
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    const std::size_t before = pending_.size();
    if (before + kLongestLogLine > kBuffer) {
      dropped_.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    append_log_line(pending_, record, time);
    wake = before == 0 || (before < kEnough && pending_.size() >= kEnough);
  }
  if (wake) wake_.notify_one();
}

void AccessLog::run() noexcept {
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, nullptr);  // SIGPIPE above all
  bool more = true;
  while (more) {
    more = gather();
    reopen_where_asked();
    write_out();
    if (const auto dropped = dropped_.load(std::memory_order_relaxed); dropped != dropped_seen_) {
      dropped_seen_ = dropped;
      tell(Trouble::kLogLosesLines, "it does not take lines as fast as they come");
    }
  }
}

bool AccessLog::gather() {
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, kLookAround, [this] { return stop_ || !pending_.empty(); });
  if (!pending_.empty())
    wake_.wait_for(lock, kGather, [this] { return stop_ || pending_.size() >= kEnough; });
  pending_.swap(writing_);
  return !stop_;
}

void AccessLog::write_out() {
  std::size_t done = 0;
  while (done < writing_.size()) {
    const auto [taken, error] = file_.write(std::string_view(writing_).substr(done), kGather);
    done += taken;
    if (error != 0) tell(Trouble::kLogLosesLines, std::strerror(error));
    if (stopping()) {
      const auto now = std::chrono::steady_clock::now();
      if (!give_up_at_) give_up_at_ = now + kFarewell;
      if (now >= *give_up_at_) break;
    }
    // A new file does not begin with the rest of a line.
    if (taken == 0 && reopen_where_asked() && done > 0 && writing_[done - 1] != '\n')
      done = writing_.find('\n', done) + 1;
  }
  const auto lost = std::ranges::count(std::string_view(writing_).substr(done), '\n');
  dropped_seen_ += static_cast<std::uint64_t>(lost);  // told already, or there was no time to
  dropped_.fetch_add(static_cast<std::uint64_t>(lost), std::memory_order_relaxed);
  writing_.clear();
}

void AccessLog::tell(Trouble trouble, std::string_view why) noexcept {
  if (!on_trouble_) return;
  const bool stays = trouble == Trouble::kLogStays;
  try {
    on_trouble_(trouble, fmt::format("access log '{}': cannot be {}: {}; {}", file_.path(),
                                     stays ? "reopened" : "written", why,
                                     stays ? "lines still go to the old file"
                                           : "lines that it does not take are lost, and counted"));
  } catch (const std::exception&) {  // no memory for a line
  }
}

// Whether there is a new file.
bool AccessLog::reopen_where_asked() {
  const std::uint32_t hangups = hangups_.load();
  if (hangups == hangups_seen_) return false;
  if (const int error = file_.reopen(); error != 0) {
    tell(Trouble::kLogStays, std::strerror(error));
    return false;
  }
  hangups_seen_ = hangups;
  return true;
}

bool AccessLog::stopping() {
  const std::lock_guard lock(mutex_);
  return stop_;
}

}  // namespace suite
