// The fuzz targets: each a function of some bytes that ends the run where an oracle does not hold.
#pragma once

#include <span>
#include <string_view>

#include "tests/fuzz/fuzz_input.h"

namespace suite::fuzz {

struct Target {
  std::string_view name;
  void (*run)(Input input);
  std::string_view words = "none";  // the file of words/ that it is run with
};

/// All of them: a row here, and a function in a file named for what it calls.
std::span<const Target> targets();

// Parsers.
void request_head(Input input);
void response(Input input);
void chunked_body(Input input);
void request_path(Input input);
void conditions(Input input);
void http2_frames(Input input);
void hpack(Input input);
void quantities(Input input);
void addresses(Input input);
void gates(Input input);
void request_list(Input input);
void documents(Input input);

// Sessions: a whole end of a connection.
void http1_session(Input input);
void http2_session(Input input);
void http2_client(Input input);
void tls_session(Input input);
void tls_driver(Input input);

}  // namespace suite::fuzz
