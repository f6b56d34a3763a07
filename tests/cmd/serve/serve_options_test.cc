// What the servers refuse, and how their flags become options.
#include "cmd/serve/serve_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "cmd/cli/exit_code.h"
#include "cmd/cli/option_parser.h"
#include "cmd/serve/serve_http_options.h"
#include "common/process/affinity.h"

namespace suite {
namespace {

using testing::HasSubstr;

// The one line of error; empty: they are accepted.
template <class Flags>
std::string refused(OptionTable (*make_table)(Flags&), const std::vector<std::string>& arguments) {
  Flags flags;
  const auto given = parse_options(make_table(flags), arguments);
  if (given) return "";
  EXPECT_EQ(given.error().code, kExitUsage);
  EXPECT_EQ(std::ranges::count(given.error().text, '\n'), 1) << given.error().text;
  return given.error().text;
}

ServeFlags echo_flags(const std::vector<std::string>& arguments) {
  ServeFlags flags;
  const auto given = parse_options(serve_echo_table(flags), arguments);
  EXPECT_TRUE(given) << given.error().text;
  return flags;
}

TEST(ServeOptions, RefuseInOneLineWhatCannotBeRight) {
  const std::vector<std::pair<std::vector<std::string>, std::string_view>> lines{
      {{"--backend", "epol"}, "--backend: there is no backend 'epol'; did you mean 'epoll'?"},
      {{"-b", "quicksand"}, "epoll, "},
      {{"--port", "70000"}, "--port: '70000' is too large; at most 65,535"},
      {{"--port", "-1"}, "--port: '-1' is not a count"},
      {{"-p", "http"}, "--port: 'http' is not a count"},
      {{"--workers", "0"}, "--workers: '0' is neither 'auto' nor a count from 1 to 1024"},
      {{"--workers", "many"}, "--workers: 'many' is neither 'auto'"},
      {{"--backlog", "0"}, "--backlog: '0' is too small; at least 1"},
      {{"--backlog", "x"}, "--backlog: 'x' is not a count"},
      {{"--max-connections", "0"}, "--max-connections: '0' is too small; at least 1"},
      {{"--idle-timeout", "5x"}, "--idle-timeout: '5x' is not a duration such as 250ms"},
      {{"--idle-timeout", "0"}, "--idle-timeout: '0' is no duration"},
      {{"--send-timeout", "soon"}, "--send-timeout: 'soon' is not a duration"},
      {{"--drain", "-5s"}, "--drain: '-5s' is not a duration"},
      {{"--pin=yes"}, "--pin: it takes no value"},
      {{"--busy-poll=1"}, "--busy-poll: it takes no value"},
      {{"--backend"}, "--backend: its value is missing"},
      {{"--bakend", "epoll"}, "there is no --bakend; did you mean --backend?"},
      {{"3900"}, "'3900' is one argument too many; did you mean '--port 3900'?"},
  };
  for (const auto& [arguments, says] : lines) {
    EXPECT_THAT(refused(&serve_echo_table, arguments), HasSubstr(says)) << testing::PrintToString(arguments);
  }
}

TEST(ServeOptions, RefuseInOneLineWhatCannotBeRightOfHttp) {
  const std::vector<std::pair<std::vector<std::string>, std::string_view>> lines{
      {{"--header-timeout", "soon"}, "--header-timeout: 'soon' is not a duration"},
      {{"--header-timeout", "0"}, "--header-timeout: '0' is no duration"},
      {{"--body-timeout", "-1s"}, "--body-timeout: '-1s' is not a duration"},
      {{"--file-cache", "much"}, "--file-cache: 'much' is not a size"},
      {{"--file-cache-valid", "x"}, "--file-cache-valid: 'x' is not a duration"},
      {{"--http", "3"}, "--http: '3' is not one of: auto, 1.1, 2"},
      {{"--rot", "."}, "did you mean --root?"},
  };
  for (const auto& [arguments, says] : lines) {
    EXPECT_THAT(refused(&serve_http_table, arguments), HasSubstr(says)) << testing::PrintToString(arguments);
  }
}

TEST(ServeOptions, TakeEveryFlag) {
  const ServeFlags flags = echo_flags({"-b",
                                       "poll",
                                       "--host",
                                       "::1",
                                       "-p",
                                       "0",
                                       "-w",
                                       "3",
                                       "--backlog",
                                       "7",
                                       "--max-connections",
                                       "10k",
                                       "--idle-timeout",
                                       "1s",
                                       "--send-timeout",
                                       "2s",
                                       "--drain",
                                       "0",
                                       "--busy-poll",
                                       "--pin",
                                       "-q"});
  EXPECT_EQ(flags.backend, "poll");
  EXPECT_EQ(flags.host, "::1");
  EXPECT_EQ(flags.port, 0U);
  EXPECT_EQ(flags.workers, 3U);
  EXPECT_EQ(flags.backlog, 7U);
  EXPECT_EQ(flags.max_connections, 10'000U);
  EXPECT_EQ(flags.idle_timeout, std::chrono::seconds(1));
  EXPECT_EQ(flags.send_timeout, std::chrono::seconds(2));
  EXPECT_EQ(flags.drain, std::chrono::seconds(0));
  EXPECT_TRUE(flags.busy_poll && flags.pin && flags.quiet);
  EXPECT_EQ(echo_flags({"--workers", "auto"}).workers, usable_cpus().size());
}

TEST(ServeOptions, HaveOtherDefaultsForHttp) {
  const ServeHttpFlags http;
  const ServeFlags echo;
  EXPECT_EQ(echo.port, 3900U);
  EXPECT_EQ(http.server.port, 8080U);
  EXPECT_EQ(echo.idle_timeout, std::nullopt);
  EXPECT_EQ(http.server.idle_timeout, std::chrono::seconds(60));
  EXPECT_EQ(http.http.version, ServedHttp::kAuto);
}

TEST(ServeOptions, RefuseWhatTheBackendCannotHonour) {
  EXPECT_THAT(check_serve_flags({.max_connections = 100'000'000}).value_or(""),
              HasSubstr("--max-connections: 100,000,000 is more than"));
  EXPECT_THAT(check_serve_flags({.workers = 2, .max_connections = 1}).value_or(""),
              HasSubstr("--max-connections: 1 is less than one for each of 2 workers"));
  EXPECT_THAT(check_serve_flags({.backend = "threads", .busy_poll = true}).value_or(""),
              HasSubstr("--busy-poll: the threads of backend 'threads'"));
  EXPECT_EQ(check_serve_flags({.workers = 2, .max_connections = 2, .busy_poll = true}), std::nullopt);
}

}  // namespace
}  // namespace suite
