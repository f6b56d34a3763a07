// In builds without TLS.
#include "tests/support/socket_layer.h"

namespace suite::test {

std::unique_ptr<SocketLayer> make_tls_layer() { return nullptr; }
std::unique_ptr<SocketLayer> make_tls_server_layer() { return nullptr; }

}  // namespace suite::test
