// A server of a few files, and what it makes of one connection's bytes.
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "servers/protocols/http_protocol.h"
#include "servers/session.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/support/sent_text.h"
#include "tests/support/temporary_folder.h"

namespace suite::fuzz {

/// Made once, for the sake of speed: what one session leaves in what sessions share, another must not see.
class ServedFiles {
 public:
  explicit ServedFiles(ServedHttp version) {
    write("a", "the text of a");
    write("large", std::string(100'000, 'L'));
    std::filesystem::create_directory(folder_.file("d"));
    write("d/index.html", "an index");
    auto made = http_protocol({.root = folder_.file(""),
                               .server_name = "suite",
                               .access_log = "/dev/null",
                               .cache_valid = std::chrono::hours(1),
                               .version = version})(context_);
    if (!made) std::abort();
    factory_ = std::move(*made);
  }

  struct Conversed {
    std::string sent;
    After after = After::kRead;
    bool goes_on() const { return after == After::kRead; }
  };

  /// A connection's bytes, in pieces; what is answered is sent at once, and all of it.
  Conversed converse(std::string_view text, Cuts cuts) {
    const auto session = factory_(Endpoint());
    OutBuffer out;
    Conversed result;
    const auto take = [&] {
      result.sent += test::sent_text(out);
      require(out.empty(), "what is to be sent can be read");
    };
    const auto send_all = [&](After after) {
      take();
      while (after == After::kMore || after == After::kReadOrMore) {
        after = session->resume(turn_, out);
        take();
      }
      static_cast<void>(session->patience());
      result.after = after;
    };
    in_pieces(text, cuts, [&](std::string_view piece) {
      send_all(session->on_bytes(std::as_bytes(std::span(piece)), turn_, out));
      return result.goes_on();
    });
    session->on_closed(CloseReason::kFinished);
    return result;
  }

 private:
  // All of one time, so that an entity-tag is the same in each run.
  void write(const std::string& name, const std::string& content) const {
    const std::filesystem::path path = folder_.file(name);
    std::ofstream(path) << content;
    std::filesystem::last_write_time(path, std::filesystem::file_time_type(std::chrono::years(-150)));
  }

  test::TemporaryFolder folder_;
  WorkerTotals totals_;
  std::atomic<std::uint32_t> hangups_ = 0;
  WorkerContext context_{.totals = totals_, .index = 0, .workers = 1, .hangups = hangups_};
  SessionFactory factory_;
  Turn turn_{.now = std::chrono::steady_clock::time_point(std::chrono::hours(1000)),
             .wall = std::chrono::sys_days(std::chrono::year(2040) / 1 / 2)};
};

}  // namespace suite::fuzz
