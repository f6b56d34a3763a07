// `suite load` over TLS as its users meet it: what is not trusted, what is not TLS, other people's servers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "common/tls/server.h"
#include "tests/e2e/load.h"
#include "tests/support/programs.h"
#include "tests/support/server.h"
#include "tests/support/socket.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tls_identity.h"
#include "tests/support/tls_side.h"

namespace suite {
namespace {

using test::exited;
using test::Finished;
using testing::HasSubstr;

class LoadTls : public testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& content) {
    std::ofstream(folder_.file(name)) << content;
    return folder_.file(name);
  }
  static std::string url(const std::string& scheme, std::uint16_t port, const std::string& path = "/") {
    return scheme + "://127.0.0.1:" + std::to_string(port) + path;
  }
  static Finished run(const std::string& target, std::vector<std::string> flags) {
    flags.insert(flags.begin(), {target, "-q", "-c", "2", "-n", "4"});
    return test::load(std::move(flags));
  }
  // What is printed where nothing can be measured: one line.
  static std::string refusal(const std::string& target, std::vector<std::string> flags, int code = 1) {
    const Finished finished = run(target, std::move(flags));
    EXPECT_EQ(finished.status, exited(code)) << finished.errors;
    EXPECT_EQ(std::ranges::count(finished.errors, '\n'), 1) << finished.errors;
    return finished.errors;
  }

  test::TemporaryFolder folder_;
};

// A server whose certificate is `identity`'s.
class Shown {
 public:
  explicit Shown(const test::IdentityOptions& options)
      : identity(test::identity_with(options)),
        tls_(std::move(*TlsServer::make(identity, {}))),
        context_(std::move(*tls_->make_context())),
        server_([this](int fd, int) { test::TlsSide(fd, *context_).echo(); }) {}
  std::string target() const { return "tls://" + server_.endpoint().to_string(); }

  const TlsIdentity identity;

 private:
  std::unique_ptr<TlsServer> tls_;
  SslContext context_;
  test::ScriptedServer server_;
};

TEST_F(LoadTls, SaysInOneLineWhatIsWrongWithACertificate) {
  const Shown good({}), expired({.from_seconds = -7200, .to_seconds = -3600}), early({.from_seconds = 1800}),
      other({.names = "DNS:elsewhere.example"});
  const auto trusting = [this](const Shown& shown) {
    return std::vector<std::string>{"--cacert", write("ca.pem", shown.identity.certificates)};
  };
  EXPECT_EQ(run(good.target(), trusting(good)).status, exited(0));
  EXPECT_THAT(
      refusal(good.target(), {}),
      HasSubstr("its certificate is self-signed (trust it with --cacert FILE, or do not verify it with "
                "--insecure)"));
  EXPECT_THAT(refusal(good.target(), trusting(other)),
              HasSubstr("neither it nor its issuer is in --cacert '" + folder_.file("ca.pem") + "'"));
  EXPECT_THAT(refusal(expired.target(), trusting(expired)),
              HasSubstr("has expired (renew it, or do not verify it with --insecure)"));
  EXPECT_THAT(refusal(early.target(), trusting(early)), HasSubstr("is not valid yet"));
  EXPECT_THAT(refusal(other.target(), trusting(other)),
              HasSubstr("for another host than 127.0.0.1 (give the"));
  EXPECT_EQ(run(other.target(), {"--insecure"}).status, exited(0));
  auto by_name = trusting(other);
  by_name.insert(by_name.end(), {"--sni", "elsewhere.example"});
  EXPECT_EQ(run(other.target(), by_name).status, exited(0));
}

TEST_F(LoadTls, RefusesFilesThatCannotBeUsedBeforeItConnects) {
  const TlsIdentity one = test::identity_with({}), other = test::identity_with({});
  const std::string certificate = write("cert", one.certificates), key = write("key", one.key),
                    another = write("other", other.key), text = write("text", "no certificate\n"),
                    locked = write("locked", test::identity_with({.passphrase = "secret"}).key);
  const std::string target = "https://127.0.0.1:1/";
  EXPECT_THAT(refusal(target, {"--cacert", text}, 2), HasSubstr("there is no certificate in PEM"));
  EXPECT_THAT(refusal(target, {"--cacert", folder_.file("none")}, 2), HasSubstr("No such file"));
  EXPECT_THAT(refusal(target, {"--cacert", "/tmp"}, 2), HasSubstr("Is a directory"));
  EXPECT_THAT(refusal(target, {"--cert", "/tmp"}, 2), HasSubstr("Is a directory"));
  EXPECT_THAT(refusal(target, {"--cert", text}, 2), HasSubstr("it has no certificate in PEM"));
  EXPECT_THAT(refusal(target, {"--cert", folder_.file("none")}, 2), HasSubstr("No such file"));
  EXPECT_THAT(refusal(target, {"--cert", certificate, "--key", another}, 2),
              HasSubstr("it does not belong to the certificate"));
  EXPECT_THAT(refusal(target, {"--cert", certificate, "--key", locked}, 2), HasSubstr("it is encrypted"));
  EXPECT_THAT(refusal(target, {"--key", key}, 2), HasSubstr("--key needs --cert"));
  EXPECT_THAT(refusal(target, {"--ciphers", "ROT13"}, 2), HasSubstr("OpenSSL knows no such cipher"));
  EXPECT_THAT(refusal(target, {"--tls", "1.3", "--ciphers", "ECDHE-ECDSA-AES128-GCM-SHA256"}, 2),
              HasSubstr("none of them is of TLS 1.3"));
  EXPECT_THAT(refusal(target, {"--sni", "127.0.0.1"}, 2), HasSubstr("is not a name of DNS"));
  EXPECT_THAT(refusal(target, {"--driver", "null"}, 2), HasSubstr("has no server to shake hands with"));
}

