// A handshake before the run: what would be a hundred counted errors is one line, with what to do.
#include <poll.h>
#include <sys/socket.h>
#include <fmt/format.h>
#include <openssl/sslerr.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client/drivers/tls/tls_client.h"
#include "common/base/units.h"
#include "common/net/probe.h"
#include "common/tls/channel.h"
#include "common/tls/client.h"

namespace suite {
namespace {

using Clock = std::chrono::steady_clock;

/// One connection whose handshake is tried.
class Trial {
 public:
  enum class End : std::uint8_t { kDone, kFailed, kClosed, kSilent, kInterrupted, kNotConnected };

  Trial(SSL_CTX& context, const TlsClientOptions& options) : channel_(context, TlsChannel::Role::kClient) {
    const std::string name = server_name_to_send(options);
    if (!name.empty()) SSL_set_tlsext_host_name(&channel_.ssl(), name.c_str());
  }

  End run(const TlsProbe& probe, const EventFd& interrupt) {
    const auto until = Clock::now() + probe.timeout;
    fd_ = connect_within(probe.endpoint, std::chrono::ceil<std::chrono::milliseconds>(probe.timeout));
    if (!fd_) return End::kNotConnected;
    for (auto input = std::span<const std::byte>();;) {
      channel_.feed(input);
      const auto read = channel_.read(plain_, TlsChannel::sink_to(out_));
      send_all();
      if (read.outcome == TlsChannel::Outcome::kFailed) return End::kFailed;
      if (channel_.established()) return End::kDone;
      if (const auto end = wait(until, interrupt)) return *end;
      const ssize_t got = ::recv(fd_.get(), buffer_.data(), buffer_.size(), 0);
      input = {};
      if (got < 0 && errno == EAGAIN) continue;
      if (got <= 0) return End::kClosed;
      input = std::span(buffer_).first(static_cast<std::size_t>(got));
      if (first_.size() < kHead) first_.insert(first_.end(), input.begin(), input.end());
    }
  }

  /// What arrived first is a server's record of the handshake, or an alert (RFC 8446 5.1, 4). An echo of the
  /// client's own is none.
  bool was_answered_in_tls() const {
    if (first_.size() < kHead || first_[1] != std::byte{3}) return false;
    constexpr std::byte kAlert{21}, kHandshake{22}, kClientHello{1};
    return first_[0] == kAlert || (first_[0] == kHandshake && first_[5] != kClientHello);
  }
  bool was_answered() const { return !first_.empty(); }
  TlsChannel& channel() { return channel_; }
  void say_goodbye() {
    channel_.close(TlsChannel::sink_to(out_));
    send_all();
  }

 private:
  static constexpr std::size_t kHead = 6;

  // A handshake fits into a socket's buffer.
  void send_all() {
    if (!out_.empty()) (void)::send(fd_.get(), out_.data(), out_.size(), MSG_NOSIGNAL);
    out_.clear();
  }

  std::optional<End> wait(Clock::time_point until, const EventFd& interrupt) {
    std::array<pollfd, 2> waiting{pollfd{.fd = fd_.get(), .events = POLLIN, .revents = 0},
                                  pollfd{.fd = interrupt.fd(), .events = POLLIN, .revents = 0}};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
    const int ready = ::poll(waiting.data(), waiting.size(),
                             static_cast<int>(std::clamp<std::int64_t>(left, 0, INT32_MAX)));
    if (waiting[1].revents != 0) return End::kInterrupted;
    return ready <= 0 ? std::optional(End::kSilent) : std::nullopt;
  }

  TlsChannel channel_;
  UniqueFd fd_;
  std::vector<std::byte> out_, first_;
  std::array<std::byte, 4096> buffer_, plain_;
};

// The target without TLS.
std::string in_the_clear(TargetName name) {
  name.tls = false;
  return name.url();
}

std::string advice_for(int reason, const TlsClientOptions& options) {
  switch (reason) {
    case SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL:
      return fmt::format("it refuses {}, which is what ALPN offers it{}", fmt::join(options.protocols, ", "),
                         options.protocols == std::vector<std::string>{"h2"} ? ": give --http 1.1" : "");
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
      return std::string(kAdviceToShowACertificate);
    case SSL_R_TLSV1_UNRECOGNIZED_NAME:
      return "give the name it goes by with --sni NAME";
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
    case SSL_R_UNSUPPORTED_PROTOCOL:
      return options.version == TlsVersion::kAny ? "it speaks neither TLS 1.2 nor 1.3"
                                                 : "it does not speak the version that --tls asks for";
    case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
    case SSL_R_TLSV1_ALERT_INSUFFICIENT_SECURITY:
      return "do --tls and --ciphers leave something that it takes? does it want a certificate (--cert)?";
    default:
      return {};
  }
}

// Against what verification found.
std::string advice_on_trust(const SSL& ssl, const TlsClientOptions& options) {
  switch (SSL_get_verify_result(&ssl)) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return "give the name it goes by with --sni NAME, or do not verify it with --insecure";
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "renew it, or do not verify it with --insecure";
    default:
      break;
  }
  if (!options.ca_file) return "trust it with --cacert FILE, or do not verify it with --insecure";
  return fmt::format("neither it nor its issuer is in --cacert '{}'; --insecure does not verify it",
                     *options.ca_file);
}

Error why_not(Trial& trial, Trial::End end, const TlsProbe& probe, const TlsClientOptions& options) {
  Error error{.what = "speak TLS with " + probe.name.to_string(), .why = {}, .advice = {}};
  const std::string clear = in_the_clear(probe.name);
  if (trial.was_answered() && !trial.was_answered_in_tls()) {
    error.why = "the server does not speak TLS";
    error.advice = "use " + clear;
    return error;
  }
  switch (end) {
    case Trial::End::kClosed:
      error.why = "the server closed the connection during the handshake";
      error.advice = "does it speak TLS? otherwise use " + clear;
      break;
    case Trial::End::kSilent:
      error.why = fmt::format("no answer to the handshake within {}", format_duration(probe.timeout));
      error.advice = "does it speak TLS? otherwise use " + clear;
      break;
    case Trial::End::kInterrupted:
      error.why = "interrupted";
      break;
    case Trial::End::kNotConnected:
      error.why = "it accepts no connection any more";
      break;
    case Trial::End::kDone:
    case Trial::End::kFailed:
      error.why = verification_failure(trial.channel().ssl(), options.name);
      if (error.why.empty()) {
        error.why = trial.channel().failure();
        error.advice = advice_for(trial.channel().failure_reason(), options);
      } else {
        error.advice = advice_on_trust(trial.channel().ssl(), options);
      }
      break;
  }
  return error;
}

}  // namespace

std::expected<std::string, Error> try_handshake(const TlsProbe& probe, const TlsClientOptions& options,
                                                const EventFd& interrupt) {
  const auto context = make_client_context(options);
  if (!context) return std::unexpected(context.error());
  Trial trial(**context, options);
  const Trial::End end = trial.run(probe, interrupt);
  if (end != Trial::End::kDone) return std::unexpected(why_not(trial, end, probe, options));
  trial.say_goodbye();
  const unsigned char* chosen = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(&trial.channel().ssl(), &chosen, &size);
  return std::string(reinterpret_cast<const char*>(chosen), size);
}

bool speaks_tls(const TlsProbe& probe, const EventFd& interrupt) {
  const TlsClientOptions any{.name = probe.name.host, .verify = false};
  const auto context = make_client_context(any);
  if (!context) return false;
  Trial trial(**context, any);
  trial.run(probe, interrupt);
  return trial.was_answered_in_tls();
}

}  // namespace suite
