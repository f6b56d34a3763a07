// What TLS costs per request beside the sockets: a record each way, at both ends. Instructions of one end are
// counted by callgrind: --toggle-collect='suite::TlsSession::on_bytes*'.
#include <benchmark/benchmark.h>

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "common/tls/channel.h"
#include "common/tls/client.h"
#include "common/tls/record_memory.h"
#include "common/tls/server.h"
#include "servers/protocols/echo/echo_session.h"
#include "servers/protocols/tls/tls_protocol.h"

namespace suite {
namespace {

// A client and a session of the server's, which hear each other at once.
class TlsPair {
 public:
  TlsPair() {
    client_.read(plain_, TlsChannel::sink_to(to_server_));
    while (!client_.established()) carry();
  }

  void exchange(std::span<const std::byte> request) {
    {
      const RecordMemory::Use use(records_);
      client_.write(request, TlsChannel::sink_to(to_server_));
    }
    carry();
  }

 private:
  // To the server, and what that answers back.
  void carry() {
    session_->on_bytes(to_server_, Turn{}, out_);
    to_server_.clear();
    std::array<iovec, 4> pieces;
    while (const std::size_t count = out_.gather(pieces)) {
      for (const iovec& piece : std::span(pieces).first(count)) {
        const RecordMemory::Use use(records_);
        client_.feed({static_cast<const std::byte*>(piece.iov_base), piece.iov_len});
        client_.read(plain_, TlsChannel::sink_to(to_server_));
        out_.advance(piece.iov_len);
      }
    }
  }

  WorkerTotals totals_;
  std::atomic<std::uint32_t> hangups_ = 0;
  WorkerContext worker_{.totals = totals_, .index = 0, .workers = 1, .hangups = hangups_};
  SessionFactory factory_ =
      *tls_protocol(echo_protocol({}), {.server = *TlsServer::make(*self_signed_identity(), {}),
                                        .handshake_timeout = std::chrono::seconds(10)})(worker_);
  std::unique_ptr<Session> session_ = factory_(Endpoint());
  OutBuffer out_;

  SslContext context_ = *make_client_context({.verify = false});
  TlsChannel client_{*context_, TlsChannel::Role::kClient};
  RecordMemory records_;
  std::vector<std::byte> to_server_;
  std::vector<std::byte> plain_ = std::vector<std::byte>(64 * 1024);
};

void exchange_through_tls(benchmark::State& state) {
  TlsPair pair;
  const std::vector<std::byte> request(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) pair.exchange(request);
}
BENCHMARK(exchange_through_tls)->Arg(100)->Arg(16384);

}  // namespace
}  // namespace suite
