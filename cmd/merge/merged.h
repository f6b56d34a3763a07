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

/// A document as load writes it, and what it does not have.
struct Merged {
  results::LoadDocument document;
  results::Json shares = results::Json::array();  // who contributed what: one for each source, in their order
  std::vector<std::string> missing;  // why it is not all of a load: "part 3 of 4 is missing"; empty: it is
};

/// Run by run, as add_runs() adds them. Either all are parts of one load (--share), which must have the same
/// settings; or each is a load of its own, whose connections, rate and requests are added up in the config.
/// The number of threads, addresses, seeds and pids are each machine's own. Gates are the caller's. The error
/// is one line that says what differs, and in which sources. `sources` are not empty.
std::expected<Merged, std::string> merged(std::vector<Source> sources);

/// The document of docs/load.schema.json, with the shares as its `merged`.
results::Json merged_json(const Merged& all);

}  // namespace suite::merge
