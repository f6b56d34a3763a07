// Heads that come again byte for byte need not be parsed again.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "common/http/response_parser.h"

namespace suite {

/// The final head that was parsed last, in its bytes and in what they say. A server answers most requests
/// with the same one (its Date changes once a second), and the same bytes say the same. Shared by the
/// connections of one thread.
class KnownHead {
 public:
  /// Longer ones are parsed each time: comparing them costs as much memory again as reading them.
  static constexpr std::size_t kMostBytes = 2048;

  /// Whether `bytes` begin with it. False while there is none.
  bool begins(std::string_view bytes) const { return !text_.empty() && bytes.starts_with(text_); }
  /// `text` is a whole head, from its status line to the empty line, and `head` is what it says.
  void remember(std::string_view text, const ResponseHead& head) {
    if (text.size() > kMostBytes) return;
    text_.assign(text);
    head_ = head;
  }
  std::size_t size() const { return text_.size(); }
  const ResponseHead& head() const { return head_; }

 private:
  std::string text_;
  ResponseHead head_;
};

}  // namespace suite
