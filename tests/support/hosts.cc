#include "tests/support/hosts.h"

#include <unistd.h>

#include "tests/support/child.h"
#include "tests/support/programs.h"

namespace suite::test {
namespace {

std::string failure_of(std::vector<std::string> command) {
  const auto program = find_program(command.front());
  if (!program) return command.front() + " is not installed";
  command.front() = *program;
  const Finished finished = run_to_end({.arguments = command});
  return finished.status == exited(0) ? "" : command[1] + ": " + finished.errors;
}

}  // namespace

// The switch is in the first of the namespaces; hosts follow.
Hosts::Hosts(std::size_t count) : prefix_("suite" + std::to_string(::getpid()) + "-") {
  if (::geteuid() != 0) {
    trouble_ = "only root can make network namespaces";
    return;
  }
  const std::string hub = prefix_ + "hub";
  ip({"netns", "add", hub});
  ip({"-n", hub, "link", "add", "br0", "type", "bridge"});
  ip({"-n", hub, "link", "set", "br0", "up"});
  for (std::size_t i = 0; i < count; ++i) {
    const std::string port = "port" + std::to_string(i);
    ip({"netns", "add", name(i)});
    ++made_;
    ip({"-n", name(i), "link", "add", "eth0", "type", "veth", "peer", "name", port, "netns", hub});
    ip({"-n", hub, "link", "set", port, "master", "br0", "up"});
    ip({"-n", name(i), "address", "add", address(i) + "/24", "dev", "eth0"});
    ip({"-n", name(i), "link", "set", "eth0", "up"});
    ip({"-n", name(i), "link", "set", "lo", "up"});
  }
}

Hosts::~Hosts() {
  if (::geteuid() != 0) return;
  for (std::size_t i = 0; i < made_; ++i) failure_of({"ip", "netns", "delete", name(i)});
  failure_of({"ip", "netns", "delete", prefix_ + "hub"});
}

void Hosts::ip(std::vector<std::string> arguments) {
  if (!trouble_.empty()) return;
  arguments.insert(arguments.begin(), "ip");
  trouble_ = failure_of(std::move(arguments));
}

std::vector<std::string> Hosts::on(std::size_t host, const std::vector<std::string>& program) const {
  std::vector<std::string> command{
      "/usr/bin/unshare", "--uts", "/bin/sh", "-c", "hostname \"$1\"; exec ip netns exec \"$@\"", "sh",
      name(host)};
  command.insert(command.end(), program.begin(), program.end());
  return command;
}

std::string Hosts::impair(std::size_t host, const std::vector<std::string>& netem) const {
  std::vector<std::string> command{"tc", "-n", name(host), "qdisc", "add", "dev", "eth0", "root", "netem"};
  command.insert(command.end(), netem.begin(), netem.end());
  return failure_of(std::move(command));
}

}  // namespace suite::test
