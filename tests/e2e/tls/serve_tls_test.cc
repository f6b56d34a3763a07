// Servers that speak TLS, as their users meet them: certificates in files, SIGHUP, other people's clients.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <utility>

#include "common/tls/identity.h"
#include "tests/support/programs.h"
#include "tests/support/server.h"
#include "tests/support/socket.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tls_identity.h"
#include "tests/support/tls_peer.h"

namespace suite {
namespace {

using testing::HasSubstr;

// A connection over TLS that shows what it agreed on.
class TlsConnection {
 public:
  TlsConnection(SSL_CTX& context, const Endpoint& server, SSL_SESSION* session = nullptr)
      : peer_(context), socket_(server) {
    if (session != nullptr) SSL_set_session(&peer_.channel().ssl(), session);
    peer_.take("");
    while (!peer_.channel().established() && exchange()) continue;
    if (!peer_.channel().established()) return;
    peer_.send("x");  // what comes back brings tickets of TLS 1.3 along
    while (peer_.received.empty() && exchange()) continue;
  }

  TlsConnection(const TlsConnection&) = delete;
  TlsConnection& operator=(const TlsConnection&) = delete;
  ~TlsConnection() { peer_.close(); }  // OpenSSL resumes no session whose connection was just dropped

  bool works() const { return peer_.received == "x"; }
  bool resumed() const { return peer_.channel().resumed(); }
  SSL_SESSION* session() { return SSL_get1_session(&peer_.channel().ssl()); }
  std::string fingerprint_shown() {
    const CertificateHandle certificate(SSL_get1_peer_certificate(&peer_.channel().ssl()));
    std::array<unsigned char, 32> digest{};
    unsigned size = 0;
    if (certificate != nullptr) X509_digest(certificate.get(), EVP_sha256(), digest.data(), &size);
    return {digest.begin(), digest.end()};
  }

 private:
  bool exchange() {
    if (!socket_.send(std::exchange(peer_.outgoing, {}))) return false;
    const std::string answer = socket_.receive_next();
    if (answer.empty()) return false;
    peer_.take(answer);
    return true;
  }

  test::TlsPeer peer_;
  test::Socket socket_;
};

class ServeTls : public testing::TestWithParam<std::string> {
 protected:
  void write_identity() {
    const TlsIdentity identity = *self_signed_identity();
    std::ofstream(certificate_) << identity.certificates;
    std::ofstream(key_) << identity.key;
  }
  test::ServerOptions with_files() {
    return {.backend = GetParam(),
            .flags = {"--tls-cert", certificate_, "--tls-key", key_, "--workers", "2"}};
  }
  std::set<std::string> shown_by(const test::Server& server) {
    std::set<std::string> shown;
    for (int i = 0; i < 16; ++i)
      shown.insert(TlsConnection(*context_, server.endpoint()).fingerprint_shown());
    return shown;
  }

