#include "tests/support/programs.h"

#include <unistd.h>

#include <cstdlib>
#include <sstream>

#include "common/net/listener.h"

namespace suite::test {

std::optional<std::string> find_program(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(std::string(path != nullptr ? path : "/usr/bin:/bin") +
                             ":/usr/sbin:/usr/local/sbin");
  for (std::string folder; std::getline(folders, folder, ':');) {
    std::string file = folder + "/" + name;
    if (::access(file.c_str(), X_OK) == 0) return file;
  }
  return std::nullopt;
}

std::uint16_t free_port() { return Listener::open(resolve("127.0.0.1", 0)->front(), {})->endpoint().port(); }

}  // namespace suite::test
