#include "cmd/report/published.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace suite::report {
namespace {

constexpr Publication kSyncless{
    .title = "Benchmarks for Syncless and other coroutine-based non-blocking I/O libraries",
    .conditions =
        "dual-core AMD Opteron at 2200 MHz, Linux 2.6, Python 2.5 or Stackless 2.6; a page of 40 bytes, a "
        "new "
        "connection for each request: ab with 100 at a time (http-close), or one after the other "
        "(http-sequential)"};
constexpr Publication kEchoServers{
    .title = "python echo server",
    .conditions = "machine and number of connections are not said; each figure is the median of its five"};
constexpr Publication kAsyncore{
    .title = "Async Server based on asyncore/asynchat (with epoll patch)",
    .conditions = "machine is not said; ab -n 50000 -c 100, and none of the answers was a 2xx"};
constexpr Publication kOtuserver{
    .title = "Otuserver",
    .conditions = "Python 3.7; machine is not said; ab -n 50000 -c 100, pages of 63 and 51 bytes"};
constexpr Publication kOServer{
    .title = "OServer", .conditions = "machine is not said; ab -n 50000 -c 100, a page of 954,824 bytes"};

constexpr std::array kFigures{
    PublishedFigure{"eventlet", "http-close", 4385.39, "eventlet 0.9.2, from scratch", &kSyncless},
    PublishedFigure{"eventlet", "http-sequential", 2787.06, "eventlet 0.9.2, from scratch", &kSyncless},
    PublishedFigure{"eventlet-wsgi", "http-close", 1857.89, "eventlet 0.9.2, WSGI", &kSyncless},
    PublishedFigure{"eventlet-wsgi", "http-sequential", 1442.58, "eventlet 0.9.2, WSGI", &kSyncless},
    PublishedFigure{"node", "http-close", 4370.64, "node.js 0.1.24", &kSyncless},
    PublishedFigure{"node", "http-sequential", 3450.65, "node.js 0.1.24", &kSyncless},
    PublishedFigure{"tornado", "http-close", 3228.51, "Tornado 0.2", &kSyncless},
    PublishedFigure{"tornado", "http-sequential", 2287.28, "Tornado 0.2", &kSyncless},

    PublishedFigure{"libev", "echo-d1", 220318.51, "a server in C on libev", &kEchoServers},
    PublishedFigure{"python-epoll", "echo-d1", 109164.47, "Python 2", &kEchoServers},
    PublishedFigure{"python-epoll", "echo-d1", 113342.46, "Python 3", &kEchoServers},
    PublishedFigure{"gevent", "echo-d1", 51905.48, "Python 2", &kEchoServers},
    PublishedFigure{"gevent", "echo-d1", 84190.32, "Python 3", &kEchoServers},
    PublishedFigure{"tornado", "echo-d1", 52223.29, "Python 2", &kEchoServers},
    PublishedFigure{"tornado", "echo-d1", 46217.16, "Python 3", &kEchoServers},
    PublishedFigure{"twisted", "echo-d1", 43826.53, "Python 2", &kEchoServers},
    PublishedFigure{"twisted", "echo-d1", 40336.90, "Python 3", &kEchoServers},
    PublishedFigure{"asyncio", "echo-d1", 23892.93, "Python 3", &kEchoServers},

    PublishedFigure{"asyncore", "http-404", 3549.16, "one worker process (here: four)", &kAsyncore},
    PublishedFigure{"asyncore", "http-404", 6600.53, "four worker processes", &kAsyncore},
    PublishedFigure{"asyncio", "http-close", 1612.51, "asyncio, without threads", &kOtuserver},
    PublishedFigure{"asyncio-threads", "http-close", 365.56, "asyncio with a pool of threads", &kOtuserver},
    PublishedFigure{"python-prefork", "http-large", 2164.89, "one worker process (here: four)", &kOServer},
    PublishedFigure{"python-prefork", "http-large", 4013.30, "two worker processes (here: four)", &kOServer},
};

}  // namespace

std::span<const PublishedFigure> published_figures() { return kFigures; }

std::vector<PublishedRow> published_beside(std::span<const Table> tables) {
  std::vector<PublishedRow> found;
  for (const Table& table : tables) {
    if (table.is_load || table.point || table.level) continue;
    std::vector<const Row*> rows;
    for (const Row& row : table.rows) rows.push_back(&row);
    std::ranges::stable_sort(rows, {}, &Row::place);
    for (const Row* row : rows) {
      const auto here = row->of(Metric::kThroughput).median;
      if (!here) continue;
      for (const PublishedFigure& figure : kFigures) {
        if (figure.contestant != row->contestant || figure.workload != table.workload) continue;
        found.push_back({.name = row->name, .load = table.title, .here = *here, .figure = &figure});
      }
    }
  }
  return found;
}

std::vector<std::string> publications_of(std::span<const PublishedRow> rows) {
  std::vector<const Publication*> named;
  std::vector<std::string> texts;
  for (const PublishedRow& row : rows) {
    const Publication* where = row.figure->where;
    if (std::ranges::find(named, where) != named.end()) continue;
    named.push_back(where);
    texts.push_back(fmt::format("{}: {}.", where->title, where->conditions));
  }
  return texts;
}

}  // namespace suite::report
