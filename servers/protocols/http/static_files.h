// The files below a root, as answers: found by the path of a request, small ones kept in memory.
#pragma once

#include <sys/stat.h>

#include <chrono>
#include <cstdint>
#include <expected>
#include <list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "common/base/error.h"
#include "common/io/page_pipe.h"
#include "common/io/source_file.h"
#include "common/net/unique_fd.h"
#include "servers/protocols/http/mime_types.h"
#include "servers/session.h"

namespace suite {

/// One state of a file. Immutable: whoever sends it shares it, and a changed file becomes another one of
/// these.
struct File {
  std::uint64_t size = 0;
  std::chrono::sys_seconds modified;  // never later than when it was read (RFC 9110 8.8.2.1)
  std::string entity_tag;             // strong, with its quotes: its size and time of modification
  std::string type;                   // the value of Content-Type
  /// The field lines that belong to it, each with its line end: type, date, tag, ranges.
  std::string fields;
  /// Where its bytes are: all of them here, or in the open file.
  std::string bytes;                         // of a small one
  PageMemory pages;                          // of a larger one
  std::shared_ptr<const SourceFile> source;  // nullptr: in memory

  /// Of a file that is in memory.
  std::span<const std::byte> content() const {
    return pages.bytes().empty() ? std::as_bytes(std::span(bytes)) : pages.bytes();
  }
};

/// Head and bytes of the plainest answer with a file, as one version of HTTP writes them: contiguous, as of
/// `second`. For sessions to fill; never lent, so that it may change.
struct RenderedAnswer {
  std::string bytes;
  std::chrono::sys_seconds second{};
};

/// A file that is kept in memory, and what is rendered of it.
struct CachedFile {
  std::string path;  // of the request, as it was sent: the key
  std::string name;  // below the root
  std::shared_ptr<const File> file;
  struct stat facts{};     // when it was read
  std::uint64_t cost = 0;  // its share of the cache, in bytes
  bool settled = false;    // old enough then for a later change to show in its time
  std::chrono::steady_clock::time_point checked;
  RenderedAnswer http1, http2;
};

/// A descriptor of a root, as StaticFiles::open() gets it; none and errno where that fails.
UniqueFd open_root(const std::string& path);

/// What a path leads to.
struct Found {
  int status = 200;                  // 200, or 301, or why not: 400, 403, 404, 500, 503
  std::shared_ptr<const File> file;  // with 200
  CachedFile* cached = nullptr;      // where it is kept; valid until the next find()
  std::string directory;             // with 301: the name that lacks its final slash
};

/// One worker's. Never leaves the root: each name is opened by openat2(2) with RESOLVE_BENEATH, and only
/// regular files are read. A file that takes at most an eighth of the cache, and 4 MiB, is kept in memory;
/// larger ones are opened for each request and sent through a window (source_file.h).
class StaticFiles {
 public:
  struct Options {
    std::string root;
    std::uint64_t cache_bytes = 0;     // of this worker; 0: nothing is kept
    std::chrono::nanoseconds valid{};  // how long a kept file is believed without a look at its name
    std::shared_ptr<const MimeTypes> types;
  };
  /// `opened`: the root, where it is open already.
  static std::expected<StaticFiles, Error> open(Options options, UniqueFd opened = {});

  /// Reopens the root's path (it is a link to a release, say) and forgets what it kept of the old one.
  /// False where that fails: the old root stays.
  bool reopen_root();

  /// `path` as it stands in the request, without the query.
  Found find(std::string_view path, const Turn& turn);

 private:
  StaticFiles(Options options, UniqueFd root) : options_(std::move(options)), root_(std::move(root)) {}

  using Entries = std::list<CachedFile>;  // the latest used first

  CachedFile* find_kept(std::string_view path, const Turn& turn);
  bool still_valid(CachedFile& kept, const Turn& turn) const;
  Found find_by_name(std::string name, std::string_view path, const Turn& turn);
  int status_without_index(int error, std::string index) const;
  Found load(std::string name, std::string_view path, const Turn& turn);
  void keep(CachedFile file);
  void drop(Entries::iterator entry);

  Options options_;
  UniqueFd root_;
  Entries entries_;
  std::unordered_map<std::string_view, Entries::iterator> by_path_;  // keys lie in the entries
  std::uint64_t kept_bytes_ = 0;
};

}  // namespace suite
