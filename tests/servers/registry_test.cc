#include "servers/registry.h"

#include <gtest/gtest.h>

#include <set>

namespace suite {
namespace {

TEST(Registry, HoldsEpollAndPrefork) {
  for (const char* name : {"epoll", "prefork"}) {
    const auto backend = find_backend(name);
    ASSERT_TRUE(backend) << name;
    EXPECT_EQ((*backend)->name, name);
  }
}

TEST(Registry, NamesEveryBackendOnceAndSaysHowItWorks) {
  std::set<std::string_view> names;
  for (const Backend& backend : backends()) {
    EXPECT_TRUE(names.insert(backend.name).second) << backend.name;
    EXPECT_FALSE(backend.model.empty()) << backend.name;
    ASSERT_NE(backend.make_loop, nullptr) << backend.name;
    EXPECT_NE(backend.make_loop(), nullptr) << backend.name;
  }
  for (const AbsentBackend& absent : absent_backends()) {
    EXPECT_TRUE(names.insert(absent.name).second) << absent.name;
    EXPECT_FALSE(absent.reason.empty()) << absent.name;
  }
}

TEST(Registry, SuggestsANearMiss) {
  const auto backend = find_backend("epol");
  ASSERT_FALSE(backend);
  EXPECT_EQ(backend.error().advice, "did you mean 'epoll'? 'suite backends' lists them");
}

TEST(Registry, ListsWhatThereIsWhereNothingIsNear) {
  const auto backend = find_backend("quicksand");
  ASSERT_FALSE(backend);
  EXPECT_TRUE(backend.error().advice.starts_with("this build has: epoll, ")) << backend.error().advice;
}

TEST(Registry, RunsPreforkInProcesses) {
  EXPECT_EQ((*find_backend("prefork"))->workers, WorkerKind::kProcesses);
  EXPECT_EQ((*find_backend("epoll"))->workers, WorkerKind::kThreads);
}

}  // namespace
}  // namespace suite
