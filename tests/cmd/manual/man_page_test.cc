#include "cmd/manual/man_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cmd/manual/manual_files.h"

namespace suite::manual {
namespace {

using testing::HasSubstr;

TEST(ManPage, HasEveryFlagOfItsVerbWithItsHelpAndDefault) {
  for (const Verb& verb : verbs()) {
    const OptionTable table = verb.options();
    const std::string page = verb_page(table, verb.summary);
    for (const OptionGroup& group : table.groups) {
      EXPECT_THAT(page, HasSubstr("\n.SS " + roff(group.title) + "\n")) << verb.name;
      for (const Option& option : group.options) {
        SCOPED_TRACE(std::string(verb.name) + " " + std::string(option.name));
        EXPECT_THAT(page, HasSubstr("\\fB" + roff(option.name) + "\\fR"));
        EXPECT_THAT(page, HasSubstr("\n" + roff(option.help) + "."));
        if (option.letter != 0) {
          EXPECT_THAT(page, HasSubstr(std::string("\n\\fB\\-") + option.letter + "\\fR, "));
        }
        if (!option.also.empty()) {
          EXPECT_THAT(page, HasSubstr(", \\fB" + roff(option.also) + "\\fR"));
        }
        if (!option.default_text().empty()) {
          EXPECT_THAT(page, HasSubstr(roff(" Default: " + std::string(option.default_text()) + ".")));
        }
      }
    }
  }
}

TEST(ManPage, OfTheProgramNamesEveryVerbAndItsPage) {
  const std::string page = program_page(verbs());
  for (const Verb& verb : verbs()) {
    EXPECT_THAT(page, HasSubstr("\n\\fB" + roff(verb.name) + "\\fR\n" + roff(verb.summary)));
    EXPECT_THAT(page, HasSubstr("\n.BR suite\\-" + roff(verb.name) + " (1)"));
    EXPECT_THAT(manual_names(), HasSubstr("man1/suite-" + std::string(verb.name) + ".1\n"));
  }
}

// man(7): a line that begins with a dot or an apostrophe is a request, and a backslash begins an escape.
TEST(ManPage, EscapesWhatRoffWouldRead) {
  EXPECT_EQ(roff(".SH is no request\n'nor this"), "\\&.SH is no request\n\\&\\(aqnor this");
  EXPECT_EQ(roff("--rate 'a\\n' ~ ^ `x`"), "\\-\\-rate \\(aqa\\en\\(aq \\(ti \\(ha \\(gax\\(ga");
  EXPECT_EQ(roff("1.5s. Then"), "1.5s. Then");
}

TEST(ManPage, FillsParagraphsAndLeavesTablesAsTheyStand) {
  const OptionTable table{.verb = "try",
                          .usage = "suite try",
                          .summary = "Tries.",
                          .examples = "  suite try",
                          .notes = "One\ntwo.\n\nNames:\n  a  b",
                          .groups = {}};
  EXPECT_THAT(
      verb_page(table, "tries"),
      HasSubstr(".SH DESCRIPTION\nTries.\n.PP\nOne\ntwo.\n.PP\n.nf\nNames:\n  a  b\n.fi\n.SH OPTIONS\n"));
}

TEST(ManualFiles, AreGivenByNameAndNothingElseIs) {
  EXPECT_THAT(manual_text("bash/suite").value(), HasSubstr("complete -F _suite suite\n"));
  EXPECT_EQ(manual_text("man1/suite.2").error(),
            "there is no 'man1/suite.2'; 'suite --manual' lists what there is");
}

}  // namespace
}  // namespace suite::manual
