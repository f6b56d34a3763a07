#include "servers/protocols/http/static_files.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <new>
#include <span>
#include <utility>

#include "common/http/http_date.h"
#include "servers/protocols/http/status.h"
#include "servers/protocols/http/target.h"

namespace suite {
namespace {

using std::chrono::floor;
using std::chrono::system_clock;

constexpr std::uint64_t kLargestKept = 4 * 1024 * 1024;
constexpr std::uint64_t kSmallestInPages = 64 * 1024;
constexpr std::uint64_t kBytesPerEntry = 1024;  // what an entry costs beside its bytes and names
// File systems stamp changes with a clock that moves every 4 to 10 ms: two changes within a step look alike.
constexpr std::chrono::milliseconds kClockStep{20};
constexpr int kAttempts = 4;

int status_of_errno(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
    case ELOOP:
    case EXDEV:  // it leads out of the root
    case ENAMETOOLONG:
    case EINVAL:
    case ENXIO:  // a socket
      return kNotFound;
    case EACCES:
    case EPERM:
      return kForbidden;
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case EAGAIN:
      return kUnavailable;
    default:
      return kInternalError;
  }
}

/// A descriptor and what fstat(2) says of it; or errno.
struct Opened {
  UniqueFd fd;
  struct stat facts{};
};

std::expected<Opened, int> open_beneath(int root, const std::string& name, std::uint64_t flags) {
  open_how how{};
  how.flags = flags | O_CLOEXEC;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  const char* const path = name.empty() ? "." : name.c_str();
  long fd = -1;
  // EAGAIN: something was renamed meanwhile, and the kernel cannot vouch for the root (openat2(2)).
  for (int attempt = 0; fd < 0 && attempt < kAttempts; ++attempt) {
    fd = ::syscall(SYS_openat2, root, path, &how, sizeof how);
    if (fd < 0 && errno != EAGAIN && errno != EINTR) break;
  }
  if (fd < 0) return std::unexpected(errno);
  Opened opened{.fd = UniqueFd(static_cast<int>(fd))};
  if (::fstat(opened.fd.get(), &opened.facts) != 0) return std::unexpected(errno);
  return opened;
}

// Looks without opening: opening a device or a pipe can have effects.
std::expected<struct stat, int> look_at(int root, const std::string& name) {
  const auto looked = open_beneath(root, name, O_PATH);
  if (!looked) return std::unexpected(looked.error());
  return looked->facts;
}

bool same_state(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino && a.st_size == b.st_size &&
         a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec == b.st_mtim.tv_nsec &&
         a.st_ctim.tv_sec == b.st_ctim.tv_sec && a.st_ctim.tv_nsec == b.st_ctim.tv_nsec;
}

// Whether a change at `changed` would show if another one came now.
bool has_settled(const timespec& changed, system_clock::time_point now) {
  const auto second = std::chrono::sys_seconds(std::chrono::seconds(changed.tv_sec));
  const auto latest = now - kClockStep;
  if (second > latest) return false;  // the sum below must not overflow
  return second + std::chrono::nanoseconds(changed.tv_nsec) < latest;
}

// RFC 9110 8.8.2.1: a Last-Modified is never later than the Date.
bool is_from_the_future(const struct stat& facts, const Turn& turn) {
  return facts.st_mtim.tv_sec > system_clock::to_time_t(floor<std::chrono::seconds>(turn.wall));
}

// The entity-tag has no inode number, so that replicas of a tree agree on it.
std::shared_ptr<File> describe(const struct stat& facts, std::string_view type, const Turn& turn) {
  auto file = std::make_shared<File>();
  file->size = static_cast<std::uint64_t>(facts.st_size);
  file->modified = is_from_the_future(facts, turn)
                       ? floor<std::chrono::seconds>(turn.wall)
                       : std::max(std::chrono::sys_seconds(std::chrono::seconds(facts.st_mtim.tv_sec)),
                                  kFirstHttpDate);  // conditions compare with what is written
  file->entity_tag =
      fmt::format("\"{:x}-{:x}.{:x}\"", facts.st_size, facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec);
  file->type = type;
  file->fields = fmt::format("Content-Type: {}\r\nLast-Modified: {}\r\nETag: {}\r\nAccept-Ranges: bytes\r\n",
                             type, format_http_date(file->modified), file->entity_tag);
  return file;
}

// Room for all of it.
std::span<std::byte> memory_of(File& file) {
  if (file.size >= kSmallestInPages) {
    file.pages = PageMemory(file.size);
    return file.pages.bytes();
  }
  file.bytes.resize(file.size);
  return std::as_writable_bytes(std::span(file.bytes));
}

// False also where there is no memory for all of it: it is read in parts then, as it is sent.
bool read_whole(const SourceFile& source, File& file) {
  try {
    return source.read(0, memory_of(file)) && source.unchanged();
  } catch (const std::bad_alloc&) {
    return false;
  }
}

Found refused(int status) { return {.status = status}; }

}  // namespace

