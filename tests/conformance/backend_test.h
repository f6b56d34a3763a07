// What every conformance test starts from: a server on the backend under test. A new backend is tested by
// being in the registry.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "servers/registry.h"
#include "tests/support/server.h"
#include "tests/support/socket.h"

namespace suite::test {

/// The backends of this build, by name.
std::vector<std::string> backend_names();

/// The same, to be tested through TLS: "tls:epoll". None in a build without TLS.
std::vector<std::string> backend_names_over_tls();
inline constexpr std::string_view kOverTls = "tls:";

/// Those whose workers are processes.
std::vector<std::string> process_backend_names();

/// A backend's name as part of a test's: GoogleTest takes no '-'.
std::string test_name_of(std::string backend);

class BackendTest : public testing::TestWithParam<std::string> {
 protected:
  /// Skips a backend that this kernel forbids.
  void SetUp() override;

  std::string backend() const { return GetParam().substr(over_tls() ? kOverTls.size() : 0); }
  /// Whether the test is run through TLS; the flags that with() makes say so to the server.
  bool over_tls() const { return GetParam().starts_with(kOverTls); }
  /// How it presents itself.
  const Backend& description() const { return **find_backend(backend()); }
  /// Whether --workers are threads that share one worker's connections and totals.
  bool is_pool() const { return description().workers == WorkerKind::kPool; }
  /// Whether ThreadSanitizer runs out of memory: it keeps some for each thread that ever was, and a test that
  /// connects again and again until it is refused has the backend start one for each.
  bool has_too_many_threads() const { return kThreadSanitized && backend() == "threads"; }
  ServerOptions with(std::vector<std::string> flags) const {
    if (over_tls()) flags.emplace_back("--tls-self-signed");
    return {.backend = backend(), .flags = std::move(flags)};
  }
};

/// Ends the server with SIGTERM: it must exit with 0.
void expect_clean_end(Server& server);

/// More than two connected sockets can ever hold: each has a buffer in both directions, which the kernel lets
/// grow to the last figures of tcp_rmem and tcp_wmem. Mostly they take a fifth of that or less; on a loaded
/// machine, now and then, 32 MiB and more.
const std::string& more_than_sockets_hold();

/// Sends until neither side's buffers have taken more for the time `quiet`, and returns what was sent: the
/// beginning of `supply`. The kernel probes a closed window after 200 ms, and again after 400, and may then
/// find room for more: where nothing may move any more, it takes kQuietForGood.
inline constexpr std::chrono::milliseconds kQuiet{100 * kSlowdown};
inline constexpr std::chrono::milliseconds kQuietForGood{450 * kSlowdown};
std::string send_until_blocked(Socket& socket, std::string_view supply,
                               std::chrono::milliseconds quiet = kQuiet);

}  // namespace suite::test

#define SUITE_FOR_EVERY_BACKEND(fixture)                                                    \
  INSTANTIATE_TEST_SUITE_P(EveryBackend, fixture, testing::ValuesIn(test::backend_names()), \
                           [](const auto& each) { return test::test_name_of(each.param); })

#define SUITE_FOR_EVERY_BACKEND_AND_TLS(fixture)                                                            \
  SUITE_FOR_EVERY_BACKEND(fixture);                                                                         \
  INSTANTIATE_TEST_SUITE_P(EveryBackendOverTls, fixture, testing::ValuesIn(test::backend_names_over_tls()), \
                           [](const auto& each) { return test::test_name_of(each.param); });                \
  GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(fixture)

#define SUITE_FOR_EVERY_PROCESS_BACKEND(fixture)                                                    \
  INSTANTIATE_TEST_SUITE_P(EveryBackend, fixture, testing::ValuesIn(test::process_backend_names()), \
                           [](const auto& each) { return test::test_name_of(each.param); })

/// Starts a server or ends the test.
#define SUITE_START(server, options) \
  test::Server server(options);      \
  ASSERT_TRUE(server.running()) << server.child().errors()
