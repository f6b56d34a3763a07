#include "cmd/report/source.h"

#include <sys/stat.h>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <utility>
#include <variant>

#include "cmd/cli/read_file.h"

namespace suite::report {
namespace {

// "2026-03-01T14:05:07Z" as "2026-03-01 14:05 UTC"; empty where a document does not have it, or has something
// else.
std::string date_in(const results::AnyDocument& document) {
  std::string date = std::visit([](const auto& any) { return any.environment.date; }, document);
  constexpr std::string_view kPattern = "0000-00-00T00:00:00Z";
  const auto fits = [](char letter, char pattern) {
    return pattern == '0' ? letter >= '0' && letter <= '9' : letter == pattern;
  };
  if (!std::ranges::equal(date, kPattern, fits)) return {};
  date.resize(std::string_view("0000-00-00T00:00").size());
  date[std::string_view("0000-00-00").size()] = ' ';
  return date + " UTC";
}

std::string last_written(const std::string& path) {
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
  source.date = date_in(source.document);
  return source;
}

std::expected<Source, std::string> read_source(const std::string& path) {
  auto text = read_input(path);
  if (!text) return std::unexpected(text.error());
  const std::string file = path == "-" ? "stdin" : std::filesystem::path(path).filename().string();
  auto source = source_of(file, std::move(*text));
  if (!source) return std::unexpected(fmt::format("'{}' cannot be read: {}", path, source.error()));
  if (source->date.empty() && path != "-") source->date = last_written(path);
  return source;
}

}  // namespace suite::report
