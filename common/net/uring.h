// io_uring(7): a ring of one thread, and buffers that the kernel takes for what it receives. What a kernel
// has is found out by trying, never by its version; uring_features() names what is in use.
#pragma once

#include <liburing.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/base/error.h"

namespace suite {

/// A submission and a completion queue. Made and used by one thread (IORING_SETUP_SINGLE_ISSUER), which runs
/// the kernel's share of the work too, when it waits (IORING_SETUP_DEFER_TASKRUN). Stays where it is.
class Uring {
 public:
  struct Options {
    unsigned submissions = 1024;  // entries, a power of two
    unsigned completions = 4096;
  };
  /// Fails where the kernel, a sysctl or a container's filter forbids it, or where it is too old
  /// (before 6.1).
  static std::expected<std::unique_ptr<Uring>, Error> open(Options options);
  Uring(const Uring&) = delete;
  Uring& operator=(const Uring&) = delete;
  ~Uring();

  /// An entry to prepare; those that are waiting are submitted first where there is no room. This and the two
  /// below throw std::system_error where the ring itself fails: then nothing can go on.
  io_uring_sqe& next_entry();

  /// What a wait ends with at the latest; nothing: it takes as long as it takes.
  using Patience = std::optional<std::chrono::nanoseconds>;
  /// Submits, and waits for a completion.
  void submit_and_wait(Patience patience);
  /// Submits, and takes what completions there are.
  void submit_and_look();

  /// All entries have been submitted, and no completion waits for room in the queue: what has completed by
  /// now can be peeked at.
  bool settled() const { return io_uring_sq_ready(&ring_) == 0 && !io_uring_cq_has_overflow(&ring_); }

  bool any_completion() const { return io_uring_cq_ready(&ring_) > 0; }
  /// Calls `visit(const io_uring_cqe&)` for each completion that is here now, and leaves them here. Returns
  /// how many.
  template <class Visit>
  unsigned peek_completions(Visit visit) {
    unsigned head = 0;
    io_uring_cqe* completion = nullptr;
    unsigned seen = 0;
    io_uring_for_each_cqe(&ring_, head, completion) {
      visit(*completion);
      ++seen;
    }
    return seen;
  }
  /// Takes the first `count` completions, no more than were peeked at. Others may come meanwhile: they stay.
  template <class Visit>
  void take_completions(unsigned count, Visit visit) {
    unsigned head = 0;
    io_uring_cqe* completion = nullptr;
    unsigned taken = 0;
    io_uring_for_each_cqe(&ring_, head, completion) {
      if (taken == count) break;
      visit(*completion);
      ++taken;
    }
    io_uring_cq_advance(&ring_, taken);
  }

  io_uring& raw() { return ring_; }

 private:
  Uring() = default;
  static void check(int status);

  io_uring ring_{};
  bool open_ = false;
};

/// Memory that the kernel fills as it receives ("provided buffers", io_uring_register_buf_ring(3)). Where it
/// can, it fills each buffer piece by piece (IOU_PBUF_RING_INC, Linux 6.12), so that few large ones, which
/// stay in cache, serve many connections; otherwise each reception takes a whole buffer, and there are more
/// of them. Belongs to the thread of its ring, which must outlive it.
class ReceiveBuffers {
 public:
  static std::expected<std::unique_ptr<ReceiveBuffers>, Error> open(Uring& ring);
  ReceiveBuffers(const ReceiveBuffers&) = delete;
  ReceiveBuffers& operator=(const ReceiveBuffers&) = delete;
  ~ReceiveBuffers();

  enum class Receive {
    kOnce,
    kOn,  // until it ends, as a completion without IORING_CQE_F_MORE says; see limited()
  };
  /// Makes `entry` a receive from `socket` into these buffers.
  void prepare(io_uring_sqe& entry, int socket, Receive receive) const;

  /// Bytes that were received; in use until give_back().
  struct Chunk {
    std::span<const std::byte> bytes;
    std::uint16_t buffer = 0;
  };
  /// The bytes of a completion that has IORING_CQE_F_BUFFER. To be called for each, in order.
  Chunk take(const io_uring_cqe& completion);
  /// Its bytes may be overwritten from now on.
  void give_back(const Chunk& chunk);

  /// There is a buffer that the kernel may fill. Where there is none a receive ends with ENOBUFS.
  bool any_left() const { return with_kernel_ > 0; }
  bool incremental() const { return incremental_; }
  /// A receive that goes on ends after 64 KiB all the same (Linux 6.17), so that a peer that sends without
  /// end cannot fill all buffers at once.
  bool limited() const { return limited_; }

 private:
  struct Buffer {
    std::uint32_t filled = 0;  // bytes that the kernel has handed out
    std::uint32_t in_use = 0;  // chunks
    bool with_kernel = true;   // it may fill more of it
  };

  ReceiveBuffers(Uring& ring, bool incremental);
  std::byte* memory_of(std::size_t buffer) { return memory_.data() + buffer * buffer_bytes_; }
  void provide(std::uint16_t buffer);
  void try_limit();

  Uring& ring_;
  bool incremental_;
  bool limited_ = false;
  std::size_t buffer_bytes_;
  std::vector<std::byte> memory_;
  std::vector<Buffer> buffers_;
  std::size_t with_kernel_ = 0;          // buffers
  io_uring_buf_ring* shared_ = nullptr;  // with the kernel
};

/// What this kernel gives an io_uring that Uring and ReceiveBuffers open, in words; the error is theirs.
std::expected<std::string, Error> uring_features();

}  // namespace suite
