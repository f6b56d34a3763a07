#include <array>
#include <span>

#include "common/tls/channel.h"
#include "tests/support/bytes.h"
#include "tests/support/socket_layer.h"
#include "tests/support/tls_side.h"

namespace suite::test {
namespace {

class TlsServerLayer final : public SocketLayer {
 public:
  bool ready() const override { return channel_.established(); }

  void write(std::string_view plain) override { channel_.write(bytes_of(plain), sink()); }

  void take(std::string_view encrypted, std::string& plain) override {
    channel_.feed(bytes_of(encrypted));
    read(plain);
  }

  void take_end() override {
    std::string nothing_more;
    channel_.feed_end();
    read(nothing_more);
  }

  void shut_down_sending() override { channel_.close(sink()); }

  State state() const override { return state_; }

 private:
  TlsChannel::Sink sink() {
    return {.target = &outgoing, .take = [](void* target, std::span<const std::byte> encrypted) {
              static_cast<std::string*>(target)->append(reinterpret_cast<const char*>(encrypted.data()),
                                                        encrypted.size());
            }};
  }

  void read(std::string& plain) {
    std::array<std::byte, TlsChannel::kRecordBytes> buffer;
    for (;;) {
      const auto [outcome, size] = channel_.read(buffer, sink());
      plain.append(reinterpret_cast<const char*>(buffer.data()), size);
      if (outcome == TlsChannel::Outcome::kBytes) continue;
      if (outcome == TlsChannel::Outcome::kEnd) state_ = State::kEnded;
      if (outcome == TlsChannel::Outcome::kCut || outcome == TlsChannel::Outcome::kFailed)
        state_ = State::kBroken;
      return;
    }
  }

  TlsChannel channel_{self_signed_context(), TlsChannel::Role::kServer};
  State state_ = State::kOpen;
};

}  // namespace

std::unique_ptr<SocketLayer> make_tls_server_layer() { return std::make_unique<TlsServerLayer>(); }

}  // namespace suite::test
