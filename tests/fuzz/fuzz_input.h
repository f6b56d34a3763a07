// What the bytes of a run are taken apart into, and how an oracle says no.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>

namespace suite::fuzz {

/// The bytes of one run, which outlive it. Numbers are taken off the end, so that the text at the front stays
/// what a corpus shows.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : rest_(reinterpret_cast<const char*>(data), size) {}

  /// The last byte; 0 where none is left.
  std::size_t number() {
    if (rest_.empty()) return 0;
    const auto last = static_cast<unsigned char>(rest_.back());
    rest_.remove_suffix(1);
    return last;
  }
  std::string_view text() const { return rest_; }

 private:
  std::string_view rest_;
};

/// Ends the run where `holds` is false: libFuzzer keeps the input.
inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

/// Where a text is cut: the first piece has `first` bytes (at least 1), those behind it have `step`.
struct Cuts {
  std::size_t first, step;
};
inline constexpr Cuts kWhole{.first = SIZE_MAX, .step = SIZE_MAX};

/// Hands `text` to `take` in pieces until that returns false. Each is a copy that is gone afterwards, so that
/// AddressSanitizer sees who keeps a view of it.
template <class Take>
void in_pieces(std::string_view text, Cuts cuts, Take take) {
  std::size_t size = cuts.first == 0 ? 1 : cuts.first;
  while (!text.empty()) {
    const std::string_view piece = text.substr(0, size);
    const auto copy = std::make_unique_for_overwrite<char[]>(piece.size());
    piece.copy(copy.get(), piece.size());
    if (!take(std::string_view(copy.get(), piece.size()))) return;
    text.remove_prefix(piece.size());
    size = cuts.step == 0 ? 1 : cuts.step;
  }
}

}  // namespace suite::fuzz
