#include "servers/protocols/echo/echo_session.h"

namespace suite {
namespace {

class EchoSession final : public Session {
 public:
  EchoSession(EchoOptions options, WorkerTotals& totals) : options_(options), totals_(totals) {}

  After on_bytes(std::span<const std::byte> in, const Turn&, OutBuffer& out) override {
    ++totals_.requests;
    out.borrow(in);
    return After::kRead;
  }
  After resume(const Turn&, OutBuffer&) override { return After::kRead; }
  After on_end(const Turn&, OutBuffer&) override { return After::kClose; }
  After on_drain(const Turn&, OutBuffer&) override { return After::kClose; }
  After on_deadline(const Turn&, OutBuffer&) override { return After::kClose; }
  std::optional<std::chrono::nanoseconds> patience() const override { return options_.idle_timeout; }
  void on_closed(CloseReason) override {}

 private:
  EchoOptions options_;
  WorkerTotals& totals_;
};

}  // namespace

ServerProtocol echo_protocol(EchoOptions options) {
  return [options](WorkerContext& worker) -> SessionFactory {
    return
        [options, &worker](const Endpoint&) { return std::make_unique<EchoSession>(options, worker.totals); };
  };
}

}  // namespace suite
