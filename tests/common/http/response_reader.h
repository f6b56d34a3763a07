// What comes out of a parser of responses, however their bytes are cut.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/http/known_head.h"
#include "common/http/response_parser.h"

namespace suite::test {

// What one connection's bytes hold: each response as "STATUS content", "..." behind an incomplete one.
struct ResponseReading {
  std::vector<std::string> responses;
  bool malformed = false;
  bool operator==(const ResponseReading&) const = default;
};

class ResponseReader {
 public:
  explicit ResponseReader(bool to_head = false, KnownHead* known = nullptr) : known_(known) {
    parser.restart(to_head);
  }

  void read(std::string_view bytes) {
    for (;;) {
      const ResponseParser::Step step = known_ != nullptr ? parser.next(bytes, *known_) : parser.next(bytes);
      bytes.remove_prefix(step.consumed);
      if (step.event == ResponseParser::Event::kHead || step.event == ResponseParser::Event::kWhole ||
          step.event == ResponseParser::Event::kInterim) {
        current_ = std::to_string(parser.head().status) + " ";
      }
      current_ += step.body;
      if (step.event == ResponseParser::Event::kComplete || step.event == ResponseParser::Event::kWhole ||
          step.event == ResponseParser::Event::kInterim) {
        reading.responses.push_back(current_);
      }
      if (step.event == ResponseParser::Event::kMalformed) reading.malformed = true;
      if (step.event == ResponseParser::Event::kMalformed || step.event == ResponseParser::Event::kNeedMore)
        return;
    }
  }
  // What has come of the response that is not complete.
  const std::string& current() const { return current_; }

  ResponseParser parser;
  ResponseReading reading;

 private:
  std::string current_;
  KnownHead* known_;
};

inline ResponseReading read_responses(std::string_view bytes, bool to_head = false) {
  ResponseReader reader(to_head);
  reader.read(bytes);
  return reader.reading;
}

inline ResponseReading good_responses(std::vector<std::string> responses) {
  return {.responses = std::move(responses), .malformed = false};
}

// Read in one piece, cut in two at every byte, byte by byte, and with heads that are known.
inline ResponseReading responses_read_in_every_way(std::string_view bytes) {
  const ResponseReading whole = read_responses(bytes);
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    ResponseReader reader;
    reader.read(bytes.substr(0, cut));
    EXPECT_TRUE(cut == bytes.size() || !reader.reading.malformed || whole.malformed) << cut;
    if (!reader.reading.malformed) reader.read(bytes.substr(cut));
    EXPECT_EQ(reader.reading, whole) << "cut at " << cut;
  }
  ResponseReader reader;
  for (const char& byte : bytes) reader.read({&byte, 1});
  EXPECT_EQ(reader.reading, whole) << "byte by byte";
  KnownHead known;
  for (const char* when : {"with nothing known", "with the last head known"}) {
    ResponseReader knowing(false, &known);
    knowing.read(bytes);
    EXPECT_EQ(knowing.reading, whole) << when;
  }
  return whole;
}

}  // namespace suite::test
