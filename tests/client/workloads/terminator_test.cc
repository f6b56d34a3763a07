#include "client/workloads/terminator.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace suite {
namespace {

// The ends of all terminators in a stream that arrives in these pieces.
std::vector<std::size_t> ends_in(const Terminator& terminator, std::vector<std::string_view> pieces) {
  std::vector<std::size_t> ends;
  std::size_t matched = 0, before = 0;
  for (const std::string_view piece : pieces) {
    for (std::size_t at = 0;;) {
      const std::size_t end = terminator.find(piece.substr(at), matched);
      if (end == std::string_view::npos) break;
      at += end;
      ends.push_back(before + at);
    }
    before += piece.size();
  }
  return ends;
}

// The plain way.
std::vector<std::size_t> expected_ends(std::string_view text, std::string_view terminator) {
  std::vector<std::size_t> ends;
  for (std::size_t at = text.find(terminator); at != std::string_view::npos;
       at = text.find(terminator, at + terminator.size())) {
    ends.push_back(at + terminator.size());
  }
  return ends;
}

TEST(TerminatorTest, IsFoundCutAtEveryTwoBytes) {
  const std::pair<const char*, const char*> cases[] = {{"\r\n", "+PONG\r\n\r\n\r\r\n+PONG\r\n"},
                                                       {"\r\n\r\n", "a\r\n\r\r\n\r\n\r\n\r\n\r\n\r\n\r\r\n"},
                                                       {"aab", "aaab aab ab aabaab aaaaab"},
                                                       {"aa", "aaaaa a aa"},
                                                       {"abab", "ababab ab abababab"},
                                                       {"abcabd", "abcabcabd abcabd"},
                                                       {"\n", "\n\nx\n"},
                                                       {"END\r\n", "VALUE x 0 3\r\nEND\r\nEND\r\nENEND\r\n"}};
  for (const auto& [text, stream] : cases) {
    const Terminator terminator{std::string(text)};
    const std::string_view all(stream);
    const auto expected = expected_ends(all, text);
    ASSERT_FALSE(expected.empty());
    for (std::size_t first = 0; first <= all.size(); ++first) {
      for (std::size_t second = first; second <= all.size(); ++second) {
        EXPECT_EQ(ends_in(terminator,
                          {all.substr(0, first), all.substr(first, second - first), all.substr(second)}),
                  expected)
            << text << " in " << stream << ", cut at " << first << " and " << second;
      }
    }
  }
}

TEST(TerminatorTest, IsFoundAsByAPlainSearchInWhateverStream) {
  std::mt19937 dice(7);
  for (int round = 0; round < 300; ++round) {
    std::string text, stream;
    for (unsigned i = 0; i < 1 + dice() % 6; ++i) text += static_cast<char>('a' + dice() % 2);
    for (int i = 0; i < 200; ++i) stream += static_cast<char>('a' + dice() % 2);
    std::vector<std::string_view> bytes;
    for (std::size_t i = 0; i < stream.size(); ++i) bytes.push_back(std::string_view(stream).substr(i, 1));
    const Terminator terminator(text);
    EXPECT_EQ(ends_in(terminator, {stream}), expected_ends(stream, text)) << text << " in " << stream;
    EXPECT_EQ(ends_in(terminator, bytes), expected_ends(stream, text)) << text << " byte by byte";
  }
}

}  // namespace
}  // namespace suite
