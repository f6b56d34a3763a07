#include "client/workloads/terminator.h"

#include <cstring>
#include <utility>

namespace suite {

Terminator::Terminator(std::string text) : text_(std::move(text)), border_(text_.size()) {
  std::size_t border = 0;
  for (std::size_t i = 1; i < text_.size(); ++i) {
    while (border > 0 && text_[i] != text_[border]) border = border_[border - 1];
    if (text_[i] == text_[border]) ++border;
    border_[i] = border;
  }
}

std::size_t Terminator::find(std::string_view bytes, std::size_t& matched) const {
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    if (matched == 0) {  // most of a long reply is passed here
      const void* const first = std::memchr(bytes.data() + at, text_[0], bytes.size() - at);
      if (first == nullptr) return std::string_view::npos;
      at = static_cast<std::size_t>(static_cast<const char*>(first) - bytes.data());
    }
    while (matched > 0 && bytes[at] != text_[matched]) matched = border_[matched - 1];
    if (bytes[at] == text_[matched]) ++matched;
    if (matched == text_.size()) {
      matched = 0;
      return at + 1;
    }
  }
  return std::string_view::npos;
}

}  // namespace suite
