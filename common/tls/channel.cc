#include "common/tls/channel.h"

#include <openssl/bio.h>
#include <openssl/err.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace suite {
namespace {

// An alert that has arrived is an error of OpenSSL's with this offset: ERR_raise() of its statem and record
// layers.
std::string words_of(unsigned long code) {
  const int reason = ERR_GET_REASON(code);
  if (ERR_GET_LIB(code) != ERR_LIB_SSL || reason < SSL_AD_REASON_OFFSET) return openssl_error();
  ERR_clear_error();
  const int alert = reason - SSL_AD_REASON_OFFSET;
  // Those that OpenSSL has no words for (RFC 8446 6.2).
  const char* const words = alert == SSL_AD_CERTIFICATE_REQUIRED ? "certificate required"
                            : alert == SSL_AD_MISSING_EXTENSION  ? "missing extension"
                                                                 : SSL_alert_desc_string_long(alert);
  return std::string("the peer's alert: ") + words;
}

}  // namespace

/// OpenSSL's way to bytes that are not those of a socket: reads what was lent, writes to the sink.
struct ChannelBio {
  static TlsChannel& channel(BIO* bio) { return *static_cast<TlsChannel*>(BIO_get_data(bio)); }

  static int read(BIO* bio, char* into, std::size_t size, std::size_t* got) {
    TlsChannel& self = channel(bio);
    BIO_clear_retry_flags(bio);
    *got = std::min(size, self.input_.size());
    if (*got > 0) {
      std::memcpy(into, self.input_.data(), *got);
      self.input_ = self.input_.subspan(*got);
      return 1;
    }
    if (self.input_ended_) {
      self.met_end_ = true;
    } else {
      BIO_set_retry_read(bio);
    }
    return 0;
  }

  static int write(BIO* bio, const char* from, std::size_t size, std::size_t* sent) {
    const TlsChannel& self = channel(bio);
    BIO_clear_retry_flags(bio);
    self.sink_.take(self.sink_.target, std::as_bytes(std::span(from, size)));
    *sent = size;
    return 1;
  }

  static long control(BIO* bio, int command, long, void*) {
    if (command == BIO_CTRL_FLUSH) return 1;
    if (command == BIO_CTRL_EOF) return channel(bio).input_ended_ && channel(bio).input_.empty() ? 1 : 0;
    return 0;
  }

  static int create(BIO* bio) {
    BIO_set_init(bio, 1);
    return 1;
  }

  static BIO_METHOD* make_method() {
    BIO_METHOD* const method = openssl_checked(BIO_meth_new(BIO_TYPE_SOURCE_SINK, "suite"));
    BIO_meth_set_create(method, &create);
    BIO_meth_set_read_ex(method, &read);
    BIO_meth_set_write_ex(method, &write);
    BIO_meth_set_ctrl(method, &control);
    return method;
  }

  // Never freed: connections may outlive any other static object.
  static const BIO_METHOD* method() {
    static const BIO_METHOD* const method = make_method();
    return method;
  }
};

TlsChannel::TlsChannel(SSL_CTX& context, Role role) : ssl_(openssl_checked(SSL_new(&context))) {
  BIO* const bio = openssl_checked(BIO_new(ChannelBio::method()));
  BIO_set_data(bio, this);
  SSL_set_bio(ssl_.get(), bio, bio);
  SSL_set_options(ssl_.get(), SSL_OP_IGNORE_UNEXPECTED_EOF);  // kCut; otherwise it is answered with an alert
  if (role == Role::kServer) {
    SSL_set_accept_state(ssl_.get());
  } else {
    SSL_set_connect_state(ssl_.get());
  }
}

TlsChannel::Sink TlsChannel::sink_to(std::vector<std::byte>& queue) {
  return {.target = &queue, .take = [](void* target, std::span<const std::byte> encrypted) {
            auto& bytes = *static_cast<std::vector<std::byte>*>(target);
            bytes.insert(bytes.end(), encrypted.begin(), encrypted.end());
          }};
}

std::span<const std::byte> TlsChannel::take_rest() { return std::exchange(input_, {}); }

TlsChannel::Read TlsChannel::read(std::span<std::byte> into, Sink sink) {
  // Who answers what was read asks for more: OpenSSL would set up a record's buffer to find that out.
  if (used_up_) return {Outcome::kWantsInput, 0};
  const Read done = read_on(into, sink);
  used_up_ = done.outcome == Outcome::kWantsInput;
  return done;
}

TlsChannel::Read TlsChannel::read_on(std::span<std::byte> into, Sink sink) {
  sink_ = sink;
  begun_ = begun_ || !input_.empty();
  std::size_t size = 0;
  while (size < into.size()) {
    std::size_t got = 0;
    const int done = SSL_read_ex(ssl_.get(), into.data() + size, into.size() - size, &got);
    size += got;
    if (done == 1) {
      // Asking again would look for a record that cannot be there.
      if (input_.empty() && !input_ended_ && SSL_has_pending(ssl_.get()) == 0)
        return {Outcome::kWantsInput, size};
      continue;
    }
    switch (SSL_get_error(ssl_.get(), done)) {
      case SSL_ERROR_WANT_READ:
        return {Outcome::kWantsInput, size};
      case SSL_ERROR_ZERO_RETURN:
        return {met_end_ ? Outcome::kCut : Outcome::kEnd, size};
      default:
        return failed(size);
    }
  }
  return {Outcome::kBytes, size};
}

TlsChannel::Read TlsChannel::failed(std::size_t size) {
  const unsigned long code = ERR_peek_last_error();
  met_plain_http_ = ERR_GET_LIB(code) == ERR_LIB_SSL && ERR_GET_REASON(code) == SSL_R_HTTP_REQUEST;
  failure_reason_ = ERR_GET_LIB(code) == ERR_LIB_SSL ? ERR_GET_REASON(code) : 0;
  failure_ = words_of(code);
  return {Outcome::kFailed, size};
}

bool TlsChannel::write(std::span<const std::byte> plain, Sink sink) {
  sink_ = sink;
  std::size_t written = 0;
  if (SSL_write_ex(ssl_.get(), plain.data(), plain.size(), &written) == 1) return true;
  failure_ = openssl_error();
  return false;
}

std::string_view TlsChannel::protocol() const {
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl_.get(), &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

void TlsChannel::close(Sink sink) {
  sink_ = sink;
  // Before the handshake is over it would be an error, and nobody could read it.
  if (established()) SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

}  // namespace suite
