// Which media type a file is sent with, by its name.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace suite {

/// Extensions and their types. Read-only once made: workers may share one.
///
/// None names a charset: nobody has declared one, and it would overrule what a page says of itself.
class MimeTypes {
 public:
  /// The types of `file`, and over them the built-in ones, so that what the web needs is the same on every
  /// machine. The file has lines of a type and its extensions, "#" begins a comment. The last line wins where
  /// several name an extension. A line or an extension that does not parse is skipped, and so is a file that
  /// is missing or no regular file.
  static MimeTypes load(const std::string& file = "/etc/mime.types");

  /// The value of Content-Type for the file at `path`, by what follows the last dot of its last segment, in
  /// either case; "application/octet-stream" where that says nothing. A dot in front makes a hidden file, no
  /// extension. Valid as long as this. Allocates nothing.
  std::string_view of(std::string_view path) const;

 private:
  void read(const std::string& file);
  void add_line(std::string_view line);
  void add(std::string_view extension, std::string_view type);

  std::map<std::string, std::string, std::less<>> types_;  // by lower-case extension
};

}  // namespace suite
