// A conversation whose session follows a script: what conversation tests start from.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <deque>
#include <functional>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "servers/loops/conversation.h"
#include "tests/support/bytes.h"

namespace suite::test {

using namespace std::chrono_literals;
using TimePoint = Conversation::TimePoint;

inline constexpr std::string_view kNoMemory = "no memory";

// What a session is to do at its next call.
struct Step {
  std::string call;    // the call that must come: "bytes", "resume", "end", "drain", "deadline"
  std::string answer;  // appended to the outbox; kNoMemory: there is none for one
  After after;
};

// Where the session and the test meet; the test owns it.
struct Script {
  std::deque<Step> steps;
  std::vector<std::string> log;
  std::optional<std::chrono::nanoseconds> patience;
  std::vector<CloseReason> closed;
};

class ScriptedSession final : public Session {
 public:
  explicit ScriptedSession(Script& script) : script_(script) {}

  After on_bytes(std::span<const std::byte>, const Turn&, OutBuffer& out) override {
    return play("bytes", out);
  }
  After resume(const Turn&, OutBuffer& out) override { return play("resume", out); }
  After on_end(const Turn&, OutBuffer& out) override { return play("end", out); }
  After on_drain(const Turn&, OutBuffer& out) override { return play("drain", out); }
  After on_deadline(const Turn&, OutBuffer& out) override { return play("deadline", out); }
  std::optional<std::chrono::nanoseconds> patience() const override { return script_.patience; }
  void on_closed(CloseReason reason) override { script_.closed.push_back(reason); }

 private:
  After play(const std::string& call, OutBuffer& out) {
    EXPECT_TRUE(out.empty()) << call << " came while the outbox held bytes";
    script_.log.push_back(call);
    if (script_.steps.empty() || script_.steps.front().call != call) {
      ADD_FAILURE() << "unexpected call: " << call;
      return After::kClose;
    }
    const Step step = script_.steps.front();
    script_.steps.pop_front();
    if (step.answer == kNoMemory) {
      out.append(bytes_of("the beginning"));
      throw std::bad_alloc();
    }
    out.append(bytes_of(step.answer));
    return step.after;
  }
  Script& script_;
};

// A loop without sockets: the test says what happens, and looks at what comes next.
class ConversationTest : public testing::Test {
 protected:
  Turn turn() const { return {.now = now_, .wall = {}, .draining = draining_}; }
  Next bytes(std::string_view in) { return conversation_.on_bytes(bytes_of(in), turn()); }
  Next send_all() {
    const std::size_t size = conversation_.out().size();
    conversation_.out().advance(size);
    return conversation_.on_sent(size, turn());
  }
  void send_some(std::size_t count) {
    conversation_.out().advance(count);
    conversation_.on_blocked(count, turn());
  }
  Next drain(std::size_t unread) {
    draining_ = true;
    return conversation_.on_drain(unread, turn());
  }

  TimePoint now_{1h};
  bool draining_ = false;
  Script script_;
  LoopLimits limits_{.send_timeout = 60s};
  WorkerTotals totals_;
  Conversation conversation_{std::make_unique<ScriptedSession>(script_), limits_, totals_};
};

}  // namespace suite::test
