#include <fmt/format.h>

#include "client/reports/report.h"

namespace suite {

std::string line_report(const LoadResult& result) {
  // "reqests" is what the scripts that read this line look for.
  return fmt::format("Throughput: {:.2f} [reqests/sec], errors: {}", result.rps(),
                     result.counts.errors.total());
}

}  // namespace suite
