#include "cmd/manual/completions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/child.h"
#include "tests/support/programs.h"
#include "tests/support/temporary_folder.h"

namespace suite::manual {
namespace {

using testing::AllOf;

using testing::HasSubstr;
using testing::Not;

// The part of a script from `begin` on, up to `end`.
std::string branch_of(const std::string& script, const std::string& begin, const std::string& end) {
  const std::size_t at = script.find(begin);
  if (at == std::string::npos) return {};
  return script.substr(at, script.find(end, at) - at);
}

TEST(Completions, HaveEveryFlagOfEveryVerbInEveryShell) {
  const std::string bash = bash_completion(verbs()), zsh = zsh_completion(verbs()),
                    fish = fish_completion(verbs());
  for (const Verb& verb : verbs()) {
    const std::string name(verb.name);
    const std::string in_bash = branch_of(bash, "\n    " + name + ")\n", "esac ;;\n") + " ";
    const std::string in_zsh = branch_of(zsh, "\n    " + name + ")\n", " ;;\n");
    const std::string from = "'__fish_seen_subcommand_from " + name + "'";
    for (const Option& option : options_of(verb.options())) {
      if (option.is_positional()) continue;
      for (const std::string& flag : names_of(option)) {
        SCOPED_TRACE(name + " " + flag);
        EXPECT_THAT(in_bash, testing::ContainsRegex("[ ']" + flag + "[ ']"));
        EXPECT_THAT(in_zsh, testing::ContainsRegex("[{,']" + flag + "[]=,}'[]"));
        const std::string in_fish =
            (flag.starts_with("--") ? " -l " + flag.substr(2) : " -s " + flag.substr(1)) + " ";
        EXPECT_THAT(fish, testing::ContainsRegex("-n " + from + "[^\n]*" + in_fish));
      }
      for (const std::string_view choice : option.value.choices) {
        for (const std::string* script : {&in_bash, &in_zsh, &fish})
          EXPECT_THAT(*script, HasSubstr(std::string(choice)));
      }
    }
  }
}

TEST(Completions, KnowWhichValuesAreFiles) {
  EXPECT_EQ(completed({.name = "--json", .takes = "FILE", .value = {}, .help = {}}), Completed::kFiles);
  EXPECT_EQ(completed({.name = "--body", .takes = "S|@FILE", .value = {}, .help = {}}), Completed::kFiles);
  EXPECT_EQ(completed({.name = "--root", .takes = "DIR", .value = {}, .help = {}}), Completed::kFolders);
  EXPECT_EQ(completed({.name = "--conns", .takes = "N", .value = {}, .help = {}}), Completed::kAnything);
  EXPECT_EQ(completed({.name = "--pin", .value = {}, .help = {}}), Completed::kNothing);
  EXPECT_EQ(completed({.name = "RESULT", .value = {}, .help = {}}), Completed::kFiles);
}

// What a shell says with the script loaded.
class InAShell : public testing::Test {
 protected:
  InAShell() {
    std::ofstream(folder_.file("suite")) << bash_completion(verbs());
    std::ofstream(folder_.file("_suite")) << zsh_completion(verbs());
    std::ofstream(folder_.file("suite.fish")) << fish_completion(verbs());
    std::ofstream(folder_.file("result.json")) << "{}";
  }

  static std::string said_by(const std::vector<std::string>& command) {
    const test::Finished finished = test::run_to_end({.arguments = command});
    EXPECT_EQ(finished.status, test::exited(0)) << finished.errors;
    EXPECT_EQ(finished.errors, "");
    return finished.output;
  }
  // Completes the last of the words, as bash splits them.
  std::string bash_completes(const std::string& words) const {
    return said_by({"/bin/bash", "--norc", "-c",
                    "cd \"$0\" && . ./suite && COMP_WORDS=(" + words +
                        ") && COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) && _suite && echo \"${COMPREPLY[*]}\"",
                    folder_.file("")});
  }

  test::TemporaryFolder folder_;
};

TEST_F(InAShell, BashIsToldHowToCompleteSuite) {
  EXPECT_EQ(said_by({"/bin/bash", "--norc", "-c", ". \"$0\" && complete -p suite", folder_.file("suite")}),
            "complete -F _suite suite\n");
}

TEST_F(InAShell, BashCompletesVerbsFlagsAndValues) {
  EXPECT_EQ(bash_completes("suite serve-"), "serve-echo serve-http\n");
  EXPECT_EQ(bash_completes("suite help doc"), "doctor\n");
  EXPECT_EQ(bash_completes("suite load --ra"), "--rate\n");
  EXPECT_EQ(bash_completes("suite load -c 10 --arrivals p"), "poisson\n");
  EXPECT_EQ(bash_completes("suite load --format = js"), "json\n");
  EXPECT_EQ(bash_completes("suite load --format ="), bash_completes("suite load --format ''"));
  EXPECT_EQ(bash_completes("suite serve-http -b epo"), "epoll\n");
  EXPECT_EQ(bash_completes("suite load --conns ''"), "\n") << "a number";
  EXPECT_EQ(bash_completes("suite compare resu"), "result.json\n");
  EXPECT_EQ(bash_completes("suite serve-echo resu"), "\n") << "it takes no argument";
  EXPECT_EQ(bash_completes("suite juggle --x"), "\n");
}

TEST_F(InAShell, ZshReadsTheScript) {
  SUITE_FIND(zsh, "zsh");
  // _arguments is a stand-in that takes the place of a terminal: it prints which flags it was told.
  const std::string said = said_by({*zsh, "-f", "-c",
                                    "_arguments() { print -rl -- \"$@\" }; _describe() { }; compdef() { };"
                                    "words=(suite load --) CURRENT=3; source $1 2>&1",
                                    "zsh", folder_.file("_suite")});
  EXPECT_THAT(said, HasSubstr("(--conns -c)--conns=[connections]:N: \n(--conns -c)-c[connections]:N: \n"));
  EXPECT_THAT(said, HasSubstr("--format=[what stdout gets"));
}

TEST_F(InAShell, FishCompletesFlagsAndValues) {
  SUITE_FIND(fish, "fish");
  const auto completes = [&](const std::string& line) {
    const test::Finished finished =
        test::run_to_end({.arguments = {*fish, "--no-config", "-c", "source $argv[1]; complete -C $argv[2]",
                                        folder_.file("suite.fish"), line},
                          .environment = {{"HOME", folder_.file("")}}});
    EXPECT_EQ(finished.status, test::exited(0)) << finished.errors;
    return finished.output;
  };
  EXPECT_THAT(completes("suite serve-"), AllOf(HasSubstr("serve-echo\t"), HasSubstr("serve-http\t")));
  EXPECT_EQ(completes("suite load --rat"),
            "--rate\topen loop: N requests/s in total, on schedule whatever the server does\n");
  EXPECT_THAT(completes("suite load --arrivals p"), HasSubstr("poisson"));
  EXPECT_THAT(completes("suite backends --rat"), Not(HasSubstr("--rate")));
}

}  // namespace
}  // namespace suite::manual
