// Documents of several loads as one.
#pragma once

#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/results/load_document.h"

namespace suite::merge {

struct Source {
  std::string name;  // of the file; "stdin 2": the second document there
  results::LoadDocument document;
};

/// The documents in a text, one behind the other, with nothing but blanks between them: several pods' logs.
/// The error follows the name of what was read: " holds something that is no result: 'xyz'".
std::expected<std::vector<std::string_view>, std::string> documents_in(std::string_view text);

/// A document as load writes it, and what it does not have: who contributed what.
struct Merged {
  results::LoadDocument document;
  results::Json shares = results::Json::array();  // one for each source, in their order
};

/// Run by run, as add_runs() adds them. Connections, rate, requests and threads of the config are sums; other
/// settings must be the same, but for addresses, seeds and pids. Gates are the caller's. The error is one
/// line that says what differs, and in which sources.
std::expected<Merged, std::string> merged(std::span<const Source> sources);

/// The document of docs/load.schema.json, with the shares as its `merged`.
results::Json merged_json(const Merged& all);

}  // namespace suite::merge
