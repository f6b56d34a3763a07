#include "cmd/results/load_document.h"

#include "cmd/results/header.h"
#include "cmd/results/json_text.h"
#include "cmd/results/load_run_json.h"

namespace suite::results {
namespace {

Environment load_environment_from(const Fields& fields) {
  Environment environment{.usable_cpus = fields.count("cores"),
                          .cpu = fields.text("cpu"),
                          .date = fields.has("date") ? fields.text("date") : "",
                          .compiler = fields.text("compiler"),
                          .suite = fields.text("suite")};
  set_kernel(environment, fields.text("kernel"));
  return environment;
}

Json load_environment_json(const Environment& environment) {
  Json json = {{"cpu", environment.cpu},
               {"cores", environment.usable_cpus},
               {"kernel", kernel_text(environment)},
               {"compiler", environment.compiler},
               {"suite", environment.suite}};
  if (!environment.date.empty()) json["date"] = environment.date;  // earlier versions did not write it
  return json;
}

}  // namespace

std::expected<LoadDocument, std::string> read_load_document(std::string_view text) {
  const auto parsed = parse_document(text, kLoadDocument);
  if (!parsed) return std::unexpected(parsed.error());
  Complaint complaint;
  const Fields fields(*parsed, "", complaint);
  LoadDocument document{.suite = fields.text("suite"),
                        .config = fields.object("config").value(),
                        .environment = load_environment_from(fields.object("environment")),
                        .gates = fields.raw("gates"),
                        .find_max = fields.raw("find_max"),
                        .runs = {}};
  for (const Fields& run : fields.objects("runs")) document.runs.push_back(run_from(run));
  if (!complaint.empty()) return std::unexpected(complaint);
  return document;
}

Json load_document_json(const LoadDocument& document) {
  Json runs = Json::array();
  for (const LoadRun& run : document.runs) runs.push_back(run_json(run, HistogramForm::kBuckets));
  return {{"schema", kLoadDocument.schema}, {"suite", document.suite},
          {"config", document.config},      {"environment", load_environment_json(document.environment)},
          {"gates", document.gates},        {"find_max", document.find_max},
          {"runs", std::move(runs)}};
}

std::string load_document_text(const LoadDocument& document) {
  constexpr std::size_t kSpread = 3;  // the document, its runs, and each of these
  return text_of(load_document_json(document), kSpread) + "\n";
}

}  // namespace suite::results
