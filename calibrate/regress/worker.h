/* What the measuring process and its workers say to each other: calls to be timed, and answers.
 * Both are the same program, so structures go as they are. */
#ifndef PLB_REGRESS_WORKER_H
#define PLB_REGRESS_WORKER_H

#include <sys/types.h>

#include "calibrate/regress/place.h"

#define PLB_GATE_LIBRARY_BYTES 128

/* The first thing that a worker says. */
typedef struct plb_gate_hello {
    plb_error error; /* status PLB_OK: it is ready */
    char library[PLB_GATE_LIBRARY_BYTES];
} plb_gate_hello;

typedef struct plb_gate_answer {
    plb_error error;
    plb_exunits spent;
    double typical_ns;
    bool disturbed; /* the thread lost its processor unasked, and did so when it tried again */
} plb_gate_answer;

/* A worker, from the side of who asks. */
typedef struct plb_gate_worker_process {
    pid_t process;
    int fd;
    plb_gate_hello hello;
} plb_gate_worker_process;

/* Start one, with the plan's program, for the library `file` (NULL: the program's own).
 * Errors: those that it says, PLB_E_MEASURE when it ends or says nothing, PLB_E_IO, PLB_E_MEMORY.
 */
plb_status plb_gate_worker_start(plb_gate_worker_process *worker, const plb_gate_plan *plan,
                                 const char *file, uint64_t seed, plb_error *error);
/* Have it time a call. Errors: those that it says, PLB_E_MEASURE when it ends or does not answer.
 */
plb_status plb_gate_worker_ask(plb_gate_worker_process *worker, const plb_gate_call *call,
                               plb_gate_answer *answer, plb_error *error);
/* A worker that was never started has no process (0). */
void plb_gate_worker_stop(plb_gate_worker_process *worker);

/* ---- The worker's side ---- */

/* What a call takes at several of some places. */
typedef struct plb_gate_timer plb_gate_timer;

plb_status plb_gate_timer_new(plb_gate_timer **timer, const plb_gate_library *library,
                              uint64_t seed, plb_error *error);
void plb_gate_timer_free(plb_gate_timer *timer);
/* What a worker answers. */
void plb_gate_time_call(plb_gate_timer *timer, const plb_gate_call *call, plb_gate_answer *answer);

/* Messages; false when the other side is gone. */
bool plb_gate_send(int fd, const void *bytes, size_t length);
bool plb_gate_receive(int fd, void *bytes, size_t length);
bool plb_gate_send_call(int fd, const plb_gate_call *call);
/* *memory is what its blobs are in, realloc'ed from call to call. */
bool plb_gate_receive_call(int fd, plb_gate_call *call, uint8_t **memory);

#endif
