// What the program asks of its plug-in for MPI, suite_mpi.so: a table of C functions, so that the program is
// linked with no MPI. Everything else (what messages mean, who waits for whom and how long) is the program's.
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Raised whenever the table changes: a plug-in of another version is not used. */
#define SUITE_MPI_ABI 1

/* All functions are called by one thread. Those that return an int return 0 if all went well, and otherwise
 * fill `why`, which holds SUITE_MPI_WHY bytes, with one line. None of them waits for another rank, but start
 * and finish. */
#define SUITE_MPI_WHY 512
struct SuiteMpi {
  int abi; /* SUITE_MPI_ABI of the plug-in */

  /* Joins the job: its number of ranks, and which of them this process is. */
  int (*start)(int* rank, int* ranks, char* why);

  /* Begins to send. `data` stays as it is until is_done(). `request` names it. */
  int (*send)(int to, const void* data, size_t size, void** request, char* why);
  /* The size of the next message that somebody sends, and who does. 0 in `there`: there is none. */
  int (*arrived)(int* there, int* from, size_t* size, char* why);
  /* Begins to take that message. `data` is filled when is_done(). */
  int (*receive)(int from, void* data, size_t size, void** request, char* why);
  /* 1: it is sent, or here, and its name is forgotten. 0: not yet. -1: it failed, and is forgotten too. */
  int (*is_done)(void* request, char* why);

  /* Leaves the job, when all ranks do. */
  int (*finish)(char* why);
  /* Ends all ranks of the job; this process with them. */
  void (*abort)(int code);
};

/* The only symbol that the program looks up. */
const struct SuiteMpi* suite_mpi_plugin(void);
#define SUITE_MPI_SYMBOL "suite_mpi_plugin"

#ifdef __cplusplus
}
#endif
