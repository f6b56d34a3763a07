#include "client/http/request_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>
#include <nlohmann/json.hpp>

#include "common/base/base64.h"
#include "common/base/near_miss.h"
#include "common/base/shell_quoted.h"
#include "common/base/units.h"
#include "common/http/scan.h"

namespace suite {
namespace {

using Json = nlohmann::json;
using Wrong = std::unexpected<std::string>;
using ReadRequest = std::expected<ListedRequest, std::string>;

// A head of this length is refused by every server; a line of JSON has the body in it.
constexpr std::size_t kMostTextLine = 64 * 1024;
constexpr std::size_t kMostJsonLine = 64 * 1024 * 1024;

// What people write; a near miss is one of these.
constexpr std::array<std::string_view, 8> kCommonMethods{"GET",    "HEAD",    "POST",  "PUT",
                                                         "DELETE", "OPTIONS", "PATCH", "TRACE"};
// The registry's other ones, without PRI, and at last those of caches, UPnP and Icecast.
constexpr std::string_view kOtherMethods =
    " QUERY ACL BASELINE-CONTROL BIND CHECKIN CHECKOUT COPY LABEL LINK LOCK MERGE MKACTIVITY "
    "MKCALENDAR MKCOL MKREDIRECTREF MKWORKSPACE MOVE ORDERPATCH PROPFIND PROPPATCH REBIND REPORT "
    "SEARCH UNBIND UNCHECKOUT UNLINK UNLOCK UPDATE UPDATEREDIRECTREF VERSION-CONTROL "
    "PURGE BAN M-SEARCH NOTIFY SUBSCRIBE UNSUBSCRIBE SOURCE ";

std::string_view without_blanks(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\v\f";
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

// --- Lines ----------------------------------------------------------------------------------------------

/// The lines of a text, trimmed, by their numbers.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  /// Goes to the next line; false where there is none.
  bool next() {
    if (rest_.empty()) return false;
    const std::size_t newline = rest_.find('\n');
    line_ = without_blanks(rest_.substr(0, newline));
    rest_.remove_prefix(newline == std::string_view::npos ? rest_.size() : newline + 1);
    ++number_;
    return true;
  }
  /// The same, past all that says nothing.
  bool next_with_content() {
    while (next()) {
      if (!line_.empty() && !is_comment()) return true;
    }
    return false;
  }
  std::string_view line() const { return line_; }
  bool is_comment() const { return line_.starts_with('#'); }
  std::size_t number() const { return number_; }

 private:
  std::string_view rest_, line_;
  std::size_t number_ = 0;
};

// --- Bodies ---------------------------------------------------------------------------------------------

using Body = std::shared_ptr<const std::string>;

/// What requests send, each file once.
class Bodies {
 public:
  Bodies(const ReadBody& read, std::size_t most_bytes) : read_(read), left_(most_bytes) {}

  std::expected<Body, std::string> of_file(std::string_view path) {
    if (path.empty()) return Wrong("'@' names no file");
    const auto known = files_.find(path);
    if (known != files_.end()) return known->second;
    auto text = read_(std::string(path));
    if (!text) return Wrong("the body: " + text.error());
    auto body = take(std::move(*text));
    if (body) files_.emplace(path, *body);
    return body;
  }

  std::expected<Body, std::string> of_base64(std::string_view text) {
    auto bytes = from_base64(text);
    if (!bytes) return Wrong("the body is not base64 with its padding (RFC 4648 4)");
    return take(std::move(*bytes));
  }

 private:
  // Nothing is no body.
  std::expected<Body, std::string> take(std::string bytes) {
    if (bytes.size() > left_)
      return Wrong("the bodies up to here are too long: " + format_size(bytes.size()));
    left_ -= bytes.size();
    if (bytes.empty()) return Body();
    return std::make_shared<const std::string>(std::move(bytes));
  }

