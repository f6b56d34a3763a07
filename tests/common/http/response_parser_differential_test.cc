// Our parser against llhttp, strict, on seeded random mutations of a corpus. Both must agree on where each
// response ends, on its status and its content, and on what is no response, except where ours is stricter on
// purpose:
//
//   * Versions: HTTP/1.x only; llhttp knows 0.9 and 2.0 too. Status codes have three digits and begin at 100.
//   * Line folding of the fields that it interprets: a sender must not generate it (RFC 9112 5.2).
//   * Control characters in a reason-phrase, and a CR without its LF (RFC 9112 2.2).
//   * A field without a name, an empty Content-Length, a chunked coding with parameters (RFC 9112 7.1).
//   * Chunk extensions without a name or value.
//   * Framing fields in a trailer section (RFC 9110 6.5.1).
//   * 101: the end of HTTP on a connection, which nobody asked for.
//   * Heads and trailer sections of more than 64 KiB, chunk lines of more than 4 KiB.
//
// llhttp 8.1 fails to read what RFC 9112 and RFC 9110 allow, and ours reads: a quoted pair in a chunk
// extension, an extension behind an unquoted value, blanks around its marks or behind a chunk's size, a tab
// behind "chunked"; lines that end in LF alone
// (9112 2.2); higher minor versions (9110 2.5); empty elements in lists (9110 5.6.1.2); a Content-Length that
// is repeated (9112 6.3, rule 5); and faulty framing in responses that have no content (9112 6.3, rule 1).
// Texts that hold one of them and are read differently are left out. Where ours says something else
// otherwise, the test fails.
#include <llhttp.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <random>
#include <regex>
#include <vector>

#include "common/http/known_head.h"
#include "common/http/response_parser.h"

namespace suite {
namespace {

struct SeenResponse {
  int status = 0;
  std::string content;
  bool operator==(const SeenResponse&) const = default;
};

struct SeenReading {
  std::vector<SeenResponse> responses;  // complete ones
  bool malformed = false;
  bool operator==(const SeenReading&) const = default;
};

void PrintTo(const SeenReading& reading, std::ostream* to) {
  for (const SeenResponse& each : reading.responses) {
    *to << each.status << ' ' << testing::PrintToString(each.content) << ", ";
  }
  *to << (reading.malformed ? "malformed" : "");
}

SeenReading read_ours(std::string_view bytes) {
  SeenReading reading;
  SeenResponse current;
  ResponseParser parser;
  static KnownHead known;  // whatever the case before has left
  for (;;) {
    const ResponseParser::Step step = parser.next(bytes, known);
    bytes.remove_prefix(step.consumed);
    switch (step.event) {
      case ResponseParser::Event::kHead:
        current.status = static_cast<int>(parser.head().status);
        break;
      case ResponseParser::Event::kInterim:
        reading.responses.push_back({.status = static_cast<int>(parser.head().status), .content = {}});
        break;
      case ResponseParser::Event::kBody:
        current.content += step.body;
        break;
      case ResponseParser::Event::kWhole:
        reading.responses.push_back({.status = static_cast<int>(parser.head().status),  //
                                     .content = std::string(step.body)});
        break;
      case ResponseParser::Event::kComplete:
        reading.responses.push_back(std::exchange(current, {}));
        break;
      case ResponseParser::Event::kMalformed:
        reading.malformed = true;
        return reading;
      case ResponseParser::Event::kNeedMore:
        return reading;
    }
  }
}

// llhttp's view, through its callbacks.
struct Watched {
  llhttp_t parser;
  SeenReading reading;
  SeenResponse current;
};
Watched& of(llhttp_t* parser) { return *static_cast<Watched*>(parser->data); }

int on_body(llhttp_t* parser, const char* at, std::size_t length) {
  of(parser).current.content.append(at, length);
  return 0;
}
int on_message_complete(llhttp_t* parser) {
  Watched& watched = of(parser);
  watched.current.status = parser->status_code;
  watched.reading.responses.push_back(std::exchange(watched.current, {}));
  return 0;
}
int on_headers_complete(llhttp_t* parser) {
  // It refuses what follows a response that ends its connection. Whose business that is, is not compared.
  parser->flags = static_cast<std::uint16_t>((parser->flags & ~F_CONNECTION_CLOSE) | F_CONNECTION_KEEP_ALIVE);
  // Responses without content are for the caller to know, as Node.js does here (RFC 9112 6.3, rule 1).
  const bool empty =
      parser->status_code / 100 == 1 || parser->status_code == 204 || parser->status_code == 304;
  return empty ? 1 : 0;
}

SeenReading read_theirs(std::string_view bytes) {
  static const llhttp_settings_t callbacks = [] {
    llhttp_settings_t settings;
    llhttp_settings_init(&settings);
    settings.on_body = on_body;
    settings.on_message_complete = on_message_complete;
    settings.on_headers_complete = on_headers_complete;
    return settings;
  }();
  Watched watched;
  llhttp_init(&watched.parser, HTTP_RESPONSE, &callbacks);
  watched.parser.data = &watched;
  const llhttp_errno_t error = llhttp_execute(&watched.parser, bytes.data(), bytes.size());
  watched.reading.malformed = error != HPE_OK && error != HPE_PAUSED_UPGRADE;
  return watched.reading;
}

// What is refused on purpose though llhttp takes it: patterns that make it possible.
bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

bool has_lone_lf(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r')) return true;
  }
  return false;
}

bool has_lone_cr(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n')) return true;
  }
  return false;
}

bool has_control_in_text(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    return (static_cast<unsigned char>(c) < ' ' && c != '\r' && c != '\n' && c != '\t') || c == 0x7f;
  });
}

