/* The default protocol parameters, as a group of tests has them. */
#ifndef PLB_TESTS_LEDGER_PARAMETERS_H
#define PLB_TESTS_LEDGER_PARAMETERS_H

#include "ledger_fixture.h"

static plb_protocol_parameters *parameters;

static inline int load_parameters(void **state) {
    (void) state;
    parameters = plb_protocol_parameters_default();
    return parameters == NULL;
}

static inline int free_parameters(void **state) {
    (void) state;
    plb_protocol_parameters_free(parameters);
    return 0;
}

#endif
