/* A study of the reference's own benchmark times beside its published model C: of its 102 functions
 * 97 are what these times give, and five were published from other measurements
 * (IntersectMBO/plutus, plutus-core/cost-model/data/benching-conway.csv and
 * builtinCostModelC.json). So those five change, and nothing else does. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>
#include <cmocka.h>

#include <plutbench/study.h>

static const char *const republished[] = {"appendString", "decodeUtf8", "encodeUtf8",
                                          "equalsByteString", "equalsString"};

static json_t *run(const char *times, const char *programs) {
    char folder[] = "/tmp/test_study_XXXXXX", plan_text[1024], command[64], *report = NULL;
    plb_study_plan plan;
    plb_study *study = NULL;
    plb_error error = {.status = PLB_OK};
    (void) snprintf(plan_text, sizeof plan_text,
                    "{\"sweep\": {\"from\": \"%s\"}, \"base\": \"C\", \"fit\": {\"bootstrap\": 40},"
                    " \"impact\": {\"protocol_versions\": [10], \"languages\": [\"v3\"],"
                    " \"programs\": \"%s\", \"scripts\": \"all\"}}",
                    times, programs);
    assert_non_null(mkdtemp(folder));
    assert_int_equal(plb_study_plan_read(&plan, "plan.json", plan_text, strlen(plan_text), &error),
                     PLB_OK);
    plb_study_config config = {.plan = &plan, .name = "plan.json", .out = folder};
    if (plb_study_run(&config, &study, &error) != PLB_OK)
        fail_msg("%s: %s", error.where, error.message);
    assert_int_equal(plb_study_file(study, "study.json", &report, &error), PLB_OK);
    json_t *found = json_loads(report, 0, NULL);
    assert_non_null(found);
    free(report);
    plb_study_free(study);
    plb_study_plan_free(&plan);
    (void) snprintf(command, sizeof command, "rm -rf %s", folder);
    assert_int_equal(system(command), 0);
    return found;
}

static bool is_republished(const char *name) {
    for (size_t i = 0; i < sizeof republished / sizeof *republished; i++) {
        if (strcmp(republished[i], name) == 0) return true;
    }
    return false;
}

static double ratio_at(const json_t *builtin, const char *which) {
    return json_number_value(json_object_get(json_object_get(builtin, which), "ratio"));
}

static void only_what_was_republished_changes(void **state) {
    const json_t *found = *state;
    size_t index, changed = 0;
    json_t *builtin;
    assert_int_equal(json_integer_value(json_object_get(found, "fitted")), 102);
    json_array_foreach(json_object_get(found, "builtins"), index, builtin) {
        const char *name = json_string_value(json_object_get(builtin, "name"));
        bool same = ratio_at(builtin, "least") == 1 && ratio_at(builtin, "most") == 1;
        bool resolved = json_is_true(json_object_get(builtin, "resolved"));
        if (same == is_republished(name) || (same && resolved))
            fail_msg("%s: %g to %g", name, ratio_at(builtin, "least"), ratio_at(builtin, "most"));
        changed += !same;
        /* The first are those that change most. */
        assert_true(same == (index >= sizeof republished / sizeof *republished));
    }
    assert_int_equal(changed, 5);
}

/* V3 at version 10 has model C: budgets under both differ only by those five, which validators and
 * benchmark scripts hardly use. */
static void budgets_hardly_change(void **state) {
    const json_t *found = *state;
    size_t index;
    json_t *row;
    const json_t *era = json_array_get(json_object_get(found, "eras"), 1);
    assert_string_equal(json_string_value(json_object_get(era, "name")),
                        "PlutusV3, protocol version 10");
    assert_string_equal(json_string_value(json_object_get(era, "variant")), "C");
    assert_int_equal(json_integer_value(json_object_get(era, "parameters")), 297);
    assert_in_range(json_integer_value(json_object_get(era, "programs")), 50, 200);
    assert_true(fabs(json_number_value(json_object_get(era, "steps_least")) - 1) < 1e-3);
    assert_true(fabs(json_number_value(json_object_get(era, "steps_most")) - 1) < 1e-3);
    json_array_foreach(json_object_get(found, "scripts"), index, row) {
        const json_t *old = json_object_get(row, "old"), *new = json_object_get(row, "new");
        assert_true(json_is_null(json_object_get(row, "problem")));
        assert_int_equal(json_integer_value(json_object_get(old, "loops")),
                         json_integer_value(json_object_get(new, "loops")));
    }
    assert_true(index >= 3);
}

static json_t *study;

static int set_up(void **state) {
    const char *times = PLB_SHARED_DIR "/upstream/cost-model/benching-conway.csv";
    study = run(times, PLB_SHARED_DIR "/upstream/validation");
    *state = study;
    return 0;
}

static int tear_down(void **state) {
    (void) state;
    json_decref(study);
    return 0;
}

int main(void) {
    if (access(PLB_SHARED_DIR "/upstream/cost-model/benching-conway.csv", R_OK) != 0 ||
        access(PLB_SHARED_DIR "/upstream/validation", R_OK) != 0) {
        (void) fprintf(stderr, "skipped: the reference's files are not there\n");
        return 77;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_was_republished_changes),
        cmocka_unit_test(budgets_hardly_change),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
