// The packages that cpack makes of the build folder: what is in them, what lintian says, and that they run
// elsewhere.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/child.h"
#include "tests/support/programs.h"
#include "tests/support/temporary_folder.h"

namespace suite::test {
namespace {

namespace fs = std::filesystem;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

constexpr std::chrono::seconds kPackagePatience{100};

// The set "packaging" of cmake/setup.sh has lintian; a plain tests/run.sh does not install it.
class Packages : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* program : {"cpack", "lintian", "dpkg-shlibdeps"}) {
      if (!find_program(program)) GTEST_SKIP() << program << " is not installed";
    }
    make("DEB;TGZ");
  }

  void make(const std::string& generators) {
    const fs::path build = fs::path(SUITE_PROGRAM).parent_path();
    const Finished made =
        run_to_end({.arguments = {*find_program("cpack"), "-G", generators, "--config",
                                  (build / "CPackConfig.cmake").string(), "-B", folder_.file("")}},
                   kPackagePatience);
    ASSERT_EQ(made.status, exited(0)) << made.output << made.errors;
    for (const auto& entry : fs::directory_iterator(folder_.file(""))) {
      if (entry.path().extension() == ".deb") deb_ = entry.path();
      if (entry.path().extension() == ".gz") archive_ = entry.path();
    }
    ASSERT_FALSE(deb_.empty());
    ASSERT_FALSE(archive_.empty());
  }

  static std::string output_of(const std::vector<std::string>& arguments) {
    const Finished finished = run_to_end({.arguments = arguments}, kPackagePatience);
    EXPECT_EQ(finished.status, exited(0)) << finished.output << finished.errors;
    return finished.output;
  }

  void expect_lintian_accepts() const {
    const Finished said = run_to_end({.arguments = {*find_program("lintian"), "--allow-root", "--fail-on",
                                                    "error,warning", deb_.string()}},
                                     kPackagePatience);
    EXPECT_EQ(said.status, exited(0)) << said.errors;
    EXPECT_THAT(said.output, Not(ContainsRegex("(^|\n)[EW]: ")));
  }

  void expect_all_in_its_place() const {
    const std::string contents = output_of({"/usr/bin/dpkg-deb", "--contents", deb_.string()});
    for (const char* file :
         {"bin/suite", "share/man/man1/suite.1.gz", "share/man/man1/suite-load.1.gz",
          "share/bash-completion/completions/suite", "share/zsh/vendor-completions/_suite",
          "share/fish/vendor_completions.d/suite.fish", "share/suite/peers/server_epoll.py",
          "share/doc/suite/copyright", "share/doc/suite/changelog.gz", "share/doc/suite/changelog.Debian.gz",
          "share/doc/suite/README.md", "share/doc/suite/docs/load.md"}) {
      EXPECT_THAT(contents, HasSubstr(std::string(" ./usr/") + file + "\n"));
    }
    const std::string depends = output_of({"/usr/bin/dpkg-deb", "--field", deb_.string(), "Depends"});
    EXPECT_THAT(depends, HasSubstr("libc6 (>= "));
    EXPECT_THAT(depends, Not(HasSubstr("mpi"))) << "only ranks need MPI";
    if (fs::exists(fs::path(SUITE_PROGRAM).parent_path() / "suite_mpi.so")) {
      EXPECT_THAT(contents, ContainsRegex(" ./usr/lib[^\n]*/suite/plugins/suite_mpi.so\n"));
    }
  }

  // In a root where there is nothing but what the package depends on.
  void expect_runs_in_a_clean_root() const {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can change the root folder";
    const std::string root = folder_.file("root");
    output_of({SUITE_SOURCE_DIR "/tests/install/clean_root.sh", deb_.string(), root});
    ASSERT_FALSE(HasFailure());
    const auto inside = [&root](std::vector<std::string> arguments) {
      arguments.insert(arguments.begin(), {"/usr/sbin/chroot", root, "/usr/bin/suite"});
      return Command{.arguments = std::move(arguments)};
    };
    EXPECT_THAT(output_of(inside({"--version"}).arguments), testing::StartsWith("suite "));
    Child server(inside({"serve-echo", "--port", "0"}));
    const auto ready = server.wait_for_line("listening on ");
    ASSERT_TRUE(ready) << server.errors();
    const std::string address = ready->substr(13, ready->find(' ', 13) - 13);
    const Finished load = run_to_end(inside({"load", address, "-n", "1000", "-c", "4"}));
    EXPECT_EQ(load.status, exited(0)) << load.errors;
    EXPECT_THAT(load.output, HasSubstr("errors: 0\n"));
    server.signal(SIGTERM);
    EXPECT_EQ(server.wait(), exited(0));
  }

  // Moved to a folder of another name, with its peers found beside it.
  void expect_archive_runs_anywhere() const {
    const std::string place = folder_.file("somewhere else");
    fs::create_directory(place);
    output_of({"/bin/tar", "-xzf", archive_.string(), "--strip-components", "1", "-C", place});
    EXPECT_THAT(output_of({place + "/bin/suite", "--version"}), testing::StartsWith("suite "));
    const Finished bench = run_to_end(
        {.arguments = {place + "/bin/suite", "bench", "--peers", "python-epoll", "-b", "epoll", "--workloads",
                       "echo-d1", "--rounds", "1", "--conns", "3", "--secs", "100ms", "--quiet"}},
        kPackagePatience);
    EXPECT_EQ(bench.status, exited(0)) << bench.errors;
    EXPECT_THAT(bench.output, HasSubstr("share/suite/peers/server_epoll.py"));
  }

  TemporaryFolder folder_;
  fs::path deb_, archive_;
};

// One test: making them takes longest.
TEST_F(Packages, PassLintianHaveAllInItsPlaceAndRunElsewhere) {
  expect_lintian_accepts();
  expect_all_in_its_place();
  expect_archive_runs_anywhere();
  expect_runs_in_a_clean_root();
}

}  // namespace
}  // namespace suite::test
