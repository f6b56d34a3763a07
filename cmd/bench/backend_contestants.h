// Which backends take part, and as which contestants.
#pragma once

#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/bench/chosen.h"
#include "cmd/bench/contestant.h"

namespace suite::bench {

/// `list` is "all" or names with commas between. The error is for the user: an unknown name, or one twice.
std::expected<Chosen, std::string> choose_backends(std::string_view list);

/// How many workers a backend's contestants have.
enum class WorkerRows {
  kUsual,  // one for echo; over HTTP, backends that are compared by their workers have a row for each number
  kAsAsked,  // each backend has one row, with as many as the section says
};

/// The servers of these backends, without ports. Over HTTP, those that are not compared by their workers have
/// their row in the table only (Extent::kTable).
std::vector<Contestant> echo_contestants(std::span<const std::string> backends,
                                         WorkerRows rows = WorkerRows::kUsual);
std::vector<Contestant> http_contestants(std::span<const std::string> backends,
                                         WorkerRows rows = WorkerRows::kUsual);

/// The names of the backends that are compared by their workers: "epoll and prefork".
std::string backends_compared_by_workers();

}  // namespace suite::bench
