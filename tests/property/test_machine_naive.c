/* The machine against a naive one, on random programs: outcome, budget, steps, logs and result are
 * the same, in success and in failure, with and without a limit, as built and as decoded. */
#include "tests/program_support.h"
#include "tests/property/random_term.h"

#ifndef __has_feature
#define __has_feature(feature) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#define ROUNDS 10000
#else
#define ROUNDS 60000
#endif
#define RESULT_NODES 20000
#define MAX_PARAMETERS 4

/* Beyond this a program is only run with limits. */
static const plb_exunits bound = {.memory = 2000000, .steps = 400000000};
static const plb_exunits no_limit = {INT64_MAX, INT64_MAX};

static const plb_era eras[] = {{PLB_LANGUAGE_NEWEST, 0},
                               {PLB_PLUTUS_V1, 7},
                               {PLB_PLUTUS_V2, 9},
                               {PLB_PLUTUS_V3, 10},
                               {PLB_PLUTUS_V3, 11}};
enum { ERA_COUNT = sizeof eras / sizeof eras[0] };

typedef struct bench {
    plb_machine *machine, *host;
    plb_program *program, *decoded, *result, *expected;
    plb_program *arguments[MAX_PARAMETERS];
    plb_cost_model *published[ERA_COUNT], *models[ERA_COUNT];
    naive_arena arena;
    /* Of the current round. */
    uint64_t seed;
    random_source source;
    const plb_cost_model *model;
    plb_era era;
    unsigned parameters;
    naive_term *term, *applied;
    uint64_t outcomes[3]; /* successes, failures, out of budget */
    uint64_t steps, longest;
} bench;

static int setup(void **state) {
    bench *b = calloc(1, sizeof *b);
    if (b == NULL) return -1;
    b->machine = plb_machine_new((size_t) 1 << 28);
    b->host = plb_machine_new((size_t) 1 << 28);
    b->program = new_program();
    b->decoded = new_program();
    b->result = new_program();
    b->expected = new_program();
    for (size_t i = 0; i < MAX_PARAMETERS; i++) b->arguments[i] = new_program();
    for (size_t i = 0; i < ERA_COUNT; i++) {
        b->published[i] = plb_cost_model_default(eras[i]);
        b->models[i] = plb_cost_model_default(eras[i]);
        if (b->published[i] == NULL || b->models[i] == NULL) return -1;
    }
    *state = b;
    return b->machine != NULL && b->host != NULL ? 0 : -1;
}

static int teardown(void **state) {
    bench *b = *state;
    plb_machine_free(b->machine);
    plb_machine_free(b->host);
    plb_program_free(b->program);
    plb_program_free(b->decoded);
    plb_program_free(b->result);
    plb_program_free(b->expected);
    for (size_t i = 0; i < MAX_PARAMETERS; i++) plb_program_free(b->arguments[i]);
    for (size_t i = 0; i < ERA_COUNT; i++) {
        plb_cost_model_free(b->published[i]);
        plb_cost_model_free(b->models[i]);
    }
    naive_release(&b->arena);
    free(b);
    return 0;
}

static void differ(const bench *b, const char *what, int64_t expected, int64_t got) {
    char *text = print(b->program);
    fprintf(stderr, "%.4000s\n", text);
    free(text);
    fail_msg("seed %llu: %s: expected %lld, got %lld", (unsigned long long) b->seed, what,
             (long long) expected, (long long) got);
}

/* ---- Making a program ---- */

/* Costs that tell the step kinds apart, where the published ones are mostly the same; and now and
 * then builtins that are priced by other functions than the published ones. */
static void random_costs(bench *b, size_t era) {
    static const uint8_t shapes[] = {PLB_SHAPE_CONSTANT_COST, PLB_SHAPE_LINEAR_IN_X,
                                     PLB_SHAPE_ADDED_SIZES, PLB_SHAPE_MAX_SIZE};
    plb_cost_model *model = b->models[era];
    *model = *b->published[era];
    for (int kind = 0; kind < PLB_STEP_COUNT; kind++) {
        model->step[kind].steps = 1000 + (int64_t) random_below(&b->source, 20000);
        model->step[kind].memory = (int64_t) random_below(&b->source, 200);
    }
    model->startup.steps = (int64_t) random_below(&b->source, 1000);
    model->startup.memory = (int64_t) random_below(&b->source, 1000);
    if (random_chance(&b->source, 70)) return;
    for (unsigned id = 0; id < PLB_BUILTIN_COUNT; id++) {
        plb_costing *steps = &model->builtin[id].steps;
        if (random_chance(&b->source, 50)) continue;
        *steps = (plb_costing){.shape = shapes[random_below(&b->source, sizeof shapes)]};
        if (plb_builtins[id].arity < 2 && steps->shape > PLB_SHAPE_LINEAR_IN_X) {
            steps->shape = PLB_SHAPE_LINEAR_IN_X;
        }
        steps->c[0] = (int64_t) random_below(&b->source, 100000);
        steps->c[1] = (int64_t) random_below(&b->source, 1000);
    }
    plb_cost_model_finish(model);
}

