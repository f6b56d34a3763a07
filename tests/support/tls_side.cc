#include "tests/support/tls_side.h"

#include <array>
#include <span>
#include <utility>

#include "common/tls/identity.h"
#include "tests/support/bytes.h"
#include "tests/support/scripted_server.h"

namespace suite::test {

SSL_CTX& self_signed_context() {
  static const auto server = std::move(*TlsServer::make(*self_signed_identity(), {}));
  static const SslContext context = std::move(*server->make_context());
  return *context;
}

TlsSide::TlsSide(int fd, SSL_CTX& context) : fd_(fd), channel_(context, TlsChannel::Role::kServer) {}

TlsChannel::Sink TlsSide::sink() {
  return {.target = &fd_, .take = [](void* target, std::span<const std::byte> encrypted) {
            send_all(*static_cast<int*>(target),
                     {reinterpret_cast<const char*>(encrypted.data()), encrypted.size()});
          }};
}

bool TlsSide::take() {
  const std::string encrypted = test::receive(fd_);
  if (encrypted.empty()) return false;
  channel_.feed(bytes_of(encrypted));
  std::array<std::byte, 16384> plain;
  for (;;) {
    const auto [outcome, size] = channel_.read(plain, sink());
    received_.append(reinterpret_cast<const char*>(plain.data()), size);
    if (outcome == TlsChannel::Outcome::kBytes) continue;
    return outcome == TlsChannel::Outcome::kWantsInput;
  }
}

bool TlsSide::shake_hands() {
  while (!channel_.established()) {
    if (!take()) return false;
  }
  return true;
}

std::string TlsSide::receive() {
  while (received_.empty() && take()) continue;
  return std::exchange(received_, {});
}

void TlsSide::send(std::string_view plain) { channel_.write(bytes_of(plain), sink()); }

// Sent where the last call sent.
void TlsSide::demand_renegotiation() {
  SSL_clear_options(&channel_.ssl(), SSL_OP_NO_RENEGOTIATION);
  SSL_renegotiate(&channel_.ssl());
  SSL_do_handshake(&channel_.ssl());
}

void TlsSide::say_goodbye() { channel_.close(sink()); }

void TlsSide::echo() {
  if (!shake_hands()) return;
  for (std::string bytes = receive(); !bytes.empty(); bytes = receive()) send(bytes);
}

}  // namespace suite::test