  const ReadBody& read_;
  std::size_t left_;
  std::map<std::string, Body, std::less<>> files_;
};

// --- What both formats have -----------------------------------------------------------------------------

std::optional<std::string> complaint_about_method(std::string_view method) {
  if (is_known_method(method)) return std::nullopt;
  std::string upper(method);
  std::ranges::transform(upper, upper.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
  });
  const auto near =
      is_known_method(upper) ? std::optional<std::string_view>(upper) : near_miss(upper, kCommonMethods);
  return fmt::format("{} is no method that is known here{}", shell_quoted_beginning(method),
                     near ? fmt::format("; did you mean {}?", *near)
                          : ": another one is given with --method, for a list of --urls");
}

// What cannot be sent on a connection that other requests use, or contradicts the body.
std::optional<std::string> complaint_about_headers(const ListedRequest& request) {
  if (has_connection_option(request.headers, "close")) {
    return "Connection: close is for all requests or none: give --no-keepalive";
  }
  if (request.method == "TRACE" && request.body) return "a TRACE has no body (RFC 9110 9.3.8)";
  return contradiction_in(request.headers, request.body ? request.body->size() : 0);
}

// --- Text -----------------------------------------------------------------------------------------------

/// Reads requests one after the other.
class TextList {
 public:
  TextList(std::string_view text, Bodies& bodies) : lines_(text), bodies_(bodies) {}

  /// Nothing at the end of the list.
  std::optional<ReadRequest> next() {
    if (!held_ && !lines_.next_with_content()) return std::nullopt;
    held_ = false;
    ListedRequest request{.line = lines_.number(), .method = {}, .url = {}, .headers = {}, .body = {}};
    if (auto complaint = read_request_line(request)) return Wrong(std::move(*complaint));
    if (auto complaint = read_the_rest(request)) return Wrong(std::move(*complaint));
    return request;
  }
  /// Of the line that was read last.
  std::size_t line() const { return lines_.number(); }

 private:
  using Complaint = std::optional<std::string>;

  // "POST http://h/"
  Complaint read_request_line(ListedRequest& request) {
    const std::string_view line = lines_.line();
    if (auto complaint = complaint_about_length()) return complaint;
    const std::size_t blank = line.find_first_of(" \t");
    const std::string_view method = line.substr(0, blank);
    if (method.starts_with('{')) return "a list has one format: this line is JSON, those before it are not";
    if (auto complaint = complaint_about_method(method)) return complaint;
    if (blank == std::string_view::npos) return fmt::format("{} has no URL behind it", method);
    request.method = method;
    request.url = without_blanks(line.substr(blank));
    return std::nullopt;
  }

  // Headers and body, up to the empty line or to what cannot be part of them.
  Complaint read_the_rest(ListedRequest& request) {
    while (lines_.next()) {
      const std::string_view line = lines_.line();
      if (line.empty()) break;
      if (lines_.is_comment()) continue;
      if (auto complaint = complaint_about_length()) return complaint;
      if (line.starts_with('@')) return read_body(line.substr(1), request);
      if (is_request_line(line)) {
        if (!request.headers.empty()) return "an empty line is missing: a request with headers ends with one";
        held_ = true;
        break;
      }
      auto header = parse_header(line);
      if (!header) return std::move(header.error());
      request.headers.push_back(std::move(*header));
    }
    return std::nullopt;
  }

  Complaint read_body(std::string_view path, ListedRequest& request) {
    auto body = bodies_.of_file(without_blanks(path));
    if (!body) return std::move(body.error());
    request.body = std::move(*body);
    return std::nullopt;
  }

  Complaint complaint_about_length() const {
    if (lines_.line().size() <= kMostTextLine) return std::nullopt;
    return fmt::format("it has {}, at most 64 KiB are accepted; a body goes into a file, which @FILE names",
                       format_size(lines_.line().size()));
  }

  static bool is_request_line(std::string_view line) {
    const std::size_t blank = line.find_first_of(" \t");
    return blank != std::string_view::npos && is_known_method(line.substr(0, blank));
  }

