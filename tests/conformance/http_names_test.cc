// Which file a path names, and that none leads out of the root.
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "common/net/listener.h"
#include "tests/conformance/http_test.h"

namespace suite {
namespace {

using test::HttpResponse;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class HttpNames : public test::HttpTest {
 protected:
  void SetUp() override {
    HttpTest::SetUp();
    std::filesystem::create_directories(folder_.file("outside"));
    write("../outside/secret.txt", "secret\n");
    write("../secret.txt", "secret\n");
  }
  void link(const std::string& to, const std::string& name) const {
    std::filesystem::create_symlink(to, path(name));
  }
};
SUITE_FOR_EVERY_BACKEND_AND_TLS(HttpNames);

TEST_P(HttpNames, DecodesPercentEncodingOnce) {
  write("a b.txt", "blank\n");
  write("100%.txt", "percent\n");
  write("%41.txt", "literal\n");
  write("\xc3\xa4.txt", "umlaut\n");
  EXPECT_EQ(get("/a%20b.txt").body, "blank\n");
  EXPECT_EQ(get("/%61.txt").body, "alpha\n");
  EXPECT_EQ(get("/%2561.txt").status, 404);
  EXPECT_EQ(get("/%2541.txt").body, "literal\n");
  EXPECT_EQ(get("/100%25.txt").body, "percent\n");
  EXPECT_EQ(get("/%C3%a4.txt").body, "umlaut\n");
  EXPECT_EQ(get("/a+b.txt").status, 404) << "a plus is a plus";
}

TEST_P(HttpNames, KnowsNoEncodedSlashAndNoNul) {
  for (const char* target : {"/folder%2Findex.html", "/folder%2findex.html", "/a.txt%00", "/a.txt%00.html",
                             "/%00", "/..%2fsecret.txt", "/folder/..%2F..%2Fsecret.txt"}) {
    const HttpResponse answer = get(target);
    EXPECT_TRUE(answer.status == 404 || answer.status == 400) << target << answer.status;
  }
}

TEST_P(HttpNames, NeverLeavesTheRootByDotSegments) {
  for (const char* target :
       {"/../secret.txt", "/folder/../../secret.txt", "/%2e%2e/secret.txt", "/.%2E/secret.txt",
        "/folder/%2e%2e/%2e%2e/secret.txt", "/..", "/../", "//../secret.txt", "/folder/..//../secret.txt",
        "/..\\secret.txt", "/..%5csecret.txt", "/folder/.../../../secret.txt", "http://test/../secret.txt",
        "/../../../../../../../../etc/passwd"}) {
    const HttpResponse answer = get(target);
    EXPECT_TRUE(answer.status == 404 || answer.status == 400) << target << answer.status;
    EXPECT_THAT(answer.body, Not(HasSubstr("secret\n"))) << target;
  }
}

TEST_P(HttpNames, ResolvesDotSegmentsInsideTheRoot) {
  for (const char* target : {"/./a.txt", "/folder/../a.txt", "/folder/./../a.txt", "/folder/%2e%2e/a.txt",
                             "//a.txt", "/.//a.txt", "/none/../a.txt"}) {
    EXPECT_EQ(get(target).body, "alpha\n") << target;
  }
  EXPECT_EQ(get("/folder/.").body, "in the folder\n");
  EXPECT_EQ(get("/folder/..").body, kPage);
}

TEST_P(HttpNames, FollowsSymbolicLinksInsideTheRootOnly) {
  link("a.txt", "inside.txt");
  link("folder", "inside");
  link("../secret.txt", "out.txt");
  link("../outside", "out");
  link(folder_.file("secret.txt"), "absolute.txt");
  link("/etc", "etc");
  link("/", "slash");
  link("loop", "loop");
  link("nowhere", "dangling");
  link("/proc/self/root", "magic");
  EXPECT_EQ(get("/inside.txt").body, "alpha\n");
  EXPECT_EQ(get("/inside/").body, "in the folder\n");
  for (const char* target :
       {"/out.txt", "/out/secret.txt", "/out/", "/absolute.txt", "/etc/passwd", "/slash/etc/passwd", "/loop",
        "/dangling", "/magic/etc/passwd", "/folder/../out/secret.txt", "/out"}) {
    const HttpResponse answer = get(target);
    EXPECT_EQ(answer.status, 404) << target;
    EXPECT_THAT(answer.body, Not(HasSubstr("secret\n"))) << target;
  }
}

TEST_P(HttpNames, SeesASymbolicLinkThatTookAFilesPlace) {
  serve({"--file-cache-valid", "0"});
  EXPECT_EQ(get("/a.txt").body, "alpha\n");
  std::filesystem::remove(path("a.txt"));
  link("../secret.txt", "a.txt");
  EXPECT_EQ(get("/a.txt").status, 404);
}

TEST_P(HttpNames, ServesRegularFilesOnly) {
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0644), 0);
  const auto socket = Listener::open(Endpoint::unix_socket(path("socket")), {});
  ASSERT_TRUE(socket);
  link("/dev/zero", "zero");
  for (const char* target :
       {"/pipe", "/socket", "/zero", "/a.txt/", "/a.txt/x", "/none", "/none/", "/folder/index.html/"}) {
    EXPECT_EQ(get(target).status, 404) << target;
  }
  const std::string too_long = "/" + std::string(300, 'x');
  EXPECT_EQ(get(too_long).status, 404);
}

