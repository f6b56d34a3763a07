// The two threads of a round.
#pragma once

#include <pthread.h>

#include <concepts>
#include <future>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "common/process/affinity.h"
#include "common/process/descriptors.h"

namespace suite::limits {

/// Does `work` on a thread of its own, on that processor if one is given, with a descriptor table that holds
/// only `kept`: what threads share of their descriptors costs each of their system calls something. Throws
/// std::system_error where there can be no thread; what `work` throws comes with its result.
template <std::invocable Work>
std::future<std::invoke_result_t<Work>> on_cpu(std::optional<int> cpu, std::vector<int> kept, Work work) {
  return std::async(std::launch::async, [cpu, kept = std::move(kept), work = std::move(work)]() mutable {
    take_private_descriptor_table(kept);
    if (cpu) pin_to({*cpu});
    // As in client/load_thread.cc: it spares recv(2) and send(2) two atomic exchanges each.
    ::pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, nullptr);
    ::pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, nullptr);
    return work();
  });
}

}  // namespace suite::limits
