// What every conformance test of serve-http starts from: a root of its own, and a server on the backend under
// test.
#pragma once

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/conformance/backend_test.h"
#include "tests/support/http_client.h"
#include "tests/support/temporary_folder.h"

namespace suite::test {

class HttpTest : public BackendTest {
 protected:
  /// A root with "index.html" (kPage), "a.txt" ("alpha\n") and "folder/index.html" ("in the folder\n").
  void SetUp() override;
  /// Shows what the server said where the test failed.
  void TearDown() override;

  /// The server, started when first asked for, with these further flags.
  Server& serve(std::vector<std::string> flags = {});
  Server& server() { return serve(); }
  HttpClient connect(SocketOptions options = {}) { return HttpClient(server().endpoint(), options); }
  /// One request over a connection of its own.
  HttpResponse get(std::string_view target, std::string_view fields = {}) {
    return connect().get(target, fields);
  }
  /// What comes for `bytes`, to the end of the connection, which the server makes.
  std::string answer_to(std::string_view bytes);
  /// The status of the answer to `bytes`, over a connection of its own.
  int status_for(std::string_view bytes, std::string_view method = "GET");

  /// Writes a file below the root, and returns its path.
  std::string write(const std::string& name, std::string_view content) const;
  std::string path(const std::string& name) const { return root_ + "/" + name; }

  static constexpr std::string_view kPage = "<html>a page</html>\n";

  TemporaryFolder folder_;  // of the test; the root lies in it
  std::string root_ = folder_.file("root");
  std::vector<std::pair<std::string, std::string>> environment_;  // of the server, beside ours

 private:
  std::unique_ptr<Server> server_;
};

}  // namespace suite::test
