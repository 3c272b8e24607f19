#include "calibrate/regress/worker.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/measure/restart.h"

#define PATIENCE_MS 120000 /* for an answer */
#define BLOB_BYTES_MAX ((uint64_t) 1 << 30)
#define FILES_BYTES ((PLB_PLUGIN_FILES_MAX + 1) * PATH_MAX)

/* ---- Messages ---- */

/* A call without its blobs' bytes, which follow. */
typedef struct call_head {
    int32_t quantity, charge_only, language;
    uint32_t protocol_version, count;
    int32_t formats[PLB_GATE_BLOBS];
    uint64_t lengths[PLB_GATE_BLOBS];
} call_head;

bool plb_gate_send(int fd, const void *bytes, size_t length) {
    for (const char *at = bytes; length > 0;) {
        ssize_t sent = send(fd, at, length, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return false;
        at += sent;
        length -= (size_t) sent;
    }
    return true;
}

bool plb_gate_receive(int fd, void *bytes, size_t length) {
    for (char *at = bytes; length > 0;) {
        ssize_t got = recv(fd, at, length, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        at += got;
        length -= (size_t) got;
    }
    return true;
}

bool plb_gate_send_call(int fd, const plb_gate_call *call) {
    call_head head;
    memset(&head, 0, sizeof head);
    head.quantity = (int32_t) call->quantity;
    head.charge_only = call->charge_only;
    head.language = (int32_t) call->era.language;
    head.protocol_version = call->era.protocol_version;
    head.count = call->blob_count;
    for (unsigned i = 0; i < call->blob_count; i++) {
        head.formats[i] = (int32_t) call->blobs[i].format;
        head.lengths[i] = call->blobs[i].length;
    }
    bool good = plb_gate_send(fd, &head, sizeof head);
    for (unsigned i = 0; i < call->blob_count && good; i++)
        good = plb_gate_send(fd, call->blobs[i].bytes, call->blobs[i].length);
    return good;
}

bool plb_gate_receive_call(int fd, plb_gate_call *call, uint8_t **memory) {
    call_head head;
    uint64_t all = 0;
    if (!plb_gate_receive(fd, &head, sizeof head) || head.count < 1 || head.count > PLB_GATE_BLOBS)
        return false;
    for (unsigned i = 0; i < head.count; i++) {
        if (head.lengths[i] > BLOB_BYTES_MAX) return false;
        all += head.lengths[i];
    }
    uint8_t *bytes = realloc(*memory, (size_t) all + 1);
    if (bytes == NULL) return false;
    *memory = bytes;
    *call = (plb_gate_call){
        .quantity = (plb_gate_quantity) head.quantity,
        .charge_only = head.charge_only != 0,
        .era = {(plb_language) head.language, head.protocol_version},
        .blob_count = head.count,
    };
    for (unsigned i = 0; i < head.count; bytes += head.lengths[i], i++) {
        call->blobs[i] =
            (plb_gate_blob){(plb_format) head.formats[i], bytes, (size_t) head.lengths[i]};
    }
    return plb_gate_receive(fd, *memory, (size_t) all);
}

/* ---- The worker ---- */

/* What a worker is told: its end of the socket, a seed, one of these, and files. */
#define OTHER_LIBRARY 'l'
#define OWN_LIBRARY 'p'

static void work(int fd, plb_gate_timer *timer) {
    plb_gate_call call;
    plb_gate_answer answer;
    uint8_t *memory = NULL;
    bool more = plb_gate_receive_call(fd, &call, &memory);
    while (more) {
        plb_gate_time_call(timer, &call, &answer);
        more =
            plb_gate_send(fd, &answer, sizeof answer) && plb_gate_receive_call(fd, &call, &memory);
    }
    free(memory);
}

/* The files of plug-ins, a line each, which are cut apart. */
static plb_status load_plugins(char *lines, plb_plugins **plugins, plb_error *error) {
    const char *files[PLB_PLUGIN_FILES_MAX];
    size_t count = 0;
    char *rest = NULL;
    for (char *line = strtok_r(lines, "\n", &rest); line != NULL && count < PLB_PLUGIN_FILES_MAX;
         line = strtok_r(NULL, "\n", &rest)) {
        files[count++] = line;
    }
    return count > 0 ? plb_plugins_load(plugins, files, count, error) : PLB_OK;
}

/* Another library, or this one with plug-ins. */
static plb_status find_library(char kind, const char *files, plb_gate_library *library,
                               plb_plugins **plugins, plb_error *error) {
    if (kind == OTHER_LIBRARY) return plb_gate_library_open(library, files, error);
    char *lines = strdup(files);
    plb_status status = lines != NULL ? load_plugins(lines, plugins, error)
                                      : plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a name");
    free(lines);
    plb_gate_library_own(library, *plugins);
    return status;
}

bool plb_gate_worker(const char *variable) {
    int fd = -1, read = 0;
    char kind = OWN_LIBRARY;
    uint64_t seed = 0;
    plb_gate_library library;
    plb_plugins *plugins = NULL;
    plb_gate_timer *timer = NULL;
    plb_gate_hello hello = {.error = {.status = PLB_OK}};
    if (variable == NULL || sscanf(variable, "%d %" SCNu64 " %c %n", &fd, &seed, &kind, &read) != 3)
        return false;
    plb_status status = find_library(kind, variable + read, &library, &plugins, &hello.error);
    if (status == PLB_OK) status = plb_gate_timer_new(&timer, &library, seed, &hello.error);
    if (status == PLB_OK) plb_gate_library_name(&library, hello.library, sizeof hello.library);
    if (plb_gate_send(fd, &hello, sizeof hello) && status == PLB_OK) work(fd, timer);
    plb_gate_timer_free(timer);
    if (status == PLB_OK) plb_gate_library_close(&library);
    plb_plugins_free(plugins);
    (void) close(fd);
    return true;
}

/* ---- Who asks ---- */

static const char *how_it_ended(pid_t process, char *text, size_t bytes) {
    int code = 0;
    while (waitpid(process, &code, 0) < 0 && errno == EINTR) {}
    if (WIFSIGNALED(code)) {
        (void) snprintf(text, bytes, "signal %d (%s)", WTERMSIG(code), strsignal(WTERMSIG(code)));
    } else {
        (void) snprintf(text, bytes, "exit code %d", WEXITSTATUS(code));
    }
    return text;
}

/* It is gone, or does not answer. */
static plb_status lost(plb_gate_worker_process *worker, bool late, plb_error *error) {
    char text[96];
    pid_t process = worker->process;
    if (late) (void) kill(process, SIGKILL);
    (void) close(worker->fd);
    worker->process = 0;
    const char *end = how_it_ended(process, text, sizeof text);
    return late ? plb_fail(error, PLB_E_MEASURE, NULL, "a worker did not answer for %d s",
                           PATIENCE_MS / 1000)
                : plb_fail(error, PLB_E_MEASURE, NULL, "a worker ended without an answer: %s", end);
}

static plb_status receive(plb_gate_worker_process *worker, void *bytes, size_t length,
                          plb_error *error) {
    struct pollfd what = {.fd = worker->fd, .events = POLLIN};
    int ready;
    do ready = poll(&what, 1, PATIENCE_MS);
    while (ready < 0 && errno == EINTR);
    if (ready > 0 && plb_gate_receive(worker->fd, bytes, length)) return PLB_OK;
    return lost(worker, ready == 0, error);
}

plb_status plb_gate_worker_start(plb_gate_worker_process *worker, const plb_gate_plan *plan,
                                 const char *file, uint64_t seed, plb_error *error) {
    char variable[FILES_BYTES];
    int ends[2];
    *worker = (plb_gate_worker_process){.process = 0};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return plb_fail(error, PLB_E_IO, NULL, "cannot make a socket: %s", strerror(errno));
    int used =
        snprintf(variable, sizeof variable, PLB_GATE_VARIABLE "=%d %" PRIu64 " %c %s", ends[1],
                 seed, file != NULL ? OTHER_LIBRARY : OWN_LIBRARY, file != NULL ? file : "");
    for (size_t i = 0; i < plb_plugins_count(plan->plugins) && used < FILES_BYTES; i++)
        used += snprintf(variable + used, sizeof variable - (size_t) used, "%s\n",
                         plb_plugins_at(plan->plugins, i).file);
    plb_status status =
        plb_restart(plan->program, plan->arguments, variable, ends[1], &worker->process, error);
    if (status != PLB_OK) {
        worker->process = 0;
        (void) close(ends[0]);
        return status;
    }
    worker->fd = ends[0];
    status = receive(worker, &worker->hello, sizeof worker->hello, error);
    if (status == PLB_OK && worker->hello.error.status != PLB_OK) {
        if (error != NULL) *error = worker->hello.error;
        status = worker->hello.error.status;
    }
    if (status != PLB_OK) plb_gate_worker_stop(worker);
    return status;
}

plb_status plb_gate_worker_ask(plb_gate_worker_process *worker, const plb_gate_call *call,
                               plb_gate_answer *answer, plb_error *error) {
    if (!plb_gate_send_call(worker->fd, call)) return lost(worker, false, error);
    plb_status status = receive(worker, answer, sizeof *answer, error);
    if (status == PLB_OK && answer->error.status != PLB_OK) {
        if (error != NULL) *error = answer->error;
        status = answer->error.status;
    }
    return status;
}

void plb_gate_worker_stop(plb_gate_worker_process *worker) {
    if (worker->process <= 0) return;
    (void) close(worker->fd); /* which it takes for the end */
    while (waitpid(worker->process, NULL, 0) < 0 && errno == EINTR) {}
    worker->process = 0;
}
