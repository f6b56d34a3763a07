#include "common/tls/server.h"

#include <sys/mman.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <new>
#include <utility>

#include "common/tls/ticket_keys.h"

namespace suite {
namespace {

constexpr std::size_t kMostPem = 120 * 1024;  // a chain of some sixty certificates, or the key

bool fits(const TlsIdentity& identity) {
  return identity.certificates.size() <= kMostPem && identity.key.size() <= kMostPem;
}

int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size,
                    const unsigned char* offered, unsigned offered_size, void* ours) {
  const auto& list = *static_cast<const std::string*>(ours);
  const auto* const accepted = reinterpret_cast<const unsigned char*>(list.data());
  unsigned char* found = nullptr;
  const int outcome = SSL_select_next_proto(&found, chosen_size, accepted, static_cast<unsigned>(list.size()),
                                            offered, offered_size);
  *chosen = found;
  // RFC 7301 3.2: no_application_protocol where there is none in common.
  return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

}  // namespace

/// Shared between processes. A new identity is written to the slot that nobody reads, and then named by the
/// generation: a reader that was slow enough to see a slot change sees the generation changed, and reads
/// again.
struct TlsServer::Shared {
  struct Slot {
    std::size_t certificates_size, key_size;
    std::array<char, kMostPem> certificates, key;
  };

  std::atomic<std::uint32_t> generation;
  TicketKeys::Secret ticket_secret;
  std::array<Slot, 2> slots;
};

std::expected<std::unique_ptr<TlsServer>, Error> TlsServer::make(const TlsIdentity& identity,
                                                                 Options options) {
  void* const memory =
      ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    return std::unexpected(
        Error{.what = "share the certificate with workers", .why = std::strerror(errno), .advice = {}});
  }
  auto* const shared = new (memory) Shared;
  shared->generation.store(0, std::memory_order_relaxed);
  shared->ticket_secret = TicketKeys::make_secret();
  std::unique_ptr<TlsServer> server(new TlsServer(std::move(options), shared));
  if (auto replaced = server->replace(identity); !replaced)
    return std::unexpected(std::move(replaced.error()));
  return server;
}

TlsServer::TlsServer(Options options, Shared* shared) : options_(std::move(options)), shared_(shared) {
  for (const std::string& protocol : options_.protocols) {
    wire_protocols_.append(1, static_cast<char>(protocol.size())).append(protocol);
  }
}

TlsServer::~TlsServer() { ::munmap(shared_, sizeof(Shared)); }

std::expected<void, Error> TlsServer::replace(const TlsIdentity& identity) {
  if (const auto tried = make_context(identity); !tried) return std::unexpected(tried.error());
  if (!fits(identity)) {
    return std::unexpected(Error{.what = "use the certificate",
                                 .why = fmt::format("it or its key is longer than {} KiB", kMostPem / 1024),
                                 .advice = "leave out certificates that are not of its chain"});
  }
  const std::uint32_t next = generation() + 1;
  Shared::Slot& slot = shared_->slots[next % 2];
  slot.certificates_size = identity.certificates.size();
  slot.key_size = identity.key.size();
  std::ranges::copy(identity.certificates, slot.certificates.begin());
  std::ranges::copy(identity.key, slot.key.begin());
  shared_->generation.store(next, std::memory_order_release);
  return {};
}

std::uint32_t TlsServer::generation() const { return shared_->generation.load(std::memory_order_acquire); }

TlsIdentity TlsServer::current() const {
  for (;;) {
    const std::uint32_t before = generation();
    const Shared::Slot& slot = shared_->slots[before % 2];
    TlsIdentity identity{
        .certificates = std::string(slot.certificates.data(), std::min(slot.certificates_size, kMostPem)),
        .key = std::string(slot.key.data(), std::min(slot.key_size, kMostPem))};
    // A change of nothing, so that what was read above was read before it.
    if (shared_->generation.fetch_add(0, std::memory_order_acq_rel) == before) return identity;
  }
}

std::expected<SslContext, Error> TlsServer::make_context() const { return make_context(current()); }

std::expected<SslContext, Error> TlsServer::make_context(const TlsIdentity& identity) const {
  SslContext context = new_context(TLS_server_method());
  // Sessions are resumed with tickets alone: workers share keys, not memory.
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  constexpr std::array<unsigned char, 5> kContextName{'s', 'u', 'i', 't', 'e'};
  SSL_CTX_set_session_id_context(context.get(), kContextName.data(), kContextName.size());
  TicketKeys::use(*context, shared_->ticket_secret);
  if (!wire_protocols_.empty()) {
    SSL_CTX_set_alpn_select_cb(context.get(), &choose_protocol, const_cast<std::string*>(&wire_protocols_));
  }
  if (auto used = use_identity(*context, identity); !used) return std::unexpected(std::move(used.error()));
  return context;
}

}  // namespace suite
