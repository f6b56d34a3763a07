// What `suite load --format json`, --json and -o write (docs/load-output.md), as a value.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/results/fields.h"
#include "cmd/results/load_run.h"
#include "common/process/environment.h"

namespace suite::results {

/// Config, gates and search are kept as they were written: who compares or shows settings walks them, and
/// needs no list of all flags.
struct LoadDocument {
  std::string suite;  // version of the program
  Json config = Json::object();
  Environment environment;
  Json gates = Json::array();
  Json find_max;  // null without --find-max
  std::vector<LoadRun> runs;
};

/// The error is one line for the user, which follows "cannot be read: ": cut off, another tool's, of another
/// schema, or which field is wrong. Members that this version does not know are ignored.
std::expected<LoadDocument, std::string> read_load_document(std::string_view text);

/// As `suite load` writes it, and as docs/load.schema.json has it. Bytes that are no UTF-8 are replaced.
Json load_document_json(const LoadDocument& document);
std::string load_document_text(const LoadDocument& document);

}  // namespace suite::results
