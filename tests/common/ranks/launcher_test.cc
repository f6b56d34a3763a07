#include "common/ranks/launcher.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace suite {
namespace {

std::optional<Launched> launched_with(const std::map<std::string, std::string>& variables) {
  return launched([&variables](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  });
}

TEST(Launcher, TakesItsPlaceFromMpirun) {
  const auto place = launched_with(
      {{"OMPI_COMM_WORLD_RANK", "2"}, {"OMPI_COMM_WORLD_SIZE", "4"}, {"PMIX_RANK", "2"}, {"PMI_RANK", "7"}});
  ASSERT_TRUE(place);
  EXPECT_EQ(place->launcher, "mpirun");
  EXPECT_EQ(place->rank, 2U);
  EXPECT_EQ(place->ranks, 4U);
}

TEST(Launcher, TakesItsPlaceFromSrunWithPmi) {
  const auto pmi2 = launched_with({{"PMI_RANK", "1"}, {"PMI_SIZE", "3"}, {"SLURM_NTASKS", "3"}});
  ASSERT_TRUE(pmi2);
  EXPECT_EQ(pmi2->rank, 1U);
  EXPECT_EQ(pmi2->ranks, 3U);
  const auto pmix = launched_with({{"PMIX_RANK", "1"}, {"SLURM_STEP_NUM_TASKS", "3"}});
  ASSERT_TRUE(pmix);
  EXPECT_EQ(pmix->ranks, 3U);
}

TEST(Launcher, LeavesToMpiHowManyRanksThereAreWherePmixAloneSaysWhichItIs) {
  const auto pmix = launched_with({{"PMIX_RANK", "5"}});
  ASSERT_TRUE(pmix);
  EXPECT_EQ(pmix->rank, 5U);
  EXPECT_FALSE(pmix->ranks);
  EXPECT_FALSE(pmix->is_alone());
}

TEST(Launcher, TakesABatchScriptForNoRank) {
  EXPECT_FALSE(launched_with({}));
  EXPECT_FALSE(launched_with({{"SLURM_NTASKS", "4"}, {"SLURM_PROCID", "0"}, {"SLURM_JOB_ID", "17"}}));
  EXPECT_FALSE(launched_with({{"SLURM_NTASKS", "4"}, {"SLURM_STEP_NUM_TASKS", "4"}, {"SLURM_PROCID", "2"}}));
}

TEST(Launcher, TakesWhatCannotBeAPlaceForNone) {
  for (const auto& [rank, ranks] :
       {std::pair("x", "4"), {"1", ""}, {"", ""}, {"-1", "4"}, {"4", "4"}, {"1 ", "4"}, {"0", "0"}}) {
    EXPECT_FALSE(launched_with({{"OMPI_COMM_WORLD_RANK", rank}, {"OMPI_COMM_WORLD_SIZE", ranks}}))
        << rank << " of " << ranks;
  }
}

TEST(Launcher, SaysWhenARankIsAlone) {
  EXPECT_TRUE(launched_with({{"OMPI_COMM_WORLD_RANK", "0"}, {"OMPI_COMM_WORLD_SIZE", "1"}})->is_alone());
}

}  // namespace
}  // namespace suite
