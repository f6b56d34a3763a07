#include "client/workloads/http2/head_reader.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/client/workloads/http2/http2_frames.h"

namespace suite {
namespace {

using test::bytes_in;
using test::Http2Script;

TEST(HeadReader, ReadsABlockThatComesAgainOnlyOnce) {
  HeadReader reader;
  std::string server;
  const std::string block =
      Http2Script::block({{":status", "200"}, {"server", "s"}, {"content-length", "40"}});
  for (int i = 0; i < 10; ++i) {
    const StreamHead* head = reader.read(bytes_in(block), server);
    ASSERT_NE(head, nullptr);
    EXPECT_EQ(head->status, 200);
    EXPECT_EQ(head->content_length, 40U);
  }
  EXPECT_EQ(reader.decoded(), 1U);
  EXPECT_EQ(server, "s");
}

// RFC 7541 2.3.3: an index means another field once something was inserted; 6.3: so does a size of the table.
TEST(HeadReader, ReadsABlockAgainWhereTheTableIsAnotherOne) {
  HeadReader reader;
  std::string server;
  const std::string insert_404(
      "\x48\x03"
      "404",
      5),
      insert_500(
          "\x48\x03"
          "500",
          5),
      newest("\xbe");
  EXPECT_EQ(reader.read(bytes_in(insert_404), server)->status, 404);
  EXPECT_EQ(reader.read(bytes_in(newest), server)->status, 404);
  EXPECT_EQ(reader.read(bytes_in(newest), server)->status, 404);
  EXPECT_EQ(reader.read(bytes_in(insert_500), server)->status, 500);
  EXPECT_EQ(reader.read(bytes_in(newest), server)->status, 500);
  EXPECT_EQ(reader.read(bytes_in(insert_404), server)->status, 404);
  EXPECT_EQ(reader.read(bytes_in(insert_404), server)->status, 404);
  EXPECT_EQ(reader.read(bytes_in(newest), server)->status, 404);
  EXPECT_EQ(reader.read(bytes_in("\x20\x88"), server)->status, 200);
  EXPECT_EQ(reader.read(bytes_in(newest), server), nullptr) << "the table is empty";
}

// An encoder that inserts, names and changes its table's size at will, against a decoder that reads it all.
TEST(HeadReader, UnderstandsAnEncoderThatInsertsAtWill) {
  for (unsigned seed = 1; seed <= 6; ++seed) {
    std::mt19937 random(seed);
    const auto pick = [&random](unsigned below) { return static_cast<unsigned>(random() % below); };
    HeadReader reader;
    http2::HpackEncoder encoder;
    std::string server;
    for (int i = 0; i < 500; ++i) {
      const unsigned status = 200 + pick(3), length = pick(4);
      std::string block;
      if (pick(4) > 0) {
        const std::string status_text = std::to_string(status), length_text = std::to_string(length);
        const std::string date = "now " + std::to_string(pick(8) == 0 ? i : 0);
        const std::vector<http2::FieldView> fields{{.name = ":status", .value = status_text},
                                                   {.name = "date", .value = date},
                                                   {.name = "content-length", .value = length_text}};
        test::Http2Bytes bytes;
        if (pick(50) == 0) encoder.allow_table(pick(2) * 64);
        if (pick(50) == 0) encoder.allow_table(4096);
        encoder.encode(fields, bytes);
        block = test::text_in(bytes);
      } else {
        block = Http2Script::block(
            {{":status", std::to_string(status)}, {"content-length", std::to_string(length)}});
      }
      const StreamHead* head = reader.read(bytes_in(block), server);
      ASSERT_NE(head, nullptr) << seed << " " << i;
      ASSERT_EQ(head->status, status) << seed << " " << i;
      ASSERT_EQ(head->content_length, length) << seed << " " << i;
    }
    EXPECT_LT(reader.decoded(), 500U);
  }
}

}  // namespace
}  // namespace suite
