#include "client/workloads/http2/request_frames.h"

#include <algorithm>
#include <numeric>

#include "common/http2/frame.h"
#include "common/http2/hpack.h"

namespace suite {
namespace {

using namespace http2;
using Bytes = std::vector<std::byte>;

constexpr std::byte kEmptyTable{0x20};   // a dynamic table size of 0 (RFC 7541 6.3)
constexpr std::size_t kEntryBytes = 32;  // that an entry counts besides its text (RFC 7541 4.1)

std::vector<FieldView> views_of(const Http2Plan::Request& request) {
  std::vector<FieldView> views;
  for (const auto& [name, value] : request.fields) views.push_back({.name = name, .value = value});
  return views;
}

// Whether they differ in nothing that an encoder would put into its table.
bool are_alike(const Http2Plan::Request& a, const Http2Plan::Request& b) {
  return std::ranges::equal(a.fields, b.fields, [](const auto& one, const auto& other) {
    return one.first == other.first && (one.first == ":path" || one.second == other.second);
  });
}

// What all fields would take in a table; none is above that.
std::size_t table_bytes_of(const Http2Plan::Request& request) {
  std::size_t bytes = 0;
  for (const auto& [name, value] : request.fields) bytes += name.size() + value.size() + kEntryBytes;
  return bytes;
}

// Of the static table, as far as requests need it (RFC 7541 Appendix A); 0: not there.
std::uint8_t static_index(std::string_view name, std::string_view value) {
  if (name == ":method") return value == "GET" ? 2 : value == "POST" ? 3 : 0;
  if (name == ":path") return value == "/" ? 4 : value == "/index.html" ? 5 : 0;
  if (name == ":scheme") return value == "http" ? 6 : 7;
  return 0;
}

void append_literals(const Http2Plan::Request& request, Bytes& block) {
  for (const auto& [name, value] : request.fields) {
    const std::uint8_t index = static_index(name, value);
    if (index != 0) {
      block.push_back(std::byte{0x80} | std::byte{index});
    } else {
      append_literal(block, name, value);
    }
  }
}

}  // namespace

RequestFrames::RequestFrames(const std::vector<Http2Plan::Request>& requests, ThreadPlace thread)
    : requests_(requests) {
  const std::size_t round = requests.size() / std::gcd(requests.size(), thread.count);
  Bytes block;
  for (std::size_t i = 0; i < round; ++i) {
    const std::size_t url = (thread.number + i * thread.count) % requests.size();
    url_.push_back(static_cast<std::uint32_t>(url));
    block.clear();
    append_literals(requests[url], block);
    append_frames(literal_.bytes, block, requests[url].body.empty());
    literal_.begins.push_back(literal_.bytes.size());
  }
  index();
}

// An encoder's word for each: what it writes first, and what it writes once its table is filled.
void RequestFrames::index() {
  const Http2Plan::Request& one = requests_.front();
  const auto like_one = [&one](const Http2Plan::Request& request) { return are_alike(request, one); };
  if (!std::ranges::all_of(requests_, like_one) || table_bytes_of(one) > kTableBytes) return;
  HpackEncoder filled(kTableBytes);
  Bytes first, indexed;
  filled.encode(views_of(one), first);
  for (const std::uint32_t url : url_) {
    first.clear();
    indexed.clear();
    HpackEncoder(kTableBytes).encode(views_of(requests_[url]), first);
    filled.encode(views_of(requests_[url]), indexed);
    if (changes_table(indexed)) {
      first_ = indexed_ = {};
      return;
    }
    append_frames(first_.bytes, first, requests_[url].body.empty());
    first_.begins.push_back(first_.bytes.size());
    append_frames(indexed_.bytes, indexed, requests_[url].body.empty());
    indexed_.begins.push_back(indexed_.bytes.size());
  }
}

RequestFrames::Form RequestFrames::first_form(std::uint32_t table_bytes) const {
  if (table_bytes < kTableBytes) return Form::kLiteralNoTable;
  return indexed_.bytes.empty() ? Form::kLiteral : Form::kFirst;
}

// No longer than any server takes (RFC 9113 4.2).
void RequestFrames::append_frames(Bytes& out, std::span<const std::byte> block, bool ends_stream) {
  FrameHeader header{.type = FrameType::kHeaders, .flags = ends_stream ? flag::kEndStream : std::uint8_t{0}};
  do {
    const auto part = block.first(std::min<std::size_t>(block.size(), kLeastFrameSize));
    block = block.subspan(part.size());
    header.length = static_cast<std::uint32_t>(part.size());
    if (block.empty()) header.flags |= flag::kEndHeaders;
    append_frame_header(out, header);
    out.insert(out.end(), part.begin(), part.end());
    header = {.type = FrameType::kContinuation};
  } while (!block.empty());
}

void RequestFrames::append(Bytes& out, std::uint32_t place, std::uint32_t stream, Form form) const {
  switch (form) {
    case Form::kFirst:
      return append_patched(out, first_.at(place), stream);
    case Form::kIndexed:
      return append_patched(out, indexed_.at(place), stream);
    case Form::kLiteral:
      return append_patched(out, literal_.at(place), stream);
    case Form::kLiteralNoTable:
      break;
  }
  Bytes block{kEmptyTable}, frames;
  append_literals(requests_[url_[place]], block);
  append_frames(frames, block, requests_[url_[place]].body.empty());
  append_patched(out, frames, stream);
}

void RequestFrames::append_patched(Bytes& out, std::span<const std::byte> frames, std::uint32_t stream) {
  const std::size_t before = out.size();
  out.insert(out.end(), frames.begin(), frames.end());
  const std::size_t first = kFrameHeaderBytes + read_frame_header(frames.data()).length;
  write_u32(out.data() + before + 5, stream);
  for (std::size_t at = before + first; at < out.size();) {  // what continues it
    write_u32(out.data() + at + 5, stream);
    at += kFrameHeaderBytes + read_frame_header(out.data() + at).length;
  }
}

}  // namespace suite
