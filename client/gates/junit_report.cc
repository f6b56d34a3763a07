#include "client/gates/junit_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <nlohmann/json.hpp>

namespace suite {
namespace {

constexpr std::string_view kClass = "suite load";

// Bytes that are no UTF-8 become U+FFFD.
std::string as_utf8(std::string_view text) {
  using Json = nlohmann::json;
  const std::string quoted = Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
  return Json::parse(quoted).get<std::string>();
}

// For an attribute's value, or between tags.
std::string escaped(std::string_view text) {
  std::string xml;
  for (const char c : as_utf8(text)) {
    switch (c) {
      case '&':
        xml += "&amp;";
        break;
      case '<':
        xml += "&lt;";
        break;
      case '>':
        xml += "&gt;";
        break;
      case '"':
        xml += "&quot;";
        break;
      case '\t':
      case '\n':
      case '\r':
        xml += fmt::format("&#{};", static_cast<int>(c));
        break;
      default:
        xml += c >= 0 && c < ' ' ? std::string("\xef\xbf\xbd") : std::string(1, c);
    }
  }
  return xml;
}

std::string name_of(const Gate& gate) { return fmt::format("{} {}", gate.flag(), gate.condition.text); }

// A test case, with what stands in it.
std::string test_case(const std::string& name, const std::string& content) {
  const std::string head = fmt::format("    <testcase classname=\"{}\" name=\"{}\"", kClass, escaped(name));
  if (content.empty()) return head + "/>\n";
  return fmt::format("{}>\n{}    </testcase>\n", head, content);
}

std::string element(std::string_view tag, std::string_view type, std::string_view message) {
  return fmt::format("      <{} type=\"{}\" message=\"{}\"/>\n", tag, type, escaped(message));
}

struct Counts {
  std::size_t tests = 0, failures = 0, errors = 0, skipped = 0;
};

// One gate, over all runs. Gates may be given twice: it is known by its place.
std::string gate_case(const JUnitInput& input, std::size_t number, Counts& counts) {
  ++counts.tests;
  std::string breaches;
  for (std::size_t i = number; i < input.verdicts.size(); i += input.gates.size()) {
    const GateVerdict& verdict = input.verdicts[i];
    if (!verdict.breached) continue;
    breaches += (breaches.empty() ? "" : "\n") + breach_text(verdict, input.runs);
  }
  const std::string name = name_of(input.gates[number]);
  if (input.verdicts.empty()) {
    ++counts.skipped;
    return test_case(name, "      <skipped message=\"no run was judged\"/>\n");
  }
  if (breaches.empty()) return test_case(name, "");
  ++counts.failures;
  return test_case(name, element("failure", "gate", breaches));
}

}  // namespace

std::string junit_report(const JUnitInput& input) {
  Counts counts;
  std::string cases;
  for (std::size_t i = 0; i < input.gates.size(); ++i) cases += gate_case(input, i, counts);
  if (input.trouble) {
    ++counts.tests;
    ++counts.errors;
    cases += test_case("the run", element("error", "run", *input.trouble));
  }
  const std::string totals = fmt::format(
      "tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{:.3f}\"", counts.tests,
      counts.failures, counts.errors, counts.skipped, std::chrono::duration<double>(input.measured).count());
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {0}>\n  <testsuite name=\"{1}\" {0}>\n{2}"
      "  </testsuite>\n</testsuites>\n",
      totals, escaped(input.command), cases);
}

}  // namespace suite
