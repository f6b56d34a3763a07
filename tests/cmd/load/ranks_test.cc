// Rank 0 and those that follow it, in one process: no MPI, and no sockets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>

#include "cmd/cli/exit_code.h"
#include "cmd/load/load_options.h"
#include "cmd/load/rank_follow.h"
#include "cmd/load/rank_lead.h"
#include "cmd/results/load_document.h"
#include "tests/support/fake_ranks.h"
#include "tests/support/temporary_folder.h"

namespace suite {
namespace {

using test::FakeRank;
using testing::HasSubstr;

LoadOptions ranked_options(std::vector<std::string> arguments) {
  arguments.insert(arguments.end(), {"--driver", "null"});
  auto options = parse_load_options(arguments);
  EXPECT_TRUE(options) << options.error().text;
  return *options;
}

/// What rank 0 does with the ranks once they go together.
using Lead = std::function<void(RankLead& ranks, const LoadOptions& options)>;

void load_over(std::size_t ranks, const std::vector<std::string>& arguments, const Lead& lead) {
  const auto interrupt = EventFd::open();
  ASSERT_TRUE(interrupt);
  test::run_ranks(ranks, [&](FakeRank& rank) {
    const LoadOptions options = ranked_options(arguments);
    const RankRoll roll = rank_roll(options.settings);
    RankPost post(rank);
    if (rank.rank() != 0) {
      EXPECT_EQ(follow_rank_zero(post, roll, &options, *interrupt), kExitOk);
      EXPECT_TRUE(rank.finished());
      return;
    }
    RankLead leader(post, *interrupt);
    const auto why = leader.muster(roll);
    EXPECT_FALSE(why) << why->text;
    if (!why) lead(leader, options);
    EXPECT_EQ(leader.end(kExitOk), kExitOk);
    EXPECT_TRUE(rank.finished());
  });
}

TEST(Ranks, MakeOneResultOfAllTheirRequests) {
  for (const std::size_t ranks : {1U, 2U, 4U}) {
    load_over(ranks, {"-n", "1003", "-c", "9"}, [ranks](RankLead& leader, const LoadOptions& options) {
      const auto result = leader.run(options, options.settings.plan);
      ASSERT_TRUE(result) << result.error().one_line();
      EXPECT_EQ(result->counts.completed, 1003U);
      EXPECT_EQ(result->latency.count(), 1003U);
      EXPECT_EQ(result->connections_asked, 9U);
      EXPECT_EQ(result->connections_opened, 9U);
      EXPECT_EQ(result->threads, ranks);
      ASSERT_EQ(result->ranks.size(), ranks);
      EXPECT_FALSE(result->failure);
      EXPECT_FALSE(result->interrupted);
    });
  }
}

TEST(Ranks, KeepARateTogetherAndTakeAnotherForEachRun) {
  load_over(2, {"-d", "50ms", "-c", "4", "-R", "2000"}, [](RankLead& leader, const LoadOptions& options) {
    LoadPlan plan = options.settings.plan;
    for (const double rate : {2000.0, 500.0}) {
      plan.rate->per_second = rate;
      const auto result = leader.run(options, plan);
      ASSERT_TRUE(result && result->rate);
      EXPECT_DOUBLE_EQ(result->rate->asked, rate);
      EXPECT_EQ(result->rate->due, static_cast<std::uint64_t>(rate / 20))
          << "the ranks' arrivals are one rate's";
    }
    plan.rate.reset();
    const auto closed = leader.run(options, plan);
    ASSERT_TRUE(closed);
    EXPECT_FALSE(closed->rate);
  });
}

TEST(Ranks, EachKeepADocumentThatCanBeMerged) {
  const test::TemporaryFolder folder;
  const std::string file = folder.file("all.json");
  load_over(2, {"-n", "500", "-c", "4", "--json", file}, [](RankLead& leader, const LoadOptions& options) {
    for (int run = 0; run < 2; ++run) ASSERT_TRUE(leader.run(options, options.settings.plan));
  });
  for (const char* suffix : {".rank0", ".rank1"}) {
    std::ifstream in(file + suffix);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const auto document = results::read_load_document(text);
    ASSERT_TRUE(document) << document.error();
    ASSERT_EQ(document->runs.size(), 2U);
    EXPECT_EQ(document->runs[0].counts.completed, 250U);
    EXPECT_EQ(document->config.at("conns"), 4);
    EXPECT_EQ(document->config.at("share"), suffix == std::string(".rank0") ? "1/2" : "2/2");
  }
}

TEST(Ranks, EndTogetherWhereTheyWereAskedForDifferentThings) {
  const auto interrupt = EventFd::open();
  ASSERT_TRUE(interrupt);
  test::run_ranks(3, [&](FakeRank& rank) {
    const LoadOptions options = ranked_options({"-n", rank.rank() == 2 ? "7" : "5"});
    const RankRoll roll = rank_roll(options.settings);
    RankPost post(rank);
    if (rank.rank() != 0) {
      EXPECT_EQ(follow_rank_zero(post, roll, &options, *interrupt), kExitOk)
          << "rank 0's exit code is enough";
      return;
    }
    RankLead leader(post, *interrupt);
    const auto why = leader.muster(roll);
    ASSERT_TRUE(why);
    EXPECT_THAT(why->text, HasSubstr("rank 2 on "));
    EXPECT_THAT(why->text, HasSubstr(" has requests 7, rank 0 on "));
    EXPECT_EQ(leader.end(why->code), kExitUsage);
    EXPECT_TRUE(rank.finished());
    EXPECT_FALSE(rank.aborted());
  });
}

TEST(Ranks, KeepWhatTheOthersMeasuredWhereOneFails) {
  const auto interrupt = EventFd::open();
  ASSERT_TRUE(interrupt);
  test::run_ranks(2, [&](FakeRank& rank) {
    const LoadOptions options = ranked_options({"-n", "100", "-c", "4"});
    const RankRoll roll = rank_roll(options.settings);
    RankPost post(rank);
    if (rank.rank() == 1) {  // begins with the others, and loses its result
      post.send(0, Word::kHere, roll_text(roll));
      post.send(0, Word::kReady);
      const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
      while (const auto letter = post.next({.until = until})) {
        if (letter->word == Word::kPing) post.send(0, Word::kPong, "1");
        if (letter->word == Word::kStart) return post.send(0, Word::kFailed, "out of memory");
      }
      return;
    }
    RankLead leader(post, *interrupt);
    ASSERT_FALSE(leader.muster(roll));
    const auto result = leader.run(options, options.settings.plan);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->counts.completed, 50U);
    EXPECT_TRUE(result->interrupted);
    ASSERT_TRUE(result->failure);
    EXPECT_THAT(result->failure->one_line(), HasSubstr("cannot get the result of rank 1 on "));
    EXPECT_THAT(result->failure->one_line(), HasSubstr(": out of memory ("));
    leader.end(kExitFailed);
    EXPECT_EQ(rank.aborted(), kExitFailed) << "nobody waits for a rank that is lost";
  });
}

TEST(Ranks, WaitForNoResultForLongOnceInterrupted) {
  const auto interrupt = EventFd::open(), never = EventFd::open();
  ASSERT_TRUE(interrupt && never);
  test::run_ranks(2, [&](FakeRank& rank) {
    const LoadOptions options = ranked_options({"-d", "1h", "-c", "4"});
    const RankRoll roll = rank_roll(options.settings);
    RankPost post(rank);
    if (rank.rank() == 1) {
      post.send(0, Word::kHere, roll_text(roll));
      post.send(0, Word::kReady);
      const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
      while (const auto letter = post.next({.until = until})) {
        if (letter->word == Word::kPing) post.send(0, Word::kPong, "1");
        if (letter->word == Word::kStart) break;
      }
      interrupt->set();  // and sends nothing
      return;
    }
    RankLead leader(post, *interrupt);
    ASSERT_FALSE(leader.muster(roll));
    const auto result = leader.run(options, options.settings.plan);
    ASSERT_TRUE(result);
    EXPECT_TRUE(result->interrupted);
    ASSERT_TRUE(result->failure);
    EXPECT_THAT(result->failure->one_line(), HasSubstr("it was not sent in time"));
  });
}

}  // namespace
}  // namespace suite
