#include "calibrate/plugin/watch.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LOOK_NS 200000000L /* how often a child is looked at */

plb_plugin_watch *plb_plugin_watch_new(void) {
    plb_plugin_watch *watch =
        mmap(NULL, sizeof *watch, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (watch == MAP_FAILED) return NULL;
    watch->builtin = PLB_PLUGIN_BUILTINS_MAX;
    return watch;
}

void plb_plugin_watch_free(plb_plugin_watch *watch) {
    if (watch != NULL) (void) munmap(watch, sizeof *watch);
}

/* ---- The child ---- */

/* Sanitizers and the like would turn a crash into an exit. */
static const int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

static _Noreturn void be_child(pid_t parent, const sigset_t *mask, int (*work)(void *),
                               void *context) {
    (void) prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
    /* Signals to the group would come twice: from the sender and handed on. But who reads from a
     * terminal has to be in its foreground group. */
    if (isatty(STDIN_FILENO) == 0) (void) setpgid(0, 0);
    for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++)
        (void) signal(crashes[i], SIG_DFL);
    (void) sigprocmask(SIG_SETMASK, mask, NULL);
    int code = work(context);
    if (fflush(NULL) != 0 && code == 0) code = 1;
    _exit(code);
}

/* ---- The parent ---- */

/* The call that a child is in, and how often it has been seen in it. Looks are counted, and not
 * seconds, since both processes may have been stopped in between. */
typedef struct seen_call {
    uint64_t calls;
    double looks;
} seen_call;

static bool is_late(const plb_plugin_watch *watch, seen_call *seen, double limit_s) {
    uint64_t calls = __atomic_load_n(&watch->calls, __ATOMIC_RELAXED);
    bool busy = __atomic_load_n(&watch->doing, __ATOMIC_ACQUIRE) != PLB_PLUGIN_NOTHING;
    if (!busy || calls != seen->calls) *seen = (seen_call){calls, 0};
    return ++seen->looks * LOOK_NS * 1e-9 > limit_s;
}

/* Hands on what is sent to this process; a terminal's keys reach the child by themselves where it
 * is in the same group. */
static void hand_on(pid_t child, const siginfo_t *info) {
    if (info->si_code <= 0 || getpgid(child) != getpgid(0)) (void) kill(child, info->si_signo);
}

static void wait_for(pid_t child, const sigset_t *awaited, const plb_plugin_watch *watch,
                     double limit_s, plb_plugin_end *end) {
    const struct timespec look = {0, LOOK_NS};
    seen_call seen = {0, 0};
    int status = 0;
    for (;;) {
        siginfo_t info;
        pid_t ended = waitpid(child, &status, WNOHANG);
        if (ended == child || (ended < 0 && errno != EINTR)) break;
        if (!end->late && is_late(watch, &seen, limit_s)) {
            end->late = true;
            (void) kill(child, SIGKILL);
        }
        int number = sigtimedwait(awaited, &info, &look);
        if (number > 0 && number != SIGCHLD) hand_on(child, &info);
    }
    end->code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    end->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    end->doing = (plb_plugin_doing) __atomic_load_n(&watch->doing, __ATOMIC_ACQUIRE);
}

plb_status plb_plugin_watch_run(plb_plugin_watch *watch, double limit_s, int (*work)(void *),
                                void *context, plb_plugin_end *end, plb_error *error) {
    sigset_t awaited, before;
    struct sigaction by_default = {.sa_handler = SIG_DFL}, inherited;
    *end = (plb_plugin_end){.code = 0};
    watch->doing = PLB_PLUGIN_NOTHING;
    watch->sizes_of = 0;
    (void) fflush(NULL); /* or the child would write it again */
    (void) sigemptyset(&awaited);
    (void) sigaddset(&awaited, SIGCHLD);
    (void) sigaddset(&awaited, SIGINT);
    (void) sigaddset(&awaited, SIGTERM);
    (void) sigprocmask(SIG_BLOCK, &awaited, &before);
    (void) sigaction(SIGCHLD, &by_default, &inherited); /* ignored, it would leave no status */
    pid_t parent = getpid(), child = fork();
    if (child == 0) be_child(parent, &before, work, context);
    int failure = errno;
    if (child > 0) wait_for(child, &awaited, watch, limit_s, end);
    (void) sigaction(SIGCHLD, &inherited, NULL);
    (void) sigprocmask(SIG_SETMASK, &before, NULL);
    if (child > 0) return PLB_OK;
    return plb_fail(error, PLB_E_MEMORY, NULL, "no process to run plug-ins in: %s",
                    strerror(failure));
}

/* ---- What is told ---- */

static void put_sizes(const plb_plugin_watch *watch, unsigned arity, FILE *out) {
    fputs(arity == 1 ? " size " : " sizes ", out);
    for (unsigned i = 0; i < arity; i++)
        fprintf(out, "%s%llu", i > 0 ? ", " : "", (unsigned long long) watch->sizes[i]);
}

void plb_plugin_end_text(const plb_plugin_watch *watch, const plb_plugin_end *end, unsigned arity,
                         double limit_s, char *text, size_t size) {
    static const char *const when[] = {
        [PLB_PLUGIN_NOTHING] = "after a call of it had come back",
        [PLB_PLUGIN_LOADING] = "when it was loaded",
        [PLB_PLUGIN_GENERATING] = "when it made arguments of",
        [PLB_PLUGIN_MEASURING] = "when it measured an argument",
        [PLB_PLUGIN_RUNNING] = "when it was called",
        [PLB_PLUGIN_UNLOADING] = "when it was unloaded",
    };
    bool sized = watch->sizes_of == watch->builtin + 1;
    FILE *out = fmemopen(text, size, "w");
    text[0] = '\0';
    if (out == NULL) return;
    if (end->late) {
        fprintf(out, "did not come back within %g s", limit_s);
    } else if (end->signal != 0) {
        const char *name = sigabbrev_np(end->signal);
        fprintf(out, "crashed with SIG%s", name != NULL ? name : "UNKNOWN");
    } else {
        fprintf(out, "ended the process with exit code %d", end->code);
    }
    fprintf(out, " %s", when[end->doing]);
    if (end->doing == PLB_PLUGIN_RUNNING && sized) fputs(" with", out);
    if (end->doing == PLB_PLUGIN_GENERATING || (end->doing == PLB_PLUGIN_RUNNING && sized)) {
        put_sizes(watch, arity, out);
    }
    (void) fclose(out);
    text[size - 1] = '\0';
}
