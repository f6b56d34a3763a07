#include "cmd/report/source.h"

#include <sys/stat.h>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "cmd/cli/read_file.h"

namespace suite::report {
namespace {

std::string date_of(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return {};
  std::tm local{};
  if (::localtime_r(&status.st_mtim.tv_sec, &local) == nullptr) return {};
  return fmt::format("{:%Y-%m-%d %H:%M}", local);
}

}  // namespace

std::expected<Source, std::string> source_of(const std::string& file, std::string text) {
  Source source{.label = std::filesystem::path(file).stem().string(),
                .file = file,
                .date = {},
                .text = std::move(text),
                .document = {}};
  auto document = results::read_any_document(source.text);
  if (!document) return std::unexpected(std::move(document.error()));
  source.document = std::move(*document);
  return source;
}

std::expected<Source, std::string> read_source(const std::string& path) {
  auto text = read_input(path);
  if (!text) return std::unexpected(text.error());
  const std::string file = path == "-" ? "stdin" : std::filesystem::path(path).filename().string();
  auto source = source_of(file, std::move(*text));
  if (!source) return std::unexpected(fmt::format("'{}' cannot be read: {}", path, source.error()));
  if (path != "-") source->date = date_of(path);
  return source;
}

}  // namespace suite::report
