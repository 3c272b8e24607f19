/* The catalogue and mainnet's protocol parameters, as a group of tests has them. */
#ifndef PLB_TESTS_CATALOGUE_FIXTURE_H
#define PLB_TESTS_CATALOGUE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <plutbench/calibrate.h>

static plb_catalogue *catalogue;
static plb_protocol_parameters *mainnet;

static inline int open_catalogue(void **state) {
    (void) state;
    mainnet = plb_protocol_parameters_default();
    return mainnet != NULL && plb_catalogue_open(&catalogue, NULL) == PLB_OK ? 0 : -1;
}

static inline int close_catalogue(void **state) {
    (void) state;
    plb_catalogue_free(catalogue);
    plb_protocol_parameters_free(mainnet);
    return 0;
}

/* A script of the catalogue. */
static inline plb_script *entry(const char *name) {
    plb_script *script = NULL;
    plb_error error;
    if (plb_script_load_entry(&script, catalogue, name, &error) != PLB_OK) {
        fail_msg("%s: %s", name, error.message);
    }
    return script;
}

#endif
