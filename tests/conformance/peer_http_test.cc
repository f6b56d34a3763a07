// The HTTP that bench asks peers for, however it comes.
#include <gmock/gmock.h>

#include <fstream>
#include <sstream>
#include <string>

#include "tests/conformance/peer_test.h"
#include "tests/support/http_client.h"

namespace suite::test {
namespace {

using testing::AnyOf;

class HttpPeer : public PeerTest {
 protected:
  HttpClient connect() { return HttpClient(endpoint()); }
};
INSTANTIATE_TEST_SUITE_P(Peers, HttpPeer,
                         testing::ValuesIn(forms_where([](const PeerForm& form) { return form.http; })),
                         name_of);

TEST_P(HttpPeer, AnswersWithThePageWhateverTheQueryAndWith404) {
  HttpClient client = connect();
  for (const char* target : {"/", "/?17", "/index.html", "/?a=/b"}) {
    const HttpResponse page = client.get(target);
    ASSERT_EQ(page.status, 200) << target << client.error();
    EXPECT_EQ(page.body, kPage);
    EXPECT_EQ(page.field("Content-Length"), std::to_string(kPage.size()));
  }
  for (const char* target : {"/missing", "/index.htm", "/x/"}) EXPECT_EQ(client.get(target).status, 404);
  EXPECT_EQ(client.get("/").body, kPage) << "on the same connection";
}

TEST_P(HttpPeer, AnswersHeadWithoutABody) {
  HttpClient client = connect();
  const HttpResponse head = client.ask("HEAD", "/");
  EXPECT_EQ(head.status, 200) << client.error();
  EXPECT_EQ(head.field("Content-Length"), std::to_string(kPage.size()));
  EXPECT_EQ(client.ask("HEAD", "/missing").status, 404);
  EXPECT_EQ(client.get("/").body, kPage) << "no byte of a body came before";
}

// What arrives with a whole request has been read once that is answered.
TEST_P(HttpPeer, AnswersRequestsThatAreCutAnywhere) {
  HttpClient client = connect();
  const std::string request = http_request("GET", "/", "X-Field: of some length\r\n");
  for (std::size_t cut = 1; cut < request.size(); ++cut) {
    ASSERT_TRUE(client.send(request + request.substr(0, cut)));
    ASSERT_EQ(client.read().body, kPage) << cut << client.error();
    ASSERT_TRUE(client.send(request.substr(cut)));
    ASSERT_EQ(client.read().body, kPage) << cut << client.error();
  }
}

TEST_P(HttpPeer, AnswersPipelinedRequestsInOrder) {
  HttpClient client = connect();
  std::string requests;
  for (int i = 0; i < 100; ++i) requests += http_request("GET", i % 3 == 0 ? "/missing" : "/");
  ASSERT_TRUE(client.send(requests));
  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(client.read().status, i % 3 == 0 ? 404 : 200) << i << client.error();
  }
}

TEST_P(HttpPeer, KeepsAConnectionUntilAskedToCloseIt) {
  HttpClient client = connect();
  EXPECT_EQ(client.get("/").status, 200);
  EXPECT_EQ(client.get("/", "Connection: keep-alive\r\n").status, 200);
  EXPECT_EQ(client.get("/", "Connection: close\r\n").body, kPage);
  EXPECT_TRUE(client.ends());

  HttpClient old = connect();
  ASSERT_TRUE(old.send("GET / HTTP/1.0\r\n\r\n"));
  EXPECT_THAT(old.rest(), testing::EndsWith(std::string(kPage))) << "to the end, which the server makes";
}

TEST_P(HttpPeer, DoesNotReadAHeadWithoutEnd) {
  HttpClient client = connect();
  client.send("GET / HTTP/1.1\r\nHost: x\r\nX: ");
  // Not all of it gets there where the peer has closed before.
  client.send(std::string(4 << 20, 'x'));
  const std::string answer = client.rest();
  EXPECT_NE(client.socket().end(), End::kOpen) << "it is still waiting";
  EXPECT_THAT(answer.substr(0, 10), AnyOf("", "HTTP/1.1 4", "HTTP/1.0 4"));
  EXPECT_EQ(connect().get("/").status, 200);
}

TEST_P(HttpPeer, RefusesWhatIsNoRequestAndServesOn) {
  for (const char* wrong : {"nonsense\r\n\r\n", "\r\n\r\n\r\n\r\n"}) {
    HttpClient client = connect();
    ASSERT_TRUE(client.send(wrong));
    client.socket().shut_down_sending();
    EXPECT_THAT(client.rest(), testing::Not(testing::HasSubstr(" 200 "))) << wrong;
    EXPECT_NE(client.socket().end(), End::kOpen);
  }
  EXPECT_EQ(connect().get("/").status, 200);
}

TEST_P(HttpPeer, ServesManyConnectionsAtOnceAndNamesTheirClients) {
  const std::string log = folder_.file("clients");
  server({"--access-log", log});
  std::vector<HttpClient> clients;
  for (int i = 0; i < 120; ++i) clients.emplace_back(endpoint());
  for (HttpClient& client : clients) {
    ASSERT_TRUE(client.send(http_request("GET", "/?x", "Connection: close\r\n")));
  }
  for (HttpClient& client : clients) ASSERT_EQ(client.read().body, kPage) << client.error();
  EXPECT_EQ(server().stop(), exited(0));
  EXPECT_EQ(server().child().errors(), server().ready_line() + "\n");
  std::ifstream lines(log);
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) ASSERT_EQ(line, "127.0.0.1");
  EXPECT_EQ(count, 120);
}

}  // namespace
}  // namespace suite::test
