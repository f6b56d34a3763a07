#include "cmd/results/packed_histogram.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "common/base/base64.h"

namespace suite::results {
namespace {

constexpr unsigned kPlaceBits = 16;  // for places, and how many there are: both below 2^16
constexpr unsigned kWidthBits = 6;
constexpr unsigned kLongestUnary = 24;  // a longer quotient is written as a plain number

static_assert(LatencyHistogram::kBuckets < (1U << kPlaceBits));

// Most significant bits first.
class BitWriter {
 public:
  void put(std::uint64_t value, unsigned bits) {
    while (bits > 0) {
      const unsigned taken = std::min(bits, 8 - used_);
      bits -= taken;
      byte_ = (byte_ << taken) | (static_cast<unsigned>(value >> bits) & ((1U << taken) - 1));
      used_ += taken;
      if (used_ < 8) continue;
      bytes_ += static_cast<char>(byte_);
      byte_ = used_ = 0;
    }
  }
  /// A number of any size: its width less one, then its digits.
  void put_plain(std::uint64_t value) {
    const unsigned width = std::max(1U, static_cast<unsigned>(std::bit_width(value)));
    put(width - 1, kWidthBits);
    put(value, width);
  }
  /// All of it; the rest of the last byte is zero.
  const std::string& bytes() {
    if (used_ > 0) put(0, 8 - used_);
    return bytes_;
  }

 private:
  std::string bytes_;
  unsigned byte_ = 0, used_ = 0;
};

class BitReader {
 public:
  explicit BitReader(std::string_view bytes) : bytes_(bytes) {}

  std::uint64_t take(unsigned bits) {
    std::uint64_t value = 0;
    while (bits > 0) {
      if (left_ == 0) next_byte();
      const unsigned taken = std::min(bits, left_);
      left_ -= taken;
      bits -= taken;
      value = (value << taken) | ((byte_ >> left_) & ((1U << taken) - 1));
    }
    return value;
  }
  std::uint64_t take_plain() { return take(static_cast<unsigned>(take(kWidthBits)) + 1); }
  /// It took more than there was.
  bool failed() const { return failed_; }
  /// Whether nothing is left but the zeros of the last byte.
  bool at_end() const { return !failed_ && at_ == bytes_.size() && (byte_ & ((1U << left_) - 1)) == 0; }

 private:
  void next_byte() {
    failed_ |= at_ == bytes_.size();
    byte_ = failed_ ? 0 : static_cast<std::uint8_t>(bytes_[at_++]);
    left_ = 8;
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
  unsigned byte_ = 0, left_ = 0;
  bool failed_ = false;
};

/// The parameter of a Golomb-Rice code (Rice 1979) follows from the last few values, as in JPEG-LS (ITU-T
/// T.87, A.5.1).
class Parameter {
 public:
  unsigned value() const {
    unsigned k = 0;
    while ((values_ << k) < sum_) ++k;
    return k;
  }
  void learn(std::uint64_t value) {
    constexpr std::uint64_t kMost = std::uint64_t{1} << 40;
    constexpr std::uint64_t kRemembered = 8;
    sum_ += std::min(value, kMost);
    if (++values_ < kRemembered) return;
    sum_ /= 2;
    values_ /= 2;
  }

 private:
  std::uint64_t sum_ = 2, values_ = 1;
};

void put_rice(BitWriter& writer, Parameter& parameter, std::uint64_t value) {
  const unsigned k = parameter.value();
  const std::uint64_t quotient = value >> k;
  if (quotient < kLongestUnary) {
    for (std::uint64_t i = 0; i < quotient; ++i) writer.put(1, 1);
    writer.put(0, 1);
    writer.put(value, k);
  } else {
    writer.put((1U << kLongestUnary) - 1, kLongestUnary);
    writer.put_plain(value);
  }
  parameter.learn(value);
}

std::uint64_t take_rice(BitReader& reader, Parameter& parameter) {
  const unsigned k = parameter.value();
  std::uint64_t quotient = 0;
  while (quotient < kLongestUnary && reader.take(1) == 1) ++quotient;
  const std::uint64_t value =
      quotient < kLongestUnary ? (quotient << k) | reader.take(k) : reader.take_plain();
  parameter.learn(value);
  return value;
}

/// What the last buckets lead to expect of the next one: their mean, the nearer ones weighing more.
class Expectation {
 public:
  explicit Expectation(std::uint64_t first) : mean_(scaled(first)) {}