TEST_F(LoadTls, SaysWhereAServerSpeaksNoTls) {
  const test::ScriptedServer http(test::answering_requests(
      [](int) { return std::string("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"); }));
  const test::ScriptedServer echo(&test::echo), silent(&test::swallow);
  EXPECT_THAT(refusal(url("tls", echo.port(), ""), {}),
              HasSubstr("the server does not speak TLS (use " + echo.endpoint().to_string() + ")"));
  EXPECT_THAT(refusal(url("https", silent.port()), {"--timeout", "30ms"}),
              HasSubstr("no answer to the handshake within 30.0ms"));
  test::Server plain({.verb = "serve-http", .flags = {"--root", folder_.file("")}});
  ASSERT_TRUE(plain.running());
  const std::uint16_t port = plain.endpoint().port();
  EXPECT_THAT(refusal(url("https", port), {}),
              HasSubstr("the server does not speak TLS (use " + url("http", port) + ")"));
}

TEST_F(LoadTls, SaysWhereAServerSpeaksTlsAndWasAskedInTheClear) {
  test::Server server({.verb = "serve-http", .flags = {"--root", folder_.file(""), "--tls-self-signed"}});
  ASSERT_TRUE(server.running());
  const std::uint16_t port = server.endpoint().port();
  EXPECT_THAT(refusal(url("http", port), {}), HasSubstr("the server speaks TLS: use " + url("https", port)));
}

// RFC 7301 3.2: no_application_protocol.
TEST_F(LoadTls, SaysThatAServerRefusesItsProtocol) {
  const auto tls = std::move(*TlsServer::make(test::identity_with({}), {.protocols = {"h2"}}));
  const SslContext context = std::move(*tls->make_context());
  const test::ScriptedServer server([&](int fd, int) { test::TlsSide(fd, *context).echo(); });
  EXPECT_THAT(refusal(url("https", server.port()), {"--insecure", "--http", "1.1"}),
              HasSubstr("no application protocol (it refuses http/1.1, which is what ALPN offers it)"));
}

TEST_F(LoadTls, ReportsTheHandshakesOfAConnectionPerRequest) {
  write("index.html", "a page");
  test::Server server({.verb = "serve-http", .flags = {"--root", folder_.file(""), "--tls-self-signed"}});
  ASSERT_TRUE(server.running());
  const Finished finished = test::load({url("https", server.endpoint().port()), "--insecure", "-c", "2", "-n",
                                        "20", "--no-keepalive", "--format", "json"});
  ASSERT_EQ(finished.status, exited(0)) << finished.errors;
  EXPECT_THAT(finished.errors, HasSubstr("TLS           TLSv1.3, "));
  EXPECT_THAT(finished.errors, HasSubstr("2 full handshakes, "));
  const auto document = nlohmann::json::parse(finished.output);
  EXPECT_EQ(document["config"]["tls"]["insecure"], true);
  const auto& run = document["runs"][0];
  EXPECT_EQ(run["completed"], 20);
  EXPECT_EQ(run["tls"]["full_handshakes"], 2);
  EXPECT_GE(run["tls"]["resumed_handshakes"], 18);
  EXPECT_GT(run["tls_ns"]["min"], 0);
}

TEST_F(LoadTls, ComparesRepliesThatAreKnownAtAnyDepthAndRate) {
  const Shown shown({});
  for (const std::vector<std::string>& pace :
       {std::vector<std::string>{"-D", "1"}, {"-D", "16"}, {"-R", "5k"}, {"-e", "10"}}) {
    for (const char* reply : {"--reply", "--reply-ends"}) {
      std::vector<std::string> flags{shown.target(), "-q",         "--insecure", "-m",        "PING\\r\\n",
                                     reply,          "PING\\r\\n", "--escapes",  "-c",        "2",
                                     "-n",           "100",        "--fail-if",  "errors > 0"};
      flags.insert(flags.end(), pace.begin(), pace.end());
      const Finished finished = test::load(flags);
      EXPECT_EQ(finished.status, exited(0)) << testing::PrintToString(flags) << finished.errors;
    }
  }
  const Finished wrong =
      run(shown.target(), {"--insecure", "-m", "PING\n", "--reply", "PONG\n", "--fail-if", "errors > 0"});
  EXPECT_THAT(wrong.errors, HasSubstr("byte 2 of a reply of 5 was wrong: \"PING\\n\""));
}

