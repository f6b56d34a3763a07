// The access log in Common Log Format, one per worker. The loop only appends to memory; a thread of the log's
// own waits for the file.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "common/base/error.h"
#include "servers/protocols/http/log_file.h"
#include "servers/troubles.h"

namespace suite {

/// One answered request. The texts may hold anything: what could forge or break a line is escaped.
struct AccessRecord {
  std::string_view peer;  // its address without the port; empty (a unix socket) becomes "-"
  std::chrono::system_clock::time_point at;
  std::string_view request_line;  // as it was sent, without its line end
  int status = 0;
  std::uint64_t body_bytes = 0;  // of the answer, without its head
};

/// Appends `record` to `to` as one line of at most kLongestLogLine bytes, '\n' included; a request line that
/// is too long for it ends in "...". `time` is what ClfTime says of record.at.
void append_log_line(std::string& to, const AccessRecord& record, std::string_view time);

/// "10/Oct/2000:13:55:36 +0000", always UTC; rendered again only when the second has changed.
class ClfTime {
 public:
  std::string_view of(std::chrono::system_clock::time_point at);

 private:
  std::chrono::sys_seconds second_ = std::chrono::sys_seconds::min();
  std::array<char, 32> text_{};
  std::size_t size_ = 0;
};

/// Lines go out within about 100 ms, whole and in order. Where the file takes nothing (a full pipe, a full
/// disk) they wait; 1 MiB of them may, then new ones are dropped and counted. A file that fails, drops, and a
/// file that cannot be reopened are troubles, told from the writer's thread.
class AccessLog {
 public:
  /// `file`: a path, opened for appending (created 0644), or `opened` already; "-" is standard error. To be
  /// called by the thread that will call add(), after it took a descriptor table of its own: the writer
  /// shares its table.
  ///
  /// `hangups` rises by one with each SIGHUP the server got (it may lie in memory shared between processes),
  /// and outlives the log. After it rose the file is reopened, within a second even if nothing is logged;
  /// where that fails the old file goes on being written to, and it is tried again twice a second.
  static std::expected<std::unique_ptr<AccessLog>, Error> open(const std::string& file,
                                                               const std::atomic<std::uint32_t>& hangups,
                                                               OnTrouble on_trouble = {},
                                                               UniqueFd opened = {});
  ~AccessLog() { close(); }
  AccessLog(const AccessLog&) = delete;
  AccessLog& operator=(const AccessLog&) = delete;

  /// The worker's, by one thread at a time. Never waits for the file and allocates nothing.
  void add(const AccessRecord& record);
  /// Writes what is left; what the file has not taken after half a second is lost. Nothing may be added after
  /// that.
  void close();
  /// Lines lost so far: there was no room for them, or, once closed, the file did not take them.
  std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

 private:
  AccessLog(LogFile file, const std::atomic<std::uint32_t>& hangups, std::uint32_t hangups_seen,
            OnTrouble on_trouble);
  void run() noexcept;  // the writer: nothing in it allocates but what it tells of troubles
  bool gather();        // false when the log ends: what writing_ then holds is the last
  void write_out();
  bool reopen_where_asked();
  void tell(Trouble trouble, std::string_view why) noexcept;
  bool stopping();

  // The loop's own.
  ClfTime time_;
  std::atomic<std::uint64_t> dropped_ = 0;

  std::mutex mutex_;  // held for an append or a swap, never while anybody waits
  std::condition_variable wake_;
  std::string pending_;  // guarded by mutex_; lines that the writer has not taken yet
  bool stop_ = false;    // guarded by mutex_

  // The writer's own.
  std::string writing_;  // lines taken
  LogFile file_;
  const std::atomic<std::uint32_t>& hangups_;
  std::uint32_t hangups_seen_;
  OnTrouble on_trouble_;
  std::uint64_t dropped_seen_ = 0;
  std::optional<std::chrono::steady_clock::time_point> give_up_at_;  // once the log is to stop

  std::thread writer_;  // last: starts when all else is there
};

}  // namespace suite
