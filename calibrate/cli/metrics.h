/* Serving a running command's figures over HTTP, on this machine only. */
#ifndef PLB_CLI_METRICS_H
#define PLB_CLI_METRICS_H

#include <stdbool.h>

#include <plutbench/trace.h>

struct sockaddr_storage;
typedef struct cli_metrics_server cli_metrics_server;

/* Read "127.0.0.1:9464" or "[::1]:9464" (port 0: any that is free) into *address (may be NULL).
 * False, and a message, for anything else, addresses that others can reach included. */
bool cli_metrics_address(const char *text, struct sockaddr_storage *address, plb_error *error);

/* Serve at the address, in a thread of its own. PLB_E_ARGUMENT, PLB_E_IO, PLB_E_MEMORY. */
plb_status cli_metrics_serve(const char *address, plb_metrics *metrics, cli_metrics_server **server,
                             plb_error *error);
/* "http://127.0.0.1:9464/metrics"; lives as long as the server. */
const char *cli_metrics_url(const cli_metrics_server *server);
void cli_metrics_stop(cli_metrics_server *server); /* NULL: nothing */

#endif
