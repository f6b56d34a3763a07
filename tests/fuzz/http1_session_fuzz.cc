// A server's end of HTTP/1.1: the same answers wherever the requests are cut, each framed as a client reads
// it, and no more of them than llhttp sees requests.
#include <optional>
#include <string>

#include "common/http/response_parser.h"
#include "tests/fuzz/served_files.h"
#include "tests/fuzz/targets.h"
#include "tests/support/llhttp_request.h"

namespace suite::fuzz {
namespace {

// How many answers there are; each is whole, and nothing stands behind one that ends the connection. The
// methods of the requests are not HEAD.
std::size_t count_answers(std::string_view sent) {
  ResponseParser parser;
  parser.restart(false);
  std::size_t answers = 0;
  bool closes = false;
  for (;;) {
    const ResponseParser::Step step = parser.next(sent);
    require(step.event != ResponseParser::Event::kMalformed, "answers are well-formed");
    sent.remove_prefix(step.consumed);
    if (step.event == ResponseParser::Event::kHead) {
      require(!closes, "no answer follows one that ends the connection");
      closes = parser.head().close;
    }
    if (step.event == ResponseParser::Event::kComplete) ++answers;
    if (step.event == ResponseParser::Event::kNeedMore) break;
  }
  require(parser.at_start(), "answers are whole");
  return answers;
}

// How many requests llhttp sees, and whether something that is not whole stands behind them; nothing where it
// refuses one.
struct SeenRequests {
  std::size_t whole = 0;
  bool more = false;
};
std::optional<SeenRequests> requests_of(std::string_view text) {
  SeenRequests seen;
  while (!text.empty()) {
    const test::LlhttpRequest request = test::llhttp_message(text);
    if (!request.error.empty()) return std::nullopt;
    if (!request.complete) return SeenRequests{.whole = seen.whole, .more = true};
    text.remove_prefix(request.size);
    ++seen.whole;
  }
  return seen;
}

// Whether a request's body is invited depends on whether some of it is there (RFC 9110 10.1.1).
std::string without_invitations(std::string sent) {
  constexpr std::string_view kInvitation = "HTTP/1.1 100 Continue\r\n\r\n";
  for (auto at = sent.find(kInvitation); at != std::string::npos; at = sent.find(kInvitation, at))
    sent.erase(at, kInvitation.size());
  return sent;
}

}  // namespace

void http1_session(Input input) {
  static ServedFiles served(ServedHttp::kHttp1);
  const Cuts cuts{.first = input.number(), .step = input.number()};
  // A head that drips is looked at when a line of it ends.
  const std::string text = std::string(input.text()) + "\n";
  const auto whole = served.converse(text, kWhole);
  const auto cut = served.converse(text, cuts);
  require(without_invitations(cut.sent) == without_invitations(whole.sent),
          "the same answers, wherever the requests are cut");
  require(cut.goes_on() == whole.goes_on(), "the connection ends in both cases, or in none");
  if (text.contains("HEAD")) return;
  const std::size_t answers = count_answers(whole.sent);
  const auto requests = requests_of(text);
  if (!requests) return;
  require(answers <= requests->whole + (requests->more ? 1 : 0), "no more answers than requests");
  if (whole.goes_on() && !requests->more) require(answers == requests->whole, "an answer for each request");
}

}  // namespace suite::fuzz
