#include "cmd/results/any_document.h"

#include <gtest/gtest.h>

namespace suite::results {
namespace {

std::string why_none(std::string_view text) {
  const auto document = read_any_document(text);
  return document ? "" : document.error();
}

TEST(AnyDocument, IsThatOfTheVerbThatWroteIt) {
  const auto bench = read_any_document(bench_document_text({}));
  ASSERT_TRUE(bench) << bench.error();
  EXPECT_TRUE(std::holds_alternative<BenchDocument>(*bench));
  const auto load = read_any_document(load_document_text({}));
  ASSERT_TRUE(load) << load.error();
  EXPECT_TRUE(std::holds_alternative<LoadDocument>(*load));
}

TEST(AnyDocument, NamesBothVerbsWhereItIsOfNeither) {
  EXPECT_EQ(why_none(R"({"requests": 5, "latencies": {"mean": 3}})"),
            "it is no result of suite bench or suite load");
  EXPECT_EQ(why_none("Throughput: 1"), "it holds no JSON object, or one that was cut off");
  EXPECT_EQ(why_none(" \n"), "it is empty");
}

TEST(AnyDocument, SaysWhatIsWrongAsTheReaderOfItsKindDoes) {
  const std::string newer = R"({"schema": 9, "suite": "9.0", "kind": "bench"})";
  EXPECT_EQ(why_none(newer), read_bench_document(newer).error());
  const std::string bare = R"({"schema": 1, "suite": "0.1.0", "config": 3, "runs": []})";
  EXPECT_EQ(why_none(bare), read_load_document(bare).error());
}

// Who copies or writes JSON calls itself for each level: such a file ended the program.
TEST(AnyDocument, IsRefusedWhereItIsNestedDeeperThanAnyOfOurs) {
  const std::string deep = std::string(200'000, '[') + std::string(200'000, ']');
  EXPECT_EQ(why_none(R"({"schema": 1, "suite": "0.1.0", "runs": [], "config": {"a": )" + deep + "}}"),
            "it is nested deeper than any result of suite");
  EXPECT_EQ(why_none(R"({"suite": "0.1.0", "kind": "bench", "schema": )" + deep + "}"),
            "it is nested deeper than any result of suite");
  std::string bench = bench_document_text({});
  const std::string_view begin = "\"rounds\": [\n";
  bench.insert(bench.find(begin) + begin.size(), "{\"section\": " + deep + "}\n");
  EXPECT_EQ(why_none(bench), "it is nested deeper than any result of suite");
}

TEST(AnyDocument, MayHoldBracketsInItsTexts) {
  LoadDocument document;
  document.suite = std::string(1000, '[') + "\"\\{";
  const auto again = read_any_document(load_document_text(document));
  ASSERT_TRUE(again) << again.error();
  EXPECT_EQ(std::get<LoadDocument>(*again).suite, document.suite);
}

}  // namespace
}  // namespace suite::results