  test::TemporaryFolder folder_;
  std::string certificate_ = folder_.file("server.pem"), key_ = folder_.file("server.key");
  SslContext context_ = test::client_context();
};
INSTANTIATE_TEST_SUITE_P(Workers, ServeTls, testing::Values("epoll", "prefork"),
                         [](const auto& each) { return each.param; });

TEST_P(ServeTls, ShowsANewCertificateAfterSighupInAllWorkers) {
  write_identity();
  test::Server server(with_files());
  ASSERT_TRUE(server.running()) << server.child().errors();
  const auto before = shown_by(server);
  ASSERT_EQ(before.size(), 1U);
  write_identity();
  EXPECT_EQ(shown_by(server), before) << "until it is told";
  server.child().signal(SIGHUP);
  ASSERT_TRUE(test::eventually([&] { return !shown_by(server).contains(*before.begin()); }));
  EXPECT_EQ(shown_by(server).size(), 1U);
  EXPECT_EQ(server.stop(), test::exited(0)) << server.child().errors();
}

TEST_P(ServeTls, GoesOnWhereItsCertificateBecameAPipeThatNobodyWritesTo) {
  write_identity();
  test::Server server(with_files());
  ASSERT_TRUE(server.running()) << server.child().errors();
  const auto before = shown_by(server);
  std::filesystem::remove(certificate_);
  ASSERT_EQ(::mkfifo(certificate_.c_str(), 0600), 0);
  server.child().signal(SIGHUP);
  ASSERT_TRUE(server.child().wait_for_line("no certificate in PEM"));
  EXPECT_EQ(shown_by(server), before);
  EXPECT_EQ(server.stop(), test::exited(0)) << server.child().errors();
}

TEST_P(ServeTls, KeepsItsCertificateWhereTheNewOneIsBrokenAndSaysSo) {
  write_identity();
  test::Server server(with_files());
  ASSERT_TRUE(server.running()) << server.child().errors();
  const auto before = shown_by(server);
  std::ofstream(certificate_) << self_signed_identity()->certificates;
  server.child().signal(SIGHUP);
  ASSERT_TRUE(server.child().wait_for_line("it does not belong to the certificate"))
      << server.child().errors();
  EXPECT_EQ(shown_by(server), before);
}

TEST_P(ServeTls, ResumesASessionInWhateverWorkerItComesTo) {
  write_identity();
  test::Server server(with_files());
  ASSERT_TRUE(server.running()) << server.child().errors();
  TlsConnection first(*context_, server.endpoint());
  ASSERT_TRUE(first.works());
  SSL_SESSION* session = first.session();
  for (int i = 0; i < 16; ++i) {
    TlsConnection again(*context_, server.endpoint(), session);
    EXPECT_TRUE(again.works() && again.resumed()) << i;
    SSL_SESSION_free(std::exchange(session, again.session()));  // a ticket of TLS 1.3 is for one use
  }
  SSL_SESSION_free(session);
  server.stop();
  EXPECT_THAT(server.totals(), HasSubstr("17 TLS handshakes (16 resumed)"));
}

class ServeTlsFlags : public ServeTls {};
INSTANTIATE_TEST_SUITE_P(Any, ServeTlsFlags, testing::Values("epoll"),
                         [](const auto& each) { return each.param; });

// Of a variable that is not set: no reason to make up a certificate.
TEST_P(ServeTlsFlags, RefusesFilesWithoutANameBeforeItListens) {
  for (const auto& [certificate, key] :
       {std::pair(std::string(), key_), std::pair(certificate_, std::string())}) {
    const auto finished = test::run_to_end(
        test::suite_command({"serve-echo", "--port", "0", "--tls-cert", certificate, "--tls-key", key}));
    EXPECT_EQ(finished.status, test::exited(2));
    EXPECT_THAT(finished.errors, HasSubstr(": the name is empty: give a file"));
  }
}

TEST_P(ServeTlsFlags, RefusesAKeyOfAnotherCertificateBeforeItListens) {
  write_identity();
  std::ofstream(key_) << self_signed_identity()->key;
  const auto finished = test::run_to_end(
      test::suite_command({"serve-echo", "--port", "0", "--tls-cert", certificate_, "--tls-key", key_}));
  EXPECT_EQ(finished.status, test::exited(2));
  EXPECT_THAT(finished.errors, HasSubstr("server.key': it does not belong to the certificate"));
  EXPECT_EQ(std::ranges::count(finished.errors, '\n'), 1) << finished.errors;
}

TEST_P(ServeTlsFlags, UsesACertificateThatHasExpiredAndSaysSo) {
  const TlsIdentity expired = test::identity_with({.from_seconds = -7200, .to_seconds = -3600});
  std::ofstream(certificate_) << expired.certificates;
  std::ofstream(key_) << expired.key;
  test::Server server(with_files());
  ASSERT_TRUE(server.running());
  EXPECT_THAT(server.child().errors(), HasSubstr("suite serve-echo: the certificate has expired\n"));
  EXPECT_TRUE(TlsConnection(*context_, server.endpoint()).works());
}

TEST_P(ServeTlsFlags, PrintsTheFingerprintThatItShows) {
  test::Server server({.flags = {"--tls-self-signed"}});
  ASSERT_TRUE(server.running()) << server.child().errors();
  EXPECT_THAT(server.child().errors(), HasSubstr("self-signed certificate, SHA-256 "));
}

class ServeHttpTls : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Versions, ServeHttpTls, testing::Values("1.2", "1.3"),
                         [](const auto& each) { return each.param == "1.2" ? "v12" : "v13"; });

TEST_P(ServeHttpTls, IsVerifiedAndReadByCurl) {
  SUITE_FIND(curl, "curl");
  test::TemporaryFolder folder;
  const TlsIdentity identity = *self_signed_identity();
  std::ofstream(folder.file("cert")) << identity.certificates;
  std::ofstream(folder.file("key")) << identity.key;
  const std::string content = test::noise(3'000'000);
  std::ofstream(folder.file("large"), std::ios::binary) << content;
  test::Server server({.verb = "serve-http",
                       .flags = {"--root", folder.file(""), "--tls-cert", folder.file("cert"), "--tls-key",
                                 folder.file("key")}});
  ASSERT_TRUE(server.running()) << server.child().errors();
  const auto fetched = test::run_to_end(
      {.arguments = {*curl, "--silent", "--show-error", "--cacert", folder.file("cert"), "--tls-max",
                     GetParam(),
                     "https://127.0.0.1:" + std::to_string(server.endpoint().port()) + "/large"}});
  EXPECT_EQ(fetched.status, test::exited(0)) << fetched.errors;
  EXPECT_TRUE(fetched.output == content) << fetched.output.size();
}

// What others use to load servers, each once.
class ServeHttpTlsClients : public testing::Test {
 protected:
  void SetUp() override {
    std::ofstream(folder_.file("page")) << std::string(40, 'x');
    server_.emplace(test::ServerOptions{.verb = "serve-http",
                                        .flags = {"--root", folder_.file(""), "--tls-self-signed"}});
    ASSERT_TRUE(server_->running()) << server_->child().errors();
    url_ = "https://" + server_->endpoint().to_string() + "/page";
  }
  static std::string report_of(std::vector<std::string> arguments) {
    const test::Finished finished = test::run_to_end({.arguments = std::move(arguments)});
    EXPECT_EQ(finished.status, test::exited(0)) << finished.output << finished.errors;
    return finished.output;
  }

