#include "servers/protocols/tls/tls_session.h"

#include <sys/uio.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <mutex>
#include <string_view>
#include <utility>

#include "common/tls/record_memory.h"
#include "servers/worker_lock.h"

namespace suite {
namespace {

/// Memory for plain text and records on their way. A session borrows it for one call and leaves nothing
/// there, so that an idle connection holds none.
struct TlsScratch {
  explicit TlsScratch(RecordMemory::Small small) : records(small) {}

  std::array<std::byte, TlsChannel::kRecordBytes> in, out;
  RecordMemory records;
};

/// Of workers that several threads serve: what no session is using, as many as calls were ever in progress at
/// once. One for each of these threads would be one for each connection. Any thread.
class SpareScratches {
 public:
  std::unique_ptr<TlsScratch> take() {
    const std::lock_guard lock(mutex_);
    if (spare_.empty()) return std::make_unique<TlsScratch>(RecordMemory::Small::kHere);
    auto last = std::move(spare_.back());
    spare_.pop_back();
    return last;
  }
  void give_back(TlsScratch* scratch) {
    const std::lock_guard lock(mutex_);
    spare_.emplace_back(scratch);
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<TlsScratch>> spare_;
};

SpareScratches& spare_scratches() {
  static SpareScratches all;
  return all;
}

struct GiveBack {
  void operator()(TlsScratch* scratch) const { spare_scratches().give_back(scratch); }
};

TlsScratch& scratch_of_thread() {
  thread_local const auto scratch = std::make_unique<TlsScratch>(RecordMemory::Small::kByMalloc);
  return *scratch;
}

/// For one call, on its thread.
class BorrowedScratch {
 public:
  explicit BorrowedScratch(const WorkerContext& worker)
      : spare_(worker.lock == nullptr ? nullptr : spare_scratches().take().release()),
        scratch_(spare_ == nullptr ? scratch_of_thread() : *spare_),
        use_(scratch_.records) {}
  TlsScratch* operator->() const { return &scratch_; }

