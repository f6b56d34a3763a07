#include "servers/protocols/http/mime_types.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temporary_folder.h"

namespace suite {
namespace {

constexpr std::string_view kUnknown = "application/octet-stream";

class MimeTypesTest : public testing::Test {
 protected:
  MimeTypes with(const std::string& lines) const {
    std::ofstream(file_) << lines;
    return MimeTypes::load(file_);
  }
  test::TemporaryFolder folder_;
  std::string file_ = folder_.file("mime.types");
  MimeTypes built_in_ = MimeTypes::load(folder_.file("none"));
};

TEST_F(MimeTypesTest, KnowsTheWebWithoutAFile) {
  EXPECT_EQ(built_in_.of("a.css"), "text/css");
  EXPECT_EQ(built_in_.of("a.json"), "application/json");
  EXPECT_EQ(built_in_.of("a.xml"), "application/xml");
  EXPECT_EQ(built_in_.of("a.svg"), "image/svg+xml");
  EXPECT_EQ(built_in_.of("a.png"), "image/png");
  EXPECT_EQ(built_in_.of("a.jpeg"), built_in_.of("a.jpg"));
  EXPECT_EQ(built_in_.of("a.wasm"), "application/wasm");
  EXPECT_EQ(built_in_.of("a.mp4"), "video/mp4");
  for (const char* each : {"html", "htm",  "css", "js",   "mjs",   "json", "txt", "svg",  "png",
                           "jpg",  "jpeg", "gif", "webp", "ico",   "swf",  "pdf", "wasm", "mp4",
                           "xml",  "md",   "csv", "woff", "woff2", "webm", "mp3", "zip",  "gz"}) {
    EXPECT_NE(built_in_.of(std::string("a.") + each), kUnknown) << each;
  }
}

// A charset in Content-Type overrules what a page declares for itself.
TEST_F(MimeTypesTest, NamesNoCharsetThatNobodyDeclared) {
  EXPECT_EQ(built_in_.of("index.html"), "text/html");
  EXPECT_EQ(built_in_.of("readme.txt"), "text/plain");
  EXPECT_EQ(built_in_.of("a.js"), "text/javascript");
  EXPECT_EQ(with("text/x-own own\n").of("a.own"), "text/x-own");
}

TEST_F(MimeTypesTest, ReadsAFileThatWasWrittenElsewhere) {
  const MimeTypes types = with(
      "\xef\xbb\xbf"
      "font/x-a own\r\nfont/x-b other\r\n");
  EXPECT_EQ(types.of("a.own"), "font/x-a") << "behind a byte order mark";
  EXPECT_EQ(types.of("a.other"), "font/x-b");
}

TEST_F(MimeTypesTest, LooksAtTheLastExtensionOfTheLastSegment) {
  EXPECT_EQ(built_in_.of("/a/b.c/d.tar.gz"), "application/gzip");
  EXPECT_EQ(built_in_.of("/site.html/picture.png"), "image/png");
  EXPECT_EQ(built_in_.of("/site.html/picture"), kUnknown);
}

TEST_F(MimeTypesTest, ReadsExtensionsInEitherCase) {
  EXPECT_EQ(built_in_.of("INDEX.HTML"), built_in_.of("index.html"));
  EXPECT_EQ(built_in_.of("x.jPg"), "image/jpeg");
  EXPECT_EQ(with("application/x-loud LOUD\n").of("x.loud"), "application/x-loud");
}

TEST_F(MimeTypesTest, CallsTheRestOctets) {
  const std::string endless(5000, 'x');
  for (const std::string_view path :
       {std::string_view(""), std::string_view("/"), std::string_view("Makefile"), std::string_view("a."),
        std::string_view("."), std::string_view(".."), std::string_view(".html"), std::string_view("/x/.png"),
        std::string_view("a.unheard-of"), std::string_view("a.h\0tml", 7)}) {
    EXPECT_EQ(built_in_.of(path), kUnknown) << path;
  }
  EXPECT_EQ(built_in_.of("a." + endless), kUnknown);
  EXPECT_EQ(built_in_.of(endless + ".html"), "text/html");
}

TEST_F(MimeTypesTest, AFileAddsToTheBuiltInTypesAndOverridesNone) {
  const MimeTypes types = with(
      "# a comment\n\napplication/x-first\tone two\napplication/x-js js # ours\n"
      "application/vnd.adobe.flash.movie swf\n");
  EXPECT_EQ(types.of("a.one"), "application/x-first");
  EXPECT_EQ(types.of("a.two"), "application/x-first");
  EXPECT_EQ(types.of("a.js"), "text/javascript");
  EXPECT_EQ(types.of("a.swf"), "application/x-shockwave-flash") << "by its usual name";
  EXPECT_EQ(types.of("a.ours"), kUnknown);
  EXPECT_EQ(types.of("a.png"), "image/png");
}

TEST_F(MimeTypesTest, TheLastLineWinsInAFile) { EXPECT_EQ(with("a/one x\na/two x\r\n").of("f.x"), "a/two"); }

TEST_F(MimeTypesTest, SkipsWhatDoesNotParse) {
  const MimeTypes types =
      with("html\n/ a\nx/ b\n/y c\nte xt/plain d\ntext/plain; e\na/b/c f\nx/\"y\" g\n" +
           std::string("x/y\x01 h\nx/y\xff i\nx/ok ok a.b ") + std::string(40, 'z') + " last");
  for (const char* each : {"a", "b", "c", "d", "e", "f", "g", "h", "i", "plain", "a.b"}) {
    EXPECT_EQ(types.of(std::string("file.") + each), kUnknown) << each;
  }
  EXPECT_EQ(types.of("file.ok"), "x/ok");
  EXPECT_EQ(types.of("file.last"), "x/ok");
  EXPECT_EQ(types.of("file.html"), "text/html");
}

TEST_F(MimeTypesTest, AFolderInPlaceOfTheFileIsNoFile) {
  EXPECT_EQ(MimeTypes::load("/").of("a.gif"), "image/gif");
}

TEST_F(MimeTypesTest, StaysValidWhenItIsMoved) {
  MimeTypes first = MimeTypes::load(folder_.file("none"));
  const std::string_view type = first.of("a.gif");
  const MimeTypes second = std::move(first);
  EXPECT_EQ(type.data(), second.of("b.gif").data());
}

}  // namespace
}  // namespace suite
