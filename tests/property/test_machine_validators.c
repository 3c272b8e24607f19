/* The machine against the naive one on real validator calls (plutus-benchmark/validation), where
 * they are present: as they are, and with limits that stop them on the way. */
#include <dirent.h>

#include "tests/known/shared_data.h"
#include "tests/program_support.h"
#include "tests/property/random_term.h"

#define FOLDER "validation"
#define LIMITS 2 /* runs of each program with a random limit */

static plb_machine *machine, *host;
static plb_cost_model *model;
static plb_program *program;
static naive_arena arena;
static random_source source = {20260801};

/* ---- From the compact form to a tree ---- */

static naive_term *read_term(plb_walk *walk, plb_walk_event *event);

static void next(plb_walk *walk, plb_walk_event *event) { assert_true(plb_walk_next(walk, event)); }

/* The members up to the end of a list, behind `first` children that are there already. */
static naive_term *read_members(plb_walk *walk, plb_walk_event *event, naive_kind kind,
                                uint64_t number, naive_term *scrutinee, size_t count) {
    size_t first = scrutinee != NULL ? 1 : 0;
    naive_term *term = naive_new(&arena, kind, number, first + count);
    if (scrutinee != NULL) term->children[0] = scrutinee;
    for (next(walk, event); event->kind == PLB_WALK_MEMBER; next(walk, event)) {
        next(walk, event);
        term->children[first++] = read_term(walk, event);
    }
    assert_int_equal(event->kind, PLB_WALK_LIST_END);
    assert_int_equal(first, term->count);
    return term;
}

static naive_term *read_unary(plb_walk *walk, plb_walk_event *event, naive_kind kind) {
    naive_term *term = naive_new(&arena, kind, 0, 1);
    next(walk, event);
    term->children[0] = read_term(walk, event);
    next(walk, event);
    assert_int_equal(event->kind, PLB_WALK_CLOSE);
    return term;
}

static naive_term *read_application(plb_walk *walk, plb_walk_event *event) {
    next(walk, event);
    naive_term *head = read_term(walk, event);
    for (next(walk, event); event->kind == PLB_WALK_ARGUMENT; next(walk, event)) {
        naive_term *term = naive_new(&arena, NAIVE_APPLY, 0, 2);
        next(walk, event);
        term->children[0] = head;
        term->children[1] = read_term(walk, event);
        head = term;
    }
    assert_int_equal(event->kind, PLB_WALK_CLOSE);
    return head;
}

/* The term that begins with `event`; the last event taken is its last. */
static naive_term *read_term(plb_walk *walk, plb_walk_event *event) {
    naive_term *term;
    uint64_t number = event->number;
    size_t count = event->count;
    switch (event->kind) {
    case PLB_WALK_VAR: return naive_new(&arena, NAIVE_VAR, number, 0);
    case PLB_WALK_ERROR: return naive_new(&arena, NAIVE_ERROR, 0, 0);
    case PLB_WALK_BUILTIN: return naive_new(&arena, NAIVE_BUILTIN, number, 0);
    case PLB_WALK_LAM: return read_unary(walk, event, NAIVE_LAM);
    case PLB_WALK_DELAY: return read_unary(walk, event, NAIVE_DELAY);
    case PLB_WALK_FORCE: return read_unary(walk, event, NAIVE_FORCE);
    case PLB_WALK_APPLY: return read_application(walk, event);
    case PLB_WALK_CONST:
        term = naive_new(&arena, NAIVE_CONST, 0, 0);
        term->constant = event->constant;
        return term;
    case PLB_WALK_CONSTR: return read_members(walk, event, NAIVE_CONSTR, number, NULL, count);
    case PLB_WALK_CASE:
        next(walk, event);
        term = read_term(walk, event);
        return read_members(walk, event, NAIVE_CASE, 0, term, count);
    default: fail_msg("event %d begins no term", event->kind);
    }
    return NULL;
}

static naive_term *tree_of(void) {
    plb_walk walk;
    plb_walk_event event;
    plb_walk_begin(&walk, program, 0);
    next(&walk, &event);
    naive_term *term = read_term(&walk, &event);
    next(&walk, &event);
    assert_int_equal(event.kind, PLB_WALK_DONE);
    plb_walk_free(&walk);
    return term;
}

/* ---- Comparing ---- */

static plb_exunits compare(const char *name, const naive_term *term, plb_exunits limit) {
    plb_evaluation evaluation = {
        .program = program, .cost_model = model, .era = newest, .limit = limit};
    plb_outcome outcome;
    naive_outcome expected = naive_run(&arena, host, term, &program->types, model, newest, limit);
    plb_machine_run(machine, &evaluation, &outcome);
    if (outcome.status != expected.status || outcome.steps != expected.steps ||
        outcome.spent.steps != expected.spent.steps ||
        outcome.spent.memory != expected.spent.memory) {
        fail_msg("%s, limits %lld, %lld: status %d, %llu steps, cpu %lld, mem %lld; expected %d, "
                 "%llu, %lld, %lld",
                 name, (long long) limit.steps, (long long) limit.memory, outcome.status,
                 (unsigned long long) outcome.steps, (long long) outcome.spent.steps,
                 (long long) outcome.spent.memory, expected.status,
                 (unsigned long long) expected.steps, (long long) expected.spent.steps,
                 (long long) expected.spent.memory);
    }
    assert_int_equal(plb_machine_log_count(machine), plb_machine_log_count(host));
    return expected.spent;
}

static void check(const char *name) {
    char path[300];
    snprintf(path, sizeof path, FOLDER "/%s", name);
    size_t length;
    char *bytes = read_shared(path, &length);
    plb_error error = {0};
    if (plb_program_decode_flat(program, newest, (const uint8_t *) bytes, length, &error) !=
        PLB_OK) {
        fail_msg("%s: %s: %s", name, error.where, error.message);
    }
    free(bytes);
    naive_term *term = tree_of();
    plb_exunits spent = compare(name, term, (plb_exunits){INT64_MAX, INT64_MAX});
    for (int i = 0; i < LIMITS; i++) {
        plb_exunits limit = {.memory = INT64_MAX, .steps = INT64_MAX};
        int64_t *bound = i % 2 == 0 ? &limit.steps : &limit.memory;
        uint64_t whole = (uint64_t) (i % 2 == 0 ? spent.steps : spent.memory);
        *bound = (int64_t) random_below(&source, whole);
        compare(name, term, limit);
    }
    naive_release(&arena);
}

static int is_flat(const struct dirent *entry) {
    size_t length = strlen(entry->d_name);
    return length > 5 && strcmp(entry->d_name + length - 5, ".flat") == 0;
}

static void test_validators(void **state) {
    (void) state;
    struct dirent **entries;
    char path[SHARED_PATH_BYTES];
    int count = scandir(shared_path(path, FOLDER), &entries, is_flat, alphasort);
    assert_true(count > 60);
    machine = plb_machine_new(0);
    host = plb_machine_new(0);
    model = plb_cost_model_default(newest);
    program = new_program();
    for (int i = 0; i < count; i++) {
        check(entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    plb_machine_free(machine);
    plb_machine_free(host);
    plb_cost_model_free(model);
    plb_program_free(program);
}

int main(void) {
    if (shared_is_missing(FOLDER)) return SKIPPED;
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_validators)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
