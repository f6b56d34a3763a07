// Answers as frames of HTTP/2. Their header blocks are literals without indexing and entries of the static
// table, so that they mean the same on every connection and need no encoder.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "common/http2/frame.h"
#include "servers/protocols/http/answer.h"
#include "servers/protocols/http/http_worker.h"
#include "servers/protocols/http2/http2_request.h"

namespace suite {

/// Larger files are lent to the outbox, in DATA frames; copying a smaller one costs less than another piece
/// of a send.
inline constexpr std::size_t kCopiedIntoData = 8 * 1024;

/// What the HTTP/2 sessions of one worker share, beside what all its sessions share. Used by one call at a
/// time.
struct Http2Worker {
  explicit Http2Worker(std::shared_ptr<HttpWorker> worker) : http(std::move(worker)) {}

  std::shared_ptr<HttpWorker> http;
  Http2Fields fields;             // of the block that was decoded last
  std::vector<std::byte> frame;   // being written
  std::vector<std::byte> block;   // being written
  std::vector<std::byte> part;    // of a file, on its way
  std::vector<std::byte> common;  // Server and Date as of `rendered`
  std::chrono::sys_seconds rendered{};
};

/// Sets `worker.block` to the head of `answer`, whose body has `size` bytes.
void make_head(Http2Worker& worker, const Answer& answer, std::uint64_t size, const Turn& turn);

/// The plainest answer of all, HEADERS and DATA in one piece, for the stream `id`; valid until the next call.
/// Rendered once a second. The file has at most kCopiedIntoData bytes.
std::span<const std::byte> whole_answer(Http2Worker& worker, CachedFile& cached, std::uint32_t id,
                                        const Turn& turn);

/// The block that says "100 Continue".
std::span<const std::byte> continue_block();

}  // namespace suite
