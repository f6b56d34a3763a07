// Our own client against our own server: what one of them buffers must not lock the other.
#include <charconv>
#include <optional>

#include "tests/conformance/backend_test.h"

namespace suite {
namespace {

using namespace std::chrono_literals;

class Load : public test::BackendTest {
 protected:
  static test::Finished load(const Endpoint& server, const std::vector<std::string>& flags) {
    test::Command command = test::suite_command({"load", server.to_string()});
    for (const std::string& flag : flags) command.arguments.push_back(flag);
    return test::run_to_end(command, 30s * test::kSlowdown);
  }
  // "Throughput: 220318.51 [reqests/sec], errors: 0\n" -> 220318.51; nothing where errors were counted.
  static std::optional<double> faultless_throughput(std::string_view output) {
    constexpr std::string_view kBegin = "Throughput: ", kEnd = " [reqests/sec], errors: 0\n";
    if (!output.starts_with(kBegin) || !output.ends_with(kEnd)) return std::nullopt;
    output.remove_prefix(kBegin.size());
    double throughput = 0;
    std::from_chars(output.data(), output.data() + output.size() - kEnd.size(), throughput);
    return throughput;
  }
};
SUITE_FOR_EVERY_BACKEND(Load);

TEST_P(Load, ClientAndServerDoNotLockEachOtherWithLargeMessagesAtDepth) {
  SUITE_START(server, with({}));
  const test::Finished finished = load(server.endpoint(), {"--conns", "2", "--depth", "64", "--size", "4MiB",
                                                           "--requests", "128", "--timeout", "30s"});
  EXPECT_EQ(finished.status, test::exited(0)) << finished.errors;
  EXPECT_GT(faultless_throughput(finished.output).value_or(0), 0) << finished.output << finished.errors;
  test::expect_clean_end(server);
}

TEST_P(Load, EveryReplyIsRightAtDepth) {
  SUITE_START(server, with({"--workers", "2"}));
  const test::Finished finished =
      load(server.endpoint(), {"--conns", "50", "--depth", "16", "--size", "1000", "--secs", "500ms"});
  EXPECT_EQ(finished.status, test::exited(0)) << finished.errors;
  EXPECT_GT(faultless_throughput(finished.output).value_or(0), 100) << finished.output << finished.errors;
  test::expect_clean_end(server);
}

TEST_P(Load, ConnectionsThatComeAndGoAreServed) {
  SUITE_START(server, with({}));
  const test::Finished finished =
      load(server.endpoint(), {"--conns", "20", "--per-conn", "5", "--requests", "2k"});
  EXPECT_EQ(finished.status, test::exited(0)) << finished.errors;
  EXPECT_GT(faultless_throughput(finished.output).value_or(0), 0) << finished.output << finished.errors;
  test::expect_clean_end(server);
}

}  // namespace
}  // namespace suite
