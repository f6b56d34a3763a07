// Requests that seeded chance has mangled, for tests that compare two readings of the same bytes.
#pragma once

#include <array>
#include <cstddef>
#include <random>
#include <span>
#include <string>
#include <string_view>

namespace suite::test {

/// Mangles texts of a corpus with up to three changes each, the same way for the same seed.
class Mangler {
 public:
  Mangler(std::span<const std::string_view> corpus, unsigned seed) : corpus_(corpus), random_(seed) {}

  std::string next();

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }
  std::string_view pick(std::span<const std::string_view> texts) { return texts[below(texts.size())]; }
  void mangle(std::string& text);

  std::span<const std::string_view> corpus_;
  std::minstd_rand random_;
};

/// Good requests: all forms of targets and bodies, and fields that decide on both.
extern const std::array<std::string_view, 10> kGoodRequests;
/// Good bodies in the chunked coding.
extern const std::array<std::string_view, 5> kChunkedBodies;

/// `text` with escapes for what is not printable, a line to each line end.
std::string shown(std::string_view text);

}  // namespace suite::test
