// TLS between two ends in memory, and what happens to its records on the way.
#pragma once

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/tls/channel.h"
#include "common/tls/client.h"
#include "common/tls/identity.h"
#include "common/tls/server.h"
#include "tests/fuzz/fuzz_input.h"

namespace suite::fuzz {

/// What ends are made from, once: contexts of a client for each version of TLS, and a server.
struct TlsEnds {
  TlsEnds() {
    const auto identity = self_signed_identity();
    auto made = TlsServer::make(*identity, {.protocols = {}});
    if (!made) std::abort();
    server = std::move(*made);
    server_context = std::move(*server->make_context());
    for (const TlsVersion version : {TlsVersion::k12, TlsVersion::k13})
      clients.push_back(std::move(*make_client_context({.verify = false, .version = version})));
  }
  std::shared_ptr<const TlsServer> server;
  SslContext server_context;
  std::vector<SslContext> clients;
};

/// Loses, repeats, swaps, cuts and damages what passes, as the numbers of an input say; passes everything on
/// where they are 0, or used up.
class TlsWay {
 public:
  explicit TlsWay(Input& input) : input_(input) {}

  std::string carry(std::string bytes) {
    const std::size_t what = input_.number() % 8;
    if (bytes.empty() || what == 0 || what == 7) return bytes;
    std::vector<std::string> records = records_of(bytes);
    const std::size_t which = input_.number() % records.size();
    std::string& record = records[which];
    const std::size_t at = (input_.number() * 16 + input_.number()) % record.size();
    is_clean_ = false;
    switch (what) {
      case 1:
        record[at] = static_cast<char>(record[at] ^ static_cast<char>(input_.number() | 1));
        break;
      case 2:
        record.clear();
        break;
      case 3:
        record.resize(at);
        break;
      case 4:
        record += record;
        break;
      case 5:
        std::swap(record, records[input_.number() % records.size()]);
        break;
      default:  // a byte more
        record.insert(at, 1, static_cast<char>(input_.number()));
        break;
    }
    std::string carried;
    for (const std::string& each : records) carried += each;
    return carried;
  }
  /// Everything has passed as it was.
  bool is_clean() const { return is_clean_; }

 private:
  // RFC 8446 5.1: a record has its length in the last two of five bytes.
  static std::vector<std::string> records_of(std::string_view bytes) {
    constexpr std::size_t kHead = 5;
    std::vector<std::string> records;
    while (!bytes.empty()) {
      std::size_t size = bytes.size();
      if (size >= kHead)
        size = kHead + (static_cast<std::size_t>(static_cast<unsigned char>(bytes[3])) << 8 |
                        static_cast<unsigned char>(bytes[4]));
      records.emplace_back(bytes.substr(0, size));
      bytes.remove_prefix(std::min(size, bytes.size()));
    }
    return records;
  }

  Input& input_;
  bool is_clean_ = true;
};

/// One end as OpenSSL and a channel make it: what it has to send, what it has heard.
class TlsEnd {
 public:
  TlsEnd(SSL_CTX& context, TlsChannel::Role role) : channel_(context, role) {}

  void take(std::string_view encrypted) {
    if (is_over) return;
    channel_.feed(std::as_bytes(std::span(encrypted)));
    std::array<std::byte, 4096> plain;
    for (;;) {
      const TlsChannel::Read read = channel_.read(plain, sink());
      heard.append(reinterpret_cast<const char*>(plain.data()), read.size);
      if (read.outcome == TlsChannel::Outcome::kBytes) continue;
      is_over = read.outcome != TlsChannel::Outcome::kWantsInput;
      if (read.outcome == TlsChannel::Outcome::kFailed)
        require(!channel_.failure().empty(), "a failure has words");
      return;
    }
  }
  bool can_say() const { return !is_over && channel_.established(); }
  void say(std::string_view plain) {
    if (!channel_.write(std::as_bytes(std::span(plain)), sink())) is_over = true;
  }
  std::string take_outgoing() { return std::exchange(outgoing_, {}); }

  std::string heard;  // plain
  bool is_over = false;

 private:
  TlsChannel::Sink sink() {
    return {.target = &outgoing_, .take = [](void* target, std::span<const std::byte> encrypted) {
              static_cast<std::string*>(target)->append(reinterpret_cast<const char*>(encrypted.data()),
                                                        encrypted.size());
            }};
  }
  TlsChannel channel_;
  std::string outgoing_;  // encrypted
};

}  // namespace suite::fuzz
