// Files that change, grow, shrink and are larger than anybody's memory.
#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/conformance/http_test.h"
#include "tests/support/process_stats.h"

namespace suite {
namespace {

using namespace std::chrono_literals;
using test::End;
using test::HttpClient;
using test::HttpResponse;
using test::Socket;

class HttpFiles : public test::HttpTest {
 protected:
  // Starts a large answer, reads its head and a little of its body, and leaves the rest where it is.
  static std::string begin(Socket& socket, const std::string& target, const std::string& version = "1.1") {
    EXPECT_TRUE(socket.send("GET " + target + " HTTP/" + version + "\r\nHost: a\r\n\r\n"));
    std::string received = socket.receive_next(4096);
    EXPECT_TRUE(received.starts_with("HTTP/1.1 200 ")) << received;
    return received;
  }
  static std::string body_of(const std::string& answer) { return answer.substr(answer.find("\r\n\r\n") + 4); }
  // A sanitizer does, and TLS allocates for each part of a body.
  bool keeps_what_is_freed() const { return test::kSanitized && over_tls(); }
  Socket slow_reader() { return Socket(server().endpoint(), {.receive_buffer = 16 << 10}); }

  static constexpr std::size_t kLarge = 24 << 20;
};
SUITE_FOR_EVERY_BACKEND_AND_TLS(HttpFiles);

TEST_P(HttpFiles, SendsFilesOfEverySize) {
  HttpClient client = connect();
  for (const std::size_t size : {0U, 1U, 40U, 4'095U, 8'191U, 8'192U, 8'193U, 65'535U, 65'536U, 65'537U,
                                 262'144U, 262'145U, 954'824U, 4U << 20, (4U << 20) + 1, 5U << 20}) {
    const std::string content = test::noise(size, static_cast<unsigned>(size));
    write("file" + std::to_string(size), content);
    for (int again = 0; again < 3; ++again) {  // from the file, and from memory
      const HttpResponse answer = client.get("/file" + std::to_string(size));
      ASSERT_EQ(answer.status, 200) << size << client.error();
      ASSERT_TRUE(answer.body == content) << size;
    }
  }
}

TEST_P(HttpFiles, SendsFilesWithoutACache) {
  serve({"--file-cache", "0"});
  write("empty", "");
  write("large", test::noise(1 << 20));
  HttpClient client = connect();
  for (int again = 0; again < 3; ++again) {
    EXPECT_EQ(client.get("/a.txt").body, "alpha\n");
    EXPECT_EQ(client.get("/empty").field("Content-Length"), "0");
    EXPECT_TRUE(client.get("/large").body == test::noise(1 << 20));
  }
}

TEST_P(HttpFiles, SendsTheOldFileWholeWhenItIsReplacedMeanwhile) {
  const std::string old = test::noise(kLarge);
  write("large", old);
  Socket socket = slow_reader();
  std::string answer = begin(socket, "/large", "1.0");
  std::filesystem::rename(write("new", "the new one\n"), path("large"));
  answer += socket.receive_rest();
  EXPECT_EQ(socket.end(), End::kFinished);
  EXPECT_TRUE(body_of(answer) == old) << body_of(answer).size() << " of " << old.size();
  EXPECT_EQ(get("/large").body, "the new one\n");
}

TEST_P(HttpFiles, CutsTheConnectionWhenAFileShrinksMeanwhile) {
  write("large", test::noise(kLarge));
  Socket socket = slow_reader();
  std::string answer = begin(socket, "/large");
  std::filesystem::resize_file(path("large"), 1 << 20);
  answer += socket.receive_rest();
  EXPECT_NE(socket.end(), End::kOpen) << "nothing is padded";
  const std::string body = body_of(answer);
  EXPECT_LT(body.size(), kLarge);
  EXPECT_TRUE(std::string_view(test::noise(kLarge)).starts_with(body)) << "what was sent is right";
  EXPECT_EQ(get("/a.txt").body, "alpha\n") << "and the server is unharmed";
}

TEST_P(HttpFiles, SurvivesAFileThatIsEmptiedMeanwhile) {
  write("large", test::noise(kLarge));
  std::vector<Socket> sockets;
  for (int i = 0; i < 5; ++i) {
    sockets.push_back(slow_reader());
    begin(sockets.back(), "/large");
  }
  std::filesystem::resize_file(path("large"), 0);
  for (Socket& socket : sockets) {
    socket.receive_rest();
    EXPECT_NE(socket.end(), End::kOpen);
  }
  EXPECT_EQ(get("/a.txt").body, "alpha\n");
}

TEST_P(HttpFiles, WithholdsTheEndOfAFileThatChangesMeanwhile) {
  for (const std::uintmax_t size : {kLarge - 1, kLarge}) {
    write("large", test::noise(kLarge));
    Socket socket = slow_reader();
    std::string answer = begin(socket, "/large");
    if (size == kLarge) {
      std::fstream(path("large"), std::ios::in | std::ios::out | std::ios::binary) << "other bytes";
    } else {
      std::filesystem::resize_file(path("large"), size);
    }
    answer += socket.receive_rest();
    EXPECT_NE(socket.end(), End::kOpen) << size;
    EXPECT_LT(body_of(answer).size(), kLarge) << size << ": so that the client knows";
  }
}

TEST_P(HttpFiles, SendsWhatWasPromisedOfALogThatGrowsMeanwhile) {
  const std::string before = test::noise(kLarge);
  write("large", before);
  Socket socket = slow_reader();
  std::string answer = begin(socket, "/large", "1.0");
  std::ofstream(path("large"), std::ios::app | std::ios::binary) << "another line\n";
  answer += socket.receive_rest();
  EXPECT_EQ(socket.end(), End::kFinished);
  EXPECT_TRUE(body_of(answer) == before) << body_of(answer).size() << " of " << before.size();
  EXPECT_EQ(connect().ask("HEAD", "/large").field("Content-Length"), std::to_string(kLarge + 13));
}

TEST_P(HttpFiles, SendsFilesOverTwoGibibytes) {
  constexpr std::uint64_t kSize = (5ULL << 30) + 7;
  write("sparse", "");
  std::filesystem::resize_file(path("sparse"), kSize);
  const int fd = ::open(path("sparse").c_str(), O_WRONLY | O_CLOEXEC);
  ASSERT_EQ(::pwrite(fd, "the end", 7, static_cast<off_t>(kSize - 7)), 7);
  ::close(fd);
  EXPECT_EQ(connect().ask("HEAD", "/sparse").field("Content-Length"), std::to_string(kSize));
  const HttpResponse end = get("/sparse", "Range: bytes=-7\r\n");
  EXPECT_EQ(end.body, "the end");
  EXPECT_EQ(end.field("Content-Range"), "bytes 5368709120-5368709126/5368709127");
  const HttpResponse over = get("/sparse", "Range: bytes=4294967290-4294967305\r\n");
  EXPECT_EQ(over.body, std::string(16, '\0'));
  Socket socket(server().endpoint());
  EXPECT_NE(begin(socket, "/sparse").find("Content-Length: " + std::to_string(kSize)), std::string::npos);
  EXPECT_EQ(socket.receive(32 << 20).size(), 32U << 20);
}

TEST_P(HttpFiles, ServesAChangedFileFreshOnceItsTimeIsOver) {
  serve({"--file-cache-valid", "100ms"});
  HttpClient client = connect();
  for (int i = 0; i < 3; ++i) {
    const std::string content = "state " + std::to_string(i) + "\n";
    write("a.txt", content);
    const test::Stopwatch watch;
    EXPECT_TRUE(test::eventually([&] { return client.get("/a.txt").body == content; }));
    EXPECT_LT(watch.elapsed(), 300ms * test::kSlowdown);
  }
}

TEST_P(HttpFiles, BelievesAKeptFileAsLongAsItIsTold) {
  serve({"--file-cache-valid", "60s"});
  HttpClient client = connect();
  ASSERT_EQ(client.get("/a.txt").body, "alpha\n");
  std::filesystem::rename(write("new", "omega\n"), path("a.txt"));
  EXPECT_EQ(client.get("/a.txt").body, "alpha\n");
}

TEST_P(HttpFiles, AsksEachTimeWhereItIsToldTo) {
  serve({"--file-cache-valid", "0"});
  HttpClient client = connect();
  for (int i = 0; i < 20; ++i) {
    const std::string content = "state " + std::to_string(i % 10) + "\n";
    write("a.txt", content);  // the same size in the same tick of the clock
    ASSERT_EQ(client.get("/a.txt").body, content);
  }
  std::filesystem::remove(path("a.txt"));
  EXPECT_EQ(client.get("/a.txt").status, 404);
}

TEST_P(HttpFiles, KeepsNoMoreThanItsCacheHolds) {
  serve({"--file-cache", "1MiB"});
  HttpClient client = connect();
  for (int i = 0; i < 300; ++i) write("f" + std::to_string(i), test::noise(100'000, 1));
  ASSERT_EQ(client.get("/f0").status, 200);
  const std::size_t before = test::resident_bytes(server().pid());
  for (int i = 0; i < 300; ++i) ASSERT_EQ(client.get("/f" + std::to_string(i)).body.size(), 100'000U);
  if (keeps_what_is_freed()) return;
  EXPECT_LT(test::resident_bytes(server().pid()), before + (8U << 20) * test::kSlowdown)
      << "of 30 MB that it sent";
}

TEST_P(HttpFiles, CountsTheNamesThatItKeepsToo) {
  serve({"--file-cache", "1MiB"});
  HttpClient client = connect();
  ASSERT_EQ(client.get("/a.txt").status, 200);
  const std::size_t before = test::resident_bytes(server().pid());
  std::string detour;  // one file by a thousand long names
  while (detour.size() < 7'900) detour += "./";
  for (int i = 0; i < 1'000; ++i) {
    ASSERT_EQ(client.get("/" + std::to_string(i) + "/../" + detour + "a.txt").body, "alpha\n");
  }
  if (test::kSanitized) return;  // it keeps what is freed, and libevent allocates for each request
  EXPECT_LT(test::resident_bytes(server().pid()), before + (5U << 20));
}

TEST_P(HttpFiles, ASlowReaderOfALargeFileCostsLittleMemory) {
  constexpr int kReaders = 50;
  write("large", test::noise(kLarge));
  std::vector<Socket> sockets;
  ASSERT_EQ(get("/large", "Range: bytes=0-0\r\n").status, 206);
  const std::size_t before = test::resident_bytes(server().pid());
  for (int i = 0; i < kReaders; ++i) {
    sockets.push_back(slow_reader());
    begin(sockets.back(), "/large");
  }
  if (!keeps_what_is_freed()) {
    EXPECT_LT(test::resident_bytes(server().pid()), before + kReaders * (400U << 10) * test::kSlowdown);
  }
  const auto cpu = test::cpu_time(server().pid());
  EXPECT_EQ(get("/a.txt").status, 200) << "and nobody else waits";
  EXPECT_LT(test::cpu_time(server().pid()) - cpu, 50ms * test::kSlowdown);
}

}  // namespace
}  // namespace suite
