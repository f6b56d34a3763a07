#include "common/limits/exchange.h"

#include <cerrno>

namespace suite::limits {

std::string batch_of(const std::string& message, std::uint64_t depth) {
  std::string batch;
  batch.reserve(message.size() * depth);
  for (std::uint64_t i = 0; i < depth; ++i) batch += message;
  return batch;
}

RawEnd::Sent RawEnd::send_owed(const std::string& batch) {
  while (unsent > 0) {
    const char* const from = batch.data() + batch.size() - unsent;
    const ssize_t sent = ::send(fd, from, unsent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) return errno == EAGAIN ? Sent::kBlocked : Sent::kBroken;
    unsent -= static_cast<std::size_t>(sent);
  }
  return Sent::kAll;
}

ssize_t receive(const RawEnd& end, std::span<char> room, std::size_t size) {
  if (size > kDiscarded) return ::recv(end.fd, nullptr, size - end.partial, MSG_DONTWAIT | MSG_TRUNC);
  return ::recv(end.fd, room.data(), room.size(), MSG_DONTWAIT);
}

}  // namespace suite::limits
