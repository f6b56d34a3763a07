// Conditions and ranges: what is selected lies in the file, has a status that the request allows, and is what
// a second, slower reading of a Range says.
#include <optional>
#include <string>

#include "common/http/request_parser.h"
#include "servers/protocols/http/conditions.h"
#include "servers/protocols/http1/http1_request.h"
#include "tests/fuzz/targets.h"

namespace suite::fuzz {
namespace {

constexpr std::chrono::sys_seconds kFileModified{std::chrono::sys_days(std::chrono::year(1994) / 11 / 6)};
constexpr std::chrono::sys_seconds kConditionsNow{std::chrono::sys_days(std::chrono::year(2026) / 1 / 2)};

// Digits at `at`, which is moved behind them; nothing where there are none. Larger ones are 2^64 - 1.
std::optional<std::uint64_t> digits_at(std::string_view text, std::size_t& at) {
  std::optional<std::uint64_t> value;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
    const auto digit = static_cast<std::uint64_t>(text[at] - '0');
    const std::uint64_t so_far = value.value_or(0);
    value = so_far > (UINT64_MAX - digit) / 10 ? UINT64_MAX : so_far * 10 + digit;
  }
  return value;
}

// RFC 9110 14.1.2: "bytes=" and one range; nothing where it is neither, and the whole is answered.
std::optional<Selection> selection_of(std::string_view range, std::uint64_t size) {
  constexpr std::string_view kBytes = "bytes=";
  if (range.size() < kBytes.size()) return std::nullopt;
  for (std::size_t i = 0; i < kBytes.size(); ++i)
    if ((kBytes[i] == '=' ? range[i] : static_cast<char>(range[i] | 0x20)) != kBytes[i]) return std::nullopt;
  std::size_t at = kBytes.size();
  while (at < range.size() && (range[at] == ' ' || range[at] == '\t')) ++at;
  const auto first = digits_at(range, at);
  if (at == range.size() || range[at] != '-') return std::nullopt;
  ++at;
  const auto last = digits_at(range, at);
  if (at != range.size() || (!first && !last) || (first && last && *last < *first)) return std::nullopt;
  if (first ? *first >= size : *last == 0) return Selection{.status = 416};
  if (first) {
    const std::uint64_t end = last && *last < size ? *last + 1 : size;
    return Selection{.status = 206, .first = *first, .size = end - *first};
  }
  if (size == 0) return std::nullopt;
  const std::uint64_t length = *last < size ? *last : size;
  return Selection{.status = 206, .first = size - length, .size = length};
}

void check_part(const Selection& selected, std::uint64_t size) {
  require(selected.first <= size && selected.size <= size - selected.first, "a part lies in the file");
  if (selected.status == 200) require(selected.size == size, "200 has all of the file");
  if (selected.status == 206) require(selected.size > 0, "a part is not empty");
}

}  // namespace

void conditions(Input input) {
  constexpr std::uint64_t kSizes[] = {0, 1, 5, 100'000, UINT64_MAX};
  const std::uint64_t size = kSizes[input.number() % std::size(kSizes)];
  RequestHead head;
  if (parse_request_head(input.text(), head) != HeadStatus::kComplete) return;
  const auto request = interpret(head);
  if (!request) return;
  const Validators file{.entity_tag = "\"a-1.0\"", .modified = kFileModified, .size = size};
  const Selection selected = select(*request, file, kConditionsNow);
  check_part(selected, size);
  switch (selected.status) {
    case 200:
      break;
    case 304:
      require(request->if_none_match.present() || request->if_modified_since.present(), "304 was asked for");
      break;
    case 412:
      require(request->if_match.present() || request->if_unmodified_since.present(), "412 was asked for");
      break;
    default:
      require(selected.status == 206 || selected.status == 416, "there is no other status");
      require(request->range.present() && request->method == Method::kGet, "a range was asked for, by GET");
  }
  const bool range_alone = request->method == Method::kGet && request->range.present() &&
                           !request->if_match.present() && !request->if_none_match.present() &&
                           !request->if_modified_since.present() && !request->if_unmodified_since.present() &&
                           !request->if_range.present();
  if (!range_alone) return;
  const Selection theirs =
      selection_of(request->range.value(), size).value_or(Selection{.status = 200, .first = 0, .size = size});
  require(selected.status == theirs.status && selected.first == theirs.first && selected.size == theirs.size,
          "both read the same range");
}

}  // namespace suite::fuzz
