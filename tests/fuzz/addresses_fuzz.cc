// Targets, hosts and endpoints: what is printed parses again as the same.
#include <string>

#include "client/target.h"
#include "common/net/endpoint.h"
#include "tests/fuzz/targets.h"

namespace suite::fuzz {
namespace {

void check_target(std::string_view text) {
  const auto target = parse_target(text);
  if (!target) {
    require(!target.error().empty(), "a refusal says why");
    return;
  }
  const auto again = parse_target(target->url());
  require(again.has_value(), "a target that was printed can be read");
  require(again->url() == target->url() && is_same_server(*again, *target) && again->path == target->path,
          "... as the same");
  if (!target->is_http()) return;
  require(target->path.starts_with('/'), "a path begins with a slash");
  for (const char c : target->path)
    require(c > ' ' && c != '\x7f' && c != '#', "a path can be sent in a request line");
}

// Only addresses, and without a zone: a name would ask the resolver, and its servers.
void check_endpoint(std::string_view text) {
  if (!is_address(text) || text.contains('%')) return;
  const auto endpoints = resolve(text, 8080);
  require(endpoints && endpoints->size() == 1, "an address is one endpoint");
  const Endpoint& endpoint = endpoints->front();
  require(endpoint.port() == 8080, "an endpoint has the port that was given");
  require(is_address(endpoint.host()), "an endpoint's host is an address");
  const auto again = resolve(endpoint.host(), 8080);
  require(again && again->front().to_string() == endpoint.to_string(), "an address parses again as the same");
}

}  // namespace

void addresses(Input input) {
  if (input.text().contains('\0')) return;  // no argument of a program holds one
  check_target(input.text());
  check_endpoint(input.text());
  if (const auto host = parse_host(input.text()))
    require(parse_host(*host) == *host, "a host parses again as the same");
}

}  // namespace suite::fuzz