 private:
  std::unique_ptr<TlsScratch, GiveBack> spare_;
  TlsScratch& scratch_;
  const RecordMemory::Use use_;
};

TlsChannel::Sink sink_to(OutBuffer& out) {
  return {.target = &out, .take = [](void* target, std::span<const std::byte> encrypted) {
            static_cast<OutBuffer*>(target)->append(encrypted);
          }};
}

// As much of `pieces` as one record holds: where it lies, if the first has that much, else put together in
// `record`.
std::span<const std::byte> next_record(std::span<const iovec> pieces, std::span<std::byte> record) {
  const auto bytes_of = [](const iovec& piece) {
    return std::span(static_cast<const std::byte*>(piece.iov_base), piece.iov_len);
  };
  const auto first = bytes_of(pieces.front());
  if (pieces.size() == 1 || first.size() >= record.size())
    return first.first(std::min(first.size(), record.size()));
  std::size_t filled = 0;
  for (const iovec& piece : pieces) {
    const std::size_t size = std::min(piece.iov_len, record.size() - filled);
    std::memcpy(record.data() + filled, piece.iov_base, size);
    filled += size;
  }
  return record.first(filled);
}

constexpr std::string_view kPlainHttpAnswer =
    "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: 40\r\n\r\n"
    "This port speaks TLS: ask with https://\n";

}  // namespace

TlsSession::TlsSession(SSL_CTX& context, std::unique_ptr<Session> inner,
                       std::chrono::nanoseconds handshake_timeout, WorkerContext& worker)
    : channel_(context, TlsChannel::Role::kServer),
      inner_(std::move(inner)),
      handshake_timeout_(handshake_timeout),
      worker_(worker) {}

After TlsSession::on_bytes(std::span<const std::byte> in, const Turn& turn, OutBuffer& out) {
  if (!channel_.begun()) deadline_ = turn.now + handshake_timeout_;
  channel_.feed(in);
  return go_on(turn, out);
}

After TlsSession::resume(const Turn& turn, OutBuffer& out) {
  if (std::exchange(asked_for_input_, false) && inner_out_.empty())
    heard(inner_->resume(turn, inner_out_), turn);
  return go_on(turn, out);
}

After TlsSession::on_end(const Turn& turn, OutBuffer& out) {
  channel_.feed_end();
  return go_on(turn, out);
}

After TlsSession::on_drain(const Turn& turn, OutBuffer& out) {
  heard(inner_->on_drain(turn, inner_out_), turn);
  return go_on(turn, out);
}

After TlsSession::on_deadline(const Turn& turn, OutBuffer& out) {
  if (channel_.begun() && !shaken_hands_) return After::kClose;
  heard(inner_->on_deadline(turn, inner_out_), turn);
  return go_on(turn, out);
}

std::optional<std::chrono::nanoseconds> TlsSession::patience() const {
  if (!channel_.begun()) return inner_->patience();
  if (!deadline_) return std::nullopt;
  return std::max(*deadline_ - now_, std::chrono::nanoseconds(0));
}

// Its patience begins here: bytes that are no whole record do not renew it.
void TlsSession::heard(After after, const Turn& turn) {
  after_ = after;
  const auto patience = inner_->patience();
  deadline_ = patience ? std::optional(turn.now + *patience) : std::nullopt;
}

After TlsSession::go_on(const Turn& turn, OutBuffer& out) {
  now_ = turn.now;
  asked_for_input_ = false;
  const BorrowedScratch scratch(worker_);
  for (;;) {
    if (!encrypt(scratch->out, out)) return After::kClose;
    if (!inner_out_.empty() || out.full()) return later();
    switch (after_) {
      case After::kMore:
        heard(inner_->resume(turn, inner_out_), turn);
        break;
      case After::kClose:
      case After::kLinger:
      case After::kLingerForBody:
        channel_.close(sink_to(out));
        return after_;
      case After::kRead:
      case After::kReadOrMore:
        if (const auto after = decrypt(scratch->in, turn, out)) return *after;
        break;
    }
  }
}

// There is more to do once `out` is sent: until then nothing may point to memory that others use.
After TlsSession::later() {
  inner_out_.own();
  inner_out_.release_window();
  const auto rest = channel_.take_rest();
  if (!rest.empty()) {
    std::vector<std::byte> kept(rest.begin(), rest.end());
    kept_ = std::move(kept);
    channel_.feed(kept_);
  }
  return After::kMore;
}

template <class Work>
auto TlsSession::unlocked(Work work) {
  return worker_.lock == nullptr ? work() : worker_.lock->released(work);
}

bool TlsSession::encrypt(std::span<std::byte> plain, OutBuffer& out) {
  std::array<iovec, OutBuffer::kMaxPieces> pieces;
  constexpr std::uint64_t kMost = OutBuffer::kMaxOwnBytes + 2 * TlsChannel::kRecordBytes;
  if (inner_out_.size() > TlsChannel::kRecordBytes) out.reserve(std::min(inner_out_.size(), kMost));
  while (!inner_out_.empty() && !out.full()) {
    const std::size_t count = inner_out_.gather(pieces);
    if (count == 0) return false;
    const auto record = next_record(std::span(pieces).first(count), plain);
    if (!unlocked([&] { return channel_.write(record, sink_to(out)); })) return false;
    inner_out_.advance(record.size());
  }
  return true;
}

// Nothing: the inner session has been told something.
std::optional<After> TlsSession::decrypt(std::span<std::byte> plain, const Turn& turn, OutBuffer& out) {
  using Outcome = TlsChannel::Outcome;
  const auto [outcome, size] = unlocked([&] { return channel_.read(plain, sink_to(out)); });
  note_handshake(turn);
  if (size > 0) {
    heard(inner_->on_bytes(plain.first(size), turn, inner_out_), turn);
    return std::nullopt;
  }
  switch (outcome) {
    case Outcome::kBytes:
    case Outcome::kWantsInput:
      kept_ = {};
      asked_for_input_ = after_ == After::kReadOrMore;
      return after_;
    case Outcome::kEnd:
    case Outcome::kCut:
      break;
    case Outcome::kFailed:
      return refuse(out);
  }
  if (!shaken_hands_) {
    ++worker_.totals.tls_failures;
    return After::kClose;
  }
  if (std::exchange(ended_, true)) {
    if (after_ != After::kReadOrMore) return After::kClose;
    heard(inner_->resume(turn, inner_out_), turn);
    return std::nullopt;
  }
  const After after = inner_->on_end(turn, inner_out_);
  heard(after == After::kReadOrMore ? After::kMore : after, turn);
  return std::nullopt;
}

void TlsSession::note_handshake(const Turn& turn) {
  if (shaken_hands_ || !channel_.established()) return;
  shaken_hands_ = true;
  ++(channel_.resumed() ? worker_.totals.tls_resumed : worker_.totals.tls_handshakes);
  inner_->on_protocol(channel_.protocol());
  if (worker_.trim_stack) {
    // A thread of its own, too: its generators of random numbers are not used before the next handshake.
    if (worker_.lock != nullptr) OPENSSL_thread_stop();
    worker_.trim_stack();
  }
  heard(after_, turn);
}

// The alert, if there is one, stands in `out`. Lingering gives the peer the time to read it.
After TlsSession::refuse(OutBuffer& out) {
  ++worker_.totals.tls_failures;
  if (channel_.met_plain_http()) out.append(std::as_bytes(std::span(kPlainHttpAnswer)));
  return After::kLinger;
}

}  // namespace suite
