// The plug-in for MPI: what mpi_abi.h asks for, in calls of MPI. Errors are returned, so that the program can
// say what it lost; MPI's own handler would end the process.
#include <mpi.h>

#include <climits>
#include <cstring>
#include <memory>

#include "common/ranks/mpi_abi.h"

namespace {

constexpr int kTag = 0;

// 0 where `result` is MPI_SUCCESS.
int outcome(int result, char* why) {
  if (result == MPI_SUCCESS) return 0;
  char text[MPI_MAX_ERROR_STRING] = {};
  int length = 0;
  MPI_Error_string(result, text, &length);
  std::strncpy(why, text, SUITE_MPI_WHY - 1);
  why[SUITE_MPI_WHY - 1] = '\0';
  return 1;
}

int refuse(const char* text, char* why) {
  std::strncpy(why, text, SUITE_MPI_WHY - 1);
  why[SUITE_MPI_WHY - 1] = '\0';
  return 1;
}

// Load threads never call MPI: one thread does all that it does.
int start(int* rank, int* ranks, char* why) {
  int provided = MPI_THREAD_SINGLE;
  if (outcome(MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided), why) != 0) return 1;
  if (provided < MPI_THREAD_FUNNELED)
    return refuse("this MPI bears no threads beside the one that calls it", why);
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  if (outcome(MPI_Comm_rank(MPI_COMM_WORLD, rank), why) != 0) return 1;
  return outcome(MPI_Comm_size(MPI_COMM_WORLD, ranks), why);
}

int send(int to, const void* data, size_t size, void** request, char* why) {
  if (size > INT_MAX) return refuse("the message is larger than 2 GiB", why);
  auto made = std::make_unique<MPI_Request>();
  const int result = MPI_Isend(data, static_cast<int>(size), MPI_BYTE, to, kTag, MPI_COMM_WORLD, made.get());
  if (outcome(result, why) != 0) return 1;
  *request = static_cast<void*>(made.release());
  return 0;
}

int arrived(int* there, int* from, size_t* size, char* why) {
  MPI_Status status;
  if (outcome(MPI_Iprobe(MPI_ANY_SOURCE, kTag, MPI_COMM_WORLD, there, &status), why) != 0) return 1;
  if (*there == 0) return 0;
  int count = 0;
  if (outcome(MPI_Get_count(&status, MPI_BYTE, &count), why) != 0) return 1;
  *from = status.MPI_SOURCE;
  *size = static_cast<size_t>(count);
  return 0;
}

int receive(int from, void* data, size_t size, void** request, char* why) {
  auto made = std::make_unique<MPI_Request>();
  const int result =
      MPI_Irecv(data, static_cast<int>(size), MPI_BYTE, from, kTag, MPI_COMM_WORLD, made.get());
  if (outcome(result, why) != 0) return 1;
  *request = static_cast<void*>(made.release());
  return 0;
}

int is_done(void* request, char* why) {
  int done = 0;
  auto* const which = static_cast<MPI_Request*>(request);
  const int result = MPI_Test(which, &done, MPI_STATUS_IGNORE);
  if (result == MPI_SUCCESS && done == 0) return 0;
  delete which;
  return outcome(result, why) == 0 ? 1 : -1;
}

int finish(char* why) { return outcome(MPI_Finalize(), why); }

void abort_job(int code) { MPI_Abort(MPI_COMM_WORLD, code); }

constexpr SuiteMpi kPlugin{.abi = SUITE_MPI_ABI,
                           .start = &start,
                           .send = &send,
                           .arrived = &arrived,
                           .receive = &receive,
                           .is_done = &is_done,
                           .finish = &finish,
                           .abort = &abort_job};

}  // namespace

extern "C" __attribute__((visibility("default"))) const SuiteMpi* suite_mpi_plugin(void) { return &kPlugin; }
