// Header blocks: read as libnghttp2 reads them, whether or not one was seen before; and what is printed
// decodes as the same.
#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "client/workloads/http2/head_reader.h"
#include "common/http2/hpack.h"
#include "servers/protocols/http2/http2_request.h"
#include "tests/fuzz/targets.h"

namespace suite::fuzz {
namespace {

using HpackFields = std::vector<std::pair<std::string, std::string>>;

/// libnghttp2's own decoder, which forgets nothing and skips nothing.
class Nghttp2Inflater {
 public:
  Nghttp2Inflater() { nghttp2_hd_inflate_new(&inflater_); }
  Nghttp2Inflater(const Nghttp2Inflater&) = delete;
  Nghttp2Inflater& operator=(const Nghttp2Inflater&) = delete;
  ~Nghttp2Inflater() { nghttp2_hd_inflate_del(inflater_); }

  /// False where the block is malformed.
  bool decode(std::string_view block, HpackFields& fields) {
    const auto* at = reinterpret_cast<const std::uint8_t*>(block.data());
    const auto* const end = at + block.size();
    for (;;) {
      nghttp2_nv field{};
      int flags = 0;
      const auto used =
          nghttp2_hd_inflate_hd2(inflater_, &field, &flags, at, static_cast<std::size_t>(end - at), 1);
      if (used < 0) return false;
      at += used;
      if ((flags & NGHTTP2_HD_INFLATE_EMIT) != 0)
        fields.emplace_back(std::string(reinterpret_cast<const char*>(field.name), field.namelen),
                            std::string(reinterpret_cast<const char*>(field.value), field.valuelen));
      if ((flags & NGHTTP2_HD_INFLATE_FINAL) != 0) {
        nghttp2_hd_inflate_end_headers(inflater_);
        return true;
      }
      if ((flags & NGHTTP2_HD_INFLATE_EMIT) == 0 && at == end) return true;
    }
  }

 private:
  nghttp2_hd_inflater* inflater_ = nullptr;
};

std::string status_in(const HpackFields& fields) {
  for (const auto& [name, value] : fields)
    if (name == ":status") return value;
  return "0";
}

// What a client's sender and a server's, which knows no table, make of the fields.
void check_printed(const HpackFields& fields, http2::HpackEncoder& encoder, http2::HpackDecoder& decoder) {
  std::vector<http2::FieldView> views;
  for (const auto& [name, value] : fields) views.push_back({.name = name, .value = value});
  std::vector<std::byte> encoded, literal;
  encoder.encode(views, encoded);
  for (const auto& [name, value] : fields) http2::append_literal(literal, name, value);
  require(!http2::changes_table(literal), "literals leave the table as it is");
  for (const auto& block : {encoded, literal}) {
    HpackFields again;
    const auto outcome = decoder.decode(block, [&](const http2::FieldView& field) {
      again.emplace_back(field.name, field.value);
      return true;
    });
    require(outcome == http2::HpackDecoder::Outcome::kWhole && again == fields,
            "fields decode as what they were");
  }
}

void check_request(const HpackFields& fields) {
  Http2Fields kept;
  for (const auto& [name, value] : fields)
    if (!kept.add({.name = name, .value = value})) return;
  if (kept.too_large()) return;
  Http2Request request;
  if (!interpret_fields(kept.all(), request)) return;
  require(request.path.starts_with('/') || request.path.empty(), "a path begins with a slash");
  require(std::ranges::all_of(request.path, [](char c) { return c > ' ' && c < '\x7f'; }),
          "a path holds nothing that a path of HTTP/1 could not");
  require(!request.method_name.empty(), "a request has a method");
}

}  // namespace

// Blocks with their length in front; one of length 255 is the first one once more, one of 254 the one before
// it.
void hpack(Input input) {
  std::string_view rest = input.text();
  std::string first, last;
  HeadReader reader;
  http2::HpackDecoder ours, of_printed;
  http2::HpackEncoder encoder;
  Nghttp2Inflater theirs;
  while (!rest.empty()) {
    const std::size_t asked = static_cast<unsigned char>(rest[0]);
    rest.remove_prefix(1);
    constexpr std::size_t kFirst = 255, kLast = 254;
    std::string block(rest.substr(0, asked < kLast ? asked : 0));
    rest.remove_prefix(block.size());
    if (asked == kFirst) block = first;
    if (asked == kLast) block = last;
    if (first.empty()) first = block;
    last = block;

    HpackFields expected, decoded;
    const bool is_good = theirs.decode(block, expected);
    const auto bytes = std::as_bytes(std::span(block));
    const std::uint64_t generation = ours.generation();
    const auto outcome = ours.decode(bytes, [&](const http2::FieldView& field) {
      decoded.emplace_back(field.name, field.value);
      return true;
    });
    require((outcome == http2::HpackDecoder::Outcome::kWhole) == is_good,
            "both accept a block, or neither does");
    std::string server;
    const StreamHead* const head = reader.read(bytes, server);
    require((head != nullptr) == is_good, "... whether it was seen before or not");
    if (!is_good) return;
    require(decoded == expected, "both read the same fields");
    require(http2::changes_table(bytes) || ours.generation() == generation, "the table is what it was");
    if (head->well_formed)
      require(std::to_string(head->status) == status_in(expected), "both read the same status");
    check_printed(expected, encoder, of_printed);
    check_request(expected);
  }
}

}  // namespace suite::fuzz
