#include "client/drivers/http2_probe.h"

#include <poll.h>
#include <sys/socket.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/units.h"
#include "common/http2/frame.h"
#include "common/net/probe.h"

namespace suite {
namespace {

using Clock = std::chrono::steady_clock;
using Bytes = std::vector<std::byte>;

void send_all(int fd, const Bytes& bytes) { (void)::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL); }

Bytes preface() {
  const auto begin = std::as_bytes(std::span(http2::kPreface));
  Bytes bytes(begin.begin(), begin.end());
  http2::append_settings(bytes, {});
  return bytes;
}

enum class Wait : std::uint8_t { kInput, kNothing, kInterrupted };

Wait wait_for_input(int fd, Clock::time_point until, const EventFd& interrupt) {
  std::array<pollfd, 2> waiting{pollfd{.fd = fd, .events = POLLIN, .revents = 0},
                                pollfd{.fd = interrupt.fd(), .events = POLLIN, .revents = 0}};
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
  const int ready =
      ::poll(waiting.data(), waiting.size(), static_cast<int>(std::clamp<std::int64_t>(left, 0, INT32_MAX)));
  if (waiting[1].revents != 0) return Wait::kInterrupted;
  return ready <= 0 ? Wait::kNothing : Wait::kInput;
}

/// What came first, as far as a frame's header; why there is no more.
struct Answer {
  Bytes bytes;
  std::string why;  // empty: it is long enough
};

Answer await_answer(int fd, const Http2Probe& probe, const EventFd& interrupt) {
  Answer answer;
  std::array<std::byte, http2::kFrameHeaderBytes> buffer{};
  const auto until = Clock::now() + probe.timeout;
  while (answer.bytes.size() < buffer.size()) {
    const Wait wait = wait_for_input(fd, until, interrupt);
    if (wait == Wait::kInterrupted) return {.bytes = {}, .why = "interrupted"};
    if (wait == Wait::kNothing) {
      answer.why = fmt::format("the server does not answer within {}", format_duration(probe.timeout));
      return answer;
    }
    const ssize_t got = ::recv(fd, buffer.data(), buffer.size() - answer.bytes.size(), 0);
    if (got < 0 && errno == EAGAIN) continue;
    if (got <= 0) {
      answer.why = "the server closed the connection and did not answer";
      return answer;
    }
    answer.bytes.insert(answer.bytes.end(), buffer.begin(), buffer.begin() + got);
  }
  return answer;
}

bool is_http2(const Bytes& bytes) {
  const http2::FrameHeader header = http2::read_frame_header(bytes.data());
  return header.type == http2::FrameType::kSettings && header.stream == 0 &&
         header.length <= http2::kLeastFrameSize && !header.has(http2::flag::kAck);
}

bool is_tls_alert(const Bytes& bytes) { return bytes[0] == std::byte{21} && bytes[1] == std::byte{3}; }

std::string over_tls(TargetName name) {
  name.tls = true;
  return name.url();
}

}  // namespace

std::expected<void, Error> try_http2(const Http2Probe& probe, const EventFd& interrupt) {
  Error error{.what = "speak HTTP/2 with " + probe.name.to_string(), .why = {}, .advice = {}};
  const UniqueFd fd =
      connect_within(probe.endpoint, std::chrono::ceil<std::chrono::milliseconds>(probe.timeout));
  if (!fd) {
    error.why = "it accepts no connection any more";
    return std::unexpected(std::move(error));
  }
  send_all(fd.get(), preface());
  Answer answer = await_answer(fd.get(), probe, interrupt);
  if (answer.why.empty() && is_http2(answer.bytes)) {
    Bytes goodbye;
    http2::append_goaway(goodbye, 0, http2::ErrorCode::kNoError);
    send_all(fd.get(), goodbye);
    return {};
  }
  error.why = answer.why;
  error.advice = "does it speak HTTP/2 in the clear? otherwise give --http 1.1";
  if (answer.why == "interrupted") error.advice.clear();
  if (!answer.why.empty()) return std::unexpected(std::move(error));
  const std::string_view text(reinterpret_cast<const char*>(answer.bytes.data()), answer.bytes.size());
  error.why = "the server answers in another protocol";
  if (text.starts_with("HTTP/1.")) {
    error.why = "the server answers in HTTP/1.1";
    error.advice = "give --http 1.1";
  } else if (is_tls_alert(answer.bytes)) {
    error.why = "the server speaks TLS";
    error.advice = "use " + over_tls(probe.name);
  }
  return std::unexpected(std::move(error));
}

}  // namespace suite
