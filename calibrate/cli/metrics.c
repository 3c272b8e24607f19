#include "calibrate/cli/metrics.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <microhttpd.h>

#define ADDRESS_BYTES 64
#define URL_BYTES 96
#define CONNECTIONS_MOST 8
#define TIMEOUT_S 5
#define CONNECTION_BYTES ((size_t) 1 << 14) /* of a request's head */
#define PATH "/metrics"
#define CONTENT_TYPE "text/plain; version=0.0.4; charset=utf-8"

struct cli_metrics_server {
    plb_metrics *metrics;
    struct MHD_Daemon *daemon;
    char url[URL_BYTES];
};

/* ---- Addresses ---- */

static bool parse_port(const char *text, in_port_t *port) {
    size_t digits = strspn(text, "0123456789");
    unsigned long number = strtoul(text, NULL, 10);
    *port = htons((uint16_t) number);
    return digits > 0 && digits <= 5 && text[digits] == '\0' && number <= 65535;
}

static bool is_loopback(int family, const struct sockaddr_storage *address) {
    if (family == AF_INET6) {
        return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *) address)->sin6_addr);
    }
    return ntohl(((const struct sockaddr_in *) address)->sin_addr.s_addr) >> 24 == 127;
}

bool cli_metrics_address(const char *text, struct sockaddr_storage *address, plb_error *error) {
    struct sockaddr_storage own = {0};
    struct sockaddr_in *v4 = (struct sockaddr_in *) &own;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *) &own;
    char host[ADDRESS_BYTES];
    bool is_v6 = text[0] == '[';
    const char *colon = strrchr(text, ':');
    size_t brackets = is_v6 ? 1 : 0, length = colon ? (size_t) (colon - text) : 0;
    bool good =
        length > 2 * brackets && length < sizeof host && (!is_v6 || text[length - 1] == ']');
    if (good) {
        memcpy(host, text + brackets, length - 2 * brackets);
        host[length - 2 * brackets] = '\0';
        own.ss_family = is_v6 ? AF_INET6 : AF_INET;
        void *to = is_v6 ? (void *) &v6->sin6_addr : (void *) &v4->sin_addr;
        good = inet_pton(own.ss_family, host, to) == 1 &&
               parse_port(colon + 1, is_v6 ? &v6->sin6_port : &v4->sin_port);
    }
    if (!good) {
        plb_fail(error, PLB_E_ARGUMENT, NULL,
                 "expected an address and a port, such as 127.0.0.1:9464, got '%.60s'", text);
    } else if (!is_loopback(own.ss_family, &own)) {
        plb_fail(error, PLB_E_ARGUMENT, NULL,
                 "%s is not this machine alone: expected 127.0.0.1 or [::1]", host);
        good = false;
    }
    if (good && address) *address = own;
    return good;
}

/* ---- Answering ---- */

static enum MHD_Result answer(struct MHD_Connection *connection, unsigned code, char *text,
                              enum MHD_ResponseMemoryMode mode, const char *type) {
    struct MHD_Response *response = MHD_create_response_from_buffer(strlen(text), text, mode);
    if (!response) {
        if (mode == MHD_RESPMEM_MUST_FREE) free(text);
        return MHD_NO;
    }
    (void) MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    if (code == MHD_HTTP_METHOD_NOT_ALLOWED) {
        (void) MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
    }
    enum MHD_Result queued = MHD_queue_response(connection, code, response);
    MHD_destroy_response(response);
    return queued;
}

static enum MHD_Result refuse(struct MHD_Connection *connection, unsigned code, const char *text) {
    return answer(connection, code, (char *) (uintptr_t) text, MHD_RESPMEM_PERSISTENT,
                  "text/plain; charset=utf-8");
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *body,
                              size_t *body_bytes, void **request) {
    const cli_metrics_server *server = context;
    char *text = NULL;
    (void) version;
    (void) body;
    if (*body_bytes > 0) { /* nobody asked for it */
        *body_bytes = 0;
        return MHD_YES;
    }
    if (!*request) { /* only the head is there */
        *request = context;
        return MHD_YES;
    }
    if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0) {
        return refuse(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "expected GET\n");
    }
    if (strcmp(url, PATH) != 0) {
        return refuse(connection, MHD_HTTP_NOT_FOUND, "expected " PATH "\n");
    }
    if (plb_metrics_text(server->metrics, &text, NULL) != PLB_OK) {
        return refuse(connection, MHD_HTTP_INTERNAL_SERVER_ERROR, "out of memory\n");
    }
    return answer(connection, MHD_HTTP_OK, text, MHD_RESPMEM_MUST_FREE, CONTENT_TYPE);
}

/* ---- The server ---- */

static void note_url(cli_metrics_server *server, const char *address) {
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT);
    int host = (int) (strrchr(address, ':') - address);
    (void) snprintf(server->url, sizeof server->url, "http://%.*s:%u" PATH, host, address,
                    info ? info->port : 0U);
}

/* Interruptions are for the thread that measures. */
static struct MHD_Daemon *start(cli_metrics_server *server, const struct sockaddr_storage *at) {
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD;
    if (at->ss_family == AF_INET6) flags |= MHD_USE_IPv6;
    sigset_t all, before;
    (void) sigfillset(&all);
    (void) pthread_sigmask(SIG_BLOCK, &all, &before);
    struct MHD_Daemon *daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, handle, server, MHD_OPTION_SOCK_ADDR, (const struct sockaddr *) at,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned) CONNECTIONS_MOST, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned) TIMEOUT_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_BYTES,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
    int problem = errno;
    (void) pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = problem;
    return daemon;
}

plb_status cli_metrics_serve(const char *address, plb_metrics *metrics, cli_metrics_server **server,
                             plb_error *error) {
    struct sockaddr_storage at;
    *server = NULL;
    if (!cli_metrics_address(address, &at, error)) return PLB_E_ARGUMENT;
    cli_metrics_server *s = calloc(1, sizeof *s);
    if (!s) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for metrics");
    s->metrics = metrics;
    s->daemon = start(s, &at);
    if (!s->daemon) {
        int problem = errno;
        free(s);
        return plb_fail(error, PLB_E_IO, address, "metrics can't be served there: %s",
                        strerror(problem));
    }
    note_url(s, address);
    *server = s;
    return PLB_OK;
}

const char *cli_metrics_url(const cli_metrics_server *server) { return server->url; }

void cli_metrics_stop(cli_metrics_server *server) {
    if (!server) return;
    MHD_stop_daemon(server->daemon);
    free(server);
}
