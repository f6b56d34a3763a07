// Whether two bodies are the same, without keeping either.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace suite {

/// Length and a 64-bit hash of bytes that come in pieces, however they are cut: words of eight bytes, each
/// mixed in by two multiplications (the constants are splitmix64's). Against accidents, not adversaries: two
/// different bodies look the same about once in 2^64.
class BodyDigest {
 public:
  void add(std::string_view bytes) {
    length_ += bytes.size();
    while (!bytes.empty()) {
      const std::size_t count = bytes.size() < 8 - pending_ ? bytes.size() : 8 - pending_;
      std::memcpy(word_ + pending_, bytes.data(), count);
      bytes.remove_prefix(count);
      pending_ = (pending_ + count) % 8;
      if (pending_ == 0) mix();
    }
  }
  std::uint64_t length() const { return length_; }
  /// Of all that was added.
  std::uint64_t hash() const {
    BodyDigest rest = *this;
    std::memset(rest.word_ + rest.pending_, 0, 8 - rest.pending_);
    rest.mix();
    return rest.hash_ ^ length_;
  }

 private:
  void mix() {
    std::uint64_t word = 0;
    std::memcpy(&word, word_, sizeof word);
    hash_ = (hash_ ^ word) * 0x9E3779B97F4A7C15U;
    hash_ = (hash_ ^ (hash_ >> 32)) * 0xBF58476D1CE4E5B9U;
    hash_ ^= hash_ >> 29;
  }

  std::uint64_t length_ = 0;
  std::uint64_t hash_ = 0x2545F4914F6CDD1DU;
  std::size_t pending_ = 0;  // bytes in word_
  char word_[8] = {};
};

}  // namespace suite
