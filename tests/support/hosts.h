// Several hosts on one machine: network namespaces with names of their own, on one switch.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace suite::test {

/// Gone when it goes out of scope. Takes root, and iproute2.
class Hosts {
 public:
  /// So many hosts, with the addresses 192.0.2.1, 192.0.2.2, ... (RFC 5737: nobody's), which no other network
  /// reaches.
  explicit Hosts(std::size_t count);
  Hosts(const Hosts&) = delete;
  ~Hosts();

  /// Empty, or why there are none.
  const std::string& trouble() const { return trouble_; }
  static std::string address(std::size_t host) { return "192.0.2." + std::to_string(host + 1); }
  /// A command line that runs a program there; its gethostname(2) is name(host).
  std::vector<std::string> on(std::size_t host, const std::vector<std::string>& program) const;
  std::string name(std::size_t host) const { return prefix_ + std::to_string(host); }
  /// What all packets of a host go through: tc-netem(8), as in {"delay", "2ms"}. Empty, or why this kernel
  /// cannot.
  std::string impair(std::size_t host, const std::vector<std::string>& netem) const;

 private:
  void ip(std::vector<std::string> arguments);

  std::string prefix_;
  std::size_t made_ = 0;  // namespaces
  std::string trouble_;
};

}  // namespace suite::test
