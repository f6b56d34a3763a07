#include "servers/protocols/http2/http2_request.h"

#include <algorithm>

#include "common/http/scan.h"
#include "servers/protocols/http/authority.h"
#include "servers/protocols/http/status.h"

namespace suite {
namespace {

using Taken = std::expected<void, Refusal>;

/// What decides whom a request is for, while it is gathered.
struct Http2Gathered {
  std::optional<std::string_view> method, scheme, path, authority;
  std::optional<std::string_view> host;
  int hosts = 0;
};

Taken malformed() { return std::unexpected(kMalformedRequest); }

// RFC 9113 8.2.1: a lower-case token; "a field value MUST NOT start or end with an ASCII whitespace
// character".
bool good_name(std::string_view name) {
  return is_token(name) && std::ranges::none_of(name, [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool good_value(std::string_view value) {
  return trimmed(value).size() == value.size() && skip_text(value.begin(), value.end()) == value.end();
}

// RFC 9113 8.2.2: "An endpoint MUST NOT generate an HTTP/2 message containing connection-specific header
// fields", and one that does is malformed. TE may say "trailers".
bool is_of_the_connection(const Field& field) {
  const std::string_view name = field.name;
  return name == "connection" || name == "proxy-connection" || name == "keep-alive" ||
         name == "transfer-encoding" || name == "upgrade" || (name == "te" && field.value != "trailers");
}

// RFC 9113 8.3: known ones, each once.
Taken take_pseudo(const Field& field, Http2Gathered& gathered) {
  const auto set = [&](std::optional<std::string_view>& to) -> Taken {
    if (to) return malformed();
    to = field.value;
    return {};
  };
  if (field.name == ":method") return set(gathered.method);
  if (field.name == ":scheme") return set(gathered.scheme);
  if (field.name == ":path") return set(gathered.path);
  if (field.name == ":authority") return set(gathered.authority);
  return malformed();
}

Taken take_regular(const Field& field, Http2Request& request, Http2Gathered& gathered) {
  if (!good_name(field.name) || is_of_the_connection(field)) return malformed();
  if (field.name == "host") {
    gathered.host = field.value;
    ++gathered.hosts;
  } else if (field.name == "content-length") {
    if (request.content_length) return malformed();
    request.content_length = parse_length(field.value);
    if (!request.content_length) return malformed();
  } else if (field.name == "expect") {
    return take_expect(field.value, request.expects_continue);
  } else {
    take_condition(field, request);
  }
  return {};
}

bool same_host(std::string_view a, std::string_view b) {
  const auto folded = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
  return std::ranges::equal(a, b, {}, folded, folded);
}

// RFC 9113 8.3.1: Host and :authority may not differ; a URI of http has a host (RFC 9110 4.2.1).
Taken check_authority(const Http2Gathered& gathered) {
  if (gathered.hosts > 1) return std::unexpected(kBadRequest);
  if (gathered.host && gathered.authority && !same_host(*gathered.host, *gathered.authority))
    return malformed();
  const std::string_view authority = gathered.authority ? *gathered.authority : gathered.host.value_or("");
  if (!parse_authority(authority)) return std::unexpected(kBadRequest);
  return {};
}

// RFC 9113 8.5: a CONNECT has neither scheme nor path. It is answered with 405.
Taken check_connect(const Http2Gathered& gathered) {
  if (gathered.scheme || gathered.path || !gathered.authority) return malformed();
  const auto authority = parse_authority(*gathered.authority);
  const bool good = authority && authority->port && port_number(*authority->port);
  return good ? Taken() : std::unexpected(kBadRequest);
}

// RFC 9113 8.3.1: "This pseudo-header field MUST NOT be empty", it begins with "/" or is the "*" of OPTIONS.
Taken take_path(std::string_view path, Http2Request& request) {
  if (path.empty()) return malformed();
  request.target = path;
  if (path.size() > RequestLimits::kTargetBytes) return std::unexpected(kUriTooLong);
  if (path == "*" && request.method_name == "OPTIONS") return {};
  if (path[0] != '/') return malformed();
  if (skip_visible(path.begin(), path.end()) != path.end() || path.contains('#'))
    return std::unexpected(kBadRequest);
  take_origin_form(path, request);
  return {};
}

Taken take_control_data(const Http2Gathered& gathered, Http2Request& request) {
  if (!gathered.method || !is_token(*gathered.method)) return malformed();
  request.method_name = *gathered.method;
  request.method = method_of(request.method_name);
  if (request.method_name == "CONNECT") {
    request.target = gathered.authority.value_or("");
    return check_connect(gathered);
  }
  if (!gathered.scheme || !is_token(*gathered.scheme) || !gathered.path) return malformed();
  if (const Taken taken = take_path(*gathered.path, request); !taken) return taken;
  return check_authority(gathered);
}

}  // namespace

bool Http2Fields::add(const http2::FieldView& field) {
  size_ += field.name.size() + field.value.size() + 32;
  if (size_ > kAbsurd) return false;
  too_large_ = too_large_ || count_ == kMostFields || size_ > kMostBytes;
  if (too_large_) return true;
  fields_[count_].name = keep(field.name);
  fields_[count_].value = keep(field.value);
  ++count_;
  return true;
}

std::string_view Http2Fields::keep(std::string_view text) {
  char* const at = text_.data() + used_;
  std::ranges::copy(text, at);
  used_ += text.size();
  return {at, text.size()};
}

std::expected<void, Refusal> interpret_fields(std::span<const Field> fields, Http2Request& request) {
  Http2Gathered gathered;
  Taken outcome;
  bool regular = false;  // fields have begun
  for (const Field& field : fields) {
    if (!good_value(field.value)) return std::unexpected(kMalformedRequest);
    const bool is_pseudo = field.name.starts_with(':');
    // RFC 9113 8.3: "All pseudo-header fields MUST appear in a field block before all regular field lines."
    if (is_pseudo && regular) return std::unexpected(kMalformedRequest);
    regular = !is_pseudo;
    const Taken taken = is_pseudo ? take_pseudo(field, gathered) : take_regular(field, request, gathered);
    if (taken) continue;
    if (taken.error() == kMalformedRequest) return std::unexpected(kMalformedRequest);
    if (outcome) outcome = taken;
  }
  const Taken control = take_control_data(gathered, request);
  if (!control && (outcome || control.error() == kMalformedRequest)) return control;
  return outcome;
}

bool good_trailers(std::span<const Field> fields) {
  return std::ranges::all_of(fields, [](const Field& field) {
    return good_name(field.name) && good_value(field.value) && !is_of_the_connection(field);
  });
}

}  // namespace suite
