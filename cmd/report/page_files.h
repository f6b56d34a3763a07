// The files of cmd/report/page and Chart.js, as they were when the program was built.
#pragma once

#include <string_view>

namespace suite::report {

struct PageFiles {
  std::string_view html, css, js;
  std::string_view charts;  // Chart.js; empty where it was not there: a page then has tables only
};

extern const PageFiles kPageFiles;

}  // namespace suite::report
