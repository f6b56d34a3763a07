#include "cmd/results/json_text.h"

#include <gtest/gtest.h>

namespace suite::results {
namespace {

TEST(JsonText, SpreadsTheFirstLevelsAndNothingBelow) {
  const Json value = Json::parse(R"({"a": 1, "b": {"c": [1, [2, 3]], "d": {}}, "e": []})");
  EXPECT_EQ(text_of(value), R"({"a":1,"b":{"c":[1,[2,3]],"d":{}},"e":[]})");
  EXPECT_EQ(text_of(value, 2),
            "{\n  \"a\": 1,\n  \"b\": {\n    \"c\": [1,[2,3]],\n    \"d\": {}\n  },\n  \"e\": []\n}");
}

TEST(JsonText, IsTheSameValueHoweverFarItIsSpread) {
  const Json value = Json::parse(R"({"a\"b": ["x\ny", null, true, 1.5], "c": [{"d": [[1]]}]})");
  for (std::size_t spread = 0; spread < 6; ++spread) EXPECT_EQ(Json::parse(text_of(value, spread)), value);
}

TEST(JsonText, ReplacesBytesThatAreNoUtf8) {
  EXPECT_EQ(text_of(Json("caf\xe9"), 1), "\"caf\xef\xbf\xbd\"");
  EXPECT_EQ(text_of(Json{{"caf\xe9", {1, 2}}}, 1), "{\n  \"caf\xef\xbf\xbd\": [1,2]\n}");
}

}  // namespace
}  // namespace suite::results
