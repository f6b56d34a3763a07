#include "common/http2/hpack.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <new>
#include <optional>

namespace suite::http2 {
namespace {

// RFC 7541 Appendix A: the names of the static table, from index 1. Entries with the same name share its
// first one.
struct StaticName {
  std::string_view name;
  std::uint8_t index;
};
constexpr auto kStaticNames = std::to_array<StaticName>({
    {":authority", 1},
    {":method", 2},
    {":path", 4},
    {":scheme", 6},
    {":status", 8},
    {"accept-charset", 15},
    {"accept-encoding", 16},
    {"accept-language", 17},
    {"accept-ranges", 18},
    {"accept", 19},
    {"access-control-allow-origin", 20},
    {"age", 21},
    {"allow", 22},
    {"authorization", 23},
    {"cache-control", 24},
    {"content-disposition", 25},
    {"content-encoding", 26},
    {"content-language", 27},
    {"content-length", 28},
    {"content-location", 29},
    {"content-range", 30},
    {"content-type", 31},
    {"cookie", 32},
    {"date", 33},
    {"etag", 34},
    {"expect", 35},
    {"expires", 36},
    {"from", 37},
    {"host", 38},
    {"if-match", 39},
    {"if-modified-since", 40},
    {"if-none-match", 41},
    {"if-range", 42},
    {"if-unmodified-since", 43},
    {"last-modified", 44},
    {"link", 45},
    {"location", 46},
    {"max-forwards", 47},
    {"proxy-authenticate", 48},
    {"proxy-authorization", 49},
    {"range", 50},
    {"referer", 51},
    {"refresh", 52},
    {"retry-after", 53},
    {"server", 54},
    {"set-cookie", 55},
    {"strict-transport-security", 56},
    {"transfer-encoding", 57},
    {"user-agent", 58},
    {"vary", 59},
    {"via", 60},
    {"www-authenticate", 61},
});

// RFC 7541 5.1: an integer with a prefix of `bits` bits, taken off `rest`. Nothing where it is cut short or
// out of all proportion.
std::optional<std::size_t> take_integer(std::span<const std::byte>& rest, int bits) {
  if (rest.empty()) return std::nullopt;
  const std::size_t most = (std::size_t{1} << bits) - 1;
  std::size_t value = std::to_integer<std::size_t>(rest[0]) & most;
  rest = rest.subspan(1);
  if (value < most) return value;
  for (int shift = 0; shift <= 28; shift += 7) {
    if (rest.empty()) return std::nullopt;
    const auto octet = std::to_integer<std::size_t>(rest[0]);
    rest = rest.subspan(1);
    value += (octet & 0x7f) << shift;
    if ((octet & 0x80) == 0) return value;
  }
  return std::nullopt;
}

// RFC 7541 5.2.
bool skip_string(std::span<const std::byte>& rest) {
  const auto size = take_integer(rest, 7);
  if (!size || *size > rest.size()) return false;
  rest = rest.subspan(*size);
  return true;
}

void append_integer(std::vector<std::byte>& out, std::uint8_t first, int bits, std::size_t value) {
  const std::size_t most = (std::size_t{1} << bits) - 1;
  if (value < most) return out.push_back(static_cast<std::byte>(first | value));
  out.push_back(static_cast<std::byte>(first | most));
  for (value -= most; value >= 0x80; value >>= 7)
    out.push_back(static_cast<std::byte>(0x80 | (value & 0x7f)));
  out.push_back(static_cast<std::byte>(value));
}

void append_string(std::vector<std::byte>& out, std::string_view text) {
  append_integer(out, 0, 7, text.size());
  const auto bytes = std::as_bytes(std::span(text));
  out.insert(out.end(), bytes.begin(), bytes.end());
}

std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace

bool changes_table(std::span<const std::byte> block) {
  while (!block.empty()) {
    const auto first = std::to_integer<unsigned>(block[0]);
    if ((first & 0x80) != 0) {  // indexed (6.1)
      if (!take_integer(block, 7)) return true;
      continue;
    }
    if ((first & 0x60) != 0) return true;  // literal with indexing (6.2.1), or a table size (6.3)
    const auto name = take_integer(block, 4);
    if (!name || (*name == 0 && !skip_string(block)) || !skip_string(block)) return true;
  }
  return false;
}

// --- Decoder --------------------------------------------------------------------------------------------

void HpackDecoder::Delete::operator()(nghttp2_hd_inflater* inflater) const {
  nghttp2_hd_inflate_del(inflater);
}

HpackDecoder::HpackDecoder(std::uint32_t table_size) {
  nghttp2_hd_inflater* made = nullptr;
  if (nghttp2_hd_inflate_new(&made) != 0) throw std::bad_alloc();
  inflater_.reset(made);
  if (nghttp2_hd_inflate_change_table_size(made, table_size) != 0) throw std::bad_alloc();
}

HpackDecoder::Outcome HpackDecoder::decode(std::span<const std::byte> block, void* target,
                                           bool (*take)(void*, const FieldView&)) {
  if (changes_table(block)) ++generation_;
  const auto* at = reinterpret_cast<const std::uint8_t*>(block.data());
  std::size_t left = block.size();
  while (true) {
    nghttp2_nv field{};
    int flags = 0;
    const ssize_t used = nghttp2_hd_inflate_hd2(inflater_.get(), &field, &flags, at, left, 1);
    if (used == NGHTTP2_ERR_NOMEM) throw std::bad_alloc();
    if (used < 0) return Outcome::kMalformed;
    at += used;
    left -= static_cast<std::size_t>(used);
    if ((flags & NGHTTP2_HD_INFLATE_EMIT) != 0 &&
        !take(target, {.name = text_of(field.name, field.namelen),
                       .value = text_of(field.value, field.valuelen),
                       .never_indexed = (field.flags & NGHTTP2_NV_FLAG_NO_INDEX) != 0})) {
      return Outcome::kRefused;
    }
    if ((flags & NGHTTP2_HD_INFLATE_FINAL) != 0) break;
    if ((flags & NGHTTP2_HD_INFLATE_EMIT) == 0 && left == 0) return Outcome::kMalformed;  // cut short
  }
  nghttp2_hd_inflate_end_headers(inflater_.get());
  return Outcome::kWhole;
}

// --- Encoder --------------------------------------------------------------------------------------------

void HpackEncoder::Delete::operator()(nghttp2_hd_deflater* deflater) const {
  nghttp2_hd_deflate_del(deflater);
}

HpackEncoder::HpackEncoder(std::uint32_t most) {
  nghttp2_hd_deflater* made = nullptr;
  if (nghttp2_hd_deflate_new(&made, most) != 0) throw std::bad_alloc();
  deflater_.reset(made);
}

void HpackEncoder::allow_table(std::uint32_t bytes) {
  if (nghttp2_hd_deflate_change_table_size(deflater_.get(), bytes) != 0) throw std::bad_alloc();
}

void HpackEncoder::encode(std::span<const FieldView> fields, std::vector<std::byte>& out) {
  std::vector<nghttp2_nv> lines;
  lines.reserve(fields.size());
  for (const FieldView& field : fields) {
    // The library reads them, and takes pointers to what it could change for the sake of other callers.
    auto* const name = reinterpret_cast<std::uint8_t*>(const_cast<char*>(field.name.data()));
    auto* const value = reinterpret_cast<std::uint8_t*>(const_cast<char*>(field.value.data()));
    const std::uint8_t flags = field.never_indexed ? NGHTTP2_NV_FLAG_NO_INDEX : NGHTTP2_NV_FLAG_NONE;
    lines.push_back({.name = name,
                     .value = value,
                     .namelen = field.name.size(),
                     .valuelen = field.value.size(),
                     .flags = flags});
  }
  const std::size_t before = out.size();
  out.resize(before + nghttp2_hd_deflate_bound(deflater_.get(), lines.data(), lines.size()));
  const ssize_t used =
      nghttp2_hd_deflate_hd(deflater_.get(), reinterpret_cast<std::uint8_t*>(out.data() + before),
                            out.size() - before, lines.data(), lines.size());
  if (used < 0) throw std::bad_alloc();  // there is no other reason: the buffer is as long as asked for
  out.resize(before + static_cast<std::size_t>(used));
}

void append_literal(std::vector<std::byte>& out, std::string_view name, std::string_view value) {
  const auto known = std::ranges::find(kStaticNames, name, &StaticName::name);
  append_integer(out, 0, 4, known != kStaticNames.end() ? known->index : 0);
  if (known == kStaticNames.end()) append_string(out, name);
  append_string(out, value);
}

std::string hpack_library() { return std::string("libnghttp2 ") + nghttp2_version(0)->version_str; }

}  // namespace suite::http2
