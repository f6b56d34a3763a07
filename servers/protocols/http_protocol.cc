#include "servers/protocols/http_protocol.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "servers/protocols/http/http_worker.h"
#include "servers/protocols/http1/http1_session.h"
#include "servers/protocols/http2/http2_sessions.h"

namespace suite {
namespace {

constexpr std::string_view kHttp2 = "h2", kHttp1 = "http/1.1";

/// What a worker makes its sessions from.
struct HttpSessions {
  std::shared_ptr<HttpWorker> worker;
  Http2Sessions make_http2;  // empty where there is no HTTP/2

  std::unique_ptr<Session> make(ServedHttp version, std::string peer) const {
    return version == ServedHttp::kHttp2 ? make_http2(std::move(peer))
                                         : make_http1_session(*worker, std::move(peer));
  }
};

/// A connection until it is known which version it speaks, which TLS or its first bytes tell; then that
/// version's session.
class UndecidedSession final : public Session {
 public:
  UndecidedSession(const HttpSessions& sessions, std::string peer)
      : sessions_(sessions), peer_(std::move(peer)) {}

  void on_protocol(std::string_view name) override {
    decide(name == kHttp2 ? ServedHttp::kHttp2 : ServedHttp::kHttp1);
  }
  After on_bytes(std::span<const std::byte> in, const Turn& turn, OutBuffer& out) override {
    return session_ != nullptr ? session_->on_bytes(in, turn, out) : on_first_bytes(in, turn, out);
  }
  After resume(const Turn& turn, OutBuffer& out) override {
    return session_ != nullptr ? session_->resume(turn, out) : After::kRead;
  }
  After on_end(const Turn& turn, OutBuffer& out) override {
    return session_ != nullptr ? session_->on_end(turn, out) : After::kClose;
  }
  After on_drain(const Turn& turn, OutBuffer& out) override {
    return session_ != nullptr ? session_->on_drain(turn, out) : After::kClose;
  }
  /// A beginning that stays one is answered as HTTP/1.1 would.
  After on_deadline(const Turn& turn, OutBuffer& out) override {
    if (session_ == nullptr && first_.empty()) return After::kClose;
    if (session_ == nullptr) begin(ServedHttp::kHttp1, turn, out);
    return session_->on_deadline(turn, out);
  }
  std::optional<std::chrono::nanoseconds> patience() const override {
    if (session_ != nullptr) return session_->patience();
    const HttpOptions& options = sessions_.worker->options;
    if (first_.empty()) return options.idle_timeout;
    return std::max<std::chrono::nanoseconds>(due_ - now_, std::chrono::nanoseconds(0));
  }
  void on_closed(CloseReason reason) override {
    if (session_ != nullptr) session_->on_closed(reason);
  }

 private:
  using TimePoint = std::chrono::steady_clock::time_point;

  // The first line of the preface (RFC 9113 3.4): no request of HTTP/1 has it.
  static constexpr std::string_view kFirstLine = "PRI * HTTP/2.0\r\n";

  void decide(ServedHttp version) { session_ = sessions_.make(version, std::move(peer_)); }

  After begin(ServedHttp version, const Turn& turn, OutBuffer& out) {
    decide(version);
    const std::string first = std::exchange(first_, {});
    return session_->on_bytes(std::as_bytes(std::span(first)), turn, out);
  }

  After on_first_bytes(std::span<const std::byte> in, const Turn& turn, OutBuffer& out) {
    const std::string_view text(reinterpret_cast<const char*>(in.data()), in.size());
    if (first_.empty() && !kFirstLine.starts_with(text.substr(0, kFirstLine.size()))) {  // the usual case
      decide(ServedHttp::kHttp1);
      return session_->on_bytes(in, turn, out);
    }
    if (first_.empty()) due_ = turn.now + sessions_.worker->options.header_timeout;
    now_ = turn.now;
    first_ += text;
    const std::string_view beginning = std::string_view(first_).substr(0, kFirstLine.size());
    if (beginning == kFirstLine) return begin_unborrowed(ServedHttp::kHttp2, turn, out);
    if (kFirstLine.starts_with(beginning)) return After::kRead;
    return begin_unborrowed(ServedHttp::kHttp1, turn, out);
  }

  // What a session borrows from its input has to outlive the call.
  After begin_unborrowed(ServedHttp version, const Turn& turn, OutBuffer& out) {
    const After after = begin(version, turn, out);
    out.own();
    return after;
  }

  const HttpSessions& sessions_;  // the worker's
  std::string peer_;              // for the log; empty where there is none
  std::string first_;             // bytes, while they may be either's
  TimePoint due_{}, now_{};       // when these have to be decided about; of the latest call
  std::unique_ptr<Session> session_;
};

}  // namespace

ServerProtocol http_protocol(HttpOptions options) {
  auto types = std::make_shared<const MimeTypes>(MimeTypes::load());
  return [options = std::move(options),
          types](WorkerContext& context) -> std::expected<SessionFactory, Error> {
    auto worker = HttpWorker::open(options, types, context);
    if (!worker) return std::unexpected(std::move(worker.error()));
    const auto sessions = std::make_shared<HttpSessions>(HttpSessions{.worker = *worker, .make_http2 = {}});
    ServedHttp version = options.version;
    if (version == ServedHttp::kAuto && !http2_library()) version = ServedHttp::kHttp1;
    if (version != ServedHttp::kHttp1) {
      auto http2 = http2_sessions(*worker);
      if (!http2) return std::unexpected(std::move(http2.error()));
      sessions->make_http2 = std::move(*http2);
    }
    return [sessions, version](const Endpoint& peer) -> std::unique_ptr<Session> {
      std::string name = sessions->worker->log != nullptr ? peer.unmapped().host() : std::string();
      if (version != ServedHttp::kAuto) return sessions->make(version, std::move(name));
      return std::make_unique<UndecidedSession>(*sessions, std::move(name));
    };
  };
}

std::vector<std::string> http_alpn(ServedHttp version) {
  std::vector<std::string> names;
  if (version != ServedHttp::kHttp1 && http2_library()) names.emplace_back(kHttp2);
  if (version != ServedHttp::kHttp2) names.emplace_back(kHttp1);
  return names;
}

}  // namespace suite
