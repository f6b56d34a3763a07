#include "common/base/error.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace suite {
namespace {

TEST(Error, IsOneLineThatSaysWhatAndWhy) {
  EXPECT_EQ((Error{.what = "listen", .why = "it is taken", .advice = ""}).one_line(),
            "cannot listen: it is taken");
}

TEST(Error, PutsTheAdviceInBrackets) {
  EXPECT_EQ((Error{.what = "listen", .why = "it is taken", .advice = "give another port"}).one_line(),
            "cannot listen: it is taken (give another port)");
}

TEST(Error, SpeaksTheSystemsWords) {
  EXPECT_EQ(system_error("listen on 127.0.0.1:80", EACCES).one_line(),
            "cannot listen on 127.0.0.1:80: Permission denied");
}

}  // namespace
}  // namespace suite
