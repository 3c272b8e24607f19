/* Where calls are submitted: one interface, so that the sampler, the estimators
 * and the stopping rule that measure a ledger are those that are proved on a
 * synthetic target. */
#ifndef PLB_TARGET_H
#define PLB_TARGET_H

#include <stdbool.h>
#include <stdint.h>

#include <plutbench/status.h>

/* What is submitted: a transaction with `calls` calls of `loops` loops each, or
 * that transaction's value-only twin. */
typedef struct plb_target_point {
    uint32_t calls;
    int64_t loops;
    bool twin;
} plb_target_point;

typedef struct plb_target {
    const char *name; /* for people, such as "embedded ledger" */
    void *context;
    /* Make ready what a point submits: *subject is to be given to `submit`, and
     * lives as long as the target does. Every opening makes a subject of its own,
     * also of the same point. */
    plb_status (*open)(void *context, const plb_target_point *point, void **subject,
                       plb_error *error);
    /* NULL, or called before each sample, not timed; 0 is success. */
    int (*prepare)(void *subject, uint32_t submissions);
    /* Submit it once; this is what is timed. 0 is success. */
    int (*submit)(void *subject);
    /* Begin an epoch, counted from 1: make everything anew that a subject's time
     * may depend on (transactions, memory). Not timed; subjects stay valid. 0 is
     * success. NULL: nothing to make anew. */
    int (*renew)(void *context, uint32_t epoch);
    /* Make anew what starting the program again would: where code, stack and
     * libraries are. Not timed; subjects stay valid. 0 is success. NULL: nothing
     * that could be done from inside. */
    int (*restart)(void *context);
    /* The target's own time, ns; NULL: the machine's. */
    uint64_t (*now)(void *context);
} plb_target;

#endif
