/* A table of times, inside. */
#ifndef PLB_STEPS_TIMES_H
#define PLB_STEPS_TIMES_H

#include <plutbench/steps.h>

#define PLB_STEP_NUMBER_MAX 1e15 /* of steps and of nanoseconds */

struct plb_step_times {
    plb_step_time *rows;
    size_t count, room;
    size_t parts;
    plb_sampling *sampling; /* NULL: the times are from elsewhere */
};

#endif
