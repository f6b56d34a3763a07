#include "servers/protocols/http/mime_types.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "common/base/byte_order_mark.h"
#include "common/http/scan.h"

namespace suite {
namespace {

constexpr std::string_view kUnknown = "application/octet-stream";
constexpr std::size_t kLongestExtension = 32;

// In the format of /etc/mime.types.
constexpr std::array<std::string_view, 29> kBuiltIn{"text/html html htm",
                                                    "text/css css",
                                                    "text/javascript js mjs",
                                                    "text/plain txt text log",
                                                    "text/csv csv",
                                                    "text/markdown md markdown",
                                                    "application/json json map",
                                                    "application/xml xml",
                                                    "application/xhtml+xml xhtml",
                                                    "application/manifest+json webmanifest",
                                                    "application/wasm wasm",
                                                    "application/pdf pdf",
                                                    "application/zip zip",
                                                    "application/gzip gz",
                                                    "application/x-shockwave-flash swf",
                                                    "image/png png",
                                                    "image/jpeg jpg jpeg",
                                                    "image/gif gif",
                                                    "image/webp webp",
                                                    "image/avif avif",
                                                    "image/svg+xml svg",
                                                    "image/vnd.microsoft.icon ico",
                                                    "font/woff woff",
                                                    "font/woff2 woff2",
                                                    "font/ttf ttf",
                                                    "video/mp4 mp4 m4v",
                                                    "video/webm webm",
                                                    "audio/mpeg mp3",
                                                    "audio/ogg ogg"};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_media_type(std::string_view text) {
  const std::size_t slash = text.find('/');
  return slash != std::string_view::npos && is_token(text.substr(0, slash)) &&
         is_token(text.substr(slash + 1));
}

// Takes the next word off `line`; empty at its end.
std::string_view take_word(std::string_view& line) {
  constexpr std::string_view kBlanks = " \t\r";
  line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
  const std::string_view word = line.substr(0, line.find_first_of(kBlanks));
  line.remove_prefix(word.size());
  return word;
}

}  // namespace

MimeTypes MimeTypes::load(const std::string& file) {
  MimeTypes types;
  types.read(file);
  for (const std::string_view line : kBuiltIn) types.add_line(line);
  return types;
}

void MimeTypes::read(const std::string& file) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(file, ignored)) return;  // to open a pipe would wait for its writer
  std::ifstream lines(file);
  bool first = true;
  for (std::string line; std::getline(lines, line); first = false) {
    add_line(first ? without_byte_order_mark(line) : line);
  }
}

void MimeTypes::add_line(std::string_view line) {
  line = line.substr(0, line.find('#'));
  const std::string_view type = take_word(line);
  if (!is_media_type(type)) return;
  for (std::string_view word = take_word(line); !word.empty(); word = take_word(line)) add(word, type);
}

void MimeTypes::add(std::string_view extension, std::string_view type) {
  // A dotted one ("sarif.json") could never be found: of() looks behind the last dot.
  if (extension.size() > kLongestExtension || !is_token(extension) || extension.contains('.')) return;
  std::string key(extension);
  std::ranges::transform(key, key.begin(), lower);
  types_.insert_or_assign(std::move(key), type);
}

std::string_view MimeTypes::of(std::string_view path) const {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return kUnknown;
  const std::string_view extension = name.substr(dot + 1);
  if (extension.size() > kLongestExtension) return kUnknown;
  std::array<char, kLongestExtension> key{};
  std::ranges::transform(extension, key.begin(), lower);
  const auto found = types_.find(std::string_view(key.data(), extension.size()));
  return found == types_.end() ? kUnknown : std::string_view(found->second);
}

}  // namespace suite
