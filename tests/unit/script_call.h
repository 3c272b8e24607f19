/* Running a benchmark script without a ledger: its arguments, with a script context that holds the
 * redeemer and nothing else. */
#ifndef PLB_TESTS_SCRIPT_CALL_H
#define PLB_TESTS_SCRIPT_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include <plutbench/ledger.h>
#include <plutbench/machine.h>

#include "harness/machine/data_encode.h"
#include "harness/machine/machine_internal.h"
#include "harness/machine/term.h"

/* The data in a program made by plb_program_data_json. */
static inline plb_value data_in(const plb_program *program) { return program->constants[0]; }

static inline plb_value constr_0(plb_region *region, const plb_value *fields, size_t count) {
    return plb_make_data_constr(region, plb_small(0),
                                plb_make_list(region, PLB_TYPE_DATA, fields, count));
}

/* A txInfo of PlutusV3 with nothing in it but the transaction's datums: one, under its hash. */
static inline plb_value info_with_datum(plb_region *region, plb_value datum) {
    enum { DATUMS = 10, FIELDS = 16 };
    plb_value fields[FIELDS];
    const uint8_t *cbor;
    size_t length;
    uint8_t hash[PLB_HASH_BYTES];
    plb_data_to_cbor(region, datum, &cbor, &length);
    plb_blake2b_256(cbor, length, hash);
    plb_value bytes = plb_make_bytes(region, PLB_KIND_BYTESTRING, hash, sizeof hash);
    plb_value pair = plb_make_pair(region, PLB_TYPE_PAIR_DATA_DATA,
                                   plb_make_data_leaf(region, PLB_KIND_DATA_B, bytes), datum);
    for (size_t i = 0; i < FIELDS; i++) fields[i] = constr_0(region, NULL, 0);
    fields[DATUMS] = plb_make_data_items(region, PLB_KIND_DATA_MAP,
                                         plb_make_list(region, PLB_TYPE_PAIR_DATA_DATA, &pair, 1));
    return constr_0(region, fields, FIELDS);
}

/* Run `program` as the ledger would: datum, redeemer and script context for PlutusV1 and V2, the
 * script context alone for V3 (CIP-69), whose result must be unit (CIP-117). `supplement` is a
 * datum of the transaction that no input needs, or PLB_NO_VALUE. `tally` may be NULL. */
static inline plb_outcome call_script(const plb_program *program, plb_era era, plb_value datum,
                                      plb_value redeemer, plb_value supplement, plb_tally *tally) {
    plb_outcome outcome = {.status = PLB_E_MEMORY};
    plb_region region;
    plb_machine *machine = plb_machine_new(0);
    plb_cost_model *model = plb_cost_model_default(era);
    if (machine == NULL || model == NULL || !plb_region_init(&region, 1 << 20)) return outcome;
    plb_value empty = constr_0(&region, NULL, 0);
    plb_value info = supplement != PLB_NO_VALUE ? info_with_datum(&region, supplement) : empty;
    plb_value context = constr_0(&region, (plb_value[]){info, redeemer, empty}, 3);
    bool v3 = era.language >= PLB_PLUTUS_V3;
    plb_value arguments[3] = {v3 ? context : datum, redeemer, context};
    plb_evaluation evaluation = {.program = program,
                                 .cost_model = model,
                                 .era = era,
                                 .limit = {INT64_MAX, INT64_MAX},
                                 .tally = tally};
    (void) plb_machine_run_values(machine, &evaluation, arguments, v3 ? 1 : 3, &outcome);
    if (v3 && outcome.status == PLB_OK && !plb_machine_result_is_unit(machine)) {
        outcome.status = PLB_E_EVALUATION;
    }
    plb_region_free(&region);
    plb_cost_model_free(model);
    plb_machine_free(machine);
    return outcome;
}

#endif
