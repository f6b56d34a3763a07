#include "servers/protocols/http/answer.h"

#include <fmt/format.h>

#include <iterator>
#include <span>
#include <string>

#include "servers/protocols/http/conditions.h"
#include "servers/protocols/http/target.h"

namespace suite {
namespace {

using std::chrono::floor;
using std::chrono::seconds;

// Larger files are lent to the outbox; copying a smaller one costs less than another piece of a send.
constexpr std::size_t kCopiedBytes = 8 * 1024;

std::string_view reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 206:
      return "Partial Content";
    case 301:
      return "Moved Permanently";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 412:
      return "Precondition Failed";
    case 414:
      return "URI Too Long";
    case 416:
      return "Range Not Satisfiable";
    case 417:
      return "Expectation Failed";
    case 431:
      return "Request Header Fields Too Large";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Internal Server Error";
  }
}

std::string_view connection_field(Stay stay) {
  switch (stay) {
    case Stay::kOpen:
      return "";
    case Stay::kOpenSaid:
      return "Connection: keep-alive\r\n";
    case Stay::kClose:
      return "Connection: close\r\n";
  }
  return "";
}

void append(OutBuffer& out, std::string_view text) { out.append(std::as_bytes(std::span(text))); }

using Text = fmt::basic_memory_buffer<char, 1024>;

void append(Text& text, std::string_view part) { text.append(part.data(), part.data() + part.size()); }

// The status line, the common fields, and how the connection goes on.
void begin_head(Text& head, const AnswerContext& to, int status) {
  if (status == 200) {
    append(head, "HTTP/1.1 200 OK\r\n");
  } else {
    fmt::format_to(std::back_inserter(head), "HTTP/1.1 {} {}\r\n", status, reason_of(status));
  }
  append(head, to.worker.common_fields.at(to.turn.wall));
  append(head, connection_field(to.stay));
}

void append_length(Text& head, std::uint64_t size) {
  append(head, "Content-Length: ");
  append(head, fmt::format_int(size).str());
  append(head, "\r\n\r\n");
}

void send_bytes(const AnswerContext& to, const std::shared_ptr<const File>& file, const Selection& part) {
  if (file->source != nullptr) {
    return to.out.append_file({.file = file->source, .offset = part.first, .size = part.size},
                              to.worker.windows);
  }
  const auto bytes = file->content().subspan(part.first, part.size);
  if (bytes.size() <= kCopiedBytes) return to.out.append(bytes);
  if (!file->pages.bytes().empty() && to.worker.page_pipe) {
    return to.out.share_pages(file, bytes, *to.worker.page_pipe);
  }
  to.out.share(file, bytes);
}

Answered answer_with_bytes(const AnswerContext& to, const std::shared_ptr<const File>& file,
                           const Selection& part) {
  Text head;
  begin_head(head, to, part.status);
  append(head, file->fields);
  if (part.status == 206) {
    fmt::format_to(std::back_inserter(head), "Content-Range: bytes {}-{}/{}\r\n", part.first,
                   part.first + part.size - 1, file->size);
  }
  append_length(head, part.size);
  append(to.out, {head.data(), head.size()});
  if (to.head_only) return {.status = part.status, .body_bytes = 0};
  send_bytes(to, file, part);
  return {.status = part.status, .body_bytes = part.size};
}

// The plainest answer of all is kept whole, head and bytes in one piece, and rendered once a second.
Answered answer_from_memory(const AnswerContext& to, CachedFile& cached) {
  const File& file = *cached.file;
  const auto second = floor<seconds>(to.turn.wall);
  if (cached.answer.empty() || cached.rendered != second) {
    Text head;
    begin_head(head, to, 200);
    append(head, file.fields);
    append_length(head, file.size);
    cached.answer.assign(head.data(), head.size()).append(file.bytes);
    cached.rendered = second;
  }
  append(to.out, cached.answer);
  return {.status = 200, .body_bytes = file.size};
}

// RFC 9110 15.4.5: of what a 200 would say the entity-tag and the Date, and no other metadata of the file,
// which the client has. Last-Modified would only be of use without an entity-tag.
Answered answer_not_modified(const AnswerContext& to, const File& file) {
  Text head;
  begin_head(head, to, 304);
  append(head, "ETag: ");
  append(head, file.entity_tag);
  append(head, "\r\n\r\n");
  append(to.out, {head.data(), head.size()});
  return {.status = 304, .body_bytes = 0};
}

}  // namespace

Answered answer_with_status(const AnswerContext& to, int status, std::string_view fields) {
  const std::string body = fmt::format("{} {}\n", status, reason_of(status));
  Text head;
  begin_head(head, to, status);
  append(head, fields);
  append(head, "Content-Type: text/plain\r\n");
  append_length(head, body.size());
  if (!to.head_only) append(head, body);
  append(to.out, {head.data(), head.size()});
  return {.status = status, .body_bytes = to.head_only ? 0 : body.size()};
}

Answered answer_with_file(const AnswerContext& to, const Request& request, const Found& found) {
  if (found.status == 301) {
    const std::string location = location_of_directory(found.directory, request.query);
    return answer_with_status(to, found.status, fmt::format("Location: {}\r\n", location));
  }
  if (found.status == 503) return answer_with_status(to, found.status, "Retry-After: 1\r\n");
  if (found.status != 200) return answer_with_status(to, found.status);

  const File& file = *found.file;
  const Validators validators{.entity_tag = file.entity_tag, .modified = file.modified, .size = file.size};
  const Selection part = select(request, validators, floor<seconds>(to.turn.wall));
  if (part.status == 304) return answer_not_modified(to, file);
  if (part.status == 412) return answer_with_status(to, part.status);
  if (part.status == 416) {
    return answer_with_status(to, part.status, fmt::format("Content-Range: bytes */{}\r\n", file.size));
  }
  const bool plainest = part.status == 200 && found.cached != nullptr && !to.head_only &&
                        to.stay == Stay::kOpen && file.size <= kCopiedBytes;
  return plainest ? answer_from_memory(to, *found.cached) : answer_with_bytes(to, found.file, part);
}

}  // namespace suite
