// The parts of a report's page that are read without scripts.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cmd/report/content.h"

namespace suite::report {

/// As text of an element, or as an attribute's value in double quotes.
std::string html_text(std::string_view text);

std::string headlines_html(const Content& content);
std::string trust_html(const Trust& trust);
/// The first table of each workload, best first.
std::string ranking_tables_html(const Content& content);
/// All figures of each workload.
std::string figure_tables_html(const Content& content);
/// Contestants by points, with why one got no further; empty where there is no sweep.
std::string sweep_tables_html(const Content& content);
/// Contestants by loads, with their knees; empty where there are none.
std::string growth_tables_html(const Content& content);
/// Contestants by workloads, as shares of the best, and of what the machine can do where that is known; empty
/// where there is one workload.
std::string heat_html(const Content& content);
/// What others published of the same servers, beside our figures; empty where nothing is known.
std::string published_html(const Content& content);
std::string warnings_html(const Content& content);
std::string commands_html(const Content& content);
std::string environment_html(const Content& content);

}  // namespace suite::report
