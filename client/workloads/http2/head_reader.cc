#include "client/workloads/http2/head_reader.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string_view>

#include "common/http/scan.h"

namespace suite {
namespace {

// RFC 9113 8.2.2: fields that mean a connection of HTTP/1.1.
bool is_of_http1(std::string_view name) {
  constexpr std::array<std::string_view, 5> kNames{"connection", "keep-alive", "proxy-connection",
                                                   "transfer-encoding", "upgrade"};
  return std::ranges::find(kNames, name) != kNames.end();
}

bool has_upper_case(std::string_view name) {
  return std::ranges::any_of(name, [](char c) { return c >= 'A' && c <= 'Z'; });
}

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// Takes the fields of one block.
class Fields {
 public:
  explicit Fields(StreamHead& head) : head_(head) {}

  void take(const http2::FieldView& field, std::string& server) {
    if (field.name.starts_with(':')) {
      head_.well_formed &= take_pseudo(field);
      return;
    }
    regular_begun_ = true;
    if (field.name.empty() || has_upper_case(field.name) || is_of_http1(field.name))
      head_.well_formed = false;
    if (field.name == "content-length") head_.well_formed &= take_length(field.value);
    if (field.name == "server" && server.empty()) server = field.value;
  }

 private:
  // Of responses there is one (RFC 9113 8.3.2), once and in front.
  bool take_pseudo(const http2::FieldView& field) {
    if (field.name != ":status" || regular_begun_ || head_.status != 0) return false;
    const auto status = number_in(field.value);
    if (field.value.size() != 3 || !status || *status < 100) return false;
    head_.status = static_cast<std::uint16_t>(*status);
    return status != 101;  // RFC 9113 8.6
  }
  // One that is repeated has to say the same (RFC 9110 8.6).
  bool take_length(std::string_view value) {
    const auto length = number_in(value);
    if (!length || (head_.content_length && head_.content_length != length)) return false;
    head_.content_length = length;
    return true;
  }

  StreamHead& head_;
  bool regular_begun_ = false;
};

}  // namespace

const StreamHead* HeadReader::read(std::span<const std::byte> block, std::string& server) {
  Kept& kept = kept_[block.size() % kept_.size()];
  if (kept.size == block.size() && kept.generation == decoder_.generation() && kept.size > 0 &&
      std::memcmp(kept.block.data(), block.data(), block.size()) == 0) {
    return &kept.head;
  }
  head_ = {};
  const std::uint64_t generation = decoder_.generation();
  if (!decode(block, server, head_)) return nullptr;
  if (decoder_.generation() != generation || block.size() > kLongestKept || block.empty()) return &head_;
  kept.generation = generation;
  kept.size = block.size();
  kept.head = head_;
  std::ranges::copy(block, kept.block.begin());
  return &head_;
}

bool HeadReader::decode(std::span<const std::byte> block, std::string& server, StreamHead& head) {
  ++decoded_;
  Fields fields(head);
  auto take = [&](const http2::FieldView& field) {
    fields.take(field, server);
    return true;
  };
  return decoder_.decode(block, take) == http2::HpackDecoder::Outcome::kWhole;
}

}  // namespace suite
