// What is asked for, whichever version of HTTP asks (RFC 9110).
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string_view>

#include "common/http/request_parser.h"

namespace suite {

enum class Method { kGet, kHead, kOther };

/// A field that is a list, on however many lines: "the combined field value consists of the list of
/// corresponding field line values" (RFC 9110 5.3). A view into the parsed head.
struct ListField {
  /// From the first line of that name to the last; others may lie between. Empty: there is none.
  std::span<const Field> lines;

  bool present() const { return !lines.empty(); }
};

/// A field that is no list. A view into the parsed head.
struct SingleField {
  std::string_view first;  // the value of its first line
  std::size_t lines = 0;   // 0: there is none; several are not valid

  bool present() const { return lines > 0; }
  /// Empty where the field is absent, empty or not valid.
  std::string_view value() const { return lines == 1 ? first : std::string_view(); }
};

/// A request that may be answered. Its views point into what was parsed.
struct Request {
  Method method = Method::kOther;
  std::string_view path;   // of the target, still encoded; begins with '/'
  std::string_view query;  // with its '?', or empty

  // Conditions and ranges (RFC 9110 13 and 14). What several lines of them mean:
  //   If-Match, If-None-Match                   one list, of which any member may match
  //   If-Modified-Since, If-Unmodified-Since    ignored: "the field value has more than one member" (13.1.3)
  //   If-Range                                  no validator, so that Range is ignored (13.1.5)
  //   Range                                     ignored: it is no list (14.2)
  ListField if_match, if_none_match;
  SingleField if_modified_since, if_unmodified_since, if_range, range;
};

/// Why a request is refused, as a status code.
using Refusal = int;

Method method_of(std::string_view name);

/// Takes `field` where it is one of the conditions, or a range; another is left alone. All fields of a
/// request lie in one array.
void take_condition(const Field& field, Request& request);

/// Splits a target in origin-form (RFC 9112 3.2.1).
void take_origin_form(std::string_view target, Request& request);

/// Takes an Expect: "100-continue", which sets `expects_continue`, and nothing else (RFC 9110 10.1.1).
std::expected<void, Refusal> take_expect(std::string_view value, bool& expects_continue);

/// The value of a Content-Length; nothing where it is none.
std::optional<std::uint64_t> parse_length(std::string_view text);

}  // namespace suite
