/* What a process that calls plug-ins is doing, in memory that its parent sees. */
#ifndef PLB_PLUGIN_WATCH_H
#define PLB_PLUGIN_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include <plutbench/plugin.h>
#include <plutbench/plugins.h>

#define PLB_PLUGIN_FAILURE_BYTES (PLB_ERROR_WHERE_BYTES + PLB_ERROR_MESSAGE_BYTES + 2)

typedef enum plb_plugin_doing {
    PLB_PLUGIN_NOTHING, /* not in a plug-in */
    PLB_PLUGIN_LOADING,
    PLB_PLUGIN_GENERATING,
    PLB_PLUGIN_MEASURING,
    PLB_PLUGIN_RUNNING,
    PLB_PLUGIN_UNLOADING
} plb_plugin_doing;

/* What a child has taken over from a file that its parent has not loaded. */
typedef struct plb_plugin_trial {
    char name[64]; /* of the builtin that is tried; "": none yet */
    unsigned arity;
} plb_plugin_trial;

/* Written by the child: plain stores, which cost a builtin's call next to nothing. */
typedef struct plb_plugin_watch {
    uint32_t doing;   /* plb_plugin_doing */
    uint32_t builtin; /* that it does it with, or did last; PLB_PLUGIN_BUILTINS_MAX: none yet */
    uint64_t calls;   /* so far */
    uint64_t sizes[PLB_PLUGIN_ARGUMENTS]; /* that arguments were made of last */
    uint32_t sizes_of;                    /* 1 + the builtin that these are of; 0: none */
    plb_plugin_trial trial;
    plb_error error; /* of a child that ends in order */
    char failures[PLB_PLUGIN_BUILTINS_MAX][PLB_PLUGIN_FAILURE_BYTES]; /* "": none */
} plb_plugin_watch;

plb_plugin_watch *plb_plugin_watch_new(void); /* NULL when memory is short */
void plb_plugin_watch_free(plb_plugin_watch *watch);

static inline void plb_plugin_enter(plb_plugin_watch *watch, plb_plugin_doing doing,
                                    unsigned builtin) {
    __atomic_store_n(&watch->calls, watch->calls + 1, __ATOMIC_RELAXED);
    __atomic_store_n(&watch->builtin, builtin, __ATOMIC_RELAXED);
    __atomic_store_n(&watch->doing, (uint32_t) doing, __ATOMIC_RELEASE);
}
static inline void plb_plugin_leave(plb_plugin_watch *watch) {
    __atomic_store_n(&watch->doing, (uint32_t) PLB_PLUGIN_NOTHING, __ATOMIC_RELEASE);
}

/* How a child ended. */
typedef struct plb_plugin_end {
    int code;               /* that it exited with; meaningless with `signal` */
    int signal;             /* that it died of; 0: none */
    bool late;              /* it was killed, because a call did not come back */
    plb_plugin_doing doing; /* in which it ended */
} plb_plugin_end;

/* Run work(context) in a child, which is killed when one call of a plug-in takes longer than
 * `limit_s`, and tell how it ended. PLB_E_MEMORY: there can't be another process. */
plb_status plb_plugin_watch_run(plb_plugin_watch *watch, double limit_s, int (*work)(void *),
                                void *context, plb_plugin_end *end, plb_error *error);

/* Why the child is to blame on a plug-in: "crashed with SIGSEGV when it was called with sizes 1,
 * 1". `arity` is that of the builtin. */
void plb_plugin_end_text(const plb_plugin_watch *watch, const plb_plugin_end *end, unsigned arity,
                         double limit_s, char *text, size_t size);

#endif
