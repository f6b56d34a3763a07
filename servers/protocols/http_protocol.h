// A server of static files over HTTP, in either version.
#pragma once

#include <string>
#include <vector>

#include "servers/protocols/http/http_options.h"
#include "servers/session.h"

namespace suite {

/// What a worker's sessions share (kept files, the access log) is made with the worker. Fails where the root
/// or the log cannot be opened, and where a build without libnghttp2 is to speak HTTP/2 alone.
ServerProtocol http_protocol(HttpOptions options);

/// The protocols that TLS may agree on (ALPN, RFC 7301), the dearest first.
std::vector<std::string> http_alpn(ServedHttp version);

}  // namespace suite
