#include "tests/support/llhttp_request.h"

#include <llhttp.h>

namespace suite::test {
namespace {

LlhttpRequest& of(llhttp_t* parser) { return *static_cast<LlhttpRequest*>(parser->data); }

int on_method(llhttp_t* parser, const char* at, std::size_t size) {
  of(parser).method.append(at, size);
  return 0;
}

int on_url(llhttp_t* parser, const char* at, std::size_t size) {
  of(parser).target.append(at, size);
  return 0;
}

// The last of the fields is always the one that comes next.
int on_name(llhttp_t* parser, const char* at, std::size_t size) {
  of(parser).fields.back().first.append(at, size);
  return 0;
}

int on_value(llhttp_t* parser, const char* at, std::size_t size) {
  of(parser).fields.back().second.append(at, size);
  return 0;
}

int on_value_complete(llhttp_t* parser) {
  of(parser).fields.emplace_back();
  return 0;
}

int on_head(llhttp_t* parser) {
  LlhttpRequest& request = of(parser);
  request.chunked = (parser->flags & F_CHUNKED) != 0;
  request.body_size = request.chunked ? 0 : parser->content_length;
  return 0;
}

int finish(llhttp_t* parser) {
  of(parser).complete = true;
  return HPE_PAUSED;
}

int on_only_the_head(llhttp_t* parser) {
  on_head(parser);
  return finish(parser);
}

llhttp_settings_t settings_of(bool whole_message) {
  llhttp_settings_t settings;
  llhttp_settings_init(&settings);
  settings.on_method = on_method;
  settings.on_url = on_url;
  settings.on_header_field = on_name;
  settings.on_header_value = on_value;
  settings.on_header_value_complete = on_value_complete;
  settings.on_headers_complete = whole_message ? on_head : on_only_the_head;
  if (whole_message) settings.on_message_complete = finish;
  return settings;
}

LlhttpRequest parse(std::string_view in, const llhttp_settings_t& settings) {
  LlhttpRequest request;
  request.fields.emplace_back();
  llhttp_t parser;
  llhttp_init(&parser, HTTP_REQUEST, &settings);
  parser.data = &request;
  const llhttp_errno_t result = llhttp_execute(&parser, in.data(), in.size());
  if (result != HPE_OK && result != HPE_PAUSED) request.error = llhttp_errno_name(result);
  if (request.complete) {
    const char* end = llhttp_get_error_pos(&parser);
    request.size = end == nullptr ? in.size() : static_cast<std::size_t>(end - in.data());
  }
  request.fields.pop_back();  // the one that has not begun
  request.major_version = llhttp_get_http_major(&parser);
  request.minor_version = llhttp_get_http_minor(&parser);
  return request;
}

}  // namespace

LlhttpRequest llhttp_head(std::string_view in) {
  static const llhttp_settings_t settings = settings_of(false);
  return parse(in, settings);
}

LlhttpRequest llhttp_message(std::string_view in) {
  static const llhttp_settings_t settings = settings_of(true);
  return parse(in, settings);
}

}  // namespace suite::test
