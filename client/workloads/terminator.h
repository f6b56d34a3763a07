// Where replies end that end with the same bytes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace suite {

/// Bytes that are looked for in a stream, however that is cut (Knuth, Morris, Pratt 1977). Read-only.
class Terminator {
 public:
  /// `text` is not empty.
  explicit Terminator(std::string text);

  /// The end of the first one in `bytes`; npos: there is none. `matched` is how much of one the bytes before
  /// ended with, and afterwards how much of one these end with. Behind one that was found the next begins
  /// afresh: 0.
  std::size_t find(std::string_view bytes, std::size_t& matched) const;

 private:
  std::string text_;
  std::vector<std::size_t> border_;  // of each beginning: the longest shorter one that it also ends with
};

}  // namespace suite
