#include "servers/protocols/http1/answer_writer.h"

#include <fmt/format.h>

#include <iterator>
#include <span>
#include <string>

#include "servers/protocols/http/status.h"

namespace suite {
namespace {

using std::chrono::floor;
using std::chrono::seconds;

// Larger files are lent to the outbox; copying a smaller one costs less than another piece of a send.
constexpr std::size_t kCopiedBytes = 8 * 1024;

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

void send_bytes(const AnswerContext& to, const Answer& part) {
  const std::shared_ptr<const File>& file = part.file;
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

Answered answer_with_bytes(const AnswerContext& to, const Answer& part) {
  Text head;
  begin_head(head, to, part.status);
  append(head, part.file->fields);
  if (part.status == kPartialContent) {
    fmt::format_to(std::back_inserter(head), "Content-Range: bytes {}-{}/{}\r\n", part.first,
                   part.first + part.size - 1, part.file->size);
  }
  append_length(head, part.size);
  append(to.out, {head.data(), head.size()});
  if (to.head_only) return {.status = part.status, .body_bytes = 0};
  send_bytes(to, part);
  return {.status = part.status, .body_bytes = part.size};
}

// The plainest answer of all is kept whole, head and bytes in one piece, and rendered once a second.
Answered answer_from_memory(const AnswerContext& to, CachedFile& cached) {
  const File& file = *cached.file;
  const auto second = floor<seconds>(to.turn.wall);
  RenderedAnswer& kept = cached.http1;
  if (kept.bytes.empty() || kept.second != second) {
    Text head;
    begin_head(head, to, 200);
    append(head, file.fields);
    append_length(head, file.size);
    kept.bytes.assign(head.data(), head.size()).append(file.bytes);
    kept.second = second;
  }
  append(to.out, kept.bytes);
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

Answered answer_with_status(const AnswerContext& to, const Answer& answer) {
  const std::string body = status_text(answer.status);
  Text head;
  begin_head(head, to, answer.status);
  if (!answer.field.empty())
    fmt::format_to(std::back_inserter(head), "{}: {}\r\n", answer.field, answer.value);
  append(head, "Content-Type: text/plain\r\n");
  append_length(head, body.size());
  if (!to.head_only) append(head, body);
  append(to.out, {head.data(), head.size()});
  return {.status = answer.status, .body_bytes = to.head_only ? 0 : body.size()};
}

}  // namespace

Answered write_answer(const AnswerContext& to, const Answer& answer) {
  if (answer.file == nullptr) return answer_with_status(to, answer);
  if (answer.status == kNotModified) return answer_not_modified(to, *answer.file);
  const bool plainest =
      answer.cached != nullptr && !to.head_only && to.stay == Stay::kOpen && answer.size <= kCopiedBytes;
  return plainest ? answer_from_memory(to, *answer.cached) : answer_with_bytes(to, answer);
}

}  // namespace suite
