// What a server keeps open for worker processes that replace others.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "common/net/unique_fd.h"

namespace suite {

/// The root and the access log as they were opened last. A worker process that replaces one which died begins
/// with these, whatever stands at their paths by then: it serves what the others serve, and serves at all.
/// Made by the process that forks, before it does; used by it and by its children, one thread each.
class KeptFiles {
 public:
  /// `log`: nothing, or "-" for standard error: none is kept. What cannot be opened is not kept either.
  KeptFiles(std::string root, std::optional<std::string> log);

  /// A SIGHUP came: reopens both; what cannot be reopened stays as it was. By the process that made this.
  void reopen();

  /// For a child of that process, a descriptor of its own; none where nothing is kept, and none for the
  /// process itself: its worker threads have descriptor tables of their own, and open the paths.
  UniqueFd root() const { return inherited(root_); }
  UniqueFd log() const { return inherited(log_); }
  /// The path of the root could not be opened at the latest SIGHUP.
  bool root_is_behind() const { return root_is_behind_; }

 private:
  UniqueFd inherited(const UniqueFd& fd) const;

  ::pid_t maker_;
  std::string root_path_;
  std::optional<std::string> log_path_;
  UniqueFd root_, log_;
  bool root_is_behind_ = false;
};

}  // namespace suite
