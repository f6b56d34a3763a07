#include "cmd/bench/stand_ins.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

namespace suite::bench {
namespace {

// A row's name, as it stands in the table that it is of.
struct RowName {
  OldRow row;
  std::string_view text;
};

constexpr std::array kRowNames{
    RowName{OldRow::kServerEpoll, "python server_epoll.py (Python 2)"},
    RowName{OldRow::kServerGevent, "python server_gevent.py (Python 2)"},
    RowName{OldRow::kServerTornado, "python server_tornado.py (Python 2)"},
    RowName{OldRow::kServerTwisted, "python server_twisted.py (Python 2)"},
    RowName{OldRow::kStackless, "concurrence, concurrence_greenlet, syncless (Stackless Python, Python 2)"},
    RowName{OldRow::kStacklessWsgi,
            "concurrence_wsgi, concurrence_wsgi_greenlet, syncless_wsgi (Stackless Python, Python 2)"},
};

bool was_measured(const BenchResult& result, std::size_t contestant) {
  return std::ranges::any_of(result.sections, [&](const SectionResult& section) {
    return contestant < section.size() && !section[contestant].rounds.empty();
  });
}

// Of those that were measured, the nearest first.
std::vector<const Contestant*> in_for(OldRow row, const Plan& plan, const BenchResult& result) {
  std::vector<const Contestant*> found;
  for (std::size_t i = 0; i < plan.contestants.size(); ++i) {
    const Contestant& one = plan.contestants[i];
    if (one.stand_in.row == row && was_measured(result, i)) found.push_back(&one);
  }
  std::ranges::stable_sort(found, {}, [](const Contestant* one) { return one->stand_in.distance; });
  return found;
}

}  // namespace

std::string stand_ins_text(const Plan& plan, const BenchResult& result) {
  std::string lines;
  for (const RowName& row : kRowNames) {
    std::vector<std::string_view> here;
    for (const Contestant* one : in_for(row.row, plan, result)) here.push_back(one->name);
    if (!here.empty()) lines += fmt::format("* {}: {}\n", row.text, fmt::join(here, ", "));
  }
  if (lines.empty()) return {};
  return "Rows of the tables that these descend from can no longer be run. In for their model stands:\n" +
         lines + "\n";
}

}  // namespace suite::bench
