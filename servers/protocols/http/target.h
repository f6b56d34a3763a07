// From the path of a request target to the name of a file below the root, and back to a Location.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace suite {

/// Why a path names nothing here: 400 where it is no path, 404 where it cannot be a file's.
using PathRefusal = int;

/// The name below the root: decoded once (RFC 3986 2.1), without dot-segments (5.2.4) and empty segments,
/// without a slash in front. It keeps a final slash: "" is the root itself, "a/" a directory. An encoded
/// slash or NUL is part of no file's name.
std::expected<std::string, PathRefusal> file_name_of(std::string_view path);

/// A path-absolute reference for the directory `name` (as file_name_of() gives it, without its final slash):
/// encoded so that it cannot be taken for a host or another field, with a final slash, and with `query`
/// behind.
std::string location_of_directory(std::string_view name, std::string_view query);

}  // namespace suite
