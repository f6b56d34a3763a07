#include "servers/protocols/http1/http1_request.h"

#include <algorithm>
#include <optional>

#include "common/http/scan.h"
#include "servers/protocols/http/authority.h"
#include "servers/protocols/http/status.h"

namespace suite {
namespace {

/// The fields that decide about framing and routing, while they are gathered.
struct Gathered {
  std::string_view host;
  int hosts = 0;
  std::optional<std::uint64_t> length;
  bool transfer_coded = false;  // there is a Transfer-Encoding
  bool chunked = false;         // it ends in chunked
  bool says_close = false, says_keep_alive = false;
};

// RFC 9112 6.1. A coding that is not known is refused with 501; chunked must come last, and once.
std::expected<void, Refusal> take_transfer_encoding(std::string_view value, Gathered& gathered) {
  if (gathered.transfer_coded) return std::unexpected(kBadRequest);
  gathered.transfer_coded = true;
  std::expected<void, Refusal> outcome;
  if (value.ends_with(',')) return std::unexpected(kBadRequest);  // readers may end at different elements
  while (!value.empty()) {
    const std::string_view coding = take_element(value);
    if (coding.empty()) return std::unexpected(kBadRequest);
    if (gathered.chunked) outcome = std::unexpected(kBadRequest);  // something stands behind it
    gathered.chunked = equals_ignoring_case(coding, "chunked");
    if (!gathered.chunked && outcome) outcome = std::unexpected(kNotImplemented);
  }
  if (!gathered.chunked && outcome) outcome = std::unexpected(kBadRequest);
  return outcome;
}

std::expected<void, Refusal> take_length(std::string_view value, Gathered& gathered) {
  const auto length = parse_length(value);
  // Several, even equal ones, are a sign of a request made to be read differently by two servers.
  if (!length || gathered.length) return std::unexpected(kBadRequest);
  gathered.length = length;
  return {};
}

void take_connection(std::string_view value, Gathered& gathered) {
  while (!value.empty()) {
    const std::string_view option = take_element(value);
    if (equals_ignoring_case(option, "close")) gathered.says_close = true;
    if (equals_ignoring_case(option, "keep-alive")) gathered.says_keep_alive = true;
  }
}

std::expected<void, Refusal> take(const Field& field, Http1Request& request, Gathered& gathered) {
  const auto is = [&](std::string_view name) { return equals_ignoring_case(field.name, name); };
  switch (field.name.size()) {  // most fields are told apart by their length
    case 4:
      if (is("host")) {
        gathered.host = field.value;
        ++gathered.hosts;
      }
      break;
    case 6:
      if (is("expect")) return take_expect(field.value, request.expects_continue);
      break;
    case 10:
      if (is("connection")) take_connection(field.value, gathered);
      break;
    case 14:
      if (is("content-length")) return take_length(field.value, gathered);
      break;
    case 17:
      if (is("transfer-encoding")) return take_transfer_encoding(field.value, gathered);
      [[fallthrough]];
    default:
      take_condition(field, request);
      break;
  }
  return {};
}

// RFC 9112 3.2: origin-form, absolute-form, and what stands for the server itself.
std::expected<void, Refusal> take_target(const RequestHead& head, Http1Request& request) {
  constexpr std::string_view kScheme = "http://";
  std::string_view target = head.target;
  if (target.find('#') != std::string_view::npos) return std::unexpected(kBadRequest);
  if (head.method == "CONNECT") {  // answered with 405: but its target has to be host:port (RFC 9110 9.3.6)
    const auto authority = parse_authority(target);
    const bool good = authority && authority->port && port_number(*authority->port);
    return good ? std::expected<void, Refusal>() : std::unexpected(kBadRequest);
  }
  if (target == "*" && head.method == "OPTIONS") return {};
  if (target.size() > kScheme.size() && equals_ignoring_case(target.substr(0, kScheme.size()), kScheme)) {
    target.remove_prefix(kScheme.size());
    const std::string_view authority = target.substr(0, target.find_first_of("/?"));
    if (!parse_authority(authority)) return std::unexpected(kBadRequest);
    target.remove_prefix(authority.size());
    if (target.empty() || target[0] == '?') {
      request.path = "/";
      request.query = target;
      return {};
    }
  }
  if (target[0] != '/') return std::unexpected(kBadRequest);
  take_origin_form(target, request);
  return {};
}

// RFC 9112 3.2: exactly one in HTTP/1.1, and a good one. Its grammar lets it be empty, for a target URI
// without an authority; one of http always has a host (RFC 9110 4.2.1).
bool good_host(const RequestHead& head, const Gathered& gathered) {
  if (gathered.hosts == 0) return head.minor_version == 0;
  return gathered.hosts == 1 && parse_authority(gathered.host).has_value();
}

// RFC 9112 6.3: where two rules could be applied, none is.
std::expected<void, Refusal> decide_framing(const RequestHead& head, const Gathered& gathered,
                                            Http1Request& request) {
  if (gathered.transfer_coded && (gathered.length || head.minor_version == 0)) {
    return std::unexpected(kBadRequest);
  }
  request.body_is_chunked = gathered.chunked;
  request.body_size = gathered.length.value_or(0);
  return {};
}

}  // namespace

std::expected<Http1Request, Refusal> interpret(const RequestHead& head) {
  Http1Request request;
  Gathered gathered;
  request.method = method_of(head.method);
  std::expected<void, Refusal> outcome;
  for (const Field& field : head.fields()) {
    // The first refusal is the answer, but all of the framing is looked at.
    if (const auto taken = take(field, request, gathered); !taken && outcome) outcome = taken;
  }
  if (!outcome) return std::unexpected(outcome.error());
  if (!good_host(head, gathered)) return std::unexpected(kBadRequest);
  if (const auto framing = decide_framing(head, gathered, request); !framing) {
    return std::unexpected(framing.error());
  }
  if (const auto target = take_target(head, request); !target) return std::unexpected(target.error());
  request.is_http_10 = head.minor_version == 0;
  request.keep_alive = !gathered.says_close && (!request.is_http_10 || gathered.says_keep_alive);
  request.expects_continue = request.expects_continue && !request.is_http_10;
  return request;
}

}  // namespace suite
