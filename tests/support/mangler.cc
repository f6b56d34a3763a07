#include "tests/support/mangler.h"

namespace suite::test {

using namespace std::string_view_literals;

const std::array<std::string_view, 10> kGoodRequests{
    "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "GET /a/b.html?q=1&r=%20 HTTP/1.1\r\nHost: example.com:8080\r\nUser-Agent: test/1\r\nAccept: */*\r\n\r\n",
    "HEAD /index.html HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    "GET http://example.com/x HTTP/1.1\r\nHost: example.com\r\nRange: bytes=0-99\r\n\r\n",
    "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
    "POST /form HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello",
    "PUT /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    "\r\nGET /after-an-empty-line HTTP/1.1\r\nHost:a\r\nX-Empty:\r\nX-Blank: \t \r\nX-High: \xc3\xa4\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nIf-None-Match: \"a\", W/\"b\"\r\n\r\nGET /2 "
    "HTTP/1.1\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\nContent-Length: 12\r\n\r\n",
};

const std::array<std::string_view, 5> kChunkedBodies{
    "5\r\nhello\r\n0\r\n\r\n",
    "1\r\na\r\n1A;name=value\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\n\r\n",
    "00f\r\n0123456789abcde\r\n000\r\nTrailer: value\r\nOther:\r\n\r\n",
    "0\r\n\r\n",
    "7;q=\"a;b\"\r\nG\r\n\r\n0\r\n\r\n0\r\nX: y\r\n\r\n",
};

namespace {

constexpr std::array kInteresting{"\r\n"sv,
                                  "\n"sv,
                                  "\r"sv,
                                  "\r\n\r\n"sv,
                                  "\r\n "sv,
                                  " "sv,
                                  "\t"sv,
                                  "\0"sv,
                                  "\x01"sv,
                                  "\x7f"sv,
                                  "\x80"sv,
                                  "\xff"sv,
                                  "\""sv,
                                  ":"sv,
                                  ";"sv,
                                  ","sv,
                                  "#"sv,
                                  "?"sv,
                                  "%"sv,
                                  "{|}^`"sv,
                                  "0"sv,
                                  "F"sv,
                                  "-"sv,
                                  "+"sv,
                                  "0x"sv,
                                  "HTTP/"sv,
                                  "1.0"sv,
                                  "chunked"sv,
                                  "identity, "sv,
                                  "GET / "sv,
                                  "Host: b\r\n"sv,
                                  "Content-Length: 1\r\n"sv,
                                  "Transfer-Encoding: chunked\r\n"sv};

}  // namespace

std::string Mangler::next() {
  std::string text(pick(corpus_));
  for (std::size_t changes = below(4); changes > 0; --changes) mangle(text);
  return text;
}

void Mangler::mangle(std::string& text) {
  const std::size_t at = below(text.size() + 1), size = below(8);
  const auto any_byte = [this] { return static_cast<char>(below(256)); };
  switch (below(6)) {
    case 0:
      text.insert(at, pick(kInteresting));
      break;
    case 1:
      text.insert(at, 1, any_byte());
      break;
    case 2:
      if (at < text.size()) text[at] = any_byte();
      break;
    case 3:
      text.erase(at, size);
      break;
    case 4:
      text.insert(below(text.size() + 1), text.substr(at, size * 8));
      break;
    default: {
      const std::string_view other = pick(corpus_);
      text.replace(at, size, other.substr(below(other.size()), below(24)));
    }
  }
}

std::string shown(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\r') {
      result += "\\r";
    } else if (c == '\n') {
      result += "\\n\n";
    } else if (byte < 0x20 || byte > 0x7e) {
      result.append("\\x").append(1, kHex[byte >> 4]).append(1, kHex[byte & 15]);
    } else {
      result += c;
    }
  }
  return result;
}

}  // namespace suite::test
