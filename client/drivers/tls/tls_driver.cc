#include "client/drivers/tls/tls_driver.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <memory>
#include <utility>

#include "client/drivers/tls/tls_client.h"
#include "common/tls/client.h"
#include "common/tls/openssl.h"

namespace suite {
namespace {

// "X25519 253 bits", "ECDH prime256v1 256 bits"; empty where there was none, as with RSA key exchange.
std::string temporary_key_of(SSL& ssl) {
  EVP_PKEY* borrowed = nullptr;
  if (SSL_ctrl(&ssl, SSL_CTRL_GET_PEER_TMP_KEY, 0, static_cast<void*>(&borrowed)) != 1) return {};
  const KeyHandle key(borrowed);
  const int bits = EVP_PKEY_get_bits(key.get());
  const int kind = EVP_PKEY_get_base_id(key.get());
  if (kind == EVP_PKEY_DH) return fmt::format("DH {} bits", bits);
  if (kind != EVP_PKEY_EC) return fmt::format("{} {} bits", OBJ_nid2sn(kind), bits);
  std::array<char, 80> curve{};
  EVP_PKEY_get_group_name(key.get(), curve.data(), curve.size(), nullptr);
  return fmt::format("ECDH {} {} bits", curve.data(), bits);
}

// In TLS 1.3 a client hears after its handshake, and so after the trial before the run, that it should have
// shown a certificate.
std::string failure_of(const TlsChannel& channel) {
  const bool wants_one = channel.failure_reason() == SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED;
  return wants_one ? fmt::format("{} ({})", channel.failure(), kAdviceToShowACertificate) : channel.failure();
}

// What both sides agreed on, of a full handshake.
void note_agreement(SSL& ssl, TlsFindings& findings) {
  findings.version = SSL_get_version(&ssl);
  findings.cipher = SSL_get_cipher_name(&ssl);
  findings.cipher_bits = SSL_get_cipher_bits(&ssl, nullptr);
  const auto group = static_cast<int>(SSL_get_negotiated_group(&ssl));
  const char* const group_name = group == NID_undef ? nullptr : SSL_group_to_name(&ssl, group);
  findings.group = group_name == nullptr ? "" : group_name;
  findings.temporary_key = temporary_key_of(ssl);
  const X509* const certificate = SSL_get0_peer_certificate(&ssl);
  EVP_PKEY* const key = certificate == nullptr ? nullptr : X509_get0_pubkey(certificate);
  findings.certificate_bits = key == nullptr ? 0 : EVP_PKEY_get_bits(key);
}

constexpr std::size_t kPlainBytes = 16 * TlsChannel::kRecordBytes;  // what drivers receive at once, decrypted
constexpr std::size_t kKeptBytes = 4096;  // of memory, by a connection that has nothing to send

}  // namespace

TlsDriver::TlsDriver(std::unique_ptr<Driver> inner, std::size_t connections, SslContext context,
                     const TlsClientOptions& options)
    : inner_(std::move(inner)),
      context_(std::move(context)),
      resumes_(options.resume),
      name_to_send_(server_name_to_send(options)),
      name_(options.name),
      slots_(connections),
      plain_(kPlainBytes) {
  SSL_CTX_set_app_data(context_.get(), this);
  if (resumes_) SSL_CTX_sess_set_new_cb(context_.get(), &keep_session);
}

TlsDriver::~TlsDriver() {
  for (Slot& slot : slots_) forget(slot);
}

// 1: the session is ours now.
int TlsDriver::keep_session(SSL* ssl, SSL_SESSION* session) {
  static_cast<TlsDriver*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)))->session_.reset(session);
  return 1;
}

// --- Opening and closing --------------------------------------------------------------------------------

Driver::Opening TlsDriver::open(ConnectionId id, const Endpoint& target) {
  const Opening opening = inner_->open(id, target);
  if (opening == Opening::kBusy) return opening;
  Slot& slot = slots_[id];
  slot.state = State::kConnecting;
  ++slot.opened;
  if (opening == Opening::kOpen) begin_handshake(id, inner_->now());
  return Opening::kStarted;
}

// What is left of an earlier connection in `sending` stays until the driver asks for something else.
void TlsDriver::begin_handshake(ConnectionId id, TimePoint now) {
  Slot& slot = slots_[id];
  slot.sent = slot.sending.size();
  slot.queued.clear();
  slot.more = false;
  slot.connected = now;
  slot.state = State::kShakingHands;
  slot.channel = std::make_unique<TlsChannel>(*context_, TlsChannel::Role::kClient);
  SSL& ssl = slot.channel->ssl();
  if (!name_to_send_.empty()) SSL_set_tlsext_host_name(&ssl, name_to_send_.c_str());
  if (session_ != nullptr && slot.opened > 1) {
    // A copy: OpenSSL spoils one of TLS 1.3 for others once it was used, and the next ticket comes with a
    // reply.
    const SessionHandle copy(openssl_checked(SSL_SESSION_dup(session_.get())));
    SSL_set_session(&ssl, copy.get());
  }
  slot.channel->read(plain_, TlsChannel::sink_to(slot.queued));
  inner_->send(id, *this);
}

void TlsDriver::finish_handshake(ConnectionId id, TimePoint now) {
  Slot& slot = slots_[id];
  slot.state = State::kOpen;
  slot.channel->release_buffers();
  const bool resumed = slot.channel->resumed();
  ++(resumed ? findings_.resumed : findings_.full);
  findings_.handshake.record(now - slot.connected);
  // The first full handshake says most, and each of them would take time for it.
  if (findings_.version.empty() || (!resumed && findings_.full == 1)) {
    note_agreement(slot.channel->ssl(), findings_);
  }
  events_->on_secured(id, {.began = slot.connected, .resumed = resumed}, now);
}

