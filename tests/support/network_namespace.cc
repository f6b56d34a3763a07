#include "tests/support/network_namespace.h"

#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "common/net/unique_fd.h"

namespace suite::test {

std::string enter_network_namespace(const std::string& port_range) {
  if (::unshare(CLONE_NEWNET) != 0) return std::string("unshare: ") + std::strerror(errno);
  const UniqueFd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq loopback{};
  std::strcpy(loopback.ifr_name, "lo");
  loopback.ifr_flags = IFF_UP;
  if (::ioctl(socket.get(), SIOCSIFFLAGS, &loopback) != 0) return std::string("lo: ") + std::strerror(errno);
  std::ofstream range("/proc/sys/net/ipv4/ip_local_port_range");
  range << port_range << std::flush;
  return range ? "" : "cannot set ip_local_port_range";
}

}  // namespace suite::test
