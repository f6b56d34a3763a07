// A server's end of TLS: whatever happens to the records of a real client on the way, and to those of the
// answers, the client hears the beginning of what it said, or nothing; all of it where nothing happened.
#include <atomic>
#include <chrono>
#include <string>

#include "servers/protocols/echo/echo_session.h"
#include "servers/protocols/tls/tls_protocol.h"
#include "tests/fuzz/targets.h"
#include "tests/fuzz/tls_way.h"
#include "tests/support/sent_text.h"

namespace suite::fuzz {
namespace {

struct EchoOverTls {
  EchoOverTls() {
    auto made = tls_protocol(echo_protocol({}),
                             {.server = ends.server, .handshake_timeout = std::chrono::seconds(10)})(context);
    if (!made) std::abort();
    factory = std::move(*made);
  }

  TlsEnds ends;
  WorkerTotals totals;
  std::atomic<std::uint32_t> hangups = 0;
  WorkerContext context{.totals = totals, .index = 0, .workers = 1, .hangups = hangups};
  SessionFactory factory;
};

/// The server, as a loop runs it.
class ServedByTls {
 public:
  explicit ServedByTls(std::unique_ptr<Session> session) : session_(std::move(session)) {}

  std::string answer(std::string_view bytes, Cuts cuts) {
    std::string sent;
    in_pieces(bytes, cuts, [&](std::string_view piece) {
      if (after_ != After::kRead) return false;
      send_all(session_->on_bytes(std::as_bytes(std::span(piece)), kTurn, out_), sent);
      return true;
    });
    return sent;
  }
  std::string end() {
    std::string sent;
    if (after_ == After::kRead) send_all(session_->on_end(kTurn, out_), sent);
    session_->on_closed(CloseReason::kFinished);
    return sent;
  }

 private:
  static constexpr Turn kTurn{};

  void send_all(After after, std::string& sent) {
    sent += test::sent_text(out_);
    while (after == After::kMore || after == After::kReadOrMore) {
      after = session_->resume(kTurn, out_);
      sent += test::sent_text(out_);
    }
    static_cast<void>(session_->patience());
    after_ = after;
  }

  std::unique_ptr<Session> session_;
  OutBuffer out_;
  After after_ = After::kRead;
};

}  // namespace

void tls_session(Input input) {
  static EchoOverTls echo;
  const Cuts cuts{.first = input.number(), .step = 16 + input.number() * 64};
  TlsEnd client(*echo.ends.clients[input.number() % 2], TlsChannel::Role::kClient);
  ServedByTls server(echo.factory(Endpoint()));
  TlsWay way(input);
  const std::string said = "a question, and another: a question" + std::string(20'000, 'q');
  std::size_t parts = 0;
  client.take({});
  for (int turns = 0; turns < 8; ++turns) {
    client.take(way.carry(server.answer(way.carry(client.take_outgoing()), cuts)));
    if (client.can_say() && parts < 2) client.say(parts++ == 0 ? said.substr(0, 23) : said.substr(23));
  }
  client.take(way.carry(server.end()));
  require(said.starts_with(client.heard), "a client hears what it said, from its beginning");
  if (way.is_clean())
    require(client.heard == said && client.is_over, "all of it, and an end, where nothing is lost");
}

}  // namespace suite::fuzz
