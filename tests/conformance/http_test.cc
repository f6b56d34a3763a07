#include "tests/conformance/http_test.h"

#include <filesystem>
#include <fstream>

namespace suite::test {

void HttpTest::SetUp() {
  BackendTest::SetUp();
  std::filesystem::create_directories(path("folder"));
  write("index.html", kPage);
  write("a.txt", "alpha\n");
  write("folder/index.html", "in the folder\n");
}

void HttpTest::TearDown() {
  if (server_ && HasFailure()) {
    const auto status = server_->stop();
    ADD_FAILURE() << "the server ended with " << testing::PrintToString(status.value_or(ExitStatus{}))
                  << " and said:\n"
                  << server_->child().errors();
  }
}

Server& HttpTest::serve(std::vector<std::string> flags) {
  if (!server_) {
    flags.insert(flags.begin(), {"--root", root_});
    ServerOptions options = with(std::move(flags));
    options.verb = "serve-http";
    options.environment = environment_;
    server_ = std::make_unique<Server>(options);
    if (!server_->running()) throw std::runtime_error(server_->child().errors());
  }
  return *server_;
}

std::string HttpTest::answer_to(std::string_view bytes) {
  HttpClient client = connect();
  client.send(bytes);
  return client.rest();
}

int HttpTest::status_for(std::string_view bytes, std::string_view method) {
  HttpClient client = connect();
  client.send(bytes);
  return client.read(method).status;
}

std::string HttpTest::write(const std::string& name, std::string_view content) const {
  std::ofstream(path(name), std::ios::binary) << content;
  return path(name);
}

}  // namespace suite::test