  test::TemporaryFolder folder_;
  std::optional<test::Server> server_;
  std::string url_;
};

TEST_F(ServeHttpTlsClients, AbCountsNoFailure) {
  SUITE_FIND(ab, "ab");
  for (const char* version : {"TLS1.2", "TLS1.3"}) {
    for (const bool keep : {true, false}) {
      std::vector<std::string> arguments{*ab, "-q", "-f", version, "-n", "100", "-c", "4", url_};
      if (keep) arguments.insert(arguments.begin() + 1, "-k");
      const std::string report = report_of(arguments);
      EXPECT_THAT(report, HasSubstr("Complete requests:      100\n")) << version;
      EXPECT_THAT(report, HasSubstr("Failed requests:        0\n")) << version;
    }
  }
}

TEST_F(ServeHttpTlsClients, H2loadGetsEveryPipelinedAnswer) {
  SUITE_FIND(h2load, "h2load");
  EXPECT_THAT(report_of({*h2load, "--h1", "-n", "2000", "-c", "4", "-m", "16", url_}),
              HasSubstr("2000 succeeded, 0 failed, 0 errored, 0 timeout"));
}

TEST_F(ServeHttpTlsClients, WrkSeesNoError) {
  SUITE_FIND(wrk, "wrk");
  const std::string report = report_of({*wrk, "-t", "1", "-c", "4", "-d", "1s", url_});
  EXPECT_THAT(report, HasSubstr("Requests/sec:"));
  EXPECT_THAT(report, testing::Not(HasSubstr("Socket errors")));
  EXPECT_THAT(report, testing::Not(HasSubstr("Non-2xx")));
}

TEST(ServeHttpTlsLimits, HoldAHandshakeToTheHeaderTimeout) {
  test::TemporaryFolder folder;
  const TlsIdentity identity = *self_signed_identity();
  std::ofstream(folder.file("cert")) << identity.certificates;
  std::ofstream(folder.file("key")) << identity.key;
  test::Server server({.verb = "serve-http",
                       .flags = {"--root", folder.file(""), "--header-timeout", "200ms", "--tls-cert",
                                 folder.file("cert"), "--tls-key", folder.file("key")}});
  ASSERT_TRUE(server.running()) << server.child().errors();
  test::Socket socket(server.endpoint());
  const test::Stopwatch watch;
  ASSERT_TRUE(socket.send("\x16\x03\x01"));  // how a record of the handshake begins
  EXPECT_EQ(socket.receive_rest(), "");
  EXPECT_EQ(socket.end(), test::End::kFinished);
  EXPECT_GE(watch.elapsed(), std::chrono::milliseconds(190));
  EXPECT_LT(watch.elapsed(), std::chrono::seconds(2) * test::kSlowdown);
}

}  // namespace
}  // namespace suite
