// A server of static files over HTTP.
#pragma once

#include "servers/protocols/http/http_options.h"
#include "servers/session.h"

namespace suite {

/// What a worker's sessions share (kept files, the access log) is made with the worker. Fails where the root
/// or the log cannot be opened.
ServerProtocol http_protocol(HttpOptions options);

}  // namespace suite