static void build_arguments(bench *b, const plb_value *arguments) {
    b->applied = b->term;
    for (unsigned i = 0; i < b->parameters; i++) {
        plb_build_begin(b->arguments[i]);
        plb_build_const(b->arguments[i], arguments[i]);
        naive_term *argument = naive_new(&b->arena, NAIVE_CONST, 0, 0);
        argument->constant = arguments[i];
        naive_term *application = naive_new(&b->arena, NAIVE_APPLY, 0, 2);
        application->children[0] = b->applied;
        application->children[1] = argument;
        b->applied = application;
    }
}

/* The same program as it comes out of its flat form or its text. */
static void reread(bench *b) {
    uint8_t *bytes;
    char *text;
    size_t length;
    plb_error error = {0};
    plb_status status;
    if (random_chance(&b->source, 70)) {
        assert_int_equal(plb_program_encode_flat(b->program, &bytes, &length, &error), PLB_OK);
        status = plb_program_decode_flat(b->decoded, newest, bytes, length, &error);
        free(bytes);
    } else {
        assert_int_equal(plb_program_print(b->program, 0, &text, &length, &error), PLB_OK);
        status = plb_program_parse_text(b->decoded, newest, text, length, &error);
        free(text);
    }
    if (status != PLB_OK) {
        fail_msg("seed %llu: %s: %s", (unsigned long long) b->seed, error.where, error.message);
    }
}

static void begin_round(bench *b, uint64_t seed) {
    plb_value arguments[MAX_PARAMETERS];
    naive_release(&b->arena);
    b->seed = seed;
    b->source.state = seed * 0x9e3779b97f4a7c15u;
    size_t era = random_chance(&b->source, 60) ? 0 : (size_t) random_below(&b->source, ERA_COUNT);
    b->era = eras[era];
    random_costs(b, era);
    b->model = b->models[era];
    b->parameters =
        random_chance(&b->source, 75) ? 0 : 1 + (unsigned) random_below(&b->source, MAX_PARAMETERS);
    plb_build_begin(b->program);
    b->program->version[1] = 1;
    b->term = random_term(&b->source, &b->arena, b->program, b->parameters, arguments);
    random_emit(&b->source, b->program, b->term);
    assert_int_equal(b->program->build.failed, PLB_OK);
    assert_int_equal(b->program->build.pending_count, 0);
    build_arguments(b, arguments);

    reread(b);
}

/* ---- Comparing ---- */

static naive_outcome expect(bench *b, plb_exunits limit) {
    return naive_run(&b->arena, b->host, b->applied, &b->program->types, b->model, b->era, limit);
}

static void compare_logs(const bench *b) {
    size_t count = plb_machine_log_count(b->host);
    if (plb_machine_log_count(b->machine) != count) {
        differ(b, "log lines", (int64_t) count, (int64_t) plb_machine_log_count(b->machine));
    }
    for (size_t i = 0; i < count; i++) {
        size_t expected_length, length;
        const char *expected = plb_machine_log_line(b->host, i, &expected_length);
        const char *line = plb_machine_log_line(b->machine, i, &length);
        assert_int_equal(length, expected_length);
        assert_memory_equal(line, expected, length);
    }
}

/* Equal as programs, and byte by byte in flat, which knows nothing of how terms are stored. */
static void compare_result(bench *b, const naive_value *value) {
    naive_term *term = naive_discharge(&b->arena, value, RESULT_NODES);
    if (term == NULL) return;
    plb_build_begin(b->expected);
    b->expected->version[1] = 1;
    assert_true(plb_types_copy(&b->expected->types, &b->host->types));
    random_emit(&b->source, b->expected, term);
    plb_error error = {0};
    assert_int_equal(plb_machine_result(b->machine, b->result, &error), PLB_OK);
    if (!plb_program_equal(b->result, b->expected)) {
        char *expected = print(b->expected);
        char *got = print(b->result);
        fprintf(stderr, "expected %.2000s\ngot %.2000s\n", expected, got);
        differ(b, "result", 0, 0);
    }
    uint8_t *expected_bytes, *bytes;
    size_t expected_length, length;
    assert_int_equal(
        plb_program_encode_flat(b->expected, &expected_bytes, &expected_length, &error), PLB_OK);
    assert_int_equal(plb_program_encode_flat(b->result, &bytes, &length, &error), PLB_OK);
    if (length != expected_length || memcmp(bytes, expected_bytes, length) != 0) {
        differ(b, "flat result", (int64_t) expected_length, (int64_t) length);
    }
    free(bytes);
    free(expected_bytes);
}

/* Sums of costs saturate, as those of the machine do. */
static void add_cost(plb_exunits *sum, plb_exunits cost) {
    if (__builtin_add_overflow(sum->steps, cost.steps, &sum->steps)) sum->steps = INT64_MAX;
    if (__builtin_add_overflow(sum->memory, cost.memory, &sum->memory)) sum->memory = INT64_MAX;
}

