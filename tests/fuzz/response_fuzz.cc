// Responses: the same heads and bodies wherever the bytes are cut, with a known head and without; and what is
// accepted ends where llhttp ends it.
#include <llhttp.h>

#include <string>
#include <utility>

#include "common/http/known_head.h"
#include "common/http/response_parser.h"
#include "tests/fuzz/targets.h"

namespace suite::fuzz {
namespace {

using Event = ResponseParser::Event;

/// What a client makes of the bytes, as text.
class ResponseReading {
 public:
  ResponseReading(bool to_head, bool knows_heads) : knows_heads_(knows_heads) { parser_.restart(to_head); }

  bool take(std::string_view bytes) {
    for (std::size_t steps = 0;; ++steps) {
      require(steps < 100'000, "each step consumes something, or ends a response");
      const ResponseParser::Step step = knows_heads_ ? parser_.next(bytes, known_) : parser_.next(bytes);
      require(step.consumed <= bytes.size(), "no more is consumed than there is");
      bytes.remove_prefix(step.consumed);
      note(step);
      if (step.event == Event::kMalformed) return false;
      if (step.event == Event::kNeedMore) {
        require(bytes.empty(), "all is consumed where more is needed");
        return true;
      }
    }
  }
  std::string seen() const { return seen_ + (parser_.at_start() ? "|start" : "|within"); }
  /// Complete responses: their statuses, and all their content.
  std::string whole, content;
  bool malformed = false;

 private:
  std::string status() const { return std::to_string(parser_.head().status) + ","; }

  void note(const ResponseParser::Step& step) {
    switch (step.event) {
      case Event::kNeedMore:
        break;
      case Event::kInterim:
        seen_ += "interim " + status();
        whole += status();
        break;
      case Event::kHead:
        seen_ += "head " + status();
        break;
      case Event::kBody:
        seen_ += step.body;
        body_ += step.body;
        break;
      case Event::kWhole:
        seen_ += "head " + status() + std::string(step.body) + ";";
        whole += status();
        content += step.body;
        break;
      case Event::kComplete:
        seen_ += ";";
        whole += status();
        content += std::exchange(body_, {});
        break;
      case Event::kMalformed:
        seen_ += "malformed";
        malformed = true;
        break;
    }
  }

  ResponseParser parser_;
  KnownHead known_;
  bool knows_heads_;
  std::string seen_, body_;
};

/// The same of llhttp.
struct LlhttpResponses {
  llhttp_t parser;
  std::string whole, content, body;
};

LlhttpResponses& responses_of(llhttp_t* parser) { return *static_cast<LlhttpResponses*>(parser->data); }

int on_llhttp_body(llhttp_t* parser, const char* at, std::size_t size) {
  responses_of(parser).body.append(at, size);
  return 0;
}
int on_llhttp_complete(llhttp_t* parser) {
  LlhttpResponses& theirs = responses_of(parser);
  theirs.whole += std::to_string(parser->status_code) + ",";
  theirs.content += std::exchange(theirs.body, {});
  return 0;
}
// What follows a response that ends its connection is not its business here, and content is the caller's (RFC
// 9112 6.3, rule 1).
int on_llhttp_head(llhttp_t* parser) {
  parser->flags = static_cast<std::uint16_t>((parser->flags & ~F_CONNECTION_CLOSE) | F_CONNECTION_KEEP_ALIVE);
  const int status = parser->status_code;
  return status / 100 == 1 || status == 204 || status == 304 ? 1 : 0;
}

// Where llhttp refuses something, ours may be right: tests/common/http/response_parser_differential_test.cc.
void check_like_llhttp(const ResponseReading& ours, std::string_view text) {
  static const llhttp_settings_t callbacks = [] {
    llhttp_settings_t made;
    llhttp_settings_init(&made);
    made.on_body = on_llhttp_body;
    made.on_message_complete = on_llhttp_complete;
    made.on_headers_complete = on_llhttp_head;
    return made;
  }();
  LlhttpResponses theirs{};
  llhttp_init(&theirs.parser, HTTP_RESPONSE, &callbacks);
  theirs.parser.data = &theirs;
  if (llhttp_execute(&theirs.parser, text.data(), text.size()) != HPE_OK) return;
  require(ours.whole == theirs.whole, "both see the same responses end");
  require(ours.content == theirs.content, "both read the same content");
}

}  // namespace

void response(Input input) {
  const Cuts cuts{.first = input.number(), .step = input.number()};
  const bool to_head = (input.number() & 1) != 0;
  // A line that is wrong may be refused before its end, or at it.
  const std::string text = std::string(input.text()) + "\n";
  ResponseReading whole(to_head, false);
  in_pieces(text, kWhole, [&](std::string_view piece) { return whole.take(piece); });
  for (const bool knows_heads : {false, true}) {
    ResponseReading cut(to_head, knows_heads);
    in_pieces(text, cuts, [&](std::string_view piece) { return cut.take(piece); });
    require(cut.seen() == whole.seen(), "the same responses, wherever they are cut");
  }
  if (!whole.malformed && !to_head) check_like_llhttp(whole, text);
}

}  // namespace suite::fuzz
