#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/reports/report.h"

namespace suite {
namespace {

using namespace std::chrono_literals;

LoadSettings settings() {
  LoadSettings settings;
  settings.plan = {.connections = 100, .requests = 1000};
  settings.plan.protocol = HttpPlan{.requests = {""}};
  settings.plan.keep_alive = false;
  settings.command = "suite load 'http://localhost:8080/a?b' --conns 100 --requests 1000 --no-keepalive";
  settings.http =
      HttpSettings{.name = {.host = "localhost", .port = 8080, .protocol = Protocol::kHttp, .path = "/a?b"},
                   .method = "GET"};
  return settings;
}

// 1,000 requests, each on a connection of its own that took 1 ms to open and then 10 to 109 ms.
LoadResult result() {
  LoadResult result;
  result.counts = {.completed = 1000, .sent = 1000, .bytes_sent = 100'000, .bytes_received = 254'000};
  result.http = HttpCounts{.body_bytes = 127'000, .first_length = 127, .server = "Blashyrkh (x)"};
  result.http->statuses[200] = 1000;
  for (int i = 0; i < 1000; ++i) {
    const auto processing = std::chrono::milliseconds(10 + i / 10);
    result.latency.record(processing);
    result.http_times.first_byte.record(processing - 2ms);
    result.http_times.connect.record(1ms);
    result.http_times.total.record(processing + 1ms);
  }
  result.measured = 2500ms;
  return result;
}

TEST(AbReport, IsTheReportOfApacheBench) {
  EXPECT_EQ(
      ab_report(settings(), result()),
      "This is suite, reporting as ApacheBench does: suite load 'http://localhost:8080/a?b' --conns 100 "
      "--requests 1000 --no-keepalive\n"
      "\n"
      "Server Software:        Blashyrkh\n"
      "Server Hostname:        localhost\n"
      "Server Port:            8080\n"
      "\n"
      "Document Path:          /a?b\n"
      "Document Length:        127 bytes\n"
      "\n"
      "Concurrency Level:      100\n"
      "Time taken for tests:   2.500 seconds\n"
      "Complete requests:      1000\n"
      "Failed requests:        0\n"
      "Total transferred:      254000 bytes\n"
      "HTML transferred:       127000 bytes\n"
      "Requests per second:    400.00 [#/sec] (mean)\n"
      "Time per request:       250.000 [ms] (mean)\n"
      "Time per request:       2.500 [ms] (mean, across all concurrent requests)\n"
      "Transfer rate:          99.22 [Kbytes/sec] received\n"
      "\n"
      "Connection Times (ms)\n"
      "              min  mean[+/-sd] median   max\n"
      "Connect:        1    1   0.0      1       1\n"
      "Processing:    10   60  28.9     59     109\n"
      "Waiting:        8   58  28.9     57     107\n"
      "Total:         11   61  28.9     60     110\n"
      "\n"
      "Percentage of the requests served within a certain time (ms)\n"
      "  50%     60\n"
      "  66%     76\n"
      "  75%     85\n"
      "  80%     90\n"
      "  90%    100\n"
      "  95%    105\n"
      "  98%    108\n"
      "  99%    109\n"
      " 100%    110 (longest request)\n");
}

TEST(AbReport, PrintsLinesThatDependOnWhatHappenedOnlyThen) {
  LoadSettings asked = settings();
  asked.plan.keep_alive = true;
  asked.http->body = "x=y";
  LoadResult found = result();
  found.counts.completed = 900;
  found.counts.errors[ErrorKind::kStatus] = 80;
  found.counts.errors[ErrorKind::kConnect] = 1;
  found.counts.errors[ErrorKind::kTimeout] = 4;
  found.counts.errors[ErrorKind::kReset] = 5;
  found.counts.errors[ErrorKind::kMalformed] = 10;
  found.http->statuses[200] = 800;
  found.http->statuses[302] = 100;
  found.http->statuses[404] = 80;
  found.http->other_lengths = 3;
  found.http->kept_alive = 970;
  const std::string text = ab_report(asked, found);
  for (const char* lines : {"Complete requests:      980\n"
                            "Failed requests:        23\n"
                            "   (Connect: 1, Receive: 9, Length: 3, Exceptions: 10)\n"
                            "Non-2xx responses:      180\n"
                            "Keep-Alive requests:    970\n"
                            "Total transferred:      254000 bytes\n"
                            "Total body sent:        100000\n"
                            "HTML transferred:       127000 bytes\n",
                            "Transfer rate:          99.22 [Kbytes/sec] received\n"
                            "                        39.06 kb/s sent\n"
                            "                        138.28 kb/s total\n"}) {
    EXPECT_NE(text.find(lines), std::string::npos) << text;
  }
}

// As ab 2.3 prints them of serve-http --tls-self-signed.
TEST(AbReport, NamesWhatTlsAgreedOnBehindThePort) {
  LoadSettings over_tls = settings();
  LoadResult found = result();
  over_tls.plan.tls = TlsClientOptions{.name = "localhost"};
  found.tls = TlsFindings{.full = 1,
                          .version = "TLSv1.3",
                          .cipher = "TLS_AES_256_GCM_SHA384",
                          .group = "x25519",
                          .temporary_key = "X25519 253 bits",
                          .cipher_bits = 256,
                          .certificate_bits = 256};
  EXPECT_THAT(ab_report(over_tls, found),
              testing::HasSubstr("Server Port:            8080\n"
                                 "SSL/TLS Protocol:       TLSv1.3,TLS_AES_256_GCM_SHA384,256,256\n"
                                 "Server Temp Key:        X25519 253 bits\n"
                                 "TLS Server Name:        localhost\n"
                                 "\n"
                                 "Document Path: "));
  over_tls.plan.tls->name = "127.0.0.1";  // which is not sent (RFC 6066 3)
  found.tls->temporary_key.clear();
  EXPECT_THAT(ab_report(over_tls, found),
              testing::HasSubstr("SSL/TLS Protocol:       TLSv1.3,TLS_AES_256_GCM_SHA384,256,256\n"
                                 "\n"
                                 "Document Path: "));
}

TEST(AbReport, GivesZeroConnectTimesToRequestsOnOpenConnections) {
  LoadResult found = result();
  found.http_times.connect = {};
  found.http_times.connect.record(8ms, 100);
  EXPECT_NE(ab_report(settings(), found).find("Connect:        0    1   2.4      0       8\n"),
            std::string::npos)
      << ab_report(settings(), found);
}

TEST(AbReport, DoubtsWhereMeanAndMedianAreApart) {
  LoadResult found = result();
  found.latency = {};
  found.latency.record(1ms, 600);
  found.latency.record(100ms, 400);
  EXPECT_EQ(ab_report(settings(), found).find("WARNING"), std::string::npos);
  const auto says = [&](std::chrono::nanoseconds slower, std::string_view lines) {
    found.latency = {};
    found.latency.record(1ms, 51);
    found.latency.record(slower, 49);
    return ab_report(settings(), found).contains(lines);
  };
  EXPECT_TRUE(says(2200us,
                   "WARNING: The median and mean for the processing time are not within a normal deviation\n"
                   "        These results are probably not that reliable.\n"));
  found.http_times.first_byte = {};
  found.http_times.first_byte.record(1400us, 51);
  found.http_times.first_byte.record(1700us, 49);
  EXPECT_TRUE(says(2200us,
                   "ERROR: The median and mean for the waiting time are more than twice the standard\n"
                   "       deviation apart. These results are NOT reliable.\n"));
}

TEST(AbReport, HasNoPercentagesOfOneRequestAndNoTimesOfNone) {
  LoadResult one;
  one.counts.completed = 1;
  one.http = HttpCounts{};
  one.http->statuses[200] = 1;
  one.latency.record(13ms);
  one.http_times.first_byte.record(13ms);
  one.http_times.total.record(13ms);
  one.measured = 13ms;
  std::string text = ab_report(settings(), one);
  EXPECT_TRUE(text.ends_with("Total:         13   13   0.0     13      13\n")) << text;
  LoadResult none;
  none.http = HttpCounts{};
  text = ab_report(settings(), none);
  EXPECT_TRUE(text.ends_with("HTML transferred:       0 bytes\n")) << text;
}

TEST(AbReport, HasNoDocumentLengthWhereThereAreManyDocuments) {
  LoadSettings asked = settings();
  asked.http->url_count = 2;
  LoadResult found = result();
  found.http->other_lengths = 500;
  const std::string text = ab_report(asked, found);
  EXPECT_NE(text.find("Document Length:        Variable\n"), std::string::npos);
  EXPECT_NE(text.find("Failed requests:        0\n"), std::string::npos);
}

}  // namespace
}  // namespace suite
