// What is installed beside the program and made by it: manual pages and completions.
#pragma once

#include <expected>
#include <string>
#include <vector>

namespace suite::manual {

struct ManualFile {
  std::string name;  // below the build's folder for them: "man1/suite-load.1", "zsh/_suite"
  std::string text;
};

/// All of them.
std::vector<ManualFile> manual_files();

/// The names of all, a line each; or the text of the one that is asked for. The error is a line for the user.
std::string manual_names();
std::expected<std::string, std::string> manual_text(const std::string& name);

}  // namespace suite::manual
