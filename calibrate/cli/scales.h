/* Scales and rates on the command line. Both functions return -1 to go on, or an exit code. */
#ifndef PLB_CLI_SCALES_H
#define PLB_CLI_SCALES_H

#include <plutbench/calibrate.h>

#include "calibrate/cli/cli.h"

/* --scale: "auto" alone, or factors, into `scales` of PLB_SCALES_MAX; *count 0: auto, or none at
 * all. A hint is for auto. */
int cli_read_scales(const cli_command *command, const cli_texts *texts, bool has_hint,
                    plb_scale *scales, size_t *count);

/* --rate: a number, "/s" or not; NULL: none, which --poisson does not go with. */
int cli_read_rate(const cli_command *command, const char *text, bool poisson, double *rate);

#endif
