#include "servers/protocols/http/target.h"

#include <algorithm>
#include <optional>

#include "servers/protocols/http/status.h"

namespace suite {
namespace {

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

// One segment between slashes.
std::expected<std::string, PathRefusal> decode(std::string_view segment) {
  std::string decoded;
  decoded.reserve(segment.size());
  for (std::size_t i = 0; i < segment.size(); ++i) {
    if (segment[i] != '%') {
      decoded += segment[i];
      continue;
    }
    const auto high = i + 1 < segment.size() ? hex_digit(segment[i + 1]) : std::nullopt;
    const auto low = i + 2 < segment.size() ? hex_digit(segment[i + 2]) : std::nullopt;
    if (!high || !low) return std::unexpected(kBadRequest);
    const char c = static_cast<char>(*high << 4 | *low);
    if (c == '\0' || c == '/') return std::unexpected(kNotFound);
    decoded += c;
    i += 2;
  }
  return decoded;
}

// Takes the last segment off "a/b/".
bool go_up(std::string& name) {
  if (name.empty()) return false;
  name.pop_back();
  const std::size_t slash = name.rfind('/');
  name.resize(slash == std::string::npos ? 0 : slash + 1);
  return true;
}

}  // namespace

std::expected<std::string, PathRefusal> file_name_of(std::string_view path) {
  std::string name;  // while it grows: empty, or with a final slash
  while (!path.empty()) {
    path.remove_prefix(1);  // a slash
    const std::size_t end = std::min(path.find('/'), path.size());
    const bool last = end == path.size();
    auto segment = decode(path.substr(0, end));
    if (!segment) return std::unexpected(segment.error());
    path.remove_prefix(end);
    if (segment->empty() || *segment == ".") continue;
    if (*segment == "..") {
      if (!go_up(name)) return std::unexpected(kBadRequest);
      continue;
    }
    name += *segment;
    if (!last) name += '/';
  }
  return name;
}

std::string location_of_directory(std::string_view name, std::string_view query) {
  constexpr std::string_view kPlain = "-._~!$&'()*+,;=:@/";
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string location = "/";
  for (const char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter || kPlain.find(c) != std::string_view::npos) {
      location += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      location.append({'%', kDigits[byte >> 4], kDigits[byte & 15]});
    }
  }
  return location.append("/").append(query);
}

}  // namespace suite
