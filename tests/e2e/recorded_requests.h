// What `suite load` sends over HTTP, kept as it came.
#pragma once

#include <gtest/gtest.h>

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "tests/e2e/load.h"
#include "tests/support/scripted_server.h"

namespace suite::test {

inline constexpr std::string_view kOk =
    "HTTP/1.1 200 OK\r\nServer: scripted\r\nContent-Length: 5\r\n\r\nhello";

inline std::string url(const ScriptedServer& server, const std::string& path = "/") {
  return "http://" + server.endpoint().to_string() + path;
}

// Answers with kOk and keeps what it got.
class RequestRecorder {
 public:
  void operator()(int fd, int) {
    for (std::string bytes = receive(fd); !bytes.empty(); bytes = receive(fd)) {
      {
        const std::lock_guard lock(mutex_);
        requests_.push_back(bytes);
      }
      send_all(fd, kOk);
    }
  }
  std::vector<std::string> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> requests_;
};

// The first of the requests that these flags make.
inline std::string request_of(std::vector<std::string> flags, const std::string& path = "/") {
  RequestRecorder recorder;
  const ScriptedServer server(std::ref(recorder));
  flags.insert(flags.end(), {url(server, path), "-n", "1", "-c", "1", "-q"});
  EXPECT_EQ(load(std::move(flags)).status, test::exited(0));
  const std::vector<std::string> requests = recorder.requests();
  return requests.empty() ? "" : requests.front();
}

}  // namespace suite::test