  std::uint64_t count() const { return (mean_ + kOne / 2) / kOne; }
  /// Then the next bucket is more likely filled than not: it is coded, even if it is empty.
  bool is_dense() const { return count() >= 2; }
  void learn(std::uint64_t count) {
    const std::uint64_t now = scaled(count);
    mean_ = now >= mean_ ? mean_ + (now - mean_) / kWeight : mean_ - (mean_ - now + kWeight - 1) / kWeight;
  }
  void learn_empty(std::uint64_t buckets) {
    for (; buckets > 0 && mean_ >= kWeight; --buckets) mean_ -= mean_ / kWeight;
  }

 private:
  static constexpr std::uint64_t kOne = 256, kWeight = 4;
  static std::uint64_t scaled(std::uint64_t count) {
    constexpr std::uint64_t kMost = std::uint64_t{1} << 40;
    return std::min(count, kMost) * kOne;
  }

  std::uint64_t mean_;
};

// Counts near the expected one become small numbers: 0, -1, +1, -2, ... from it, as far as there are such.
std::uint64_t folded(std::uint64_t count, std::uint64_t expected) {
  if (count > 2 * expected) return count;
  return count >= expected ? 2 * (count - expected) : 2 * (expected - count) - 1;
}
std::uint64_t unfolded(std::uint64_t value, std::uint64_t expected) {
  if (value > 2 * expected) return value;
  return value % 2 == 0 ? expected + value / 2 : expected - (value + 1) / 2;
}

}  // namespace

std::string pack(const Buckets& buckets) {
  BitWriter writer;
  writer.put(buckets.size(), kPlaceBits);
  if (buckets.empty()) return to_base64(writer.bytes());
  std::size_t place = LatencyHistogram::bucket_of(buckets.front().lowest);
  writer.put(place, kPlaceBits);
  writer.put_plain(buckets.front().count);
  Parameter gaps, counts;
  Expectation expectation(buckets.front().count);
  for (std::size_t i = 1; i < buckets.size();) {
    const std::size_t next = LatencyHistogram::bucket_of(buckets[i].lowest);
    std::uint64_t count = buckets[i].count;
    if (expectation.is_dense()) {
      ++place;
      if (place != next) count = 0;
      put_rice(writer, counts, folded(count, expectation.count()));
    } else {
      const std::uint64_t gap = next - place - 1;
      put_rice(writer, gaps, gap);
      expectation.learn_empty(gap);
      put_rice(writer, counts, count - 1);
      place = next;
    }
    expectation.learn(count);
    if (place == next) ++i;
  }
  return to_base64(writer.bytes());
}

std::optional<Buckets> unpack(std::string_view text) {
  const auto bytes = from_base64(text);
  if (!bytes) return std::nullopt;
  BitReader reader(*bytes);
  Buckets buckets(reader.take(kPlaceBits));
  if (reader.failed() || buckets.size() > LatencyHistogram::kBuckets) return std::nullopt;
  if (buckets.empty()) return reader.at_end() ? std::optional(buckets) : std::nullopt;
  std::uint64_t place = reader.take(kPlaceBits);
  std::uint64_t count = reader.take_plain();
  if (place >= LatencyHistogram::kBuckets || count == 0) return std::nullopt;
  buckets.front() = {.lowest = LatencyHistogram::lowest_of(place), .count = count};
  Parameter gaps, counts;
  Expectation expectation(count);
  for (std::size_t i = 1; i < buckets.size();) {
    if (expectation.is_dense()) {
      ++place;
      count = unfolded(take_rice(reader, counts), expectation.count());
    } else {
      const std::uint64_t gap = take_rice(reader, gaps);
      if (gap >= LatencyHistogram::kBuckets) return std::nullopt;
      expectation.learn_empty(gap);
      place += gap + 1;
      count = take_rice(reader, counts) + 1;
    }
    if (reader.failed() || place >= LatencyHistogram::kBuckets) return std::nullopt;
    expectation.learn(count);
    if (count > 0) buckets[i++] = {.lowest = LatencyHistogram::lowest_of(place), .count = count};
  }
  if (!reader.at_end()) return std::nullopt;
  return buckets;
}

}  // namespace suite::results
