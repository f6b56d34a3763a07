#include "common/http/chunked_body.h"

#include <algorithm>
#include <charconv>

#include "common/http/field.h"

namespace suite {
namespace {

constexpr std::size_t kLongestLine = 4 * 1024;
constexpr std::size_t kMostTrailerBytes = 16 * 1024;
constexpr std::uint64_t kLargestChunk = INT64_MAX;

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
  const std::string_view line = std::string_view(line_).substr(0, line_.size() - 2);
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), left_, 16);
  if (error != std::errc{} || left_ > kLargestChunk) return Status::kMalformed;
  const std::string_view extension = line.substr(static_cast<std::size_t>(end - line.data()));
  if (!extension.empty() && extension[0] != ';') return Status::kMalformed;
  if (count_leading(extension, character::kFieldValue) != extension.size()) return Status::kMalformed;
  at_ = left_ > 0 ? At::kData : At::kTrailers;
  return Status::kMore;
}

ChunkedBody::Status ChunkedBody::on_trailer_line() {
  trailer_bytes_ += line_.size();
  if (trailer_bytes_ > kMostTrailerBytes) return Status::kMalformed;
  std::string_view rest = line_;
  Field field;
  switch (take_field(rest, field)) {
    case FieldStatus::kEndOfFields:
      return Status::kEnd;
    case FieldStatus::kComplete:
      return Status::kMore;
    default:
      return Status::kMalformed;
  }
}

}  // namespace suite
