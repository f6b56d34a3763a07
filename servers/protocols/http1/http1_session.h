// HTTP/1.1 on one connection (RFC 9112): how it is asked, and how it is answered.
#pragma once

#include <memory>
#include <string>

#include "servers/protocols/http/http_worker.h"
#include "servers/session.h"

namespace suite {

/// `worker` outlives it. `peer`: its address, for the log; empty where there is none.
std::unique_ptr<Session> make_http1_session(HttpWorker& worker, std::string peer);

}  // namespace suite
