/* Profiles as people and programs read them. */
#ifndef PLB_CLI_PROFILE_H
#define PLB_CLI_PROFILE_H

#include <plutbench/calibrate.h>

/* A table: time beside budget, by kind of work. */
void cli_print_profile(const plb_profile *profile);
struct json_t *cli_profile_json(const plb_profile *profile);

#endif
