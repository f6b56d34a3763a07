// Whether documents are as a JSON Schema says, by a validator that is not ours.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace suite::test {

/// What is wrong with each of the documents, one line of JSON each, by the schema in that file of the source
/// folder; empty where nothing is. Nothing at all where the validator (package python3-jsonschema) is not
/// installed. Throws where it fails otherwise.
std::optional<std::vector<std::string>> schema_complaints(const std::string& schema,
                                                          const std::vector<std::string>& documents);

}  // namespace suite::test
