// Paths of requests: no name leads outside the root, and a redirect's Location names the same directory.
#include <algorithm>
#include <string>

#include "servers/protocols/http/target.h"
#include "tests/fuzz/targets.h"

namespace suite::fuzz {
namespace {

bool is_path_byte(char c) { return c > ' ' && c < '\x7f'; }

}  // namespace

void request_path(Input input) {
  // All that a path is made of when it gets here.
  if (!std::ranges::all_of(input.text(), is_path_byte)) return;
  const auto name = file_name_of(input.text());
  if (!name) return;
  require(!name->starts_with('/'), "a name is relative to the root");
  require(!name->contains('\0'), "no NUL ends a name early");
  for (std::size_t at = 0; at <= name->size();) {
    const std::size_t end = std::min(name->find('/', at), name->size());
    const std::string_view segment = std::string_view(*name).substr(at, end - at);
    require(segment != ".." && segment != ".", "no segment climbs");
    require(!segment.empty() || end == name->size(), "no segment is empty");
    at = end + 1;
  }
  if (name->empty() || name->ends_with('/')) return;
  const std::string location = location_of_directory(*name, "?a=b");
  require(location.starts_with('/') && !location.starts_with("//"), "a location names no other host");
  require(std::ranges::all_of(location, is_path_byte), "a location is one field, and nothing further");
  require(location.ends_with("/?a=b"), "a location keeps the query");
  const auto again = file_name_of(std::string_view(location).substr(0, location.find('?')));
  require(again && *again == *name + "/", "a location names the directory");
}

}  // namespace suite::fuzz