static void compare_tally(const bench *b, const plb_tally *tally, const plb_outcome *outcome) {
    plb_exunits sum = tally->startup;
    uint64_t steps = 0;
    for (int i = 0; i < PLB_TALLY_STEPS; i++) {
        add_cost(&sum, tally->step_cost[i]);
        steps += tally->step_count[i];
    }
    for (int i = 0; i < PLB_TALLY_BUILTINS; i++) add_cost(&sum, tally->builtin_cost[i]);
    if (sum.steps != outcome->spent.steps) differ(b, "tally", outcome->spent.steps, sum.steps);
    if (sum.memory != outcome->spent.memory) differ(b, "tally", outcome->spent.memory, sum.memory);
    if (outcome->status == PLB_OK) assert_int_equal(steps, outcome->steps);
}

static void compare(bench *b, const plb_program *program, plb_exunits limit,
                    const naive_outcome *expected, bool with_tally) {
    plb_tally tally;
    plb_evaluation evaluation = {
        .program = program,
        .arguments = (const plb_program *const *) b->arguments,
        .argument_count = b->parameters,
        .cost_model = b->model,
        .era = b->era,
        .limit = limit,
        .tally = with_tally ? &tally : NULL,
    };
    plb_outcome outcome;
    plb_status status = plb_machine_run(b->machine, &evaluation, &outcome);
    if (status != expected->status)
        differ(b, outcome.message, (int) expected->status, (int) status);
    if (outcome.spent.steps != expected->spent.steps) {
        differ(b, "steps spent", expected->spent.steps, outcome.spent.steps);
    }
    if (outcome.spent.memory != expected->spent.memory) {
        differ(b, "memory spent", expected->spent.memory, outcome.spent.memory);
    }
    if (outcome.steps != expected->steps) {
        differ(b, "machine steps", (int64_t) expected->steps, (int64_t) outcome.steps);
    }
    compare_logs(b);
    if (expected->result != NULL) compare_result(b, expected->result);
    if (with_tally) compare_tally(b, &tally, &outcome);
}

static plb_exunits random_limit(bench *b, plb_exunits spent) {
    plb_exunits limit = no_limit;
    if (random_chance(&b->source, 70)) {
        limit.steps = (int64_t) random_below(&b->source, (uint64_t) spent.steps * 9 / 8 + 2);
    }
    if (random_chance(&b->source, 70)) {
        limit.memory = (int64_t) random_below(&b->source, (uint64_t) spent.memory * 9 / 8 + 2);
    }
    return limit;
}

static void one_round(bench *b, uint64_t seed) {
    begin_round(b, seed);
    naive_outcome bounded = expect(b, bound);
    compare(b, b->decoded, bound, &bounded, false);
    b->steps += bounded.steps;
    if (bounded.steps > b->longest) b->longest = bounded.steps;
    b->outcomes[bounded.status == PLB_OK ? 0 : bounded.status == PLB_E_BUDGET ? 2 : 1]++;
    if (bounded.status != PLB_E_BUDGET) {
        naive_outcome free_run = expect(b, no_limit);
        compare(b, b->program, no_limit, &free_run, random_chance(&b->source, 30));
        /* Exactly enough is enough, and one unit less is not. */
        if (free_run.status == PLB_OK) {
            plb_exunits exact = free_run.spent;
            compare(b, b->program, exact, &free_run, false);
            exact.steps -= 1;
            naive_outcome short_run = expect(b, exact);
            assert_int_equal(short_run.status, PLB_E_BUDGET);
            compare(b, b->decoded, exact, &short_run, false);
        }
    }
    plb_exunits limit = random_limit(b, bounded.spent);
    if (bounded.status == PLB_E_BUDGET && limit.steps > bound.steps) limit.steps = bound.steps;
    naive_outcome limited = expect(b, limit);
    compare(b, random_chance(&b->source, 50) ? b->program : b->decoded, limit, &limited,
            random_chance(&b->source, 20));
}

static void test_random_programs(void **state) {
    bench *b = *state;
    const char *one = getenv("PLB_TEST_SEED");
    const char *rounds = getenv("PLB_TEST_ROUNDS");
    if (one != NULL) {
        one_round(b, strtoull(one, NULL, 10));
        return;
    }
    uint64_t count = rounds != NULL ? strtoull(rounds, NULL, 10) : ROUNDS;
    for (uint64_t seed = 1; seed <= count; seed++) one_round(b, seed);
    print_message("%llu successes, %llu failures, %llu out of budget; %llu steps, at most %llu\n",
                  (unsigned long long) b->outcomes[0], (unsigned long long) b->outcomes[1],
                  (unsigned long long) b->outcomes[2], (unsigned long long) b->steps,
                  (unsigned long long) b->longest);
    /* The generator has to make programs of all kinds for this to say anything. */
    assert_true(b->outcomes[0] > count / 4 && b->outcomes[1] > count / 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_random_programs, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
