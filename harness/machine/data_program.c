/* Data as programs: arguments of scripts. */
#include <stdio.h>

#include <plutbench/machine.h>

#include "harness/machine/data_cbor.h"
#include "harness/machine/data_json.h"
#include "harness/machine/term.h"

/* A program that is one constant. */
static plb_status build_data(plb_program *program, plb_value data, plb_error *error) {
    if (plb_build_const(program, data) == PLB_BUILD_DONE) return PLB_OK;
    return plb_build_error(program, error);
}

plb_status plb_program_data_json(plb_program *program, const char *json, size_t length,
                                 plb_error *error) {
    plb_error inner = {.status = PLB_OK};
    plb_build_begin(program);
    plb_value data = plb_data_decode_json(&program->heap, json, length, &inner);
    if (data != PLB_NO_VALUE) return build_data(program, data, error);
    return plb_fail(error, inner.status, inner.where, "%s", inner.message);
}

plb_status plb_program_data_cbor(plb_program *program, const uint8_t *bytes, size_t length,
                                 plb_error *error) {
    plb_error inner = {.status = PLB_OK};
    size_t consumed;
    plb_build_begin(program);
    plb_value data = plb_data_decode_cbor(&program->heap, bytes, length, &consumed, &inner);
    if (data != PLB_NO_VALUE && consumed == length) return build_data(program, data, error);
    if (data == PLB_NO_VALUE)
        return plb_fail(error, inner.status, inner.where, "%s", inner.message);
    char where[48];
    snprintf(where, sizeof where, "byte %zu", consumed);
    return plb_fail(error, PLB_E_PARSE, where, "expected nothing after the data, found %zu bytes",
                    length - consumed);
}
