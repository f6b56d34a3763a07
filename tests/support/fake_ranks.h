// Ranks within one process: a thread each, and no MPI.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "common/ranks/communicator.h"

namespace suite::test {

/// The mailboxes of a job. Any thread.
class FakeJob {
 public:
  explicit FakeJob(std::size_t ranks) : mailboxes_(ranks) {}

  std::size_t size() const { return mailboxes_.size(); }
  void put(std::size_t to, RankMessage message) {
    const std::lock_guard lock(mutex_);
    mailboxes_.at(to).push_back(std::move(message));
  }
  std::optional<RankMessage> take(std::size_t rank) {
    const std::lock_guard lock(mutex_);
    auto& mailbox = mailboxes_.at(rank);
    if (mailbox.empty()) return std::nullopt;
    RankMessage message = std::move(mailbox.front());
    mailbox.pop_front();
    return message;
  }

 private:
  std::mutex mutex_;
  std::vector<std::deque<RankMessage>> mailboxes_;
};

/// One rank of it; the job outlives it.
class FakeRank final : public Communicator {
 public:
  FakeRank(FakeJob& job, std::size_t rank) : job_(job), rank_(rank) {}

  std::size_t rank() const override { return rank_; }
  std::size_t size() const override { return job_.size(); }
  void send(std::size_t to, std::string text) override {
    job_.put(to, {.from = rank_, .text = std::move(text)});
  }
  std::optional<RankMessage> poll() override { return job_.take(rank_); }
  bool is_sending() const override { return false; }
  const std::optional<Error>& failure() const override { return failure_; }
  void finish() override { finished_ = true; }
  void abort(int code) override { aborted_ = code; }

  bool finished() const { return finished_; }
  std::optional<int> aborted() const { return aborted_; }

 private:
  FakeJob& job_;
  std::size_t rank_;
  std::optional<Error> failure_;
  bool finished_ = false;
  std::optional<int> aborted_;
};

/// Runs `part` for each rank on a thread of its own, and returns when all have ended.
inline void run_ranks(std::size_t ranks, const std::function<void(FakeRank& rank)>& part) {
  FakeJob job(ranks);
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < ranks; ++i) {
    threads.emplace_back([&job, &part, i] {
      FakeRank rank(job, i);
      part(rank);
    });
  }
}

}  // namespace suite::test
