#include "cmd/backends/backends_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "servers/protocols/http2/http2_sessions.h"
#include "servers/protocols/tls/tls_serving.h"
#include "servers/registry.h"

namespace suite {
namespace {

using testing::HasSubstr;

std::vector<BackendState> three_states() {
  return {{.name = "plain",
           .model = "readiness: by hand",
           .library = "",
           .workers = WorkerKind::kProcesses,
           .reason = "",
           .in_use = "this and that"},
          {.name = "barred",
           .model = "completion: of a sort",
           .library = "libsort 2.3",
           .workers = WorkerKind::kThreads,
           .reason = "cannot open a ring: Operation not permitted",
           .in_use = ""},
          {.name = "lacking",
           .model = "",
           .library = "",
           .workers = {},
           .reason = "left out of this build; install liblack-dev and build again",
           .in_use = ""}};
}

TEST(BackendsText, NamesTheLibraryOfTls) {
  const auto library = tls_library();
  EXPECT_EQ(tls_text(), library
                            ? "TLS          " + *library + ", on every backend\n"
                            : "TLS          left out of this build; install libssl-dev and build again\n");
  const auto json = backends_json(three_states());
  EXPECT_EQ(json["tls"].is_null(), !library);
}

TEST(BackendsText, NamesTheLibraryOfHttp2) {
  const auto library = http2_library();
  EXPECT_EQ(http2_text(),
            library ? "HTTP/2       " + *library + ", on every backend\n"
                    : "HTTP/2       left out of this build; install libnghttp2-dev and build again\n");
  EXPECT_EQ(backends_json(three_states())["http2"].is_null(), !library);
}

TEST(BackendsText, SaysWhatRunsHereAndWhyTheOthersDoNot) {
  EXPECT_EQ(backends_text(three_states()),
            "plain        readiness: by hand\n"
            "             usable here; workers are processes; plain system calls\n"
            "             this and that\n"
            "barred       completion: of a sort\n"
            "             not usable here: cannot open a ring: Operation not permitted; workers are threads; "
            "libsort 2.3\n"
            "lacking      left out of this build; install liblack-dev and build again\n");
}

TEST(BackendsJson, HasTheSameFieldsForEachAndNullWhereThereIsNothingToSay) {
  const auto document = backends_json(three_states());
  EXPECT_EQ(document["schema"], 1);
  EXPECT_THAT(document["kernel"].get<std::string>(), HasSubstr("Linux "));
  const auto& list = document["backends"];
  ASSERT_EQ(list.size(), 3U);
  EXPECT_EQ(list[0].dump(),
            R"({"name":"plain","model":"readiness: by hand","library":null,"workers":"processes",)"
            R"("usable":true,"reason":null,"in_use":"this and that"})");
  EXPECT_EQ(list[1].dump(),
            R"({"name":"barred","model":"completion: of a sort","library":"libsort 2.3","workers":"threads",)"
            R"("usable":false,"reason":"cannot open a ring: Operation not permitted","in_use":null})");
  EXPECT_EQ(list[2].dump(),
            R"({"name":"lacking","model":null,"library":null,"workers":null,"usable":false,)"
            R"("reason":"left out of this build; install liblack-dev and build again","in_use":null})");
}

TEST(BackendStates, HoldEveryBackendOfTheRegistryInItsOrder) {
  std::vector<std::string> expected, found;
  for (const Backend& backend : backends()) expected.emplace_back(backend.name);
  for (const AbsentBackend& absent : absent_backends()) expected.emplace_back(absent.name);
  for (const BackendState& state : backend_states()) found.push_back(state.name);
  EXPECT_EQ(found, expected);
}

}  // namespace
}  // namespace suite
