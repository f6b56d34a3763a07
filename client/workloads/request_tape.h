// The bytes that HTTP requests are made of.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace suite {

/// One thread's requests in the order in which it takes them, as bytes in one piece: consecutive ones are
/// sent at once. Behind the last the first one follows again. Read-only; one thread.
class RequestTape {
 public:
  /// Of `threads` threads, number `thread` takes every threads-th of `requests`, from the thread-th on: all
  /// together they take each in turn. `requests` is not empty.
  RequestTape(const std::vector<std::string>& requests, std::size_t thread, std::size_t threads);

  /// Places on the tape. Short requests stand on it several times, so that many can be sent from it at once.
  std::uint32_t size() const { return static_cast<std::uint32_t>(url_.size()); }
  /// The requests at `count` places from `first` on; first + count <= size().
  std::span<const std::byte> bytes(std::size_t first, std::size_t count) const {
    const std::size_t begin = offset_[first];
    return std::as_bytes(std::span(text_)).subspan(begin, offset_[first + count] - begin);
  }
  std::size_t bytes_at(std::size_t place) const { return offset_[place + 1] - offset_[place]; }
  /// Which of `requests` stands at a place.
  std::uint32_t url(std::size_t place) const { return url_[place]; }

 private:
  std::string text_;
  std::vector<std::size_t> offset_;  // where each begins, and where the last one ends
  std::vector<std::uint32_t> url_;
};

}  // namespace suite
