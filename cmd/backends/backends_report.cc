#include "cmd/backends/backends_report.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>
#include <nlohmann/json.hpp>

#include "cmd/version.h"
#include "common/process/environment.h"
#include "servers/protocols/http2/http2_sessions.h"
#include "servers/protocols/tls/tls_serving.h"
#include "servers/registry.h"

namespace suite {
namespace {

using Json = nlohmann::ordered_json;

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

std::string_view name_of(WorkerKind workers) {
  switch (workers) {
    case WorkerKind::kThreads:
      return "threads";
    case WorkerKind::kProcesses:
      return "processes";
    case WorkerKind::kPool:
      return "pool";
  }
  return "";
}

std::string_view sentence_of(WorkerKind workers) {
  switch (workers) {
    case WorkerKind::kThreads:
      return "workers are threads";
    case WorkerKind::kProcesses:
      return "workers are processes";
    case WorkerKind::kPool:
      return "workers are the threads of a pool";
  }
  return "";
}

std::string second_line(const BackendState& state) {
  std::string facts =
      fmt::format("{}; {}", sentence_of(*state.workers),
                  state.library.empty() ? "plain system calls" : std::string_view(state.library));
  if (!state.in_use.empty()) facts += fmt::format("\n{:<12} {}", "", state.in_use);
  if (state.reason.empty()) return "usable here; " + facts;
  return fmt::format("not usable here: {}; {}", state.reason, facts);
}

}  // namespace

std::vector<BackendState> backend_states() {
  std::vector<BackendState> states;
  for (const Backend& backend : backends()) {
    const auto usable = backend.usable != nullptr ? backend.usable() : std::expected<void, Error>{};
    states.push_back({.name = std::string(backend.name),
                      .model = std::string(backend.model),
                      .library = backend.library,
                      .workers = backend.workers,
                      .reason = usable ? "" : usable.error().one_line(),
                      .in_use = usable && backend.in_use != nullptr ? backend.in_use() : ""});
  }
  for (const AbsentBackend& absent : absent_backends()) {
    states.push_back({.name = std::string(absent.name),
                      .model = {},
                      .library = {},
                      .workers = {},
                      .reason = fmt::format("{}; {}", absent.reason, absent.advice),
                      .in_use = {}});
  }
  return states;
}

std::string backends_text(std::span<const BackendState> states) {
  std::string text;
  for (const BackendState& state : states) {
    if (state.workers) {
      text += fmt::format("{:<12} {}\n{:<12} {}\n", state.name, state.model, "", second_line(state));
    } else {
      text += fmt::format("{:<12} {}\n", state.name, state.reason);
    }
  }
  return text;
}

std::string tls_text() {
  if (const auto library = tls_library())
    return fmt::format("{:<12} {}, on every backend\n", "TLS", *library);
  return fmt::format("{:<12} left out of this build; install libssl-dev and build again\n", "TLS");
}

std::string http2_text() {
  if (const auto library = http2_library())
    return fmt::format("{:<12} {}, on every backend\n", "HTTP/2", *library);
  return fmt::format("{:<12} left out of this build; install libnghttp2-dev and build again\n", "HTTP/2");
}

Json backends_json(std::span<const BackendState> states) {
  Json list = Json::array();
  for (const BackendState& state : states) {
    list.push_back({{"name", state.name},
                    {"model", text_or_null(state.model)},
                    {"library", text_or_null(state.library)},
                    {"workers", state.workers ? Json(name_of(*state.workers)) : Json(nullptr)},
                    {"usable", state.reason.empty()},
                    {"reason", text_or_null(state.reason)},
                    {"in_use", text_or_null(state.in_use)}});
  }
  return {{"schema", 1},
          {"suite", version_number()},
          {"kernel", text_or_null(kernel_text(this_machine()))},
          {"tls", text_or_null(tls_library().value_or(""))},
          {"http2", text_or_null(http2_library().value_or(""))},
          {"backends", std::move(list)}};
}

}  // namespace suite
