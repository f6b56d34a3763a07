#include "client/load_thread.h"

#include <pthread.h>
#include <sys/prctl.h>

#include "common/process/affinity.h"

namespace suite {

void prepare_load_thread(const LoadPlan& plan, std::size_t number) {
  if (plan.pin) pin_to_nth_cpu(number);
  // Otherwise the kernel lets a timer be up to 50 us late, to save wake-ups (PR_SET_TIMERSLACK(2const)).
  if (plan.rate) ::prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
  // Nobody cancels this thread. One that could be cancelled at any instant is spared two atomic exchanges
  // around each recv(2) and send(2), by which glibc would let it be cancelled in there (pthreads(7)).
  ::pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, nullptr);
  ::pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, nullptr);
}

}  // namespace suite
