// The tables of all verbs: each flag is declared whole, and documented.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <nlohmann/json.hpp>

#include "cmd/cli/help_text.h"
#include "cmd/cli/option_parser.h"
#include "cmd/cli/read_file.h"
#include "cmd/results/bench_document.h"
#include "cmd/verbs.h"

namespace suite {
namespace {

std::vector<OptionTable> all_tables() {
  std::vector<OptionTable> tables;
  for (const Verb& verb : verbs()) {
    tables.push_back(verb.options());
  }
  return tables;
}

// Calls `look` with each flag and what to call it in a failure.
template <class Look>
void for_each_option(Look look) {
  for (const OptionTable& table : all_tables()) {
    for (const OptionGroup& group : table.groups) {
      for (const Option& option : group.options) {
        SCOPED_TRACE(std::string(table.verb) + " " + std::string(option.name));
        look(table, option);
      }
    }
  }
}

// The pages that are about a verb: they name it as it is called.
std::string docs_of(std::string_view verb) {
  std::string all;
  const std::string call = "suite " + std::string(verb);
  for (const auto& entry : std::filesystem::directory_iterator(SUITE_SOURCE_DIR "/docs")) {
    if (entry.path().extension() != ".md") continue;
    const std::string page = read_file(entry.path()).value();
    if (page.contains(call)) all += page;
  }
  return all;
}

// Whether it stands there as a word: "--file" is no part of "--file-log".
bool names_flag(const std::string& text, std::string_view flag) {
  for (std::size_t at = text.find(flag); at != std::string::npos; at = text.find(flag, at + 1)) {
    const char next = at + flag.size() < text.size() ? text[at + flag.size()] : ' ';
    if (next != '-' && std::isalnum(static_cast<unsigned char>(next)) == 0) return true;
  }
  return false;
}

TEST(OptionTables, AreThoseOfTheirVerbs) {
  for (const Verb& verb : verbs()) {
    EXPECT_EQ(verb.options().verb, verb.name);
  }
}

TEST(OptionTables, GiveEachFlagAHelpOfOneShortLineAndAGroup) {
  for_each_option([](const OptionTable&, const Option& option) {
    EXPECT_FALSE(option.help.empty());
    EXPECT_LT(option.help.size(), 80U) << option.help;
    EXPECT_THAT(option.help, testing::Not(testing::HasSubstr("\n")));
    EXPECT_TRUE(option.value.take) << "where does its value go?";
  });
  for (const OptionTable& table : all_tables()) {
    for (const OptionGroup& group : table.groups) EXPECT_NE(group.title, "") << table.verb;
  }
}

TEST(OptionTables, HaveACommonPageOfUnderSixtyLines) {
  for (const OptionTable& table : all_tables()) {
    EXPECT_LT(std::ranges::count(help_text(table, HelpPage::kCommon), '\n'), 60) << table.verb;
  }
}

TEST(OptionTables, GiveNoNameTwice) {
  for (const OptionTable& table : all_tables()) {
    std::set<std::string> names{"--help", "-h", "--help-all"};
    const auto add = [&](std::string name) {
      EXPECT_TRUE(names.insert(name).second) << table.verb << " has " << name << " twice";
    };
    for (const OptionGroup& group : table.groups) {
      for (const Option& option : group.options) {
        add(std::string(option.name));
        if (option.letter != 0) add({'-', option.letter});
        if (!option.also.empty()) add(std::string(option.also));
      }
    }
    for (const Alias& alias : table.aliases) add(std::string(alias.name));
    for (const Hint& hint : table.hints) {
      if (!hint.before_number) add(std::string(hint.flag));
    }
  }
}

TEST(OptionTables, HaveOtherNamesOnlyForFlagsThatExist) {
  for (const OptionTable& table : all_tables()) {
    for (const Alias& alias : table.aliases) {
      const Option* const option = find_option(table, alias.flag);
      ASSERT_NE(option, nullptr) << table.verb << " " << alias.name;
      const auto& choices = option->value.choices;
      EXPECT_TRUE(alias.value.empty() || choices.empty() ||
                  std::ranges::find(choices, alias.value) != choices.end())
          << alias.name;
    }
    for (const Hint& hint : table.hints) {
      if (!hint.before_number) continue;
      EXPECT_NE(find_option(table, hint.flag), nullptr) << table.verb << " " << hint.flag;
    }
  }
}

TEST(OptionTables, NameOnlyFlagsThatExistInHintsAndExclusions) {
  const std::regex flag("--[a-z][a-z-]*");
  for (const OptionTable& table : all_tables()) {
    for (const Hint& hint : table.hints) {
      const std::string advice(hint.advice);
      for (std::sregex_iterator at(advice.begin(), advice.end(), flag), end; at != end; ++at) {
        EXPECT_NE(find_option(table, at->str()), nullptr) << hint.flag << ": " << advice;
      }
    }
  }
  for (const OptionTable& table : all_tables()) {
    for (const std::string_view name : table.for_stray_argument) {
      EXPECT_NE(find_option(table, name), nullptr) << name;
    }
  }
  for_each_option([](const OptionTable& table, const Option& option) {
    for (const Exclusion& other : option.excludes)
      EXPECT_NE(find_option(table, other.flag), nullptr) << other.flag;
  });
}

// Given as a flag, a default changes nothing: the help shows the one that is applied.
TEST(OptionTables, ShowTheDefaultsThatAreApplied) {
  for (const Verb& verb : verbs()) {
    const OptionTable table = verb.options();
    const std::string before = help_text(table, HelpPage::kAll);
    for (const OptionGroup& group : table.groups) {
      for (const Option& option : group.options) {
        const std::string& standard = option.value.default_text;
        if (standard.empty()) continue;
        EXPECT_EQ(option.value.take(standard), std::nullopt) << verb.name << " " << option.name;
      }
    }
    EXPECT_EQ(help_text(verb.options(), HelpPage::kAll), before);
  }
}

TEST(OptionTables, KeepEachFlagInTheResultOrSayWhyNot) {
  for_each_option([](const OptionTable& table, const Option& option) {
    const bool kept = !option.config.empty();
    const bool excused = !option.no_config.empty() || !table.no_config.empty();
    EXPECT_NE(kept, excused) << "give its key in the config, or the reason why it has none";
  });
}

// "http.method" is a property of the object `http`, whose schema is http_config.
std::set<std::string> properties_of(const nlohmann::json& definitions, const std::string& name,
                                    const std::string& prefix = "") {
  std::set<std::string> properties;
  const nlohmann::json& schema = definitions.at(name);
  for (const auto& [key, value] : schema.at("properties").items()) {
    if (definitions.contains(key + "_config")) {
      properties.merge(properties_of(definitions, key + "_config", key + "."));
    } else {
      properties.insert(prefix + key);
    }
  }
  EXPECT_EQ(schema.at("required").size(), schema.at("properties").size()) << name;
  return properties;
}

TEST(OptionTables, HaveTheConfigOfTheSchema) {
  const auto schema = nlohmann::json::parse(read_file(SUITE_SOURCE_DIR "/docs/load.schema.json").value());
  std::set<std::string> keys;
  for_each_option([&](const OptionTable& table, const Option& option) {
    if (table.verb != "load") return;
    for (const ConfigEntry& entry : option.config) {
      EXPECT_TRUE(keys.insert(std::string(entry.key)).second) << entry.key << " is in two rows";
    }
  });
  EXPECT_EQ(keys, properties_of(schema.at("$defs"), "config"));
}

TEST(OptionTables, NamePropertiesOfTheConfigOfBench) {
  const auto config = nlohmann::json::parse(bench_document_text(results::BenchDocument{})).at("config");
  for_each_option([&](const OptionTable& table, const Option& option) {
    if (table.verb != "bench") return;
    for (const ConfigEntry& entry : option.config) EXPECT_TRUE(config.contains(entry.key)) << entry.key;
  });
}

TEST(OptionTables, HaveEveryFlagInTheDocs) {
  std::map<std::string_view, std::string> pages;
  for (const Verb& verb : verbs()) pages[verb.name] = docs_of(verb.name);
  for_each_option([&](const OptionTable& table, const Option& option) {
    const std::string& docs = pages[table.verb];
    EXPECT_TRUE(names_flag(docs, option.name)) << "no page of docs/ about the verb names it";
    EXPECT_TRUE(option.also.empty() || names_flag(docs, option.also)) << option.also;
  });
}

}  // namespace
}  // namespace suite