UniqueFd open_root(const std::string& path) {
  return UniqueFd(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
}

std::expected<StaticFiles, Error> StaticFiles::open(Options options, UniqueFd opened) {
  UniqueFd root = opened ? std::move(opened) : open_root(options.root);
  if (!root) return std::unexpected(system_error(fmt::format("open the root '{}'", options.root), errno));
  // Where openat2(2) is unknown or forbidden nothing can be served.
  if (const auto tried = look_at(root.get(), ""); !tried) {
    return std::unexpected(system_error(fmt::format("open names below '{}' with openat2", options.root),
                                        tried.error(),
                                        "it takes Linux 5.6, and a container that permits it"));
  }
  return StaticFiles(std::move(options), std::move(root));
}

bool StaticFiles::reopen_root() {
  UniqueFd root = open_root(options_.root);
  if (!root || !look_at(root.get(), "")) return false;
  root_ = std::move(root);
  by_path_.clear();
  entries_.clear();
  kept_bytes_ = 0;
  return true;
}

Found StaticFiles::find(std::string_view path, const Turn& turn) {
  if (CachedFile* const kept = find_kept(path, turn)) return {.file = kept->file, .cached = kept};
  auto name = file_name_of(path);
  if (!name) return refused(name.error());
  return find_by_name(std::move(*name), path, turn);
}

CachedFile* StaticFiles::find_kept(std::string_view path, const Turn& turn) {
  const auto found = by_path_.find(path);
  if (found == by_path_.end()) return nullptr;
  const Entries::iterator entry = found->second;
  if (turn.now - entry->checked >= options_.valid && !still_valid(*entry, turn)) {
    drop(entry);
    return nullptr;
  }
  entries_.splice(entries_.begin(), entries_, entry);
  return &*entry;
}

bool StaticFiles::still_valid(CachedFile& kept, const Turn& turn) const {
  if (!kept.settled) return false;
  const auto facts = look_at(root_.get(), kept.name);
  if (!facts || !same_state(*facts, kept.facts)) return false;
  kept.checked = turn.now;
  return true;
}

Found StaticFiles::find_by_name(std::string name, std::string_view path, const Turn& turn) {
  const bool is_directory = name.empty() || name.ends_with('/');
  if (is_directory) name += "index.html";
  const auto facts = look_at(root_.get(), name);
  if (facts && S_ISREG(facts->st_mode)) return load(std::move(name), path, turn);
  if (is_directory) return refused(status_without_index(facts ? 0 : facts.error(), std::move(name)));
  if (!facts) return refused(status_of_errno(facts.error()));
  return S_ISDIR(facts->st_mode) ? Found{.status = kMoved, .directory = std::move(name)} : refused(kNotFound);
}

// The directory is there and shows nothing: 403. `error`: why `index` cannot be looked at; 0: it is no file.
int StaticFiles::status_without_index(int error, std::string index) const {
  if (error != 0 && error != ENOENT) return status_of_errno(error);
  index.resize(index.rfind('/') + 1);
  return look_at(root_.get(), index) ? kForbidden : kNotFound;
}

Found StaticFiles::load(std::string name, std::string_view path, const Turn& turn) {
  auto opened = open_beneath(root_.get(), name, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (!opened) return refused(status_of_errno(opened.error()));
  if (!S_ISREG(opened->facts.st_mode)) return refused(kNotFound);  // replaced since it was looked at
  const struct stat facts = opened->facts;
  const auto file = describe(facts, options_.types->of(name), turn);
  auto source = std::make_shared<const SourceFile>(std::move(opened->fd), facts);
  // A name can be far longer than the file it leads to.
  const std::uint64_t cost = kBytesPerEntry + file->size + path.size() + name.size();
  // What is said of a file from the future changes with each second.
  const bool worth_keeping = file->size <= kLargestKept && cost <= options_.cache_bytes / 8;
  if (worth_keeping && !is_from_the_future(facts, turn)) {
    // One that changes under our eyes is sent as it is: cut where the change shows.
    if (read_whole(*source, *file)) {
      keep({.path = std::string(path),
            .name = std::move(name),
            .file = file,
            .facts = facts,
            .cost = cost,
            .settled = has_settled(facts.st_ctim, turn.wall),
            .checked = turn.now});
      return {.file = file, .cached = &entries_.front()};
    }
    file->bytes = {};
    file->pages = {};
  }
  file->source = std::move(source);
  return {.file = file};
}

void StaticFiles::keep(CachedFile file) {
  kept_bytes_ += file.cost;
  entries_.push_front(std::move(file));
  by_path_.emplace(entries_.front().path, entries_.begin());
  while (kept_bytes_ > options_.cache_bytes) drop(std::prev(entries_.end()));
}

void StaticFiles::drop(Entries::iterator entry) {
  kept_bytes_ -= entry->cost;
  by_path_.erase(entry->path);
  entries_.erase(entry);
}

}  // namespace suite
