#include "servers/protocols/http/kept_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <utility>

#include "servers/protocols/http/log_file.h"
#include "servers/protocols/http/static_files.h"

namespace suite {

KeptFiles::KeptFiles(std::string root, std::optional<std::string> log)
    : maker_(::getpid()), root_path_(std::move(root)), log_path_(std::move(log)) {
  if (log_path_ == "-") log_path_.reset();
  reopen();
}

void KeptFiles::reopen() {
  UniqueFd root = open_root(root_path_);
  root_is_behind_ = !root;
  if (root) root_ = std::move(root);
  if (!log_path_) return;
  if (UniqueFd log = open_log(*log_path_)) log_ = std::move(log);
}

UniqueFd KeptFiles::inherited(const UniqueFd& fd) const {
  if (!fd || ::getpid() == maker_) return {};
  return UniqueFd(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 0));
}

}  // namespace suite
