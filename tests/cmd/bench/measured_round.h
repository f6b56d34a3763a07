// What tests of measure_round() start from: a program that stands in for ours, a shell script that serves and
// loads as told.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <expected>
#include <filesystem>
#include <fstream>
#include <string>

#include "cmd/bench/round.h"
#include "cmd/results/load_document.h"
#include "common/net/listener.h"
#include "tests/support/temporary_folder.h"

namespace suite::bench {

// The port is the last argument that a server is given.
inline const std::string kReady =
    "for port; do :; done\necho \"listening on 127.0.0.1:$port (fake, 1 worker)\" >&2\n";
// The trap stands before the ready line does: the load of a test is over in no time, and then comes the
// SIGTERM.
inline const std::string kServeUntilTold = "trap 'exit 0' TERM\n" + kReady + "sleep 600 & wait\n";
// A result of 1,001 requests in two seconds, with three errors.
inline results::LoadDocument load_document() {
  results::LoadRun run{.measured = std::chrono::seconds(2),
                       .client_cpu = std::chrono::milliseconds(100),
                       .server_cpu = std::chrono::milliseconds(200)};
  run.counts.completed = 1001;
  run.counts.errors[ErrorKind::kReset] = 2;
  run.counts.errors[ErrorKind::kTimeout] = 1;
  return {.suite = "0.0.0", .runs = {run}};
}

inline std::string printing(const results::LoadDocument& document) {
  return "cat <<'END'\n" + load_document_text(document) + "END\n";
}

inline const std::string kLoad = printing(load_document());

class MeasureRoundTest : public testing::Test {
 protected:
  // Both are shell scripts; $5 is the port that the server is told.
  std::expected<RoundResult, RoundFailure> measure(const std::string& serve, const std::string& load) {
    plan_.program = folder_.file("program");
    std::ofstream(plan_.program) << "#!/bin/sh\nif [ $1 = load ]; then\necho \"$*\" > "
                                 << folder_.file("load") << "\n"
                                 << load << "\nelse\n"
                                 << serve << "\nfi\n";
    std::filesystem::permissions(plan_.program, std::filesystem::perms::owner_all);
    contestant_.launch.program = plan_.program;
    return measure_round(plan_, section_, contestant_, port_, interrupt_fd_);
  }

  void speak_http() {
    section_.workload = *find_workload("http-404");
    contestant_.launch.arguments = {"serve-http", "-b", "fake", "-r", "{root}", "-p", "{port}"};
    contestant_.kind = ServerKind::kHttp;
    plan_.folder = folder_.file("");
  }

  std::string load_arguments_seen() const {
    std::string line;
    std::ifstream file(folder_.file("load"));
    std::getline(file, line);
    return line;
  }

  test::TemporaryFolder folder_;
  Plan plan_;
  Section section_{.workload = workloads().front(), .conns = 7};
  Contestant contestant_{.name = "fake",
                         .launch = {.arguments = {"serve-echo", "--backend", "fake", "--port", "{port}"}},
                         .first_port = 3100};
  int port_ = 3100;
  int interrupt_fd_ = -1;
};

inline std::string why(const std::expected<RoundResult, RoundFailure>& result) {
  return result ? "no failure" : result.error().why;
}

// Of servers that say nothing when they are ready.
class SilentServerTest : public MeasureRoundTest {
 protected:
  void SetUp() override {
    contestant_.launch.ready = PortAccepts{};
    port_ = claim_endpoint(resolve("127.0.0.1", 0)->front())->port();
  }
  const std::string serve_silently_ = "exec " SUITE_PROGRAM " serve-echo --port $5 2>/dev/null";
};

}  // namespace suite::bench
