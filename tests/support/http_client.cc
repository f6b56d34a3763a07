#include "tests/support/http_client.h"

#include <algorithm>
#include <charconv>
#include <ostream>

namespace suite::test {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::string_view kLineEnd = "\r\n";
constexpr std::size_t kLongestHead = 1 << 16;

bool same_name(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::optional<std::size_t> number_in(std::string_view text, int base = 10) {
  std::size_t value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (result.ec != std::errc{} || result.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

// "HTTP/1.1 200 OK" -> 200; 0 where it is no status line.
int status_in(std::string_view line) {
  if (!line.starts_with("HTTP/1.1 ") || line.size() < 13 || line[12] != ' ') return 0;
  return static_cast<int>(number_in(line.substr(9, 3)).value_or(0));
}

// "Name: value" -> the two; nothing where it is no field.
std::optional<std::pair<std::string, std::string>> field_in(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == 0 || colon == std::string_view::npos) return std::nullopt;
  const std::string_view name = line.substr(0, colon);
  if (name.find_first_of(" \t\r\n") != std::string_view::npos) return std::nullopt;
  std::string_view value = line.substr(colon + 1);
  value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
  while (value.ends_with(' ') || value.ends_with('\t')) value.remove_suffix(1);
  if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) return std::nullopt;
  return std::pair(std::string(name), std::string(value));
}

// Takes a line off `text`, without its end; nothing where there is no whole one.
std::optional<std::string_view> next_line(std::string_view& text) {
  const std::size_t end = text.find(kLineEnd);
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + kLineEnd.size());
  return line;
}

}  // namespace

std::string HttpResponse::field(std::string_view name) const {
  const auto found = std::ranges::find_if(fields, [name](const auto& f) { return same_name(f.first, name); });
  return found == fields.end() ? "" : found->second;
}

std::size_t HttpResponse::count(std::string_view name) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(fields, [name](const auto& f) { return same_name(f.first, name); }));
}

void PrintTo(const HttpResponse& response, std::ostream* to) {
  *to << response.head << "and a body of " << response.body.size() << " bytes";
}

std::string http_request(std::string_view method, std::string_view target, std::string_view fields) {
  std::string request(method);
  request.append(" ").append(target).append(" HTTP/1.1\r\nHost: test\r\n").append(fields).append(kLineEnd);
  return request;
}

std::string head_without_date(const HttpResponse& response) {
  const std::size_t begin = response.head.find("\r\nDate: ");
  if (begin == std::string::npos) return response.head;
  return std::string(response.head).erase(begin, response.head.find(kLineEnd, begin + 2) - begin);
}

HttpResponse HttpClient::ask(std::string_view method, std::string_view target, std::string_view fields) {
  if (!send(http_request(method, target, fields))) return fail("the request could not be sent");
  return read(method);
}

HttpResponse HttpClient::read(std::string_view method, std::chrono::nanoseconds patience) {
  const auto until = Clock::now() + patience;
  HttpResponse response;
  auto head = take_through("\r\n\r\n", until);
  if (!head) return fail("no whole head: '" + buffer_.substr(taken_, 200) + "'");
  response.head = std::move(*head);
  if (!parse_head(response)) return fail("a malformed head: '" + response.head + "'");
  const Body body = body_of(response, method);
  if (body.framing == Framing::kBad) return fail("no framing: '" + response.head + "'");
  if (!read_body(body, response, until)) return fail("no whole body behind '" + response.head + "'");
  return response;
}

std::string HttpClient::rest(std::chrono::nanoseconds patience) {
  std::string bytes = buffer_.substr(taken_) + socket_.receive_rest(patience);
  buffer_.clear();
  taken_ = 0;
  return bytes;
}

bool HttpClient::parse_head(HttpResponse& response) {
  std::string_view text = response.head;
  const auto status_line = next_line(text);
  if (!status_line) return false;
  response.status = status_in(*status_line);
  for (auto line = next_line(text); line && !line->empty(); line = next_line(text)) {
    auto field = field_in(*line);
    if (!field) return false;
    response.fields.push_back(std::move(*field));
  }
  return response.status >= 100;
}

// RFC 9112, 6.3.
HttpClient::Body HttpClient::body_of(const HttpResponse& response, std::string_view method) {
  const bool coded = response.count("Transfer-Encoding") != 0;
  const bool measured = response.count("Content-Length") != 0;
  if (method == "HEAD" || response.status < 200 || response.status == 204 || response.status == 304) {
    return {Framing::kNone};
  }
  if (coded) {
    const bool chunked = !measured && same_name(response.field("Transfer-Encoding"), "chunked");
    return {chunked ? Framing::kChunked : Framing::kBad};
  }
  if (!measured) return {Framing::kClose};
  const auto length = number_in(response.field("Content-Length"));
  if (!length || response.count("Content-Length") != 1) return {Framing::kBad};
  return {Framing::kLength, *length};
}

bool HttpClient::read_body(Body body, HttpResponse& response, Clock::time_point until) {
  switch (body.framing) {
    case Framing::kNone:
      return true;
    case Framing::kLength: {
      auto bytes = take(body.length, until);
      if (bytes) response.body = std::move(*bytes);
      return bytes.has_value();
    }
    case Framing::kChunked:
      return read_chunks(response, until);
    case Framing::kClose:
      response.body = rest(until - Clock::now());
      return socket_.end() == End::kFinished;
    case Framing::kBad:
      break;
  }
  return false;
}

bool HttpClient::read_chunks(HttpResponse& response, Clock::time_point until) {
  for (;;) {
    const auto line = take_through(kLineEnd, until);
    const auto size =
        line ? number_in(std::string_view(*line).substr(0, line->size() - 2), 16) : std::nullopt;
    if (!size) return false;
    const auto chunk =
        take(*size + kLineEnd.size(), until);  // of the last one, which has no trailers: the end
    if (!chunk || !chunk->ends_with(kLineEnd)) return false;
    if (*size == 0) return true;
    response.body.append(*chunk, 0, *size);
  }
}

bool HttpClient::fill(Clock::time_point until) {
  const std::string bytes = socket_.receive_next(1 << 16, until - Clock::now());
  if (taken_ > kLongestHead) {
    buffer_.erase(0, taken_);
    taken_ = 0;
  }
  buffer_ += bytes;
  return !bytes.empty();
}

std::optional<std::string> HttpClient::take_through(std::string_view mark, Clock::time_point until) {
  for (std::size_t end = 0; (end = buffer_.find(mark, taken_)) == std::string::npos;) {
    if (buffer_.size() - taken_ > kLongestHead || !fill(until)) return std::nullopt;
  }
  return take(buffer_.find(mark, taken_) + mark.size() - taken_, until);
}

std::optional<std::string> HttpClient::take(std::size_t size, Clock::time_point until) {
  while (buffer_.size() - taken_ < size) {
    if (!fill(until)) return std::nullopt;
  }
  std::string bytes = buffer_.substr(taken_, size);
  taken_ += size;
  return bytes;
}

HttpResponse HttpClient::fail(std::string why) {
  error_ = std::move(why);
  return {};
}

}  // namespace suite::test