TEST_F(LoadTls, RedisIsLoaded) {
  SUITE_FIND(redis, "redis-server");
  const TlsIdentity identity = test::identity_with({});
  const std::string certificate = write("cert", identity.certificates), key = write("key", identity.key);
  const std::uint16_t port = test::free_port();
  const test::Child server(
      {.arguments = {*redis, "--port", "0", "--tls-port", std::to_string(port), "--tls-cert-file",
                     certificate, "--tls-key-file", key, "--tls-ca-cert-file", certificate,
                     "--tls-auth-clients", "no", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"}});
  ASSERT_TRUE(
      test::eventually([&] { return test::Socket(resolve("127.0.0.1", port)->front()).connected(); }));
  const Finished finished =
      test::load({url("tls", port, ""), "-q", "--cacert", certificate, "-m", "PING\\r\\n", "--reply",
                  "+PONG\\r\\n", "--escapes", "-c", "4", "-D", "8", "-n", "2000", "--require", "errors < 1"});
  EXPECT_EQ(finished.status, exited(0)) << finished.errors;
}

// `openssl s_server` serves one connection at a time, and ends a page with the connection. In TLS 1.3 a
// client hears behind its own handshake, which so succeeds, that it should have shown a certificate (RFC
// 8446 4.4.2.4).
TEST_F(LoadTls, ShowsOpensslTheCertificateThatItDemands) {
  SUITE_FIND(openssl, "openssl");
  const TlsIdentity identity = test::identity_with({});
  const std::string certificate = write("cert", identity.certificates), key = write("key", identity.key);
  for (const bool is_13 : {false, true}) {
    const std::uint16_t port = test::free_port();
    const test::Child server(
        {.arguments = {*openssl, "s_server", "-accept", "127.0.0.1:" + std::to_string(port), "-cert",
                       certificate, "-key", key, "-www", is_13 ? "-tls1_3" : "-tls1_2", "-Verify", "1",
                       "-verify_return_error", "-CAfile", certificate, "-partial_chain"}});
    ASSERT_TRUE(
        test::eventually([&] { return test::Socket(resolve("127.0.0.1", port)->front()).connected(); }));
    const std::string target = url("https", port);
    EXPECT_THAT(refusal(target, {"--insecure"}),
                HasSubstr(is_13 ? "the peer's alert: certificate required (show it a "
                                  "certificate with --cert FILE --key FILE)"
                                : "the peer's alert: handshake failure"));
    const Finished finished = test::load(
        {target, "-q", "-c", "1", "-n", "3", "--cacert", certificate, "--cert", certificate, "--key", key});
    EXPECT_EQ(finished.status, exited(0)) << finished.errors;
    EXPECT_THAT(finished.output, HasSubstr("errors: 0"));
  }
}

TEST_F(LoadTls, ReadsPagesOfNginxOverBothVersions) {
  SUITE_FIND(nginx, "nginx");
  const TlsIdentity identity = test::identity_with({});
  const std::uint16_t port = test::free_port();
  write("cert", identity.certificates);
  write("key", identity.key);
  write("big", std::string(954'824, 'y'));
  std::string temporary;
  for (const char* use : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
    temporary += std::string(use) + "_temp_path " + folder_.file("t") + "; ";
  write("nginx.conf",
        "daemon off; master_process off; pid " + folder_.file("pid") +
            "; error_log stderr crit; events { worker_connections 64; }\nhttp { access_log off; " +
            temporary + "keepalive_requests 3; server { listen 127.0.0.1:" + std::to_string(port) +
            " ssl; ssl_protocols TLSv1.2 TLSv1.3; ssl_certificate " + folder_.file("cert") +
            "; ssl_certificate_key " + folder_.file("key") + "; root " + folder_.file("") + "; } }\n");
  const test::Child server({.arguments = {*nginx, "-p", folder_.file(""), "-c", folder_.file("nginx.conf")}});
  ASSERT_TRUE(
      test::eventually([&] { return test::Socket(resolve("127.0.0.1", port)->front()).connected(); }));
  for (const char* version : {"1.2", "1.3"}) {
    const Finished finished = test::load({url("https", port, "/big"), "-q", "-c", "2", "-n", "20", "--cacert",
                                          folder_.file("cert"), "--tls", version, "--verify", "full"});
    EXPECT_EQ(finished.status, exited(0)) << finished.errors;
    EXPECT_THAT(finished.output, HasSubstr("errors: 0")) << version;
  }
}

}  // namespace
}  // namespace suite
