#include "cmd/merge/parts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <string_view>

#include "client/share.h"

namespace suite::merge {
namespace {

using results::Json;

std::expected<std::optional<Parts>, std::string> parts_of(const Source& source) {
  const auto share = source.document.config.find("share");
  if (share == source.document.config.end() || share->is_null()) return std::nullopt;
  auto parts = share->is_string() ? parse_parts(share->get<std::string>()) : std::nullopt;
  if (!parts)
    return std::unexpected(fmt::format("{} cannot be read: its config.share is no share", source.name));
  return parts;
}

std::string mixture(const Source& part, const Source& whole) {
  return fmt::format("{} is part {} of a load, and {} is all of one: they do not belong together", part.name,
                     part.document.config.at("share").get<std::string>(), whole.name);
}

}  // namespace

std::optional<Parts> parse_parts(const std::string& text) {
  const std::size_t slash = text.find('/');
  if (slash == text.npos) return std::nullopt;
  Parts parts;
  for (std::size_t begin = 0, end = 0; end < slash; begin = end + 1) {
    end = std::min(text.find(',', begin), slash);
    const auto share = parse_share(text.substr(begin, end - begin) + text.substr(slash));
    if (!share || (!parts.numbers.empty() && share->part < parts.numbers.back())) return std::nullopt;
    parts.numbers.push_back(share->part + 1);
    parts.of = share->parts;
  }
  if (parts.numbers.empty()) return std::nullopt;
  return parts;
}

std::string parts_text(const Parts& parts) {
  return fmt::format("{}/{}", fmt::join(parts.numbers, ","), parts.of);
}

std::expected<std::optional<Parts>, std::string> parts_together(std::span<const Source> sources) {
  const auto first = parts_of(sources.front());
  if (!first) return std::unexpected(first.error());
  std::map<std::size_t, std::string_view> owners;  // by number
  for (const Source& source : sources) {
    const auto parts = parts_of(source);
    if (!parts) return std::unexpected(parts.error());
    if (first->has_value() != parts->has_value()) {
      return std::unexpected(*first ? mixture(sources.front(), source) : mixture(source, sources.front()));
    }
    if (!*parts) continue;
    if ((*parts)->of != (*first)->of) {
      return std::unexpected(fmt::format("{} and {} do not belong together: their share differs ({} and {})",
                                         sources.front().name, source.name, parts_text(**first),
                                         parts_text(**parts)));
    }
    for (const std::size_t number : (*parts)->numbers) {
      const auto [owner, is_new] = owners.try_emplace(number, source.name);
      if (!is_new) {
        return std::unexpected(fmt::format("{} and {} are both part {} of {}: it would count twice",
                                           owner->second, source.name, number, (*parts)->of));
      }
    }
  }
  if (!*first) return std::nullopt;
  Parts all{.numbers = {}, .of = (*first)->of};
  for (const auto& [number, owner] : owners) all.numbers.push_back(number);
  return all;
}

std::string missing_text(const Parts& parts) {
  constexpr std::size_t kMostNamed = 10;
  std::vector<std::size_t> missing;
  for (std::size_t number = 1; number <= parts.of; ++number) {
    if (!std::ranges::binary_search(parts.numbers, number)) missing.push_back(number);
  }
  if (missing.empty()) return {};
  if (missing.size() == 1) return fmt::format("part {} of {} is missing", missing.front(), parts.of);
  if (missing.size() > kMostNamed) return fmt::format("{} of {} parts are missing", missing.size(), parts.of);
  const std::span<const std::size_t> named(missing);
  return fmt::format("parts {} and {} of {} are missing", fmt::join(named.first(named.size() - 1), ", "),
                     named.back(), parts.of);
}

}  // namespace suite::merge
