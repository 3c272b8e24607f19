/* Commands of cli_trace. */
#ifndef PLB_CLI_TRACE_H
#define PLB_CLI_TRACE_H

#include <plutbench/trace.h>

#include "calibrate/cli/cli.h"

extern const cli_command cli_trace_cost;

#endif
