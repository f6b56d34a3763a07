// Systems of the tables that the comparison descends from can no longer be run. Others have their model.
#pragma once

#include <cstdint>

namespace suite {

/// Rows of those tables.
enum class OldRow : std::uint8_t {
  kNone,
  kServerEpoll,    // python server_epoll.py
  kServerGevent,   // python server_gevent.py
  kServerTornado,  // python server_tornado.py
  kServerTwisted,  // python server_twisted.py
  kStackless,      // HTTP by Concurrence and Syncless
  kStacklessWsgi,  // ... behind WSGI
};

/// The row whose model a server has, and how near it is: 0 is the nearest.
struct StandIn {
  OldRow row = OldRow::kNone;
  int distance = 0;
};

}  // namespace suite
