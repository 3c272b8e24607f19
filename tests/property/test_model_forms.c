/* Every form of a cost model, written as every other form, is the same model when it comes back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "calibrate/model/costs.h"
#include "harness/measure/random.h"

static const plb_era eras[] = {
    {PLB_PLUTUS_V1, 5},  {PLB_PLUTUS_V1, 8},  {PLB_PLUTUS_V1, 10}, {PLB_PLUTUS_V1, 11},
    {PLB_PLUTUS_V2, 8},  {PLB_PLUTUS_V2, 10}, {PLB_PLUTUS_V2, 12}, {PLB_PLUTUS_V3, 9},
    {PLB_PLUTUS_V3, 10}, {PLB_PLUTUS_V3, 11}, {PLB_PLUTUS_V4, 12},
};

/* Forms that hold a whole model; the others hold halves. */
static const plb_costs_form forms[] = {PLB_COSTS_BOTH, PLB_COSTS_ARRAY, PLB_COSTS_NAMED,
                                       PLB_COSTS_PROTOCOL_PARAMETERS, PLB_COSTS_GENESIS};
#define FORMS (sizeof forms / sizeof forms[0])

static plb_costs *read_ok(plb_era era, const char *text) {
    plb_costs *costs;
    plb_error error;
    if (plb_costs_read(&costs, era, "model", text, strlen(text), &error))
        fail_msg("%s: %s\n%.2000s", error.where, error.message, text);
    return costs;
}

static char *write_ok(const plb_costs *costs, plb_costs_form form, plb_era era) {
    char *text;
    plb_error error;
    if (plb_costs_write(&costs, 1, form, era, &text, NULL, &error))
        fail_msg("%s as %s: %s", error.where, plb_costs_form_name(form), error.message);
    return text;
}

static int64_t random_value(plb_random *random) {
    uint64_t bits = plb_random_next(random);
    int64_t value = (int64_t) (bits >> plb_random_below(random, 64));
    return value == INT64_MAX ? 0 : value; /* which says that there is none */
}

static size_t reach(plb_era era) {
    plb_costs_parameter *parameters;
    size_t count;
    plb_costs *costs;
    plb_error error;
    assert_int_equal(plb_costs_published(&costs, plb_era_variant(era), era, &error), PLB_OK);
    assert_int_equal(plb_costs_parameters(costs, era, &parameters, &count, &error), PLB_OK);
    free(parameters);
    plb_costs_free(costs);
    return count;
}

static char *random_array(plb_random *random, plb_era era) {
    size_t count = reach(era), size = 32 * count + 8, used = 1;
    char *text = malloc(size);
    assert_non_null(text);
    strcpy(text, "[");
    for (size_t i = 0; i < count; i++)
        used += (size_t) snprintf(text + used, size - used, "%s\n  %lld", i ? "," : "",
                                  (long long) random_value(random));
    snprintf(text + used, size - used, "\n]\n");
    return text;
}

/* The two halves, put together again. */
static void halves_agree(const plb_costs *costs, plb_era era, const char *array) {
    char *builtins = write_ok(costs, PLB_COSTS_BUILTIN, era);
    char *machine = write_ok(costs, PLB_COSTS_MACHINE, era);
    plb_costs *first = read_ok(era, builtins), *second = read_ok(era, machine);
    plb_costs_set_machine(first, second);
    char *back = write_ok(first, PLB_COSTS_ARRAY, era);
    assert_string_equal(back, array);
    free(back);
    plb_costs_free(first);
    plb_costs_free(second);
    free(builtins);
    free(machine);
}

static void parameters_survive(void **state) {
    (void) state;
    plb_random random;
    plb_random_seed(&random, 4);
    for (size_t e = 0; e < sizeof eras / sizeof eras[0]; e++) {
        char *array = random_array(&random, eras[e]);
        plb_costs *costs = read_ok(eras[e], array);
        for (size_t i = 0; i < FORMS * FORMS; i++) {
            char *first = write_ok(costs, forms[i / FORMS], eras[e]);
            plb_costs *once = read_ok(eras[e], first);
            char *second = write_ok(once, forms[i % FORMS], eras[e]);
            plb_costs *twice = read_ok(eras[e], second);
            char *back = write_ok(twice, PLB_COSTS_ARRAY, eras[e]);
            assert_string_equal(back, array);
            free(back);
            plb_costs_free(twice);
            free(second);
            plb_costs_free(once);
            free(first);
        }
        halves_agree(costs, eras[e], array);
        plb_costs_free(costs);
        free(array);
    }
}

/* ---- Any shapes ---- */

static plb_costing random_costing(plb_random *random, unsigned arity) {
    plb_costing costing;
    bool fits;
    do {
        costing = (plb_costing){.shape = (uint8_t) plb_random_below(random, PLB_SHAPE_COUNT),
                                .inner = (uint8_t) plb_random_below(random, PLB_SHAPE_COUNT)};
        const plb_shape_row *row = &plb_shapes[costing.shape];
        const plb_shape_row *inner = &plb_shapes[costing.inner];
        fits = (row->arguments & ~((1u << arity) - 1)) == 0 &&
               (!row->inner_arguments ||
                (!inner->inner_arguments && (inner->arguments & ~row->inner_arguments) == 0));
    } while (!fits);
    for (unsigned i = 0; i < plb_costing_count(&costing); i++) costing.c[i] = random_value(random);
    return costing;
}

static void functions_survive(void **state) {
    (void) state;
    const plb_era newest = {PLB_LANGUAGE_NEWEST, 0};
    plb_random random;
    plb_random_seed(&random, 5);
    for (int round = 0; round < 30; round++) {
        plb_costs *costs;
        plb_error error;
        assert_int_equal(plb_costs_published(&costs, 'E', newest, &error), PLB_OK);
        for (unsigned tag = 0; tag < PLB_BUILTIN_COUNT; tag++) {
            plb_builtin_cost *cost = &costs->model->builtin[tag];
            cost->present = plb_random_below(&random, 10) > 0;
            cost->steps = random_costing(&random, plb_builtins[tag].arity);
            cost->memory = random_costing(&random, plb_builtins[tag].arity);
        }
        costs->model->startup.steps = random_value(&random);
        char *text = write_ok(costs, PLB_COSTS_BOTH, newest);
        plb_costs *again = read_ok(newest, text);
        char *back = write_ok(again, PLB_COSTS_BOTH, newest);
        assert_string_equal(back, text);
        for (unsigned tag = 0; tag < PLB_BUILTIN_COUNT; tag++) {
            bool priced[PLB_BUILTIN_COUNT];
            plb_costs_priced(costs, priced);
            if (priced[tag])
                assert_int_equal(again->model->builtin[tag].present,
                                 costs->model->builtin[tag].present);
        }
        free(back);
        plb_costs_free(again);
        free(text);
        plb_costs_free(costs);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_survive),
        cmocka_unit_test(functions_survive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
