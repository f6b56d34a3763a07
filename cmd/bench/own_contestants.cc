#include "cmd/bench/own_contestants.h"

#include <chrono>
#include <utility>

#include "cmd/bench/command_words.h"

namespace suite::bench {
namespace {

Launch launch_of(const OwnServer& server, const OwnLaunch& common) {
  CommandWords words = words_of(server.command);
  Launch launch{.program = std::move(words.program),
                .arguments = std::move(words.arguments),
                .through_shell = words.through_shell,
                .ready = PortAccepts{},
                .stop = {.ending = Ending::kAny}};
  if (common.ready_path && server.kind == ServerKind::kHttp)
    launch.ready = PathAnswers{.path = *common.ready_path};
  return launch;
}

}  // namespace

std::vector<Contestant> own_contestants(std::span<const OwnServer> servers, const OwnLaunch& launch) {
  std::vector<Contestant> contestants;
  for (const OwnServer& server : servers) {
    Contestant one{.name = server.name,
                   .url = server.url,
                   .budget = {.overhead = std::chrono::milliseconds(server.url ? 150 : 600)},
                   .kind = server.kind,
                   .workers = launch.workers};
    if (!server.url) one.launch = launch_of(server, launch);
    contestants.push_back(std::move(one));
  }
  return contestants;
}

}  // namespace suite::bench