bool is_stricter_on_purpose(std::string_view text) {
  for (const char* part : {"\r\n ", "\r\n\t",  // folding
                           "\r\n:",            // no name
                           "HTTP/0.9", "HTTP/2.0", "HTTP/1.1 101", ";=", "=;", "=\r", ";;",
                           ";\r",  // chunk extensions without a part
                           "Content-Length:\r", "Content-Length: \r"}) {
    if (has(text, part)) return true;
  }
  static const std::regex no_code("HTTP/1\\.[0-9] (?![1-9][0-9]{2}[ \r])");
  static const std::regex coding_with_parameters("Transfer-Encoding:[^\r]*chunked[ \t]*;");
  static const std::regex framing_trailer(
      "\r\n0+(;[^\r]*)?\r\n([^\r]+\r\n)*(Transfer-Encoding|Content-Length):");
  static const std::regex quote_in_value("=[^\"\r]+\"");
  if (std::regex_search(text.begin(), text.end(), quote_in_value)) return true;
  if (std::regex_search(text.begin(), text.end(), no_code)) return true;
  if (std::regex_search(text.begin(), text.end(), framing_trailer)) return true;
  if (std::regex_search(text.begin(), text.end(), coding_with_parameters)) return true;
  return has_lone_cr(text) || has_control_in_text(text);
}

std::string mutated(std::mt19937& dice) {
  static const std::vector<std::string> corpus{
      "HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Length: 5\r\n\r\nhello",
      "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
      std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n") +
          "A;name;other=value\r\n0123456789\r\n00;last=\"a b\"\r\nTrailer: x\r\n\r\n",
      "HTTP/1.0 200 OK\r\n\r\nuntil the end",
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
      "HTTP/1.1 304\r\nETag: \"x\"\r\n\r\n",
      "HTTP/1.1 302 Found\r\nLocation: /\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc",
  };
  static const std::vector<std::string> pieces{"\r\n",
                                               "\n",
                                               "\r",
                                               " ",
                                               "\t",
                                               ":",
                                               ";",
                                               ",",
                                               "0",
                                               "5",
                                               "f",
                                               "\x7f",
                                               "\x80",
                                               std::string(1, '\0'),
                                               "\"",
                                               "=",
                                               "Content-Length: 3\r\n",
                                               "Transfer-Encoding: chunked\r\n",
                                               "close",
                                               "chunked",
                                               "HTTP/1.1 200 OK\r\n"};
  std::string text = corpus[dice() % corpus.size()];
  if (dice() % 2 == 0) text += corpus[dice() % corpus.size()];
  for (std::size_t changes = dice() % 4; changes > 0 && !text.empty(); --changes) {
    const std::size_t at = dice() % text.size();
    switch (dice() % 4) {
      case 0:
        text[at] = static_cast<char>(dice());
        break;
      case 1:
        text.erase(at, 1 + dice() % 3);
        break;
      case 2:
        text.insert(at, pieces[dice() % pieces.size()]);
        break;
      default:
        text.insert(at, text.substr(dice() % text.size(), 1 + dice() % 20));
    }
  }
  return text;
}

bool llhttp_misreads(std::string_view text) {
  static const std::vector<std::regex> patterns{
      std::regex("=[^ \\r\";]*;"),
      std::regex("\n[0-9A-Fa-f]+([ \t]*\r|[^\r]*([ \t][;=]|[;=][ \t]|[ \t]\r))"),
      std::regex("HTTP/1\\.[2-9]"),
      std::regex("(Transfer-Encoding|Content-Length):([ \t]*,|[^\r]*,[ \t]*[,\r])"),
      std::regex("Content-Length:[ \t]*([0-9]+)([ \t]*,[ \t]*\\1)*[ \t]*\r\n([^\r]+\r\n)*Content-Length:"),
      std::regex("HTTP/1.[01] (1..|204|304)[^\r]*\r\n([^\r]+\r\n)*(Transfer-Encoding|Content-Length):")};
  const auto found = [&](const std::regex& each) {
    return std::regex_search(text.begin(), text.end(), each);
  };
  return has(text, "\\") || has(text, "\t\r") || has_lone_lf(text) || std::ranges::any_of(patterns, found);
}

bool is_prefix(const std::vector<SeenResponse>& part, const std::vector<SeenResponse>& whole) {
  return part.size() <= whole.size() && std::equal(part.begin(), part.end(), whole.begin());
}

TEST(ResponseParserDifferential, AgreesWithLlhttpOrIsStricterOnPurpose) {
  constexpr int kTexts = 50'000;
  std::mt19937 dice(20261121);
  int alike = 0, refused_by_both = 0, shown = 0;
  for (int i = 0; i < kTexts && shown < 5; ++i) {
    const std::string text = mutated(dice);
    const SeenReading theirs = read_theirs(text);
    SeenReading ours = read_ours(text);
    if (theirs.malformed && !ours.malformed) ours = read_ours(text + "\r\n\r\n");
    if (ours == theirs) {
      ++alike;
      refused_by_both += ours.malformed ? 1 : 0;
      continue;
    }
    if (llhttp_misreads(text)) continue;
    const bool stricter = ours.malformed && is_prefix(ours.responses, theirs.responses);
    if (stricter && is_stricter_on_purpose(text)) continue;
    ++shown;
    ADD_FAILURE() << testing::PrintToString(text) << "\nours: " << testing::PrintToString(ours)
                  << "\nllhttp: " << testing::PrintToString(theirs);
  }
  EXPECT_GT(alike, kTexts / 2);
  EXPECT_GT(refused_by_both, kTexts / 10) << "the corpus is not mutated enough to tell the two apart";
}

}  // namespace
}  // namespace suite
