#include "calibrate/sweep/place.h"

#include <stdlib.h>

/* Distances up to a page, by the allocator's alignment. */
#define STEP_BYTES 16
#define STEPS 256

static void *padding(plb_random *random) {
    return malloc(STEP_BYTES * (1 + (size_t) plb_random_below(random, STEPS)));
}

bool plb_place_make(plb_place *place, size_t program_bytes, size_t machine_bytes,
                    const plb_extra_builtins *extras, plb_random *random) {
    *place = (plb_place){.stack_bytes = STEP_BYTES * plb_random_below(random, STEPS)};
    place->padding[0] = padding(random);
    place->program = plb_program_new(program_bytes);
    place->padding[1] = padding(random);
    place->machine = plb_machine_new(machine_bytes);
    place->padding[2] = padding(random);
    place->evaluation = calloc(1, sizeof *place->evaluation);
    place->outcome = calloc(1, sizeof *place->outcome);
    if (place->program == NULL || place->machine == NULL || place->evaluation == NULL ||
        place->outcome == NULL) {
        return false;
    }
    plb_program_use_extras(place->program, extras);
    place->evaluation->program = place->program;
    place->evaluation->limit = (plb_exunits){INT64_MAX, INT64_MAX};
    return true;
}

void plb_place_free(plb_place *place) {
    plb_program_free(place->program);
    plb_machine_free(place->machine);
    free(place->evaluation);
    free(place->outcome);
    for (int i = 0; i < 3; i++) free(place->padding[i]);
    *place = (plb_place){.stack_bytes = 0};
}

int plb_place_evaluate(void *context) {
    const plb_place *place = context;
    return (int) plb_machine_run(place->machine, place->evaluation, place->outcome);
}
