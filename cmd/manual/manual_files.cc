#include "cmd/manual/manual_files.h"

#include <fmt/format.h>

#include <algorithm>

#include "cmd/manual/completions.h"
#include "cmd/manual/man_page.h"
#include "cmd/verbs.h"

namespace suite::manual {

std::vector<ManualFile> manual_files() {
  std::vector<ManualFile> files{{"man1/suite.1", program_page(verbs())},
                                {"bash/suite", bash_completion(verbs())},
                                {"zsh/_suite", zsh_completion(verbs())},
                                {"fish/suite.fish", fish_completion(verbs())}};
  for (const Verb& verb : verbs())
    files.push_back({fmt::format("man1/suite-{}.1", verb.name), verb_page(verb.options(), verb.summary)});
  return files;
}

std::string manual_names() {
  std::string names;
  for (const ManualFile& file : manual_files()) names += file.name + "\n";
  return names;
}

std::expected<std::string, std::string> manual_text(const std::string& name) {
  const auto files = manual_files();
  const auto found = std::ranges::find(files, name, &ManualFile::name);
  if (found != files.end()) return found->text;
  return std::unexpected(fmt::format("there is no '{}'; 'suite --manual' lists what there is", name));
}

}  // namespace suite::manual
