#include "calibrate/regress/place.h"

#include <stdlib.h>

/* Distances up to a page, by the allocator's alignment. */
#define STEP_BYTES 16
#define STEPS 256
#define PROGRAM_BYTES ((size_t) 64 << 20)
#define MACHINE_BYTES ((size_t) 256 << 20)

static void *padding(plb_random *random) {
    return malloc(STEP_BYTES * (1 + (size_t) plb_random_below(random, STEPS)));
}

bool plb_gate_place_make(plb_gate_place *place, const plb_gate_library *library,
                         plb_random *random) {
    *place = (plb_gate_place){.library = library,
                              .stack_bytes = STEP_BYTES * plb_random_below(random, STEPS)};
    place->padding[0] = padding(random);
    place->programs[0] = plb_gate_program_new(library, PROGRAM_BYTES);
    place->programs[1] = plb_gate_program_new(library, PROGRAM_BYTES);
    place->padding[1] = padding(random);
    place->machine = library->machine_new(MACHINE_BYTES);
    place->padding[2] = padding(random);
    place->argument = plb_gate_program_new(library, PROGRAM_BYTES);
    place->result = plb_gate_program_new(library, PROGRAM_BYTES);
    place->evaluation = calloc(1, sizeof *place->evaluation);
    place->outcome = calloc(1, sizeof *place->outcome);
    return place->programs[0] != NULL && place->programs[1] != NULL && place->machine != NULL &&
           place->argument != NULL && place->result != NULL && place->evaluation != NULL &&
           place->outcome != NULL;
}

void plb_gate_place_free(plb_gate_place *place) {
    const plb_gate_library *library = place->library;
    library->program_free(place->programs[0]);
    library->program_free(place->programs[1]);
    library->program_free(place->argument);
    library->program_free(place->result);
    library->machine_free(place->machine);
    free(place->evaluation);
    free(place->outcome);
    for (int i = 0; i < 3; i++) free(place->padding[i]);
}

static plb_status decode(const plb_gate_place *place, plb_program *program,
                         const plb_gate_blob *blob, plb_error *error) {
    return place->library->program_load(program, place->call->era, blob->format, blob->bytes,
                                        blob->length, NULL, error);
}

/* The result of the program that is loaded into place->argument, as a program in place->result. */
static plb_status evaluate_argument(plb_gate_place *place, plb_error *error) {
    place->evaluation->program = place->argument;
    if (plb_gate_place_evaluate(place) != (int) PLB_OK) {
        return plb_fail(error, PLB_E_EVALUATION, NULL, "an argument can't be evaluated: %s",
                        place->outcome->message);
    }
    return place->library->machine_result(place->machine, place->result, error);
}

plb_status plb_gate_place_load(plb_gate_place *place, const plb_gate_call *call,
                               const plb_cost_model *model, plb_error *error) {
    unsigned current = 0;
    place->call = call;
    *place->evaluation =
        (plb_evaluation){.cost_model = model, .era = call->era, .limit = {INT64_MAX, INT64_MAX}};
    plb_status status = decode(place, place->programs[0], &call->blobs[0], error);
    for (unsigned i = 1; i < call->blob_count && status == PLB_OK; i++, current ^= 1) {
        status = decode(place, place->argument, &call->blobs[i], error);
        if (status == PLB_OK) status = evaluate_argument(place, error);
        if (status == PLB_OK)
            status = place->library->program_apply(place->programs[current ^ 1],
                                                   place->programs[current], place->result, error);
    }
    place->evaluation->program = place->programs[current];
    return status;
}

int plb_gate_place_evaluate(void *context) {
    const plb_gate_place *place = context;
    return (int) place->library->machine_run(place->machine, place->evaluation, place->outcome);
}

int plb_gate_place_decode(void *context) {
    const plb_gate_place *place = context;
    return (int) decode(place, place->programs[0], &place->call->blobs[0], NULL);
}
