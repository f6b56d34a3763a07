#include "servers/protocols/http/answer.h"

#include <fmt/format.h>

#include <utility>

#include "servers/protocols/http/conditions.h"
#include "servers/protocols/http/status.h"
#include "servers/protocols/http/target.h"

namespace suite {

using std::chrono::floor;
using std::chrono::seconds;

Answer method_not_allowed() { return {.status = kMethodNotAllowed, .field = "Allow", .value = "GET, HEAD"}; }

Answer answer_to(const Request& request, Found found, const Turn& turn) {
  if (found.status == kMoved) {
    return {.status = kMoved,
            .field = "Location",
            .value = location_of_directory(found.directory, request.query)};
  }
  if (found.status == kUnavailable) return {.status = kUnavailable, .field = "Retry-After", .value = "1"};
  if (found.status != kOk) return {.status = found.status};

  const File& file = *found.file;
  const Validators validators{.entity_tag = file.entity_tag, .modified = file.modified, .size = file.size};
  const Selection part = select(request, validators, floor<seconds>(turn.wall));
  if (part.status == kPreconditionFailed) return {.status = part.status};
  if (part.status == kRangeNotSatisfiable) {
    return {.status = part.status, .field = "Content-Range", .value = fmt::format("bytes */{}", file.size)};
  }
  return {.status = part.status,
          .file = std::move(found.file),
          .first = part.first,
          .size = part.size,
          .cached = part.status == kOk ? found.cached : nullptr};
}

}  // namespace suite
