#include <utility>

#include "tests/support/socket_layer.h"
#include "tests/support/tls_peer.h"

namespace suite::test {
namespace {

SSL_CTX& shared_context() {
  static const SslContext context = client_context();
  return *context;
}

class TlsLayer final : public SocketLayer {
 public:
  bool ready() const override { return peer_.channel().established(); }

  void write(std::string_view plain) override {
    peer_.send(plain);
    outgoing += std::exchange(peer_.outgoing, {});
  }

  void take(std::string_view encrypted, std::string& plain) override {
    if (state_ != State::kOpen) return;
    note(peer_.take(encrypted));
    outgoing += std::exchange(peer_.outgoing, {});
    plain += std::exchange(peer_.received, {});
  }

  void take_end() override {
    if (state_ != State::kOpen) return;
    peer_.channel().feed_end();
    note(peer_.take(""));
  }

  void shut_down_sending() override {
    peer_.close();
    outgoing += std::exchange(peer_.outgoing, {});
  }

  State state() const override { return state_; }

 private:
  void note(TlsChannel::Outcome outcome) {
    if (outcome == TlsChannel::Outcome::kEnd) state_ = State::kEnded;
    if (outcome == TlsChannel::Outcome::kCut || outcome == TlsChannel::Outcome::kFailed)
      state_ = State::kBroken;
  }

  TlsPeer peer_{shared_context()};
  State state_ = State::kOpen;
};

}  // namespace

std::unique_ptr<SocketLayer> make_tls_layer() { return std::make_unique<TlsLayer>(); }

}  // namespace suite::test
