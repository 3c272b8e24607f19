/* Studies of times that are made from known costs: what they find is known, and is not found again
 * where nothing has changed. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>
#include <cmocka.h>

#include <plutbench/study.h>

#include "harness/machine/cost.h"

/* What the call itself takes, microseconds. */
#define NO_OP_US 0.05

typedef struct world {
    char folder[64];
    char told[4096]; /* lines of the study that ran last */
} world;

static int set_up(void **state) {
    world *w = calloc(1, sizeof *w);
    if (w == NULL) return -1;
    strcpy(w->folder, "/tmp/test_study_XXXXXX");
    *state = w;
    return mkdtemp(w->folder) != NULL ? 0 : -1;
}

static int tear_down(void **state) {
    world *w = *state;
    char command[128];
    (void) snprintf(command, sizeof command, "rm -rf %s", w->folder);
    int code = system(command);
    free(w);
    return code;
}

static FILE *open_file(const world *w, const char *name) {
    char path[256];
    (void) snprintf(path, sizeof path, "%s/%s", w->folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    return file;
}

static void write_file(const world *w, const char *name, const char *text) {
    FILE *file = open_file(w, name);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

/* ---- Times ---- */

static void put_row(FILE *out, const char *name, double us) {
    double s = us * 1e-6;
    fprintf(out, "%s,%.17g,%.17g,%.17g,0,0,0\n", name, s, s * 0.999, s * 1.001);
}

/* What version E charges, in microseconds. */
static double charge(const char *builtin, int64_t x, int64_t y) {
    plb_cost_model *model = plb_cost_model_default((plb_era){PLB_PLUTUS_V3, 11});
    int tag = plb_builtin_find(builtin, strlen(builtin));
    const int64_t sizes[] = {x, y, 0, 0};
    assert_true(tag >= 0);
    double cost = (double) plb_costing_apply(&model->builtin[tag].steps, sizes);
    plb_cost_model_free(model);
    return cost * 1e-6;
}

/* addInteger takes `add` times what it is charged, sha2_256 `sha`; iData the same as it is. */
static void write_times(const world *w, const char *file, double add, double sha) {
    FILE *out = open_file(w, file);
    char name[64];
    fputs("benchmark,t,t.mean.lb,t.mean.ub,t.sd,t.sd.lb,t.sd.ub\n", out);
    put_row(out, "Nop1o/1", NO_OP_US);
    put_row(out, "Nop2o/1/1", NO_OP_US);
    for (int x = 1; x <= 1000; x += 111) {
        for (int y = 1; y <= 1000; y += 111) {
            (void) snprintf(name, sizeof name, "AddInteger/%d/%d", x, y);
            put_row(out, name, NO_OP_US + add * charge("addInteger", x, y));
        }
        (void) snprintf(name, sizeof name, "Sha2_256/%d", x);
        put_row(out, name, NO_OP_US + sha * charge("sha2_256", x, 0));
    }
    assert_int_equal(fclose(out), 0);
}

/* ---- Running ---- */

static void listen(void *context, const char *step, const char *what) {
    world *w = context;
    size_t used = strlen(w->told);
    (void) snprintf(w->told + used, sizeof w->told - used, "%s: %s\n", step, what);
}

static plb_status run(world *w, const char *text, json_t **found, plb_error *error) {
    plb_study_plan plan;
    plb_study *study = NULL;
    char out[128], *report = NULL;
    (void) snprintf(out, sizeof out, "%s/out", w->folder);
    w->told[0] = '\0';
    assert_int_equal(plb_study_plan_read(&plan, "plan.json", text, strlen(text), error), PLB_OK);
    plb_study_config config = {.plan = &plan,
                               .name = "plan.json",
                               .folder = w->folder,
                               .out = out,
                               .tell = listen,
                               .context = w};
    plb_status status = plb_study_run(&config, &study, error);
    if (status == PLB_OK && found != NULL) {
        assert_int_equal(plb_study_file(study, "study.json", &report, error), PLB_OK);
        *found = json_loads(report, 0, NULL);
        assert_non_null(*found);
        free(report);
    }
    plb_study_free(study);
    plb_study_plan_free(&plan);
    return status;
}

static json_t *run_well(world *w, const char *text) {
    json_t *found = NULL;
    plb_error error = {.status = PLB_OK};
    if (run(w, text, &found, &error) != PLB_OK) fail_msg("%s: %s", error.where, error.message);
    return found;
}

static const json_t *builtin_of(const json_t *found, const char *name) {
    size_t index;
    json_t *builtin;
    json_array_foreach(json_object_get(found, "builtins"), index, builtin) {
        if (strcmp(json_string_value(json_object_get(builtin, "name")), name) == 0) return builtin;
    }
    fail_msg("no %s", name);
    return NULL;
}

static double number(const json_t *object, const char *a, const char *b) {
    const json_t *value = json_object_get(object, a);
    value = b != NULL ? json_object_get(value, b) : value;
    assert_true(json_is_number(value));
    return json_number_value(value);
}

#define PLAN                                                                                       \
    "{\"sweep\": {\"from\": \"times.csv\"}, \"fit\": {\"bootstrap\": 40},"                         \
    " \"impact\": {\"protocol_versions\": [11], \"languages\": [\"v2\"], \"scripts\": "            \
    "[\"sha2-256-loop\"], \"programs\": \"programs\"}}"

/* [(builtin sha2_256) ...], in flat. */
static void write_program(const world *w) {
    const char *text = "(program 1.1.0 [(builtin sha2_256) (con bytestring #0011)])";
    plb_program *program = plb_program_new(0);
    uint8_t *bytes = NULL;
    size_t length = 0;
    char path[128];
    (void) snprintf(path, sizeof path, "%s/programs", w->folder);
    assert_int_equal(mkdir(path, 0777), 0);
    assert_int_equal(plb_program_parse_text(program, (plb_era){PLB_LANGUAGE_NEWEST, 0}, text,
                                            strlen(text), NULL),
                     PLB_OK);
    assert_int_equal(plb_program_encode_flat(program, &bytes, &length, NULL), PLB_OK);
    FILE *file = open_file(w, "programs/hash.flat");
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
    free(bytes);
    plb_program_free(program);
}

/* ---- What is found ---- */

static void known_costs_are_found(void **state) {
    world *w = *state;
    write_times(w, "times.csv", 2, 0.5);
    write_program(w);
    json_t *found = run_well(w, PLAN);
    const json_t *add = builtin_of(found, "addInteger"), *sha = builtin_of(found, "sha2_256");
    /* Coefficients are rounded up to whole picoseconds: a slope of 840 may become 841. */
    assert_true(fabs(number(add, "new_over_old", "value") - 2) < 3e-3);
    assert_true(fabs(number(sha, "new_over_old", "value") - 0.5) < 1e-3);
    assert_true(number(add, "new_over_old", "low") <= number(add, "new_over_old", "value"));
    assert_true(number(add, "new_over_old", "high") < 2.01);
    assert_true(json_is_true(json_object_get(add, "resolved")));
    assert_int_equal(json_integer_value(json_object_get(add, "points")), 100);
    /* All inputs of the one are under-charged, of the other over-charged. */
    assert_true(number(add, "measured_over_old", "under_resolved_share") >= 1);
    assert_true(number(add, "measured_over_old", "over_resolved_share") <= 0);
    assert_true(number(sha, "measured_over_old", "under_share") <= 0);
    assert_true(number(sha, "measured_over_old", "over_resolved_share") >= 1);
    assert_true(fabs(number(add, "measured_over_old", "median") - 2) < 1e-6);
    assert_true(fabs(number(add, "measured_over_new", "median") - 1) < 2e-3);
    /* subtractInteger shares addInteger's points; the rest has none. */
    assert_true(fabs(number(builtin_of(found, "subtractInteger"), "new_over_old", "value") - 2) <
                3e-3);
    assert_string_equal(json_string_value(json_object_get(builtin_of(found, "iData"), "outcome")),
                        "not swept");
    assert_int_equal(json_integer_value(json_object_get(found, "fitted")), 3);
    json_decref(found);
}

/* sha2_256 of two bytes: one constant, one builtin, one application, and the start. */
static void budgets_follow_from_the_costs(void **state) {
    world *w = *state;
    write_times(w, "times.csv", 1, 0.5);
    json_t *found = run_well(w, PLAN);
    const json_t *newest = json_array_get(json_object_get(found, "eras"), 0);
    double hash = charge("sha2_256", 1, 0) * 1e6, steps = 3 * 16000 + 100;
    assert_true(fabs(number(newest, "old_total", "steps") - (steps + hash)) < 0.5);
    assert_true(fabs(number(newest, "new_total", "steps") - (steps + hash / 2)) < 3);
    assert_true(
        fabs(number(newest, "new_total", "memory") - number(newest, "old_total", "memory")) < 0.5);
    /* More loops of a hash that is cheaper; memory, which stays, may end them first. */
    const json_t *script = json_array_get(json_object_get(found, "scripts"), 0);
    assert_true(number(script, "new", "loops") >= number(script, "old", "loops"));
    assert_true(number(json_object_get(script, "same_call"), "new", "steps") <
                number(json_object_get(script, "same_call"), "old", "steps"));
    json_decref(found);
}

/* ---- What is done again ---- */

static void nothing_is_done_twice(void **state) {
    world *w = *state;
    json_decref(run_well(w, PLAN));
    assert_string_equal(w->told, "fit: done before\nproposal: done before\nimpact: done before\n");
    write_times(w, "times.csv", 3, 0.5);
    json_t *found = run_well(w, PLAN);
    assert_string_equal(w->told, "fit: times.csv has changed\nproposal: times.csv has changed\n"
                                 "impact: times.csv has changed\n");
    assert_true(fabs(number(builtin_of(found, "addInteger"), "new_over_old", "value") - 3) < 3e-3);
    json_decref(found);
}

/* A marker that is damaged is none. */
static void damaged_markers_do_not_count(void **state) {
    world *w = *state;
    static const char *const texts[] = {"", "{", "[]", "{\"settings\": 7}", "{\"outputs\": []}"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        write_file(w, "out/done/fit.json", texts[i]);
        json_decref(run_well(w, PLAN));
        assert_non_null(strstr(w->told, "fit: "));
        assert_null(strstr(w->told, "fit: done before"));
        assert_non_null(strstr(w->told, "impact: done before"));
    }
}

/* What is removed is what markers name, below the folder. */
static void beginning_anew_removes_its_own_files_only(void **state) {
    world *w = *state;
    char path[128];
    plb_study_plan plan;
    plb_study *study = NULL;
    plb_error error;
    write_file(w, "mine", "kept");
    write_file(w, "out/mine", "kept");
    write_file(w, "out/done/evil.json", "{\"outputs\": {\"../mine\": null, \"/tmp/x/y\": null}}");
    (void) snprintf(path, sizeof path, "%s/out", w->folder);
    assert_int_equal(plb_study_plan_read(&plan, "p", PLAN, strlen(PLAN), &error), PLB_OK);
    plb_study_config config = {.plan = &plan,
                               .name = "p",
                               .folder = w->folder,
                               .out = path,
                               .restart = true,
                               .tell = listen,
                               .context = w};
    w->told[0] = '\0';
    assert_int_equal(plb_study_run(&config, &study, &error), PLB_OK);
    assert_string_equal(w->told,
                        "fit: not done yet\nproposal: not done yet\nimpact: not done yet\n");
    plb_study_free(study);
    plb_study_plan_free(&plan);
    (void) snprintf(path, sizeof path, "%s/mine", w->folder);
    assert_int_equal(access(path, F_OK), 0);
    (void) snprintf(path, sizeof path, "%s/out/mine", w->folder);
    assert_int_equal(access(path, F_OK), 0);
}

/* ---- What is refused ---- */

static void refusals_name_the_file(void **state) {
    world *w = *state;
    plb_error error = {.status = PLB_OK};
    assert_int_equal(run(w, "{\"sweep\": {\"from\": \"none\"}}", NULL, &error), PLB_E_IO);
    assert_non_null(strstr(error.where, "none"));
    write_file(w, "bad.csv", "benchmark,t\nAddInteger/1/1,1\n");
    assert_int_equal(run(w, "{\"sweep\": {\"from\": \"bad.csv\"}}", NULL, &error), PLB_E_PARSE);
    assert_non_null(strstr(error.where, "fit: "));
    assert_non_null(strstr(error.where, "bad.csv"));
    write_file(w, "base.json", "{\"addInteger\": 1}");
    assert_int_equal(
        run(w, "{\"sweep\": {\"from\": \"times.csv\"}, \"base\": \"base.json\"}", NULL, &error),
        PLB_E_COST_MODEL);
    assert_non_null(strstr(error.where, "base.json:1"));
    assert_int_equal(
        run(w, "{\"sweep\": {\"from\": \"times.csv\"}, \"impact\": {\"programs\": \"out/fit\"}}",
            NULL, &error),
        PLB_E_IO);
    assert_non_null(strstr(error.message, "no *.flat files"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_costs_are_found),
        cmocka_unit_test(budgets_follow_from_the_costs),
        cmocka_unit_test(nothing_is_done_twice),
        cmocka_unit_test(damaged_markers_do_not_count),
        cmocka_unit_test(beginning_anew_removes_its_own_files_only),
        cmocka_unit_test(refusals_name_the_file),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
