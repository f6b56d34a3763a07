#include "common/http/response_parser.h"

#include <algorithm>

#include "common/http/known_head.h"
#include "common/http/response_lines.h"

namespace suite {

bool persists(const ResponseHead& head) {
  if (head.close) return false;
  return head.minor_version == 1 || (head.keep_alive && !head.has_coding);
}

void ResponseParser::restart(bool to_head) {
  to_head_ = to_head;
  finish();
}

void ResponseParser::finish() {
  state_ = State::kStatusLine;
  line_bytes_ = 0;
  remaining_ = 0;
  line_.clear();
}

ResponseParser::Step ResponseParser::next(std::string_view bytes) {
  switch (state_) {
    case State::kMalformed:
      return malformed();
    case State::kFinalHead:
      if (begin_body()) return next(bytes);
      finish();
      return {.event = Event::kComplete, .consumed = 0};
    case State::kLength:
    case State::kUntilClose:
    case State::kChunkData:
      return take_body(bytes);
    case State::kStatusLine:
      return begin_status_line(bytes);
    default:
      return line_.empty() ? parse_lines(bytes) : continue_line(bytes);
  }
}

ResponseParser::Step ResponseParser::next(std::string_view bytes, KnownHead& known) {
  if (!at_start() || !line_.empty()) return next(bytes);
  if (known.begins(bytes)) {
    head_ = known.head();
    const std::string_view rest = bytes.substr(known.size());
    const auto length = content_length();
    if (length && *length <= rest.size()) {
      return {.event = Event::kWhole, .consumed = known.size() + *length, .body = rest.substr(0, *length)};
    }
    state_ = State::kFinalHead;
    return {.event = Event::kHead, .consumed = known.size()};
  }
  const Step step = next(bytes);
  if (step.event == Event::kHead) known.remember(bytes.substr(0, step.consumed), head_);
  return step;
}

// --- Lines ----------------------------------------------------------------------------------------------

namespace {

using LineStatus = ParsedLine::Status;

}  // namespace

// line_ is "\r" while the end of an empty line is missing.
void ResponseParser::skip_empty_lines(std::string_view& bytes) {
  for (; !bytes.empty(); bytes.remove_prefix(1)) {
    if (bytes.front() == '\n') {
      line_.clear();
    } else if (bytes.front() == '\r' && line_.empty()) {
      line_ = "\r";
    } else {
      return;
    }
  }
}

ResponseParser::Step ResponseParser::begin_status_line(std::string_view bytes) {
  std::string_view rest = bytes;
  if (at_start()) skip_empty_lines(rest);
  if (line_ == "\r") {
    if (!rest.empty()) return malformed();
    return {.event = Event::kNeedMore, .consumed = bytes.size()};
  }
  Step step = line_.empty() ? parse_lines(rest) : continue_line(rest);
  step.consumed += bytes.size() - rest.size();
  return step;
}

ResponseParser::Step ResponseParser::parse_lines(std::string_view bytes) {
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  for (;;) {
    const ParsedLine line = parse_line(at, end);
    if (line.status == LineStatus::kMalformed) return malformed();
    const bool incomplete = line.status == LineStatus::kIncomplete;
    const char* const parsed_to = incomplete && line.end == nullptr ? at : line.end;
    line_bytes_ += static_cast<std::size_t>(parsed_to - at);
    at = parsed_to;
    if (incomplete) return keep({at, end}, bytes.size());
    if (line_bytes_ > most_line_bytes()) return malformed();
    const auto consumed = static_cast<std::size_t>(at - bytes.data());
    const Event event = line_parsed();
    if (event != Event::kNeedMore) return {.event = event, .consumed = consumed};
    if (state_ != State::kChunkData) continue;
    Step data = take_body(bytes.substr(consumed));
    data.consumed += consumed;
    return data;
  }
}

ResponseParser::Step ResponseParser::keep(std::string_view rest, std::size_t consumed) {
  if (line_bytes_ + rest.size() > most_line_bytes()) return malformed();
  line_.assign(rest);
  return {.event = Event::kNeedMore, .consumed = consumed};
}

// The line whose beginning is kept ends in `bytes`, or it goes on.
ResponseParser::Step ResponseParser::continue_line(std::string_view bytes) {
  const std::size_t newline = bytes.find('\n');
  const std::size_t count = newline == std::string_view::npos ? bytes.size() : newline + 1;
  if (line_bytes_ + line_.size() + count > most_line_bytes()) return malformed();
  line_.append(bytes.substr(0, count));
  if (newline == std::string_view::npos) return {.event = Event::kNeedMore, .consumed = count};
  std::string whole;
  whole.swap(line_);
  const ParsedLine line = parse_line(whole.data(), whole.data() + whole.size());
  if (line.end != whole.data() + whole.size()) return malformed();
  line_bytes_ += whole.size();
  const Event event = line_parsed();
  if (event != Event::kNeedMore) return {.event = event, .consumed = count};
  Step rest = next(bytes.substr(count));
  rest.consumed += count;
  return rest;
}

ParsedLine ResponseParser::parse_line(const char* at, const char* end) {
  switch (state_) {
    case State::kStatusLine:
      return parse_status_line(at, end, head_);
    case State::kFields:
      return parse_field_lines(
          at, end, {.head = head_, .server = server_, .over = section_over_, .may_fold = may_fold_});
    case State::kChunkLine:
      return parse_chunk_line(at, end, remaining_, ChunkPadding::kAllowed);
    case State::kChunkEnd:
      return parse_line_end(at, end);
    default:
      return parse_response_trailer_line(at, end, section_over_);
  }
}

std::size_t ResponseParser::most_line_bytes() const {
  return state_ == State::kChunkLine ? kMostChunkLine : kMostHeadBytes;
}

// What the line that was parsed leads to; kNeedMore: to another one, or to a chunk's data.
ResponseParser::Event ResponseParser::line_parsed() {
  switch (state_) {
    case State::kStatusLine:
      state_ = State::kFields;
      section_over_ = may_fold_ = false;
      return Event::kNeedMore;
    case State::kFields:
      return section_over_ ? head_parsed() : Event::kNeedMore;
    case State::kChunkLine:
      state_ = remaining_ == 0 ? State::kTrailers : State::kChunkData;
      section_over_ = false;
      line_bytes_ = 0;
      return Event::kNeedMore;
    case State::kChunkEnd:
      state_ = State::kChunkLine;
      line_bytes_ = 0;
      return Event::kNeedMore;
    default:
      if (!section_over_) return Event::kNeedMore;
      finish();
      return Event::kComplete;
  }
}

ResponseParser::Event ResponseParser::head_parsed() {
  line_bytes_ = 0;
  const bool interim = head_.status < 200;
  // 101 would be the end of HTTP on this connection, and nobody asked for that (RFC 9110 15.2.2).
  if (head_.status == 101 || (head_.misframed && !has_no_content())) {
    state_ = State::kMalformed;
    return Event::kMalformed;
  }
  state_ = interim ? State::kStatusLine : State::kFinalHead;
  return interim ? Event::kInterim : Event::kHead;
}

// --- Content --------------------------------------------------------------------------------------------

// The response ends with its head, whatever its fields say (RFC 9112 6.3, rule 1).
bool ResponseParser::has_no_content() const {
  return to_head_ || head_.status < 200 || head_.status == 204 || head_.status == 304;
}

// Nothing where that is for the content itself, or the connection's end, to show (RFC 9112 6.3).
std::optional<std::uint64_t> ResponseParser::content_length() const {
  if (has_no_content()) return 0;
  if (head_.has_coding || !head_.has_length) return std::nullopt;
  return head_.length;
}

// False where there is no content.
bool ResponseParser::begin_body() {
  const auto length = content_length();
  remaining_ = length.value_or(0);
  if (length) {
    state_ = State::kLength;
  } else {
    state_ = head_.chunked ? State::kChunkLine : State::kUntilClose;
  }
  return length != 0;
}

std::uint64_t ResponseParser::certain_body() const {
  switch (state_) {
    case State::kLength:
    case State::kChunkData:
      return remaining_;
    case State::kUntilClose:
      return UINT64_MAX;
    case State::kFinalHead:
      return head_.chunked ? 0 : content_length().value_or(UINT64_MAX);
    default:
      return 0;
  }
}

void ResponseParser::skip(std::uint64_t count) {
  if (state_ == State::kFinalHead) begin_body();
  if (state_ != State::kUntilClose) remaining_ -= count;
}

ResponseParser::Step ResponseParser::take_body(std::string_view bytes) {
  if (state_ != State::kUntilClose) {
    if (remaining_ == 0 && state_ == State::kChunkData) {
      state_ = State::kChunkEnd;
      return parse_lines(bytes);
    }
    if (remaining_ == 0) {
      finish();
      return {.event = Event::kComplete, .consumed = 0};
    }
    bytes = bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, bytes.size())));
    remaining_ -= bytes.size();
  }
  if (bytes.empty()) return {.event = Event::kNeedMore, .consumed = 0};
  return {.event = Event::kBody, .consumed = bytes.size(), .body = bytes};
}

ResponseParser::Step ResponseParser::malformed() {
  state_ = State::kMalformed;
  line_.clear();
  return {.event = Event::kMalformed, .consumed = 0};
}

}  // namespace suite
