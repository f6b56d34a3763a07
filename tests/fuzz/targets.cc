// One program for all targets: `suite_fuzz TARGET` takes libFuzzer's arguments behind the name, `suite_fuzz
// list` names them, each with the file of its words.
#include "tests/fuzz/targets.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace suite::fuzz {
namespace {

constexpr std::array kTargets{
    Target{.name = "request_head", .run = request_head, .words = "http"},
    Target{.name = "response", .run = response, .words = "http"},
    Target{.name = "chunked_body", .run = chunked_body},
    Target{.name = "request_path", .run = request_path},
    Target{.name = "conditions", .run = conditions, .words = "http"},
    Target{.name = "http2_frames", .run = http2_frames},
    Target{.name = "hpack", .run = hpack},
    Target{.name = "quantities", .run = quantities, .words = "command_line"},
    Target{.name = "addresses", .run = addresses, .words = "command_line"},
    Target{.name = "gates", .run = gates, .words = "command_line"},
    Target{.name = "request_list", .run = request_list, .words = "http"},
    Target{.name = "documents", .run = documents, .words = "documents"},
    Target{.name = "http1_session", .run = http1_session, .words = "http"},
    Target{.name = "http2_session", .run = http2_session},
    Target{.name = "http2_client", .run = http2_client},
    Target{.name = "tls_session", .run = tls_session},
    Target{.name = "tls_driver", .run = tls_driver},
};

const Target* chosen = nullptr;

// libFuzzer runs itself again (-merge=1, -jobs) without this program's own argument.
constexpr const char* kChosenName = "SUITE_FUZZ_TARGET";

[[noreturn]] void end(int code) {
  for (const Target& target : kTargets)
    std::fprintf(code == 0 ? stdout : stderr, "%s %s\n", target.name.data(), target.words.data());
  std::fflush(nullptr);
  std::_Exit(code);
}

void choose(int& count, char** arguments) {
  const char* name = std::getenv(kChosenName);
  if (name == nullptr) {
    if (count < 2) end(2);
    name = arguments[1];
    ::setenv(kChosenName, name, 1);
    std::copy(arguments + 2, arguments + count, arguments + 1);
    arguments[--count] = nullptr;
  }
  if (name == std::string_view("list")) end(0);
  const auto found = std::ranges::find(kTargets, name, &Target::name);
  if (found == kTargets.end()) end(2);
  chosen = &*found;
}

}  // namespace

std::span<const Target> targets() { return kTargets; }

}  // namespace suite::fuzz

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments) {
  suite::fuzz::choose(*count, *arguments);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  suite::fuzz::chosen->run({data, size});
  return 0;
}
