#include "cmd/verbs.h"

#include <array>

#include "cmd/backends/backends_options.h"
#include "cmd/bench/bench_options.h"
#include "cmd/compare/compare_options.h"
#include "cmd/doctor/doctor_options.h"
#include "cmd/limits/limits_options.h"
#include "cmd/load/load_flags.h"
#include "cmd/merge/merge_options.h"
#include "cmd/report/report_options.h"
#include "cmd/serve/serve_http_options.h"
#include "cmd/serve/serve_options.h"

namespace suite {
namespace {

// Over variables that nobody parses into.
template <class Flags, OptionTable (*make_table)(Flags&)>
OptionTable options_of() {
  static Flags defaults;
  return make_table(defaults);
}

OptionTable load_options() {
  static LoadFlags defaults;
  return load_table(defaults, {});
}

constexpr std::array kVerbs{
    Verb{"serve-echo", "TCP echo server on a chosen I/O backend", &run_serve_echo,
         &options_of<ServeFlags, &serve_echo_table>},
    Verb{"serve-http", "HTTP/1.1 server of static files on the same backends", &run_serve_http,
         &options_of<ServeHttpFlags, &serve_http_table>},
    Verb{"load", "pipelined load on a TCP echo or HTTP server: requests/s, latency, errors", &run_load_verb,
         &load_options},
    Verb{"bench", "the whole comparison: servers started, measured and stopped, round by round", &run_bench,
         &options_of<bench::BenchOptions, &bench::bench_table>},
    Verb{"compare", "did one result change against another, with confidence intervals", &run_compare,
         &options_of<compare::CompareFlags, &compare::compare_table>},
    Verb{"merge", "results of load from several machines as one, with exact percentiles", &run_merge,
         &options_of<merge::MergeFlags, &merge::merge_table>},
    Verb{"report", "a result as one self-contained HTML page, or Markdown, CSV, JSON", &run_report,
         &options_of<report::ReportFlags, &report::report_table>},
    Verb{"backends", "what this binary was built with, and what this kernel can run", &run_backends,
         &options_of<BackendsFlags, &backends_table>},
    Verb{"limits", "what this machine's TCP costs at the least, in under ten seconds", &run_limits,
         &options_of<limits::LimitsFlags, &limits::limits_table>},
    Verb{"doctor", "what on this machine spoils or bounds measurements, and what changes it", &run_doctor,
         &options_of<doctor::DoctorFlags, &doctor::doctor_table>},
};

}  // namespace

std::span<const Verb> verbs() { return kVerbs; }

}  // namespace suite
