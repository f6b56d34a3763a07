// How the ranks of a job reach each other.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "common/base/error.h"

namespace suite {

struct RankMessage {
  std::size_t from = 0;
  std::string text;  // any bytes
};

/// Messages between ranks, each whole, in their order from one rank to another. Nothing here waits for
/// another rank but finish(). One thread.
class Communicator {
 public:
  virtual ~Communicator() = default;

  virtual std::size_t rank() const = 0;
  virtual std::size_t size() const = 0;

  /// On its way from now on, as long as somebody calls poll().
  virtual void send(std::size_t to, std::string text) = 0;
  /// The next message that has arrived, whoever sent it.
  virtual std::optional<RankMessage> poll() = 0;
  /// Whether some message of send() is still here.
  virtual bool is_sending() const = 0;
  /// What broke, once something did: then no message comes or goes any more.
  virtual const std::optional<Error>& failure() const = 0;

  /// Leaves the job; all ranks do.
  virtual void finish() = 0;
  /// Ends all ranks at once, with this exit code. A launcher may end this process before it returns.
  virtual void abort(int code) = 0;
};

}  // namespace suite
