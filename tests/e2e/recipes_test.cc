// docs/recipes.md keeps its word: its commands run as they stand, only shorter, and print the lines that it
// shows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <array>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/child.h"
#include "tests/support/temporary_folder.h"

namespace suite {
namespace {

/// A section of the document.
struct Recipe {
  std::string title;
  std::string script;               // all its commands, in order
  std::vector<std::string> prints;  // lines of the blocks that show what came of them
};
void PrintTo(const Recipe& recipe, std::ostream* to) { *to << recipe.title; }

std::vector<Recipe> recipes() {
  std::ifstream document(SUITE_SOURCE_DIR "/docs/recipes.md");
  std::vector<Recipe> found;
  enum class Block { kNone, kShell, kOutput } block = Block::kNone;
  for (std::string line; std::getline(document, line);) {
    if (line.starts_with("```")) {
      block = block != Block::kNone ? Block::kNone : line == "```sh" ? Block::kShell : Block::kOutput;
    } else if (block == Block::kShell) {
      found.back().script += line + "\n";
    } else if (block == Block::kOutput) {
      found.back().prints.push_back(line);
    } else if (line.starts_with("## ")) {
      found.push_back({.title = line.substr(3), .script = {}, .prints = {}});
    }
  }
  return found;
}

// The same commands with less time to take, and with limits that do not depend on the machine's day. Where we
// are root over a single user, nginx must not try to become another.
std::string shortened(std::string script) {
  const std::vector<std::pair<const char*, const char*>> changes{{"--secs [0-9]+", "--secs 100ms"},
                                                                 {"--warmup [0-9]+ms", "--warmup 20ms"},
                                                                 {"--rounds 6", "--rounds 3"},
                                                                 {"in 1 2 3 4 5 6;", "in 1 2;"},
                                                                 {"p99>50ms", "p99>50s"},
                                                                 {"server_cpu>20us", "server_cpu>20s"},
                                                                 {"p99>50us", "p99>50ns"},
                                                                 {"p99<50ms", "p99<50s"},
                                                                 {"daemon off;", "daemon off; user root;"}};
  for (const auto& [from, to] : changes) script = std::regex_replace(script, std::regex(from), to);
  return script;
}

// What a line says whatever was measured: figures are '#', and who won is left open.
std::string shape_of(std::string line) {
  if (line.starts_with("exit code")) return line;
  const std::vector<std::pair<const char*, const char*>> changes{
      {", [0-9]+ reset by the peer", ""},
      {"[0-9]+([,.][0-9]+)*(e[-+][0-9]+)?( ?(ns|us|ms|s|m|B|[KMG]iB)\\b)?", "#"},
      {"p# -", "p# #"},
      {" +(client-bound|disturbed|uneven)\\b", ""},
      {"#x( +# to #)? +# +#x\\*? +(slower|faster|tie|few-rounds)", "ratio"},
      {"epoll|libevent", "backend"},
      {" +", " "}};
  for (const auto& [from, to] : changes) line = std::regex_replace(line, std::regex(from), to);
  return line;
}

std::vector<std::string> shapes_of(const std::string& text) {
  std::vector<std::string> shapes;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) shapes.push_back(shape_of(line));
  return shapes;
}

// Ports, addresses, processes and mounts of its own: the recipes name fixed ones. All of it ends with
// `unshare`.
test::Finished run_apart(const std::string& script) {
  std::vector<std::string> arguments{"/usr/bin/unshare", "--net",        "--mount",     "--pid",
                                     "--fork",           "--mount-proc", "--kill-child"};
  if (::geteuid() != 0) arguments.emplace_back("--map-root-user");
  const std::string own = "exec 2>&1; mount -t tmpfs none /run && ip link set lo up || exit 77\n";
  arguments.insert(arguments.end(), {"/bin/sh", "-c", own + script});
  const std::string path = std::filesystem::path(SUITE_PROGRAM).parent_path().string() + ":" +
                           std::getenv("PATH") + ":/usr/sbin:/sbin";
  return test::run_to_end({.arguments = arguments, .environment = {{"PATH", path}}}, 4 * test::kPatience);
}

/// What a recipe may name and a machine, or a build, may lack.
struct Need {
  const char *name, *look;
};
constexpr std::array kNeeds{Need{"python3 ", "command -v python3"}, Need{"nginx ", "command -v nginx"},
                            Need{"libevent", "suite backends | grep -q libevent"},
                            Need{"redis-server ", "command -v redis-server"},
                            Need{"openssl ", "command -v openssl && suite --version | grep -q OpenSSL"}};

class Recipes : public testing::TestWithParam<Recipe> {};

TEST_P(Recipes, RunAsTheyStandAndPrintWhatTheyShow) {
  const Recipe& recipe = GetParam();
  const test::Finished apart = run_apart("true");
  if (apart.status != test::exited(0)) {
    GTEST_SKIP() << "needs namespaces of its own, and ip: " << apart.errors << apart.output;
  }
  for (const Need& need : kNeeds) {
    const bool named = recipe.script.find(need.name) != std::string::npos;
    if (named && run_apart(need.look).status != test::exited(0)) GTEST_SKIP() << need.name << " is not here";
  }
  const test::TemporaryFolder folder;
  const test::Finished finished = run_apart("cd " + folder.file("") + "\n" + shortened(recipe.script));
  EXPECT_EQ(finished.status, test::exited(0));
  const std::vector<std::string> shapes = shapes_of(finished.output);
  for (const std::string& line : recipe.prints) {
    EXPECT_THAT(shapes, testing::Contains(shape_of(line))) << "for the line " << line << "\nof\n"
                                                           << finished.output;
  }
}

INSTANTIATE_TEST_SUITE_P(Document, Recipes, testing::ValuesIn(recipes()), [](const auto& recipe) {
  std::string name;
  for (const char c : recipe.param.title) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) name += c;
  }
  return name;
});

}  // namespace
}  // namespace suite
