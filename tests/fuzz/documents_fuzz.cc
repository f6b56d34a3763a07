// Result documents: read, or refused in one line; what was read is printed as something that reads the same,
// is reported in every format, and compares with itself.
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <string>
#include <variant>

#include "cmd/compare/comparison.h"
#include "cmd/compare/side.h"
#include "cmd/report/content.h"
#include "cmd/report/formats.h"
#include "cmd/report/page_data.h"
#include "cmd/results/any_document.h"
#include "common/net/unique_fd.h"
#include "tests/fuzz/targets.h"

namespace suite::fuzz {
namespace {

std::string text_of_document(const results::AnyDocument& document) {
  if (const auto* bench = std::get_if<results::BenchDocument>(&document))
    return results::bench_document_text(*bench);
  return results::load_document_text(std::get<results::LoadDocument>(document));
}

void check_reports(const report::Source& source) {
  const std::array sources{source, source};
  for (const std::size_t count : {1U, 2U}) {  // alone, and laid over itself
    const auto those = std::span(sources).first(count);
    const report::Content content = report::content_of(those);
    static_cast<void>(report::markdown_report(content, those));
    static_cast<void>(report::csv_report(content, those));
    static_cast<void>(report::github_report(content, those));
    require(!report::page_data(content).contains('<'),
            "nothing ends the element that a page's data stands in");
    require(!report::page_raw_data(those).contains('<'), "... or that of the documents");
  }
}

// Sides of a comparison are read from files.
void check_comparison(const std::string& text) {
  const UniqueFd file(::memfd_create("document", 0));
  if (::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) std::abort();
  const auto side = compare::read_side("/proc/self/fd/" + std::to_string(file.get()));
  if (!side) return;  // there is no run in it
  require(compare::differences(side->properties, side->properties).empty(),
          "it differs in nothing from itself");
  const compare::ComparedSides compared = compare::compare(*side, *side, {.fail_on_regression = 5});
  require(compared.only_before.empty() && compared.only_after.empty(), "it has the cells that it has");
  for (const compare::ComparedCell& cell : compared.cells)
    require(!cell.regression, "nothing is slower than itself");
}

}  // namespace

void documents(Input input) {
  const std::string text(input.text());
  auto document = results::read_any_document(text);
  if (!document) {
    require(!document.error().empty() && !document.error().contains('\n'), "a refusal is one line");
    return;
  }
  const std::string once = text_of_document(*document);
  const auto again = results::read_any_document(once);
  require(again.has_value(), "a document that was printed can be read");
  require(text_of_document(*again) == once, "... as the same");
  const auto source = report::source_of("some.json", text);
  require(source.has_value(), "what can be read can be reported");
  check_reports(*source);
  check_comparison(text);
}

}  // namespace suite::fuzz
