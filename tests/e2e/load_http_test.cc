// `suite load` on HTTP: every flag does what it says, and what cannot be right is refused in one line.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "tests/e2e/load.h"
#include "tests/e2e/recorded_requests.h"
#include "tests/support/child.h"
#include "tests/support/scripted_server.h"
#include "tests/support/temporary_folder.h"

namespace suite {
namespace {

using Json = nlohmann::json;
using test::answering_requests;
using test::kOk;
using test::load;
using test::receive;
using test::request_of;
using test::RequestRecorder;
using test::ScriptedServer;
using test::send_all;
using test::url;
using testing::HasSubstr;

// The document that --format json prints.
Json load_http_json(std::vector<std::string> arguments) {
  arguments.insert(arguments.end(), {"-q", "--format", "json"});
  const test::Finished finished = load(std::move(arguments));
  EXPECT_NE(finished.status, test::exited(2)) << finished.errors;
  return Json::parse(finished.output, nullptr, false);
}
Json run_of(std::vector<std::string> arguments) { return load_http_json(std::move(arguments))["runs"][0]; }

TEST(LoadHttp, SendsAPlainGet) {
  const std::string request = request_of({}, "/a?b=c#d");
  EXPECT_TRUE(request.starts_with("GET /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:")) << request;
  EXPECT_THAT(request, HasSubstr("\r\nUser-Agent: suite/"));
  EXPECT_THAT(request, HasSubstr("\r\nAccept: */*\r\n"));
  EXPECT_THAT(request, testing::Not(HasSubstr("Connection:")));
}

TEST(LoadHttp, MethodHeaderAndBodyAreSent) {
  const test::TemporaryFolder folder;
  std::ofstream(folder.file("body")) << "from a file";
  for (const char* flag : {"-X", "--method"})
    EXPECT_TRUE(request_of({flag, "PUT"}).starts_with("PUT / HTTP/1.1"));
  for (const char* flag : {"-H", "--header"}) {
    const std::string request = request_of({flag, "X-A: 1", flag, "host:other", flag, "X-A: 2"});
    EXPECT_THAT(request, HasSubstr("\r\nX-A: 1\r\nX-A: 2\r\n"));
    EXPECT_TRUE(request.starts_with("GET / HTTP/1.1\r\nhost: other\r\n")) << request;
    EXPECT_THAT(request, testing::Not(HasSubstr("Host:")));
  }
  for (const char* flag : {"-b", "--body"}) {
    EXPECT_THAT(request_of({flag, "a=b"}), HasSubstr("\r\nContent-Length: 3\r\n\r\na=b"));
    EXPECT_THAT(request_of({flag, "@" + folder.file("body")}),
                HasSubstr("\r\nContent-Length: 11\r\n\r\nfrom a file"));
  }
}

TEST(LoadHttp, HostAndPortOverrideTheUrls) {
  RequestRecorder recorder;
  const ScriptedServer server(std::ref(recorder));
  const test::Finished finished = load({"http://nowhere.invalid/x", "--host", "127.0.0.1", "--port",
                                        std::to_string(server.port()), "-n", "1", "-c", "1"});
  EXPECT_EQ(finished.status, test::exited(0)) << finished.errors;
  EXPECT_THAT(recorder.requests().front(), HasSubstr("Host: " + server.endpoint().to_string()));
}

TEST(LoadHttp, NoKeepaliveOpensAConnectionPerRequest) {
  const ScriptedServer server([](int fd, int) {
    const std::string request = receive(fd);
    const bool asked = request.find("\r\nConnection: close\r\n") != std::string::npos;
    if (!request.empty()) send_all(fd, asked ? kOk : "HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n");
  });
  const Json run = run_of({url(server), "-n", "30", "-c", "2", "--no-keepalive"});
  EXPECT_EQ(run["completed"], 30);
  EXPECT_GE(server.accepted(), 31);
  EXPECT_GE(run["connections"]["reopened"], 28);
}

TEST(LoadHttp, UrlsAreTakenInTurn) {
  RequestRecorder recorder;
  const ScriptedServer server(std::ref(recorder));
  const test::TemporaryFolder folder;
  std::ofstream(folder.file("urls")) << "\xef\xbb\xbf/a\n\n# not this\r\n"
                                     << url(server, "/b#x") << "\r\n  /c?d\n";
  EXPECT_EQ(run_of({url(server), "--urls", folder.file("urls"), "-n", "9", "-c", "1"})["completed"], 9);
  std::map<std::string, int> paths;
  for (const std::string& request : recorder.requests())
    ++paths[request.substr(4, request.find(" HTTP") - 4)];
  EXPECT_EQ(paths, (std::map<std::string, int>{{"/a", 3}, {"/b", 3}, {"/c?d", 3}}));
}

// Bodies are looked for where the command is run, and a list may be piped in, as --urls may.
TEST(LoadHttp, RequestsOfAListAreTakenInTurn) {
  RequestRecorder recorder;
  const ScriptedServer server(std::ref(recorder));
  const test::TemporaryFolder folder;
  std::ofstream(folder.file("body")) << "from a file";
  std::ofstream(folder.file("list")) << "GET " << url(server, "/a") << "\nX-A: 1\n\n"
                                     << "POST " << url(server, "/b") << "\n@body\n";
  const test::Finished finished = test::run_to_end(
      {.arguments = {"/bin/sh", "-c", "cd \"$1\" && \"$0\" load --targets - -n 10 -c 1 -H 'X-B: 2' -q < list",
                     SUITE_PROGRAM, folder.file("")}});
  EXPECT_EQ(finished.status, test::exited(0)) << finished.errors;
  std::map<std::string, int> seen;
  for (const std::string& request : recorder.requests()) {
    ++seen[request.substr(0, request.find(" HTTP")) + request.substr(request.find("Accept: */*") + 11)];
  }
  EXPECT_EQ(seen,
            (std::map<std::string, int>{{"GET /a\r\nX-A: 1\r\nX-B: 2\r\n\r\n", 5},
                                        {"POST /b\r\nContent-Length: 11\r\nX-B: 2\r\n\r\nfrom a file", 5}}));
}

TEST(LoadHttp, OkStatusSaysWhichStatusesAreNoError) {
  const ScriptedServer server(
      answering_requests([](int) { return "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"; }));
  Json run = run_of({url(server), "-n", "20", "-c", "2"});
  EXPECT_EQ(run["errors"]["status"], 20);
  EXPECT_EQ(run["completed"], 0);
  EXPECT_EQ(run["statuses"]["404"], 20);
  EXPECT_EQ(run["non_2xx"], 20);
  for (const char* list : {"404", "4xx", "200-299,400-499"}) {
    run = run_of({url(server), "-n", "20", "-c", "2", "--ok-status", list});
    EXPECT_EQ(run["completed"], 20);
    EXPECT_EQ(run["errors"]["status"], 0);
  }
}

TEST(LoadHttp, VerifyFullComparesBodies) {
  const ScriptedServer server(answering_requests([](int number) {
    return "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + std::to_string(number % 10);
  }));
  EXPECT_EQ(run_of({url(server), "-n", "10", "-c", "1"})["errors"]["mismatch"], 0);
  EXPECT_EQ(run_of({url(server), "-n", "10", "-c", "1", "--verify", "full"})["errors"]["mismatch"], 9);
  const ScriptedServer surplus(answering_requests([](int) { return std::string(kOk) + "!"; }));
  EXPECT_GT(run_of({url(surplus), "-n", "5", "-c", "1", "--verify", "length"})["errors"]["malformed"], 0);
  EXPECT_EQ(run_of({url(surplus), "-n", "5", "-c", "1", "--verify", "none"})["errors"]["malformed"], 0);
}

TEST(LoadHttp, PerConnAndDepthHoldForHttpToo) {
  const ScriptedServer server(answering_requests([](int) { return std::string(kOk); }));
  const Json run = run_of({url(server), "-n", "40", "-c", "1", "-e", "10", "-D", "4"});
  EXPECT_EQ(run["completed"], 40);
  EXPECT_EQ(run["connections"]["reopened"], 3);
  EXPECT_GT(run["replies_per_receive"].get<double>(), 1.0);
}

TEST(LoadHttp, TheJsonHoldsWhatHttpAdds) {
  const ScriptedServer server(answering_requests([](int) { return std::string(kOk); }));
  const Json document =
      load_http_json({url(server, "/x"), "-n", "300", "-c", "3", "-H", "X: y", "-b", "body"});
  const Json& http = document["config"]["http"];
  EXPECT_EQ(http["url"], url(server, "/x"));
  EXPECT_EQ(http["method"], "GET");
  EXPECT_EQ(http["headers"], Json::array({"X: y"}));
  EXPECT_EQ(http["body_bytes"], 4);
  EXPECT_EQ(http["no_keepalive"], false);
  EXPECT_EQ(document["config"]["verify"], "length");
  const Json& run = document["runs"][0];
  EXPECT_EQ(run["statuses"], (Json{{"200", 300}}));
  EXPECT_EQ(run["non_2xx"], 0);
  EXPECT_EQ(run["body_bytes_received"], 1500);
  EXPECT_EQ(run["kept_alive"], 300);
  EXPECT_GT(run["first_byte_ns"]["p50"].get<double>(), 0);
  EXPECT_GE(run["total_ns"]["max"], run["first_byte_ns"]["max"]);
  EXPECT_GT(run["receives"], 0);
}

TEST(LoadHttp, TheSummaryNamesTheEffectiveSettingsAndStatuses) {
  const ScriptedServer server(answering_requests([](int) { return std::string(kOk); }));
  const std::string text = load({url(server, "/x"), "-n", "300", "-c", "3", "-X", "POST"}).errors;
  for (const std::string& part :
       {"suite load " + url(server, "/x") + " --conns 3", std::string("--method POST"),
        std::string("--ok-status 1xx-3xx"), std::string("kept open"), std::string("200: 300"),
        std::string("first byte"), std::string("replies per receive")}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
}

TEST(LoadHttp, FormatAbIsApacheBenchsReport) {
  const ScriptedServer server(answering_requests([](int number) -> std::string {
    return number % 2 == 0 ? std::string(kOk) : "HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nnope!";
  }));
  const test::Finished finished = load({url(server, "/x"), "-n", "200", "-c", "1", "-q", "--format", "ab"});
  EXPECT_EQ(finished.status, test::exited(0));
  EXPECT_EQ(finished.errors, "");
  EXPECT_TRUE(finished.output.starts_with("This is suite")) << finished.output;
  for (const char* line :
       {"\nServer Software:        scripted\n", "\nDocument Path:          /x\n",
        "\nDocument Length:        5 bytes\n", "\nComplete requests:      200\n",
        "\nFailed requests:        0\n", "\nNon-2xx responses:      100\n", "\nKeep-Alive requests:    200\n",
        "\nHTML transferred:       1000 bytes\n", "\nConnection Times (ms)\n", "(longest request)\n"}) {
    EXPECT_THAT(finished.output, HasSubstr(line));
  }
}

TEST(LoadHttp, SpeaksToUnixSockets) {
  const test::TemporaryFolder folder;
  const std::string path = folder.file("http.sock");
  RequestRecorder recorder;
  const ScriptedServer server(Endpoint::unix_socket(path), std::ref(recorder));
  EXPECT_EQ(run_of({"http+unix:" + path + ":/a", "-n", "5", "-c", "1"})["completed"], 5);
  EXPECT_TRUE(recorder.requests().front().starts_with("GET /a HTTP/1.1\r\nHost: localhost\r\n"));
}

TEST(LoadHttp, NobodyListeningNamesTheServerToStart) {
  ScriptedServer server(test::echo);
  server.refuse();
  const test::Finished finished = load({url(server)});
  EXPECT_EQ(finished.status, test::exited(1));
  EXPECT_EQ(std::ranges::count(finished.errors, '\n'), 1) << finished.errors;
  EXPECT_THAT(finished.errors, HasSubstr("suite serve-http --port " + std::to_string(server.port())));
}

}  // namespace
}  // namespace suite
