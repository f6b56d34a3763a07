#include "common/base/error.h"

#include <system_error>
#include <utility>

#include "common/base/long_values.h"

namespace suite {

std::string Error::one_line() const {
  std::string line = "cannot " + what + ": " + why;
  if (!advice.empty()) line += " (" + advice + ")";
  return with_long_values_cut(line);
}

Error system_error(std::string what, int error_number, std::string advice) {
  return {.what = std::move(what),
          .why = std::generic_category().message(error_number),
          .advice = std::move(advice)};
}

}  // namespace suite
