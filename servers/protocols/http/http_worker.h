// What the HTTP sessions of one worker share.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/io/page_pipe.h"
#include "common/io/source_file.h"
#include "servers/protocols/http/access_log.h"
#include "servers/protocols/http/http_options.h"
#include "servers/protocols/http/static_files.h"

namespace suite {

/// The field lines that every answer has, rendered once a second.
class CommonFields {
 public:
  explicit CommonFields(std::string server_name) : server_name_(std::move(server_name)) {}

  /// "Server: ...\r\nDate: ...\r\n" as of `now` (RFC 9110 6.6.1). Valid until the next call.
  std::string_view at(std::chrono::system_clock::time_point now);
  /// The second that at() rendered last.
  std::chrono::sys_seconds rendered() const { return rendered_; }

 private:
  std::string server_name_;
  std::string text_;
  std::chrono::sys_seconds rendered_{};
};

struct HttpWorker {
  /// To be called by the worker itself.
  static std::expected<std::shared_ptr<HttpWorker>, Error> open(const HttpOptions& options,
                                                                std::shared_ptr<const MimeTypes> types,
                                                                WorkerContext& context);
  /// Counts what the log lost.
  ~HttpWorker();

  /// Reopens the root if a SIGHUP asked for that. To be called before each read is answered; where it
  /// fails the old root is served, and it is tried again a second later, or at the next SIGHUP.
  void heed_hangups(const Turn& turn) {
    if (hangups.load(std::memory_order_relaxed) != hangups_seen) [[unlikely]]
      reopen_root(turn);
  }

  HttpOptions options;
  WorkerTotals& totals;
  StaticFiles files;
  std::unique_ptr<AccessLog> log;  // nullptr: nobody asked for one
  CommonFields common_fields;
  WindowPool windows;
  std::optional<PagePipe> page_pipe;  // nothing where the system has none to give
  const std::atomic<std::uint32_t>& hangups;
  std::uint32_t hangups_seen;                         // of these, those that the root was opened after
  std::uint32_t hangups_tried = 0;                    // those that the latest try came after
  std::chrono::steady_clock::time_point reopen_at{};  // for want of another hang-up, no try before that

 private:
  void reopen_root(const Turn& turn);
};

}  // namespace suite
