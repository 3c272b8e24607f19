#include "harness/measure/restart.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <unistd.h>

#define COPY_BYTES ((size_t) 1 << 24) /* at a time */

extern char **environ;

/* In the child, after fork: nothing but what is safe there. */
static void become(const char *program, char *const *arguments, int fd, char **environment) {
    int nothing = open("/dev/null", O_RDWR);
    (void) prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void) setpgid(0, 0); /* a terminal's interruption comes once, through this process */
    if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0 || dup2(nothing, STDOUT_FILENO) < 0 ||
        dup2(nothing, STDERR_FILENO) < 0 || fcntl(fd, F_SETFD, 0) != 0) {
        _exit(127);
    }
    execve(program, arguments, environment);
    _exit(127);
}

/* The environment with a variable more; its memory is one block. */
static char **environment_with(char *variable) {
    size_t count = 0;
    while (environ[count]) count++;
    char **all = calloc(count + 2, sizeof *all);
    if (!all) return NULL;
    all[0] = variable;
    memcpy(all + 1, environ, count * sizeof *all);
    return all;
}

plb_status plb_restart(const char *program, char *const *arguments, char *variable, int fd,
                       pid_t *child, plb_error *error) {
    char name[64];
    if (!program) program = "/proc/self/exe";
    char **environment = environment_with(variable);
    int copy = plb_copy_in_memory(program);
    (void) snprintf(name, sizeof name, "/proc/self/fd/%d", copy);
    *child = environment ? fork() : -1;
    if (*child == 0) become(copy >= 0 ? name : program, arguments, fd, environment);
    int problem = errno;
    free(environment);
    if (copy >= 0) (void) close(copy);
    (void) close(fd);
    if (*child > 0) return PLB_OK;
    return plb_fail(error, PLB_E_MEMORY, NULL, "cannot start a process: %s", strerror(problem));
}

int plb_copy_in_memory(const char *path) {
    int from = open(path, O_RDONLY | O_CLOEXEC), to = memfd_create("plutbench", MFD_CLOEXEC);
    ssize_t copied = -1;
    if (from >= 0 && to >= 0) {
        do copied = sendfile(to, from, NULL, COPY_BYTES);
        while (copied > 0);
    }
    if (from >= 0) (void) close(from);
    if (copied == 0) return to;
    if (to >= 0) (void) close(to);
    return -1;
}
