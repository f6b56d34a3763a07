// benchmark.sh and tests/run.sh, with stand-ins for what installs and builds: nothing is installed or built.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/child.h"
#include "tests/support/temporary_folder.h"

namespace suite::test {

// A copy of the scripts in a tree of its own, where `dpkg-query`, `apt-get` and the like are ours. What is
// installed is a list in a file; each call of apt-get, sudo and cmake is noted in another.
class ScriptsTest : public testing::Test {
 protected:
  ScriptsTest() {
    std::filesystem::create_directories(folder_.file("tree/cmake"));
    std::filesystem::create_directories(folder_.file("tree/tests/fuzz"));
    std::filesystem::create_directories(folder_.file("tree/build"));
    for (const char* script : {"benchmark.sh", "cmake/setup.sh", "tests/run.sh", "tests/read_junit.py",
                               "tests/fuzz/run.sh", "tests/fuzz/run_target.sh"}) {
      std::filesystem::copy_file(std::string(SUITE_SOURCE_DIR "/") + script, folder_.file("tree/") + script);
    }
    std::filesystem::create_directories(folder_.file("bin"));
    write("installed", "");
    write("calls", "");
    program("bin/dpkg-query",
            R"(for last; do :; done; grep -qx -e "$last" $here/installed && echo installed)");
    program("bin/apt-cache", R"(for last; do :; done; ! grep -qx -e "$last" $here/unknown 2>/dev/null)");
    program("bin/apt-get",
            "echo apt-get $* >> $here/calls; echo chatter\n"
            "for word; do [ $1 = install ] && echo $word >> $here/installed; done; exit 0");
    program("bin/id", "echo ${FAKE_UID:-0}");
    program("bin/sudo", R"(echo sudo >> $here/calls; shift; exec "$@")");
    program("bin/cmake", "echo cmake $* >> $here/calls; echo chatter");
    program("bin/update-rc.d", "echo update-rc.d $* >> $here/calls");
    program("tree/build/suite", R"(echo "suite $*"; exit 7)");
  }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_.file(name)) << text;
  }
  void program(const std::string& name, const std::string& script) const {
    write(name, "#!/bin/sh\nhere=" + folder_.file("") + "\n" + script + "\n");
    std::filesystem::permissions(folder_.file(name), std::filesystem::perms::owner_all);
  }
  std::string read(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(folder_.file(name)).rdbuf();
    return text.str();
  }
  void install_everything() const {
    write("installed",
          "g++\ncmake\nninja-build\nlibfmt-dev\nnlohmann-json3-dev\n"
          "libssl-dev\nlibnghttp2-dev\nliburing-dev\nlibuv1-dev\nlibevent-dev\nlibev-dev\n"
          "libasio-dev\nlibboost-context-dev\nlibjs-chart.js\n");
  }

  // A ctest that reports these in turn; its exit code is ctest's.
  void ctest_reports(const std::vector<std::string>& runs) const {
    for (std::size_t i = 0; i < runs.size(); ++i) {
      write("run-" + std::to_string(i), "<testsuite>" + runs[i] + "</testsuite>\n");
    }
    write("ctest-calls", "");
    program("bin/ctest",
            "run=$(grep -c . $here/ctest-calls); echo $* >> $here/ctest-calls\n"
            "for last; do :; done; cp $here/run-$run $last; ! grep -q 'status=\"fail' $last || exit 8");
  }

  // Runs a command line in the tree's root, our programs first.
  Finished run(const std::string& command, const std::string& uid = "0") const {
    return run_to_end({.arguments = {"/bin/sh", "-c", "cd " + folder_.file("tree") + " && " + command},
                       .environment = {{"PATH", folder_.file("bin") + ":" + std::getenv("PATH")},
                                       {"FAKE_UID", uid},
                                       {"SUITE_POLICY", folder_.file("policy-rc.d")}}});
  }

  TemporaryFolder folder_;
};

}  // namespace suite::test
