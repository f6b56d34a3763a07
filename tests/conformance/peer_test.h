// What every conformance test of the peers starts from: one of them, running. A new one is tested by being in
// the list.
#pragma once

#include <gtest/gtest.h>

#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "servers/peers/peers.h"
#include "tests/support/server.h"
#include "tests/support/temporary_folder.h"

namespace suite::test {

/// A peer in one of the forms it has.
struct PeerForm {
  const Peer* peer;
  bool http;

  std::string_view argument() const { return http ? peer->http : peer->echo; }
};
std::vector<PeerForm> peer_forms();
std::vector<PeerForm> forms_where(bool (*holds)(const PeerForm&));
/// "gevent_wsgi_http".
std::string name_of(const testing::TestParamInfo<PeerForm>& info);
void PrintTo(const PeerForm& form, std::ostream* to);

class PeerTest : public testing::TestWithParam<PeerForm> {
 protected:
  /// Skips a peer whose runtime is missing. Makes a root with the page.
  void SetUp() override;
  /// Shows what the peer said where the test failed.
  void TearDown() override;

  const Peer& peer() const { return *GetParam().peer; }
  /// On a free port, with further flags.
  Command command(std::vector<std::string> flags = {}) const;
  /// Started when first asked for.
  Server& server(std::vector<std::string> flags = {});
  const Endpoint& endpoint() { return server().endpoint(); }

  static constexpr std::string_view kPage = "<html><body>a page</body></html>\n";

  TemporaryFolder folder_;

 private:
  std::unique_ptr<Server> server_;
};

}  // namespace suite::test