// OpenSSL resumes no session whose connection it takes for lost.
void TlsDriver::forget(Slot& slot) {
  if (slot.channel != nullptr) {
    SSL_set_shutdown(&slot.channel->ssl(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    slot.channel.reset();
  }
  slot.state = State::kClosed;
}

void TlsDriver::close(ConnectionId id) {
  Slot& slot = slots_[id];
  if (slot.state == State::kOpen) {
    slot.state = State::kEnded;  // nothing more is encrypted
    slot.channel->close(TlsChannel::sink_to(slot.queued));
    inner_->send(id, *this);
  }
  forget(slot);
  inner_->close(id);
}

// --- Sending --------------------------------------------------------------------------------------------

void TlsDriver::send(ConnectionId id, DriverEvents& events) {
  events_ = &events;
  const RecordMemory::Use use(records_);
  if (slots_[id].state == State::kOpen) inner_->send(id, *this);
}

std::span<const std::byte> TlsDriver::next_bytes(ConnectionId id) {
  Slot& slot = slots_[id];
  if (slot.sent == slot.sending.size()) {
    slot.sending.clear();
    slot.sent = 0;
    if (slot.state == State::kOpen) encrypt_next(id);
    slot.sending.swap(slot.queued);
    if (slot.sending.empty() && slot.queued.capacity() > kKeptBytes) slot.queued.shrink_to_fit();
  }
  return std::span(slot.sending).subspan(slot.sent);
}

// With what is queued already: the end of the handshake, an answer to a change of keys.
void TlsDriver::encrypt_next(ConnectionId id) {
  Slot& slot = slots_[id];
  const auto plain = events_->next_bytes(id);
  slot.more = false;
  if (plain.empty()) return;
  const auto record = plain.first(std::min(plain.size(), TlsChannel::kRecordBytes));
  // Nothing that a peer does makes this fail: it takes what is wrong with a connection in a read.
  [[maybe_unused]] const bool written = slot.channel->write(record, TlsChannel::sink_to(slot.queued));
  assert(written);
  slot.more = events_->on_sent(id, record.size());
}

bool TlsDriver::on_sent(ConnectionId id, std::size_t count) {
  Slot& slot = slots_[id];
  slot.sent += count;
  return slot.sent < slot.sending.size() || !slot.queued.empty() || slot.more;
}

// --- Receiving ------------------------------------------------------------------------------------------

void TlsDriver::on_connected(ConnectionId id, TimePoint now) { begin_handshake(id, now); }

void TlsDriver::on_received(ConnectionId id, std::span<const std::byte> bytes, TimePoint now) {
  Slot& slot = slots_[id];
  if (slot.state != State::kShakingHands && slot.state != State::kOpen) return;  // nothing counts any more
  const std::uint32_t opened = slot.opened;
  slot.channel->feed(bytes);
  for (;;) {
    const auto [outcome, size] = slot.channel->read(plain_, TlsChannel::sink_to(slot.queued));
    if (slot.state == State::kShakingHands && slot.channel->established()) finish_handshake(id, now);
    const auto is_same = [&] { return slot.opened == opened && slot.state == State::kOpen; };
    if (size > 0 && is_same()) events_->on_received(id, std::span(plain_).first(size), now);
    if (slot.opened != opened || slot.state == State::kClosed) return;
    switch (outcome) {
      case TlsChannel::Outcome::kBytes:
        continue;
      case TlsChannel::Outcome::kWantsInput:
      case TlsChannel::Outcome::kCut:
        return;
      case TlsChannel::Outcome::kEnd:
        return end(id);
      case TlsChannel::Outcome::kFailed:
        return give_up(id, now);
    }
  }
}

// The answer to a close_notify is another one (RFC 8446 6.1). The server closes first, as a rule at once: it
// keeps the port, and the client needs its ports.
void TlsDriver::end(ConnectionId id) {
  Slot& slot = slots_[id];
  slot.state = State::kEnded;
  slot.channel->close(TlsChannel::sink_to(slot.queued));
}

void TlsDriver::give_up(ConnectionId id, TimePoint now) {
  Slot& slot = slots_[id];
  const bool was_open = slot.state == State::kOpen;
  const std::string distrust = verification_failure(slot.channel->ssl(), name_);
  findings_.last_failure = distrust.empty() ? failure_of(*slot.channel) : distrust;
  inner_->send(id, *this);  // the alert, if there is one
  forget(slot);
  inner_->close(id);
  events_->on_broken(id, {.kind = was_open ? Break::Kind::kTlsFailed : Break::Kind::kNoTls}, now);
}

void TlsDriver::on_broken(ConnectionId id, Break how, TimePoint now) {
  Slot& slot = slots_[id];
  const State state = slot.state;
  forget(slot);
  if (state == State::kShakingHands) {
    findings_.last_failure = how.kind == Break::Kind::kReset
                                 ? "the server broke the connection during the handshake"
                                 : "the server closed the connection during the handshake";
    how = {.kind = Break::Kind::kNoTls};
  } else if (state == State::kEnded) {
    how = {.kind = Break::Kind::kClosed};  // a reset too: it had said all, and did not wait for an answer
  } else if (how.kind == Break::Kind::kClosed) {
    how = {.kind = Break::Kind::kCut};
  }
  events_->on_broken(id, how, now);
}

Driver::Turn TlsDriver::turn(TimePoint until, DriverEvents& events) {
  events_ = &events;
  const RecordMemory::Use use(records_);
  return inner_->turn(until, *this);
}

}  // namespace suite
