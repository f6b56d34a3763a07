// What failed while something was being set up, in the words a user needs. Events of a running network
// (a reset, a full buffer, a wrong byte) are values of their own, never an Error.
#pragma once

#include <string>

namespace suite {

struct Error {
  std::string what;    // what was tried: "listen on 127.0.0.1:3900"
  std::string why;     // why it failed: "Address already in use"
  std::string advice;  // what to do about it; may be empty

  /// All of it on one line: "cannot WHAT: WHY (ADVICE)".
  std::string one_line() const;
};

/// An Error whose reason is that of `error_number` (a value of errno, strerror(3)).
Error system_error(std::string what, int error_number, std::string advice = {});

}  // namespace suite