  Lines lines_;
  Bodies& bodies_;
  bool held_ = false;  // the line is still to be looked at
};

// --- JSON -----------------------------------------------------------------------------------------------

std::expected<std::string, std::string> text_member(const Json& object, const char* name) {
  const auto member = object.find(name);
  if (member == object.end() || member->is_null()) return Wrong(fmt::format("it has no \"{}\"", name));
  if (!member->is_string()) return Wrong(fmt::format("\"{}\" is no text", name));
  return member->get<std::string>();
}

std::optional<std::string> add_header(const std::string& name, const Json& value, ListedRequest& request) {
  if (!value.is_string())
    return fmt::format("the header {} is neither a text nor a list of texts", shell_quoted_beginning(name));
  auto header = make_header(name, value.get_ref<const std::string&>());
  if (!header) return std::move(header.error());
  request.headers.push_back(std::move(*header));
  return std::nullopt;
}

std::optional<std::string> read_json_headers(const Json& object, ListedRequest& request) {
  const auto headers = object.find("header");
  if (headers == object.end() || headers->is_null()) return std::nullopt;
  if (!headers->is_object()) return R"("header" is no object such as {"Accept": ["text/plain"]})";
  for (const auto& [name, value] : headers->items()) {
    if (!value.is_array()) {
      if (auto complaint = add_header(name, value, request)) return complaint;
      continue;
    }
    for (const Json& one : value) {
      if (auto complaint = add_header(name, one, request)) return complaint;
    }
  }
  return std::nullopt;
}

std::optional<std::string> read_json_body(const Json& object, Bodies& bodies, ListedRequest& request) {
  const auto member = object.find("body");
  if (member == object.end() || member->is_null()) return std::nullopt;
  if (!member->is_string()) return "\"body\" is no text in base64";
  auto body = bodies.of_base64(member->get_ref<const std::string&>());
  if (!body) return std::move(body.error());
  request.body = std::move(*body);
  return std::nullopt;
}

// A member that is not known would have no effect.
std::optional<std::string> complaint_about_members(const Json& object) {
  constexpr std::array<std::string_view, 4> kMembers{"method", "url", "header", "body"};
  for (const auto& [name, value] : object.items()) {
    if (std::ranges::find(kMembers, name) != kMembers.end()) continue;
    const auto near = near_miss(name, kMembers);
    return fmt::format(
        "there is no member {}{}", shell_quoted_beginning(name),
        near ? fmt::format("; did you mean \"{}\"?", *near) : ": there are method, url, header and body");
  }
  return std::nullopt;
}

ReadRequest read_json(std::string_view line, Bodies& bodies) {
  if (line.size() > kMostJsonLine) {
    return Wrong(fmt::format("it has {}, at most 64 MiB are accepted", format_size(line.size())));
  }
  Json object;
  try {
    object = Json::parse(line);
  } catch (const Json::parse_error& error) {
    return Wrong(fmt::format("it is no JSON: something is wrong at byte {}", error.byte));
  } catch (const Json::out_of_range&) {
    return Wrong("it is no JSON that can be read: a number is too large");
  }
  if (!object.is_object()) return Wrong(R"(it is no object such as {"method": "GET", "url": "http://..."})");
  if (auto complaint = complaint_about_members(object)) return Wrong(std::move(*complaint));
  auto method = text_member(object, "method");
  if (!method) return Wrong(std::move(method.error()));
  if (auto complaint = complaint_about_method(*method)) return Wrong(std::move(*complaint));
  auto url = text_member(object, "url");
  if (!url) return Wrong(std::move(url.error()));
  ListedRequest request{
      .line = 0, .method = std::move(*method), .url = std::move(*url), .headers = {}, .body = {}};
  if (auto complaint = read_json_headers(object, request)) return Wrong(std::move(*complaint));
  if (auto complaint = read_json_body(object, bodies, request)) return Wrong(std::move(*complaint));
  return request;
}

/// As TextList.
class JsonList {
 public:
  JsonList(std::string_view text, Bodies& bodies) : lines_(text), bodies_(bodies) {}

  std::optional<ReadRequest> next() {
    if (!lines_.next_with_content()) return std::nullopt;
    ReadRequest request = read_json(lines_.line(), bodies_);
    if (request) request->line = lines_.number();
    return request;
  }
  std::size_t line() const { return lines_.number(); }

 private:
  Lines lines_;
  Bodies& bodies_;
};

template <class List>
std::expected<std::vector<ListedRequest>, ListError> read_all(List list) {
  std::vector<ListedRequest> requests;
  while (auto request = list.next()) {
    if (!*request) return std::unexpected(ListError{.line = list.line(), .why = std::move(request->error())});
    if (auto complaint = complaint_about_headers(**request)) {
      return std::unexpected(ListError{.line = (*request)->line, .why = std::move(*complaint)});
    }
    requests.push_back(std::move(**request));
  }
  return requests;
}

}  // namespace

bool is_known_method(std::string_view method) {
  if (std::ranges::find(kCommonMethods, method) != kCommonMethods.end()) return true;
  return is_token(method) && kOtherMethods.contains(fmt::format(" {} ", method));
}

std::expected<std::vector<ListedRequest>, ListError> parse_request_list(std::string_view text,
                                                                        const ReadBody& read_body,
                                                                        std::size_t most_bytes) {
  Bodies bodies(read_body, most_bytes);
  Lines first(text);
  const bool is_json = first.next_with_content() && first.line().starts_with('{');
  return is_json ? read_all(JsonList(text, bodies)) : read_all(TextList(text, bodies));
}

}  // namespace suite
