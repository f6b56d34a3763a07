// What is good or bad about a machine for measuring on it, as values.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace suite::diagnosis {

enum class Severity {
  kSpoils,  // figures are wrong, or differ from run to run
  kBounds,  // figures are right, and something cannot be measured
  kNote,    // worth knowing when figures are read
  kFine,
  kUnknown,  // the machine does not say
};

/// All texts but `found` are empty where all is well or nothing is known.
struct Finding {
  std::string_view name = {};  // of its check: "governor"
  Severity severity = Severity::kFine;
  std::string found = {};    // what is the case, without an end: "other programs use 1.8 of 2 processors"
  std::string effect = {};   // what it does to measurements, as sentences
  std::string advice = {};   // what else can be done than `command`, or with it, as a sentence; may be empty
  std::string command = {};  // changes it, as it can be pasted into a shell; empty: none does

  bool operator==(const Finding&) const = default;
};

inline Finding fine(std::string found) {
  return {.name = {}, .severity = Severity::kFine, .found = std::move(found)};
}
/// `what` the machine does not say: "governor".
inline Finding unknown(std::string what) {
  return {.name = {}, .severity = Severity::kUnknown, .found = std::move(what)};
}

}  // namespace suite::diagnosis
