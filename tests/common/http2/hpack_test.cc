#include "common/http2/hpack.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace suite::http2 {
namespace {

using HpackFields = std::vector<std::pair<std::string, std::string>>;

std::vector<std::byte> hpack_bytes(std::initializer_list<int> values) {
  std::vector<std::byte> bytes;
  for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

std::vector<std::byte> encoded(HpackEncoder& encoder, const HpackFields& fields) {
  std::vector<FieldView> views;
  for (const auto& [name, value] : fields) views.push_back({.name = name, .value = value});
  std::vector<std::byte> out;
  encoder.encode(views, out);
  return out;
}

HpackFields decoded(HpackDecoder& decoder, std::span<const std::byte> block) {
  HpackFields fields;
  const auto outcome = decoder.decode(block, [&](const FieldView& field) {
    fields.emplace_back(field.name, field.value);
    return true;
  });
  EXPECT_EQ(outcome, HpackDecoder::Outcome::kWhole);
  return fields;
}

const HpackFields kHpackRequest = {
    {":method", "GET"}, {":scheme", "https"}, {":path", "/orders?n=1"}, {":authority", "example.com"}};

TEST(Hpack, SaysTheSameWithFewerBytesTheSecondTime) {
  HpackEncoder encoder;
  HpackDecoder decoder;
  const auto first = encoded(encoder, kHpackRequest);
  const auto second = encoded(encoder, kHpackRequest);
  EXPECT_LT(second.size(), first.size());
  EXPECT_EQ(decoded(decoder, first), kHpackRequest);
  EXPECT_EQ(decoded(decoder, second), kHpackRequest);
  EXPECT_EQ(encoded(encoder, kHpackRequest), second);
}

TEST(Hpack, TheGenerationRisesOnlyWhereABlockInserts) {
  HpackEncoder encoder;
  HpackDecoder decoder;
  const auto before = decoder.generation();
  const auto inserting = encoded(encoder, kHpackRequest);
  EXPECT_TRUE(changes_table(inserting));
  decoded(decoder, inserting);
  const auto after = decoder.generation();
  EXPECT_GT(after, before);
  const auto repeated = encoded(encoder, kHpackRequest);
  EXPECT_FALSE(changes_table(repeated));
  decoded(decoder, repeated);
  EXPECT_EQ(decoder.generation(), after);
}

// RFC 7541 6.3.
TEST(Hpack, ANewTableSizeIsAChange) {
  HpackEncoder encoder;
  HpackDecoder decoder;
  decoded(decoder, encoded(encoder, kHpackRequest));
  encoder.allow_table(0);
  const auto block = encoded(encoder, {{":method", "GET"}});
  EXPECT_TRUE(changes_table(block));
  EXPECT_EQ(decoded(decoder, block), (HpackFields{{":method", "GET"}}));
}

TEST(Hpack, LiteralsMeanTheSameOnEveryConnection) {
  const std::string long_value(300, 'v');
  std::vector<std::byte> block;
  append_literal(block, ":status", "200");
  append_literal(block, "content-length", "40");
  append_literal(block, "x-unknown", long_value);
  append_literal(block, "www-authenticate", "");
  EXPECT_FALSE(changes_table(block));
  const HpackFields expected = {
      {":status", "200"}, {"content-length", "40"}, {"x-unknown", long_value}, {"www-authenticate", ""}};
  HpackDecoder fresh;
  EXPECT_EQ(decoded(fresh, block), expected);
  HpackEncoder encoder;
  HpackDecoder used;
  decoded(used, encoded(encoder, kHpackRequest));
  EXPECT_EQ(decoded(used, block), expected);
}

// Each name of the static table stands for itself (RFC 7541 Appendix A).
TEST(Hpack, NamesOfTheStaticTableHaveTheirIndexes) {
  for (const std::string name : {":authority",
                                 ":method",
                                 ":path",
                                 ":scheme",
                                 ":status",
                                 "accept-ranges",
                                 "accept",
                                 "age",
                                 "allow",
                                 "cookie",
                                 "content-range",
                                 "content-type",
                                 "date",
                                 "etag",
                                 "host",
                                 "if-range",
                                 "last-modified",
                                 "location",
                                 "range",
                                 "retry-after",
                                 "server",
                                 "transfer-encoding",
                                 "user-agent",
                                 "vary",
                                 "via"}) {
    std::vector<std::byte> block;
    append_literal(block, name, "x");
    EXPECT_LE(block.size(), 4U) << name << " is written out";
    HpackDecoder decoder;
    EXPECT_EQ(decoded(decoder, block), (HpackFields{{name, "x"}}));
  }
}

TEST(Hpack, ABlockCutAnywhereIsMalformedOrShorter) {
  HpackEncoder encoder;
  const auto block = encoded(encoder, kHpackRequest);
  for (std::size_t size = 0; size < block.size(); ++size) {
    HpackDecoder decoder;
    HpackFields fields;
    const auto outcome = decoder.decode(std::span(block).first(size), [&](const FieldView& field) {
      fields.emplace_back(field.name, field.value);
      return true;
    });
    if (outcome == HpackDecoder::Outcome::kWhole) {
      EXPECT_LT(fields.size(), kHpackRequest.size());
    } else {
      EXPECT_EQ(outcome, HpackDecoder::Outcome::kMalformed);
    }
  }
}

TEST(Hpack, RefusesIndexesThatNameNothing) {
  HpackDecoder decoder;
  const auto outcome = decoder.decode(hpack_bytes({0xff, 0xff, 0x01}), [](const FieldView&) { return true; });
  EXPECT_EQ(outcome, HpackDecoder::Outcome::kMalformed);
}

// What cannot be read to its end must be decoded: an integer without one, a string longer than the block.
TEST(Hpack, AMalformedBlockCountsAsAChange) {
  EXPECT_TRUE(changes_table(hpack_bytes({0xff})));
  EXPECT_TRUE(changes_table(hpack_bytes({0xff, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80})));
  EXPECT_TRUE(changes_table(hpack_bytes({0x00, 0x05, 'a'})));
  EXPECT_TRUE(changes_table(hpack_bytes({0x01})));
  EXPECT_FALSE(changes_table({}));
}

TEST(Hpack, StopsWhereItIsToldTo) {
  HpackEncoder encoder;
  HpackDecoder decoder;
  int seen = 0;
  const auto outcome =
      decoder.decode(encoded(encoder, kHpackRequest), [&](const FieldView&) { return ++seen < 2; });
  EXPECT_EQ(outcome, HpackDecoder::Outcome::kRefused);
  EXPECT_EQ(seen, 2);
}

}  // namespace
}  // namespace suite::http2
