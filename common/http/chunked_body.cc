#include "common/http/chunked_body.h"

#include <algorithm>

#include "common/http/lines.h"

namespace suite {
namespace {

constexpr std::size_t kLongestLine = 4 * 1024;
constexpr std::size_t kLongestPlainSizeLine = 18;  // 16 digits and CRLF
constexpr std::size_t kMostExtensionBytes = 64 * 1024;
constexpr std::size_t kMostTrailerBytes = 16 * 1024;

}  // namespace

ChunkedBody::Status ChunkedBody::skip(std::string_view& in) {
  while (!in.empty()) {
    if (at_ == At::kData) {
      const std::uint64_t taken = std::min<std::uint64_t>(left_, in.size());
      in.remove_prefix(taken);
      left_ -= taken;
      if (left_ == 0) at_ = At::kDataEnd;
      continue;
    }
    if (const Status line = take_line(in); line != Status::kEnd) return line;
    Status status = Status::kMore;
    if (at_ == At::kDataEnd) {
      at_ = At::kSizeLine;
      if (line_.size() != 2) return Status::kMalformed;
    } else {
      status = at_ == At::kSizeLine ? on_size_line() : on_trailer_line();
    }
    line_.clear();
    if (status != Status::kMore) return status;
  }
  return Status::kMore;
}

// kEnd: line_ holds a whole line that ends in CRLF.
ChunkedBody::Status ChunkedBody::take_line(std::string_view& in) {
  const std::size_t most = at_ == At::kDataEnd ? 2 : kLongestLine;
  const std::size_t newline = in.find('\n');
  const std::size_t taken = newline == std::string_view::npos ? in.size() : newline + 1;
  if (line_.size() + taken > most) return Status::kMalformed;
  line_ += in.substr(0, taken);
  in.remove_prefix(taken);
  if (newline == std::string_view::npos) {
    const bool hopeless = at_ == At::kDataEnd && line_ != "\r";
    return hopeless ? Status::kMalformed : Status::kMore;
  }
  return line_.ends_with("\r\n") ? Status::kEnd : Status::kMalformed;
}

ChunkedBody::Status ChunkedBody::on_size_line() {
  extension_bytes_ += line_.size() - std::min(line_.size(), kLongestPlainSizeLine);
  if (extension_bytes_ > kMostExtensionBytes) return Status::kMalformed;
  const ParsedLine line =
      parse_chunk_line(line_.data(), line_.data() + line_.size(), left_, ChunkPadding::kRefused);
  if (line.status != ParsedLine::Status::kParsed) return Status::kMalformed;
  at_ = left_ > 0 ? At::kData : At::kTrailers;
  return Status::kMore;
}

ChunkedBody::Status ChunkedBody::on_trailer_line() {
  trailer_bytes_ += line_.size();
  if (trailer_bytes_ > kMostTrailerBytes) return Status::kMalformed;
  bool over = false;
  const ParsedLine line = parse_trailer_line(line_.data(), line_.data() + line_.size(), over);
  if (line.status != ParsedLine::Status::kParsed) return Status::kMalformed;
  return over ? Status::kEnd : Status::kMore;
}

}  // namespace suite
