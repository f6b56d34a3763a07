// A client's end of TLS: whatever happens to the records on the way, what the driver hands on is the
// beginning of what a real server said, and what that hears is the beginning of what was to be sent; all of
// it where nothing happened.
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "client/drivers/tls/tls_driver.h"
#include "tests/fuzz/targets.h"
#include "tests/fuzz/tls_way.h"

namespace suite::fuzz {
namespace {

using TlsDriverTime = DriverEvents::TimePoint;
constexpr ConnectionId kOnly = 0;

/// A connection in memory.
struct Wire {
  std::string to_client, to_server;
  Cuts cuts{};
  bool opens = false, ends = false, is_closed = false;
};

/// Moves the bytes of a wire, which outlives it.
class WireDriver final : public Driver {
 public:
  explicit WireDriver(Wire& wire) : wire_(wire) {}

  std::string_view name() const override { return "wire"; }
  TimePoint now() override { return {}; }
  Opening open(ConnectionId, const Endpoint&) override {
    wire_.opens = true;
    return Opening::kStarted;
  }
  void send(ConnectionId id, DriverEvents& events) override {
    for (auto bytes = events.next_bytes(id); !bytes.empty(); bytes = events.next_bytes(id)) {
      const std::size_t size =
          std::min<std::size_t>(bytes.size(), 5000);  // sockets take what they have room for
      wire_.to_server.append(reinterpret_cast<const char*>(bytes.data()), size);
      if (!events.on_sent(id, size)) break;
    }
  }
  void close(ConnectionId) override { wire_.is_closed = true; }
  Turn turn(TimePoint, DriverEvents& events) override {
    if (std::exchange(wire_.opens, false)) events.on_connected(kOnly, {});
    in_pieces(std::exchange(wire_.to_client, {}), wire_.cuts, [&](std::string_view piece) {
      if (wire_.is_closed) return false;
      static_cast<void>(events.appetite(kOnly));
      events.on_received(kOnly, std::as_bytes(std::span(piece)), {});
      if (!wire_.is_closed) send(kOnly, events);
      return true;
    });
    if (std::exchange(wire_.ends, false) && !std::exchange(wire_.is_closed, true))
      events.on_broken(kOnly, {.kind = Break::Kind::kClosed}, {});
    return {.now = {}, .woken = Woken::kByEvents};
  }

 private:
  Wire& wire_;
};

/// Whose connection it is.
struct WireEvents final : DriverEvents {
  void on_connected(ConnectionId, TlsDriverTime) override {
    require(!is_open && !broken, "a connection is opened once");
    is_open = true;
  }
  std::span<const std::byte> next_bytes(ConnectionId) override { return std::as_bytes(std::span(to_say)); }
  bool on_sent(ConnectionId, std::size_t count) override {
    to_say.remove_prefix(count);
    return !to_say.empty();
  }
  Appetite appetite(ConnectionId) override { return {}; }
  void on_received(ConnectionId, std::span<const std::byte> bytes, TlsDriverTime) override {
    require(is_open && !broken, "what arrives is of a connection that is open");
    heard.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }
  void on_discarded(ConnectionId, std::uint64_t, TlsDriverTime) override {
    require(false, "nothing is discarded");
  }
  void on_broken(ConnectionId, Break how, TlsDriverTime) override {
    require(!broken, "a connection breaks once");
    require(is_open == (how.kind != Break::Kind::kNoTls), "one that was not opened has no handshake");
    broken = how.kind;
  }

  std::string_view to_say;
  std::string heard;
  bool is_open = false;
  std::optional<Break::Kind> broken;
};

}  // namespace

void tls_driver(Input input) {
  static const TlsEnds ends;
  Wire wire{
      .to_client = {}, .to_server = {}, .cuts = {.first = input.number(), .step = 16 + input.number() * 64}};
  SSL_CTX* const context = ends.clients[input.number() % 2].get();
  SSL_CTX_up_ref(context);
  TlsDriver driver(std::make_unique<WireDriver>(wire), 1, SslContext(context), {.verify = false});
  TlsEnd server(*ends.server_context, TlsChannel::Role::kServer);
  TlsWay way(input);
  WireEvents events;
  const std::string question = "a question" + std::string(20'000, 'q'), answer(40'000, 'a');
  events.to_say = question;
  bool answered = false;
  driver.open(kOnly, Endpoint());
  for (int turns = 0; turns < 8; ++turns) {
    driver.turn({}, events);
    if (events.is_open && !events.broken) driver.send(kOnly, events);
    server.take(way.carry(std::exchange(wire.to_server, {})));
    if (server.can_say() && !std::exchange(answered, true)) server.say(answer);
    wire.to_client = way.carry(server.take_outgoing());
  }
  wire.ends = true;
  driver.turn({}, events);
  require(question.starts_with(server.heard), "a server hears what was said, from its beginning");
  require(answer.starts_with(events.heard), "a client hears what was said, from its beginning");
  require(events.broken.has_value(), "each connection ends");
  if (way.is_clean())
    require(server.heard == question && events.heard == answer && events.broken == Break::Kind::kCut,
            "all of it, where nothing is lost");
}

}  // namespace suite::fuzz
