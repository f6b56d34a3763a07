#include "cmd/bench/stand_ins.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

namespace suite {
namespace {

struct Ancestor {
  ServerKind kind;
  std::string_view rows;
  std::array<std::string_view, 2> stand_ins;  // names of contestants, the nearest first
};

constexpr std::array kAncestors{
    Ancestor{ServerKind::kEcho, "python server_epoll.py (Python 2)", {"python-epoll"}},
    Ancestor{ServerKind::kEcho, "python server_gevent.py (Python 2)", {"gevent"}},
    Ancestor{ServerKind::kEcho, "python server_tornado.py (Python 2)", {"tornado"}},
    Ancestor{ServerKind::kEcho, "python server_twisted.py (Python 2)", {"twisted"}},
    Ancestor{ServerKind::kHttp,
             "concurrence, concurrence_greenlet, syncless (Stackless Python, Python 2)",
             {"gevent", "fiber"}},
    Ancestor{ServerKind::kHttp,
             "concurrence_wsgi, concurrence_wsgi_greenlet, syncless_wsgi (Stackless Python, Python 2)",
             {"gevent-wsgi"}},
};

bool was_measured(const BenchResult& result, std::size_t contestant) {
  return std::ranges::any_of(result.sections, [&](const SectionResult& section) {
    return contestant < section.size() && !section[contestant].rounds.empty();
  });
}

bool has_row(const Plan& plan, const BenchResult& result, ServerKind kind, std::string_view name) {
  for (std::size_t i = 0; i < plan.contestants.size(); ++i) {
    const Contestant& one = plan.contestants[i];
    if (one.kind == kind && one.name == name && was_measured(result, i)) return true;
  }
  return false;
}

}  // namespace

std::string stand_ins_text(const Plan& plan, const BenchResult& result) {
  std::string lines;
  for (const Ancestor& ancestor : kAncestors) {
    std::vector<std::string_view> here;
    for (const std::string_view name : ancestor.stand_ins) {
      if (has_row(plan, result, ancestor.kind, name)) here.push_back(name);
    }
    if (!here.empty()) lines += fmt::format("* {}: {}\n", ancestor.rows, fmt::join(here, ", "));
  }
  if (lines.empty()) return {};
  return "Rows of the tables that these descend from can no longer be run. In for their model stands:\n" +
         lines + "\n";
}

}  // namespace suite
