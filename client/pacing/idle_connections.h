// Which connections have room for a request, the one that has had it longest first.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "client/connection_id.h"

namespace suite {

/// A list through the connections themselves: each is in it once or not at all, and no operation allocates.
/// One thread.
class IdleConnections {
 public:
  explicit IdleConnections(std::size_t connections) : links_(connections + 1) {
    for (ConnectionId id = 0; id < links_.size(); ++id) links_[id] = {.previous = id, .next = id};
  }

  /// The one that became idle first; nothing where none is.
  std::optional<ConnectionId> front() const {
    const ConnectionId first = links_[end()].next;
    return first == end() ? std::nullopt : std::optional(first);
  }
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  /// Behind all others, unless it is in the list already.
  void add(ConnectionId id) {
    if (links_[id].next != id) return;
    ++size_;
    const ConnectionId last = links_[end()].previous;
    links_[id] = {.previous = last, .next = end()};
    links_[last].next = id;
    links_[end()].previous = id;
  }
  void remove(ConnectionId id) {
    const Link link = links_[id];
    if (link.next == id) return;
    --size_;
    links_[link.previous].next = link.next;
    links_[link.next].previous = link.previous;
    links_[id] = {.previous = id, .next = id};
  }

 private:
  /// One that is not in the list points to itself.
  struct Link {
    ConnectionId previous, next;
  };
  ConnectionId end() const { return static_cast<ConnectionId>(links_.size() - 1); }

  std::size_t size_ = 0;
  std::vector<Link> links_;  // the last one is before the first and behind the last
};

}  // namespace suite
