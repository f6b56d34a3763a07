// A network of a thread's own, where a test may do what would disturb others.
#pragma once

#include <string>

namespace suite::test {

/// Puts the calling thread, and those it starts from now on, into a new network namespace whose loopback is
/// up and whose connections have the local ports of `port_range` ("40000 40015"). Empty, or why that is not
/// possible here: it takes privileges. There is no way back: call it on a thread that ends.
std::string enter_network_namespace(const std::string& port_range);

}  // namespace suite::test
