// What `suite load` makes of a command line, and what it refuses, in one line. Long because flags are many: a
// row each.
#include "cmd/load/load_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "client/workloads/http2/http2.h"
#include "cmd/cli/exit_code.h"
#include "cmd/load/load_settings_report.h"
#include "tests/support/patience.h"
#include "tests/support/temporary_folder.h"

namespace suite {
namespace {

using testing::HasSubstr;

using Arguments = std::vector<std::string>;

struct BadLine {
  Arguments arguments;
  const char* says;
};

void expect_refused(const std::vector<BadLine>& lines) {
  for (const BadLine& line : lines) {
    const std::string what = testing::PrintToString(line.arguments);
    const auto options = parse_load_options(line.arguments);
    ASSERT_FALSE(options) << what;
    EXPECT_EQ(options.error().code, kExitUsage) << what;
    EXPECT_EQ(std::ranges::count(options.error().text, '\n'), 1) << what << options.error().text;
    EXPECT_THAT(options.error().text, HasSubstr(line.says)) << what;
  }
}

LoadOptions accepted(const Arguments& arguments) {
  auto options = parse_load_options(arguments);
  EXPECT_TRUE(options) << testing::PrintToString(arguments) << options.error().text;
  return options ? *std::move(options) : LoadOptions{};
}

TEST(LoadOptions, RefuseInOneLineWhatCannotBeRight) {
  const test::TemporaryFolder folder;
  expect_refused({
      {{"-c", "0"}, "--conns"},
      {{"-c", "-3"}, "--conns"},
      {{"-D", "0"}, "--depth"},
      {{"-d", "0"}, "--secs"},
      {{"-d", "5 parsecs"}, "--secs"},
      {{"-n", "0"}, "--requests"},
      {{"-e", "0"}, "--per-conn"},
      {{"-t", "0"}, "--threads"},
      {{"-t", "3", "-c", "2"}, "--threads 3 is more than --conns 2"},
      {{"--share", "0/3"}, "--share: '0/3': K is from 1 to N, here 3"},
      {{"--share", "3"}, "--share: '3' is not K/N"},
      {{"--share", "1/3", "-c", "2"}, "--share: cannot divide the load among 3: it has only 2 connections"},
      {{"--share", "3/3", "-c", "4", "-t", "2"}, "part 3 has 1 connection for 2 threads"},
      {{"--share", "1/2", "--find-max", "p99<5ms"}, "--share and --find-max exclude each other"},
      {{"--start-at", "soon"}, "--start-at: 'soon' is neither RFC 3339"},
      {{"--start-at", "1.5"}, "--start-at: 1970-01-01T00:00:01.5Z has passed, it is 20"},
      {{"--start-at", "2199-01-01T00:00:00Z"}, "is more than 24 hours away"},
      {{"--start-at", "2199-01-01T00:00:00Z", "--runs", "2"}, "--start-at and --runs exclude each other"},
      {{"-p", "65536"}, "--port"},
      {{"--timeout", "0"}, "--timeout"},
      {{"--runs", "0"}, "--runs"},
      {{"--size", "0"}, "--size"},
      {{"--message", ""}, "--message"},
      {{"--size", "5", "-m", "x"}, "exclude each other"},
      {{"--size", "5", "-f", "x"}, "exclude each other"},
      {{"-f", folder.file("missing")}, "No such file"},
      {{"-f", folder.file("")}, "Is a directory"},
      {{"-f", "/dev/null"}, "is empty"},
      {{"--reply", "x", "--reply-ends", "y"}, "--reply and --reply-ends exclude each other"},
      {{"--reply", ""}, "--reply: the text is empty"},
      {{"--reply-ends", ""}, "--reply-ends: the text is empty"},
      {{"--reply", "@/dev/null"}, "--reply: '/dev/null' is empty"},
      {{"--reply", "@" + folder.file("missing")}, "--reply: cannot read"},
      {{"--reply", "@"}, "--reply: cannot read ''"},
      {{"--reply", "@-", "--file", "-"}, "both read stdin"},
      {{"--escapes"}, "--escapes is for the texts of --message, --reply and --reply-ends"},
      {{"--escapes", "--size", "5"}, "--escapes is for the texts"},
      {{"--escapes", "--reply", "@" + folder.file("x")}, "--escapes is for the texts"},
      {{"--escapes", "-m", "a\\q"}, R"(--message: '\q' at byte 2 is no escape of C: give \n,)"},
      {{"--escapes", "--reply", "\\x1"}, R"(--reply: '\x1' at byte 1)"},
      {{"--escapes", "--reply-ends", "\\"}, R"(--reply-ends: '\' at byte 1)"},
      {{"--reply-ends", "x", "--verify", "full"}, "--verify full and --reply-ends exclude each other"},
      {{"--json", folder.file("missing/x.json")}, "--json"},
      {{"--json", folder.file("x"), "--hdr", folder.file("./x")}, "both name"},
      {{"--format", "xml"}, "--format"},
      {{"--json", "-", "--format", "line"}, "--json - and --format both write to stdout: "},
      {{"--json", "-", "--format", "csv"}, "--json - and --format both write to stdout: "},
      {{"--verify", "some"}, "--verify"},
      {{"--server-pid", "2147483647"}, "there is no process"},
      {{"--insecure"}, "--insecure is for TLS: give TARGET as https://HOST:PORT/path or tls://HOST:PORT"},
      {{"http://127.0.0.1/", "--tls", "1.3"}, "--tls is for TLS"},
      {{"127.0.0.1:99999"}, "not a port"},
      {{"unix:"}, "unix"},
      {{"-c", "9M"}, "local ports"},
      // Threads that share a table (ThreadSanitizer's build) hold no more than one does.
      {{"unix:/x", "-c", "9M"}, test::kThreadSanitized ? "--conns" : "--threads"},
      {{"--conn", "5"}, "did you mean --conns?"},
      {{"-k"}, "keep-alive is the default here; ab's default is --no-keepalive"},
      {{"-z", "5s"}, "--secs"},
      {{"--latency=maybe"}, "--latency"},
      {{"--latency", "off", "--hdr", folder.file("x")}, "--latency off exclude each other"},
      {{"-R", "0"}, "--rate"},
      {{"-R", "-5"}, "--rate"},
      {{"-R", "fast"}, "--rate"},
      {{"--arrivals", "poisson"}, "--arrivals is for an open loop: give its --rate"},
      {{"-R", "5", "--arrivals", "bursts"}, "--arrivals"},
      {{"one", "two"}, "two"},
      {{"--driver", "kqueue"}, "'kqueue' is not one of: auto, epoll, uring, null"},
      {{"--driver", "null", "--busy-poll"}, "--busy-poll: the driver 'null' has neither sockets nor"},
      {{"--driver", "null", "--connect-burst", "1"}, "--connect-burst: the driver 'null'"},
      {{"-m", "x", "--seed", "2"}, "--seed is for a TCP echo with --size"},
      {{"-R", "11M"}, "--rate"},
      {{"-R", "0.9/h"}, "'0.9/h' is too low; at least 1/h"},
      {{"-R", "5/d"}, "'5/d' is not a rate such as 100, 20k, 0.5, 100/s or 30/m"},
      {{"--find-max", "p99<5ms", "--progress", "on"}, "--find-max and --progress exclude each other"},
      {{"--sndbuf", "0"}, "--sndbuf"},
      {{"--rcvbuf", "2G"}, "--rcvbuf"},
      {{"--close", "abort"}, "--close"},
      {{"unix:/x", "--no-nodelay"}, "--no-nodelay is for TCP"},
  });
}

TEST(LoadOptions, RefuseInOneLineWhatCannotBeRightOfHttp) {
  const test::TemporaryFolder folder;
  std::ofstream(folder.file("empty")) << "\n# only this\n\n";
  std::ofstream(folder.file("elsewhere")) << "/a\nhttp://elsewhere/b\n";
  std::ofstream(folder.file("relative")) << "a\n";
  std::ofstream(folder.file("targets")) << "GET http://127.0.0.1:8080/a\nGET /b\n";
  std::ofstream(folder.file("https")) << "GET ftp://h/\n";
  std::ofstream(folder.file("huge")) << "GET http://h/" << std::string(100'000, 'x');
  std::ofstream(folder.file("alive")) << "GET http://h/\nConnection: keep-alive\n";
  const std::string http = "http://127.0.0.1:8080/";
  expect_refused({
      {{"http://"}, "host is missing"},
      {{"http://a b/"}, "not a host"},
      {{"http://a/b c"}, "no spaces"},
      {{"http://me:secret@host/"}, "user and password"},
      {{"127.0.0.1:80/x"}, "give http://127.0.0.1:80/x"},
      {{"http:/one-slash/"}, "give http://one-slash/"},
      {{"--host", "host:80"}, "--host 'host:80': the port is given with --port"},
      {{http, "-H", "Host: a", "-H", "host: b"}, "--header: Host is given twice"},
      {{http, "-H", "Content-Length: 9", "-b", "hello"}, "--header: Content-Length: 9 contradicts the body"},
      {{http, "-H", "Content-Length: 9"}, "--header: Content-Length: 9 contradicts the body"},
      {{http, "-H", "transfer-encoding: chunked", "-b", "hello"},
       "--header: Transfer-Encoding is not supported"},
      {{http, "-H", "Connection: close", "-D", "2"}, "--header 'Connection: close' and --depth"},
      {{http, "-H", "Connection: close", "-e", "2"}, "--header 'Connection: close' and --per-conn"},
      {{http, "-H", "Connection: close", "-H", "Connection: keep-alive"}, "close and keep-alive exclude"},
      {{http, "-H", "Connection: Keep-Alive", "--no-keepalive"}, "--no-keepalive and --header"},
      {{http, "--resolve", "other:8080:127.0.0.1"}, "--resolve: 'other:8080' is not what TARGET connects to"},
      {{http, "--driver", "null", "--resolve", "127.0.0.1:8080:127.0.0.2"}, "--resolve: the driver 'null'"},
      {{"http://host:99999/"}, "not a port"},
      {{"http+unix:"}, "1 to 107 bytes"},
      {{http, "-H", "no colon"}, "--header: 'no colon' has no colon"},
      {{http, "-H", "X: a\r\nY: b"}, "--header"},
      {{http, "-H", "Transfer-Encoding: chunked"}, "--header"},
      {{http, "-X", "GE T"}, "--method"},
      {{http, "-X", "CONNECT"}, "--method"},
      {{http, "-X", "TRACE", "-b", "x"}, "a TRACE has none"},
      {{http, "-b", "@-", "--urls", "-"}, "both read stdin"},
      {{http, "-b", "@" + folder.file("missing")}, "--body: cannot read"},
      {{http, "--urls", folder.file("missing")}, "--urls: cannot read"},
      {{http, "--urls", folder.file("empty")}, "holds no URL"},
      {{http, "--urls", folder.file("elsewhere")}, "line 2"},
      {{http, "--urls", folder.file("relative")}, "line 1"},
      {{http + "x", "--urls", folder.file("elsewhere")}, "TARGET has the path /x"},
      {{http, "--targets", folder.file("missing")}, "--targets: cannot read"},
      {{http, "--targets", folder.file("empty")}, "holds no request"},
      {{http, "--targets", folder.file("targets")}, "targets, line 2: /b is no whole URL"},
      {{"http://h/", "--targets", folder.file("targets")}, "targets, line 1: all requests go to one host"},
      {{http + "x", "--targets", folder.file("targets")},
       "TARGET has the path /x and --targets gives others"},
      {{"127.0.0.1:8080", "--targets", folder.file("targets")}, "--targets is for HTTP"},
      {{"--targets", folder.file("https")}, "line 1"},
      {{"--targets", folder.file("huge")}, "huge, line 1: it has"},
      {{"--targets", folder.file("alive"), "--no-keepalive"}, "alive, line 1: Connection: keep-alive and"},
      {{"--targets", folder.file("alive"), "-H", "Content-Length: 4"}, "alive, line 1: Content-Length: 4"},
      {{"--targets", "x", "-X", "PUT"}, "--targets and --method exclude each other"},
      {{"--targets", "x", "-b", "y"}, "--targets and --body exclude each other"},
      {{"--targets", "x", "--urls", "y"}, "--targets and --urls exclude each other"},
      {{http, "--ok-status", "20"}, "--ok-status"},
      {{http, "--no-keepalive", "-D", "2"}, "--no-keepalive and --depth"},
      {{http, "--no-keepalive", "-e", "2"}, "--no-keepalive and --per-conn"},
      {{http, "--size", "5"}, "--size is for a TCP echo"},
      {{http, "-m", "x"}, "--message is for a TCP echo"},
      {{http, "-f", "/dev/null"}, "--file is for a TCP echo"},
      {{http, "--reply", "x"}, "--reply is for TCP"},
      {{http, "--reply-ends", "x"}, "--reply-ends is for TCP"},
      {{http, "--escapes"}, "--escapes is for TCP"},
      {{http, "--seed", "2"}, "--seed is for a TCP echo with --size"},
      {{"--no-keepalive"}, "--no-keepalive is for HTTP"},
      {{"-X", "GET"}, "--method is for HTTP"},
      {{"-H", "a: b"}, "--header is for HTTP"},
      {{"-b", "x"}, "--body is for HTTP"},
      {{"--urls", "x"}, "--urls is for HTTP"},
      {{"--ok-status", "404"}, "--ok-status is for HTTP"},
      {{"--format", "ab"}, "--format"},
      {{"http+unix:/x:/", "--port", "80"}, "--port"},
      {{http, "-k"}, "ab's default is --no-keepalive"},
  });
}

TEST(LoadOptions, RefuseInOneLineConditionsThatCannotBeJudged) {
  expect_refused({
      {{"--fail-if", "p99=5ms"}, "--fail-if: 'p99=5ms' is not METRIC<VALUE or METRIC>VALUE, such as p99>5ms"},
      {{"--fail-if", "p99"}, "in quotes"},
      {{"--fail-if", ""}, "such as p99>5ms"},
      {{"--fail-if", "errors>0", "--fail-if", "eror>0"}, "did you mean errors?"},
      {{"--fail-if", "p99>5 parsecs"}, "is not a duration"},
      {{"--fail-if", "server_cpu>5us"}, "needs --server-pid"},
      {{"--fail-if", "missed>0"}, "give --rate"},
      {{"--fail-if", "lag_p99>1ms"}, "give --rate"},
      {{"--fail-if", "achieved<99%"}, "give --rate"},
      {{"--fail-if", "first_byte_p99>1ms"}, "is of HTTP"},
      {{"--find-max", "p99=5ms"}, "--find-max: 'p99=5ms' is not"},
      {{"--find-max", "p99>5ms"}, "give what must hold, such as p99<5ms"},
      {{"--find-max", "achieved<99%"}, "such as achieved>99%"},
      {{"--find-max", "rps>10k"}, "is about the rate, which is what it searches"},
      {{"--find-max", "server_cpu<5us"}, "needs --server-pid"},
      {{"--find-max", "p99<5ms", "-n", "100"}, "--find-max and --requests exclude each other"},
      {{"--find-max", "p99<5ms", "--runs", "3"}, "--find-max and --runs exclude each other"},
      {{"--find-max", "connect_p99<5ms", "-c", "99"}, "needs at least 100 connections"},
      {{"--fail-if", "status>0"}, "status is of HTTP"},
      {{"--find-max"}, "--find-max"},
      {{"--fail-if"}, "--fail-if"},
      {{"http://127.0.0.1:1/", "--format", "ab", "--find-max", "p99<5ms"}, "give line or json"},
  });
}

// Each with a flag that needs what is not there; the flags that it is there for are accepted.
TEST(LoadOptions, RefuseAFlagThatNeedsWhatIsNotThere) {
  expect_refused({
      {{"unix:/x", "--port", "80"}, "--port is for TCP: a unix socket has no such thing"},
      {{"unix:/x", "--no-nodelay"}, "--no-nodelay is for TCP"},
      {{"unix:/x", "--close", "rst"}, "--close is for TCP"},
      {{"unix:/x", "--rcvbuf", "8k"}, "--rcvbuf is for TCP"},
      {{"unix:/x", "--source-ip", "127.0.0.2"}, "--source-ip is for TCP"},
      {{"--driver", "null", "--busy-poll"},
       "--busy-poll: the driver 'null' has neither sockets nor a server"},
      {{"--driver", "null", "--sndbuf", "8k"}, "--sndbuf: the driver 'null'"},
      {{"--driver", "null", "--rcvbuf", "8k"}, "--rcvbuf: the driver 'null'"},
      {{"--driver", "null", "--no-nodelay"}, "--no-nodelay: the driver 'null'"},
      {{"--driver", "null", "--close", "fin"}, "--close: the driver 'null'"},
      {{"--driver", "null", "--source-ip", "127.0.0.2"}, "--source-ip: the driver 'null'"},
      {{"--driver", "null", "--server-pid", "1"}, "--server-pid: the driver 'null'"},
      {{"--driver", "null", "--timeout", "1"}, "--timeout: the driver 'null'"},
      {{"--driver", "null", "--resolve", "127.0.0.1:3900:127.0.0.1"}, "--resolve: the driver 'null'"},
  });
  accepted({"unix:/x", "--sndbuf", "8k", "--busy-poll", "--pin"});
  accepted({"--driver", "null", "--pin"});
  accepted({"-R", "5", "--arrivals", "poisson", "--seed", "2"});
  accepted({"--size", "5", "--seed", "2"});
}

TEST(LoadOptions, HaveTheDefaultsOfTheHelp) {
  const LoadPlan plan = accepted({}).settings.plan;
  EXPECT_EQ(plan.duration, std::chrono::seconds(10));
  EXPECT_EQ(plan.verify, Verify::kFull);
  EXPECT_EQ(accepted({"-n", "5"}).settings.plan.duration, std::nullopt);
  EXPECT_EQ(accepted({"http://h/"}).settings.plan.verify, Verify::kLength);
  EXPECT_EQ(accepted({"--find-max", "p99<5ms"}).settings.plan.duration, std::chrono::seconds(2));
  EXPECT_EQ(accepted({"--find-max", "p99<5ms", "-d", "3"}).settings.plan.duration, std::chrono::seconds(3));
}

TEST(LoadOptions, TakeTheNamesThatPeopleBringAlong) {
  const LoadOptions options = accepted({"http://h/", "--duration", "3", "--connections=7", "--data", "x",
                                        "-ofile.json", "--no-latency", "--pipeline", "2"});
  EXPECT_EQ(options.settings.plan.duration, std::chrono::seconds(3));
  EXPECT_EQ(options.settings.plan.connections, 7U);
  EXPECT_EQ(options.settings.http->body, "x");
  EXPECT_EQ(options.output.json_file, "file.json");
  EXPECT_FALSE(options.settings.plan.latency);
  EXPECT_EQ(options.settings.plan.depth, 2U);
  EXPECT_TRUE(accepted({"--latency", "127.0.0.1:1"}).settings.plan.latency) << "wrk's has no value";
}

TEST(LoadOptions, TakeConditionsAndRatesAsPeopleWriteThem) {
  const LoadOptions options =
      accepted({"--require", " p99 <= 5 ms ", "--fail-if", "errors > 1 %", "-R", "30/m"});
  ASSERT_EQ(options.settings.gates.size(), 2U);
  EXPECT_EQ(options.settings.gates[0].condition.text, "errors>1%");
  EXPECT_EQ(options.settings.gates[1].condition.text, "p99<=5ms");
  EXPECT_EQ(options.settings.gates[1].flag(), "--require");
  EXPECT_EQ(options.settings.plan.rate->per_second, 0.5);
  EXPECT_EQ(accepted({"-R", "100/s"}).settings.plan.rate->per_second, 100);
  EXPECT_EQ(accepted({"-R", "0.5"}).settings.plan.rate->per_second, 0.5);
}

// Flags of ab, wrk, hey, oha, k6 and curl that mean something else here, or nothing.
TEST(LoadOptions, NameTheFlagForThoseOfOtherTools) {
  expect_refused({
      {{"-k"},
       "there is no -k: keep-alive is the default here; ab's default is --no-keepalive; "
       "curl's -k is --insecure"},
      {{"-s", "script.lua"},
       "there is no -s: a script is not run here, requests that differ are a list, --targets"},
      {{"--script", "x"}, "requests that differ are --targets FILE"},
      {{"-q", "500"}, "-q is --quiet here and takes no value; a rate is --rate N"},
      {{"-q", "0.5"}, "a rate is --rate N"},
      {{"--vus", "5"}, "there is no --vus: the number of connections is -c, --conns"},
      {{"-T", "5"}, "--timeout; a content type is a --header"},
      {{"-z", "5s"}, "the measured time is -d, --secs"},
      {{"-u", "x"}, "a body is --body @FILE, with --method PUT"},
      {{"-i"}, "HEAD is --method HEAD"},
      {{"-l"}, "--verify full"},
      {{"-r"}, "errors are counted and never end a run"},
      {{"-P", "5"}, "requests in flight per connection are -D, --depth"},
      {{"--histogram", "maybe"}, "--histogram: 'maybe' is not one of: auto, on, off"},
  });
  EXPECT_TRUE(accepted({"-q"}).output.quiet);
  EXPECT_EQ(accepted({"--histogram", "off"}).output.histogram, When::kOff);
}

TEST(LoadOptions, GoWhereAListOfRequestsGoesUnlessTheyAreToldOtherwise) {
  const test::TemporaryFolder folder;
  std::ofstream(folder.file("targets")) << "\xef\xbb\xbfGET http://shop.test:81/a\n"
                                           "HEAD http://SHOP.test:81/b\nA: 1\n\n";
  const auto requests = [](const LoadOptions& options) {
    return std::get<HttpPlan>(options.settings.plan.protocol).requests;
  };
  const LoadOptions listed = accepted({"--targets", folder.file("targets"), "-H", "A: 2", "-H", "B: 3"});
  EXPECT_EQ(listed.target.url(), "http://shop.test:81/");
  ASSERT_EQ(requests(listed).size(), 2U);
  EXPECT_TRUE(requests(listed)[0].starts_with("GET /a HTTP/1.1\r\nHost: shop.test:81\r\n"));
  EXPECT_TRUE(requests(listed)[0].ends_with("\r\nA: 2\r\nB: 3\r\n\r\n"));
  EXPECT_TRUE(requests(listed)[1].ends_with("\r\nA: 1\r\nB: 3\r\n\r\n")) << "its own, and what it has not";
  EXPECT_EQ(std::get<HttpPlan>(listed.settings.plan.protocol).heads, (std::vector<bool>{false, true}));
  const LoadOptions elsewhere =
      accepted({"--targets", folder.file("targets"), "--host", "127.0.0.2", "--port", "82"});
  EXPECT_EQ(elsewhere.target.url(), "http://127.0.0.2:82/");
  EXPECT_THAT(requests(elsewhere)[0], HasSubstr("\r\nHost: 127.0.0.2:82\r\n"));
  EXPECT_THAT(elsewhere.settings.command, HasSubstr("suite load --host 127.0.0.2 --port 82 --targets "));
  EXPECT_EQ(accepted({"http://shop.test:81", "--targets", folder.file("targets")}).target.port, 81);
}

TEST(LoadOptions, MakeAPlanOfTheHttpThatIsToBeSpoken) {
  if (!check_http2()) GTEST_SKIP() << "this build has no HTTP/2";
  const auto is_http2 = [](const LoadOptions& options) {
    return std::holds_alternative<Http2Plan>(options.settings.plan.protocol);
  };
  EXPECT_FALSE(is_http2(accepted({"http://h/"})));
  EXPECT_FALSE(is_http2(accepted({"http://h/", "--http1.1"})));
  for (const Arguments& version : {Arguments{"--http2"}, Arguments{"--http", "2"}}) {
    Arguments arguments{"http://h:81/a?b", "-H", "A: b"};
    arguments.insert(arguments.end(), version.begin(), version.end());
    const LoadOptions options = accepted(arguments);
    ASSERT_TRUE(is_http2(options));
    const Http2Plan::Request& request = std::get<Http2Plan>(options.settings.plan.protocol).requests.front();
    EXPECT_EQ(request.fields[0], (std::pair<std::string, std::string>(":method", "GET")));
    EXPECT_EQ(request.fields[2], (std::pair<std::string, std::string>(":path", "/a?b")));
    EXPECT_EQ(request.fields[3], (std::pair<std::string, std::string>(":authority", "h:81")));
    EXPECT_EQ(request.fields.back(), (std::pair<std::string, std::string>("a", "b")));
  }
  expect_refused({
      {{"127.0.0.1:1", "--http", "2"}, "--http is for HTTP"},
      {{"http://h/", "--http", "3"}, "--http: '3' is not one of: auto, 1.1, 2"},
      {{"http://h/", "--http2", "-H", "Upgrade: x"}, "--http 2: 'upgrade: x' is of a connection"},
  });
}

TEST(LoadOptions, ShowALongNameOfAFileWhole) {
  const test::TemporaryFolder folder;
  const std::string file = folder.file(std::string(100, 'x'));
  std::ofstream(file) << "+PONG\r\n";
  EXPECT_THAT(accepted({"--reply", "@" + file}).settings.command, HasSubstr(" --reply @" + file));
  EXPECT_THAT(accepted({"http://h/", "-b", "@" + file}).settings.command, HasSubstr(" --body @" + file));
}

TEST(LoadOptions, KeepTheCommandForAHeadline) {
  EXPECT_EQ(accepted({"http://h:8080/a?b", "-c100", "--requests=1k", "-q", "--no-keepalive", "-H", "a: b"})
                .settings.command,
            "suite load 'http://h:8080/a?b' --conns 100 --requests 1000 --no-keepalive --header 'a: b'");
}

TEST(LoadOptions, TellRepliesThatAreKnownFromThoseOfWhichOnlyTheEndIs) {
  const LoadSettings echo = accepted({"-m", "x"}).settings;
  EXPECT_TRUE(std::holds_alternative<EchoPlan>(echo.plan.protocol));
  const LoadSettings fixed = accepted({"-m", "PING\\r\\n", "--reply", "+PONG\\r\\n", "--escapes"}).settings;
  EXPECT_EQ(std::get<FixedReplyPlan>(fixed.plan.protocol).payload.text, "PING\r\n");
  EXPECT_EQ(std::get<FixedReplyPlan>(fixed.plan.protocol).reply, "+PONG\r\n");
  EXPECT_EQ(fixed.plan.verify, Verify::kFull);
  const LoadSettings ends = accepted({"-m", "\\r", "--reply-ends", "\\n"}).settings;
  EXPECT_EQ(std::get<TerminatedReplyPlan>(ends.plan.protocol).payload.text, "\\r") << "as it stands";
  EXPECT_EQ(std::get<TerminatedReplyPlan>(ends.plan.protocol).terminator, "\\n");
  EXPECT_EQ(ends.plan.verify, Verify::kLength);
  const test::TemporaryFolder folder;
  std::ofstream(folder.file("reply")) << "from\\a file";
  const LoadSettings file =
      accepted({"-m", "x\\0", "--reply", "@" + folder.file("reply"), "--escapes"}).settings;
  EXPECT_EQ(std::get<FixedReplyPlan>(file.plan.protocol).reply, "from\\a file") << "a file has its bytes";
  EXPECT_EQ(std::get<FixedReplyPlan>(file.plan.protocol).payload.size, 2U);
  EXPECT_EQ(accepted({"-m", "same", "--reply", "same"}).settings.payload->reply_bytes, 4U);
}

// What the summary begins with can be pasted.
TEST(LoadOptions, AcceptTheSettingsThatAreShown) {
  const test::TemporaryFolder folder;
  std::ofstream(folder.file("targets")) << "GET http://shop.test:81/a\n";
  for (const Arguments& arguments :
       {Arguments{"-m", "x"}, Arguments{"-m", "x", "--reply", "y", "--escapes"},
        Arguments{"-m", "x", "--reply-ends", "y", "--verify", "none"}, Arguments{"--size", "5", "-R", "5/s"},
        Arguments{"-m", "x", "--driver", "null"},
        Arguments{"http://127.0.0.1:8080/x", "-X", "HEAD", "--no-keepalive", "--driver", "null"},
        Arguments{"-m", "x", "-R", "10", "--arrivals", "poisson", "--close", "rst", "--sndbuf", "8k",
                  "--latency", "off"},
        Arguments{"--targets", folder.file("targets"), "--port", "82"},
        Arguments{"-m", "x", "--find-max", "p99<5ms", "-t", "2", "-D", "16"}}) {
    LoadSettings settings = accepted(arguments).settings;
    settings.plan.target = resolve("127.0.0.1", 3900)->front();
    std::string text = settings_report(settings);
    text.resize(std::min(text.find("\n  connected to"), text.size()));
    std::erase(text, '\'');  // nothing in it has spaces
    std::erase(text, '\\');
    std::istringstream words(text);
    Arguments shown(std::istream_iterator<std::string>(words), {});
    ASSERT_GT(shown.size(), 2U);
    shown.erase(shown.begin(), shown.begin() + 2);  // suite load
    LoadSettings again = accepted(shown).settings;
    again.plan.target = settings.plan.target;
    EXPECT_EQ(settings_report(again), settings_report(settings));
  }
}

}  // namespace
}  // namespace suite
