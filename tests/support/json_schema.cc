#include "tests/support/json_schema.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

#include "tests/support/child.h"
#include "tests/support/temporary_folder.h"

namespace suite::test {

std::optional<std::vector<std::string>> schema_complaints(const std::string& schema,
                                                          const std::vector<std::string>& documents) {
  const std::string source = SUITE_SOURCE_DIR "/";
  const TemporaryFolder folder;
  std::ofstream file(folder.file("documents"));
  for (const std::string& document : documents) file << document << "\n";
  file.close();
  const Finished finished =
      run_to_end({.arguments = {"/usr/bin/python3", "-B", source + "tests/support/validate_json.py",
                                source + schema, folder.file("documents")}});
  if (finished.status == exited(77) || finished.status == exited(127)) return std::nullopt;
  if (finished.status != exited(0)) throw std::runtime_error("the validator failed: " + finished.errors);
  std::vector<std::string> complaints;
  std::istringstream lines(finished.output);
  for (std::string line; std::getline(lines, line);) complaints.push_back(line);
  if (complaints.size() != documents.size()) throw std::runtime_error("the validator left some out");
  return complaints;
}

}  // namespace suite::test
