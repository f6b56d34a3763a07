#include "cmd/results/any_document.h"

#include <utility>

#include "cmd/results/header.h"

namespace suite::results {

std::expected<AnyDocument, std::string> read_any_document(std::string_view text) {
  auto bench = read_bench_document(text);  // which may end early, and is no JSON then
  if (bench) return std::move(*bench);
  const auto object = parse_object(text);
  if (!object) return std::unexpected(object.error());
  const std::string_view writer = writer_of(*object);
  if (writer == kBenchDocument.verb) return std::unexpected(std::move(bench.error()));
  if (writer.empty()) return std::unexpected("it is no result of suite bench or suite load");
  auto load = read_load_document(text);
  if (!load) return std::unexpected(std::move(load.error()));
  return std::move(*load);
}

}  // namespace suite::results
