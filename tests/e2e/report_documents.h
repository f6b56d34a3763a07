// Documents of suite bench and suite load in schema 1, made by hand: a reader keeps reading these, and their
// figures are known.
#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>
#include <nlohmann/json.hpp>

namespace suite::test {

/// A second of that many requests, of which the server took 5 us of CPU time each.
inline nlohmann::json sample_run(double rps) {
  nlohmann::json run = nlohmann::json::parse(R"({"loop": "closed",
    "errors": {"connect": 0, "reset": 0, "closed_early": 0, "timeout": 0, "mismatch": 0, "malformed": 0, "status": 0},
    "in_flight_at_end": 0, "seconds": 1.0, "bytes_sent": 0, "bytes_received": 0, "receives": 0,
    "replies_per_receive": 0.0,
    "latency_ns": {"min": 1000, "mean": 1240.0, "stddev": 538.0, "p50": 1000, "p75": 1000, "p90": 2000, "p95": 2000,
                   "p99": 4000, "p999": 4000, "max": 4000,
                   "histogram": {"buckets": [[1000, 800], [2000, 180], [4000, 20]], "sum": 1240000, "clamped": 0}},
    "connect_ns": {"min": null, "mean": null, "stddev": null, "p50": null, "p75": null, "p90": null, "p95": null,
                   "p99": null, "p999": null, "max": null, "histogram": {"buckets": [], "sum": 0, "clamped": 0}},
    "connections": {"asked": 4, "opened": 4, "reopened": 0}, "client_cpu_seconds": 0.5, "driver": "epoll",
    "threads": 1, "thread_use": [], "idle_share": null,
    "kernel_tcp": {"listen_overflows": 0, "listen_drops": 0, "syn_queue_full_drops": 0, "syn_cookies": 0,
                   "syn_retransmissions": 0, "delayed_acks": 0},
    "series": [], "interrupted": false, "failure": null, "warnings": [], "rate": null, "service_ns": null,
    "statuses": null, "non_2xx": null, "body_bytes_received": null, "kept_alive": null, "first_byte_ns": null,
    "total_ns": null})");
  const auto completed = static_cast<std::uint64_t>(std::llround(rps));
  run["completed"] = run["sent"] = completed;
  run["rps"] = completed;
  run["server_cpu_seconds"] = static_cast<double>(completed) * 5e-6;
  return run;
}

/// These contestants under each of these numbers of connections, seven rounds each; the next one is always 10
/// % slower.
inline nlohmann::json sample_comparison(const std::vector<std::string>& names,
                                        const std::vector<std::uint64_t>& conns) {
  constexpr int kRounds = 7;
  nlohmann::json document = nlohmann::json::parse(R"({"schema": 1, "suite": "0.1.0", "kind": "bench",
    "config": {"rounds": 7, "secs": 1.0, "warmup": 0.2, "seed": 1, "server_cpus": [0], "load_cpus": [1], "http_limit": 5.0},
    "environment": {"system": "Linux", "release": "6.1.0", "machine": "x86_64", "usable_cpus": 2, "cpu": "A CPU",
                    "memory_bytes": 1000000000, "distribution": "Debian 12",
                    "compiler": "g++ 12.2.0", "libraries": "fmt 9.1.0", "commit": "abc1234"
}
, "interrupted" : false, "skipped" : [], "sections" : []
})");
  for (const std::uint64_t each : conns) {
    nlohmann::json contestants = nlohmann::json::array();
    double rps = 10'000.0 * static_cast<double>(each);
    for (const std::string& name : names) {
      nlohmann::json runs = nlohmann::json::array();
      for (int number = 1; number <= kRounds; ++number) {
        runs.push_back(sample_run(rps * (1 + 0.003 * ((number * 3) % kRounds))));
        runs.back()["round"] = number;
      }
      contestants.push_back({{"name", name},
                             {"serve", "serve " + name},
                             {"workers", 1},
                             {"load", "load"},
                             {"failure", nullptr},
                             {"runs", runs}});
      rps *= 0.9;
    }
    document["sections"].push_back(
        {{"workload", "echo-d1"}, {"conns", each}, {"depth", 1}, {"contestants", contestants}});
  }
  return document;
}

/// A result of suite load with two runs of five seconds.
inline nlohmann::json sample_load() {
  nlohmann::json run = sample_run(300);
  for (int second = 1; second <= 5; ++second) {
    run["series"].push_back({{"seconds", 1.0},
                             {"completed", 100 * second},
                             {"errors", 0},
                             {"rps", 100 * second},
                             {"p50_ns", 1'000'000},
                             {"p99_ns", 2'000'000 * second}});
  }
  return {{"schema", 1},
          {"suite", "0.1.0"},
          {"config", {{"target", "127.0.0.1:3900"}, {"conns", 4}}},
          {"environment",
           {{"cpu", "A CPU"},
            {"cores", 2},
            {"kernel", "Linux 6.1.0 x86_64"},
            {"compiler", "g++"},
            {"suite", "0.1.0"}}},
          {"gates", nlohmann::json::array()},
          {"find_max", nullptr},
          {"runs", {run, run}}};
}

}  // namespace suite::test