TEST_P(HttpNames, SaysForbiddenWhereItMayNotRead) {
  write("locked.txt", "secret\n");
  ASSERT_EQ(::chmod(path("locked.txt").c_str(), 0), 0);
  if (::access(path("locked.txt").c_str(), R_OK) == 0) GTEST_SKIP() << "root may read everything";
  EXPECT_EQ(get("/locked.txt").status, 403);
}

TEST_P(HttpNames, RedirectsADirectoryToItsFinalSlash) {
  EXPECT_EQ(get("/folder").status, 301);
  EXPECT_EQ(get("/folder").field("Location"), "/folder/");
  EXPECT_EQ(get("/folder?a=b&c").field("Location"), "/folder/?a=b&c");
  EXPECT_EQ(get("/folder/../folder").field("Location"), "/folder/");
}

TEST_P(HttpNames, NeverRedirectsToAnotherHost) {
  for (const char* name :
       {"evil.com", "\\evil.com", "\\\\evil.com", "http:", "a\nb", "a\"<b>", " x", "%2f"}) {
    std::filesystem::create_directory(path(name));
  }
  std::filesystem::create_directories(path("http:/evil.com"));
  for (const char* target : {"//evil.com",
                             "///evil.com",
                             "/\\evil.com",
                             "/%5Cevil.com",
                             "/%5C%5Cevil.com",
                             "//evil.com/../evil.com",
                             "//evil.com/%2e%2e/evil.com",
                             "/./evil.com",
                             "//evil.com/..//evil.com",
                             "/http:",
                             "/http:/evil.com",
                             "/http:%2f%2fevil.com",
                             "/a%0Ab",
                             "/a%0a%0dSet-Cookie:x",
                             "/a%22%3Cb%3E",
                             "/%20x",
                             "/%252f",
                             "//x@evil.com",
                             "/evil.com/../\\evil.com",
                             "http://test//evil.com"}) {
    const HttpResponse answer = get(target);
    const std::string location = answer.field("Location");
    if (answer.status != 301) {
      EXPECT_EQ(answer.status, 404) << target;
      continue;
    }
    EXPECT_THAT(location, StartsWith("/")) << target;
    EXPECT_GT(location.size(), 1U) << target;
    EXPECT_THAT(location.substr(1, 1), testing::AllOf(Not("/"), Not("\\"))) << target << " to " << location;
    EXPECT_EQ(location.find_first_of("\\\r\n \"<>"), std::string::npos) << target << " to " << location;
    EXPECT_EQ(get(location).status, 403) << "which leads to that directory, that has no index: " << location;
  }
}

TEST_P(HttpNames, ForgesNoFieldByAQuery) {
  const std::string answer =
      answer_to("GET /folder?a\rSet-Cookie:b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(answer, Not(HasSubstr("Set-Cookie")));
}

TEST_P(HttpNames, SaysWhichTypeAFileHas) {
  write("x.PNG", "");
  write("x.unheard-of", "");
  EXPECT_EQ(get("/a.txt").field("Content-Type"), "text/plain");
  EXPECT_EQ(get("/x.PNG").field("Content-Type"), "image/png");
  EXPECT_EQ(get("/x.unheard-of").field("Content-Type"), "application/octet-stream");
  EXPECT_EQ(get("/folder/").field("Content-Type"), "text/html");
}

}  // namespace
}  // namespace suite
