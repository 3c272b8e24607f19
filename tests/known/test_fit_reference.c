/* The whole of the reference's data: every coefficient that R makes of benching-conway.csv, and the
 * published model C, as far as this CSV explains it. Needs ../shared/upstream. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <cmocka.h>

#include <plutbench/fit.h>

#include "tests/known/shared_data.h"

static plb_benching *benching;
static plb_fit_table *table;
static plb_fit *fit;

static int fit_all(void **state) {
    (void) state;
    size_t length;
    char *text = read_shared("cost-model/benching-conway.csv", &length);
    plb_error error;
    table = plb_fit_table_default();
    bool made = table != NULL &&
                plb_benching_parse(&benching, "benching-conway.csv", text, length, &error) == 0 &&
                plb_fit_run(&fit, benching, table, NULL, &error) == 0;
    free(text);
    return made ? 0 : -1;
}

static int free_all(void **state) {
    (void) state;
    plb_fit_free(fit);
    plb_benching_free(benching);
    plb_fit_table_free(table);
    return 0;
}

/* Texts equal but for numbers, which may differ by 1e-9. Returns how many numbers there were. */
static size_t compare(const char *a, const char *b) {
    size_t numbers = 0;
    char last = '\n';
    while (*a && *b) {
        char *end_a = NULL, *end_b = NULL;
        bool begins = strchr("\n\t=;", last) != NULL;
        double x = begins ? strtod(a, &end_a) : 0, y = begins ? strtod(b, &end_b) : 0;
        if (begins && end_a != a && end_b != b) {
            if (!(fabs(x - y) <= 1e-9 * fmax(fabs(x), fabs(y)))) fail_msg("%.60s\nR: %.60s", a, b);
            a = end_a;
            b = end_b;
            last = '0';
            numbers++;
        } else {
            if (*a != *b) fail_msg("%.60s\nR: %.60s", a, b);
            last = *a++;
            b++;
        }
    }
    assert_int_equal(*a, *b);
    return numbers;
}

static void every_coefficient_is_r_s(void **state) {
    (void) state;
    size_t length;
    char *text, *expected = read_shared("cost-model/r-fit-conway.tsv", &length);
    plb_error error;
    assert_non_null(expected);
    assert_int_equal(plb_fit_coefficients_tsv(fit, PLB_FIT_REFERENCE, &text, &error), PLB_OK);
    assert_int_equal(compare(text, expected), 199);
    assert_int_equal(plb_fit_left_out(fit), 0);
    assert_int_equal(plb_fit_problems(fit), 0);
    free(text);
    free(expected);
}

/* Of appendString, decodeUtf8, encodeUtf8, equalsByteString and equalsString the published numbers
 * come from other measurements than this CSV's. */
static void the_published_model_is_explained(void **state) {
    (void) state;
    size_t length, same = 0;
    char *text, *expected = read_shared("cost-model/builtinCostModelC.json", &length);
    plb_error error;
    plb_cost_model *base = plb_cost_model_default((plb_era){PLB_PLUTUS_V3, 10});
    assert_int_equal(plb_fit_builtin_json(fit, PLB_FIT_REFERENCE, base, false, &text, &error),
                     PLB_OK);
    json_t *made = json_loads(text, 0, NULL), *published = json_loads(expected, 0, NULL);
    assert_int_equal(json_object_size(made), 102);
    const char *key;
    json_t *value;
    json_object_foreach(published, key, value) {
        json_t *own = json_object_get(made, key);
        if (json_equal(own, value)) same++;
        assert_true(json_equal(json_object_get(own, "memory"), json_object_get(value, "memory")));
    }
    assert_int_equal(same, 97);
    /* The form is the published one too: the same lines in the same order, but for those numbers.
     */
    const char *a = text, *b = expected;
    size_t lines = 0, others = 0;
    while (*a && *b) {
        size_t m = strcspn(a, "\n"), n = strcspn(b, "\n");
        lines++;
        if (m != n || memcmp(a, b, m) != 0) {
            others++;
            assert_memory_equal(a, b, strcspn(b, ":"));
        }
        a += m + (a[m] != '\0');
        b += n + (b[n] != '\0');
    }
    assert_int_equal(*a, *b);
    assert_int_equal(lines, 1360);
    assert_int_equal(others, 11);
    json_decref(made);
    json_decref(published);
    free(text);
    free(expected);
    plb_cost_model_free(base);
}

/* PlutusV1 and V2 have division with another shape; fitted with it, the numbers are those that the
 * reference published for them in model B. */
static void other_languages_have_their_shapes(void **state) {
    (void) state;
    static const struct {
        unsigned version;
        size_t counts[3];
    } rows[] = {{9, {166, 175, 251}}, {10, {166, 185, 297}}, {11, {332, 332, 350}}};
    for (size_t i = 0; i < 3; i++) {
        char *text, *named;
        plb_error error;
        assert_int_equal(plb_fit_parameters_json(fit, PLB_FIT_REFERENCE, rows[i].version, false,
                                                 false, &text, &error),
                         PLB_OK);
        assert_int_equal(plb_fit_parameters_json(fit, PLB_FIT_REFERENCE, rows[i].version, true,
                                                 false, &named, &error),
                         PLB_OK);
        json_t *arrays = json_loads(text, 0, NULL), *maps = json_loads(named, 0, NULL);
        static const char *const languages[] = {"PlutusV1", "PlutusV2", "PlutusV3"};
        for (size_t l = 0; l < 3; l++) {
            json_t *array = json_object_get(arrays, languages[l]);
            json_t *map = json_object_get(maps, languages[l]);
            assert_int_equal(json_array_size(array), rows[i].counts[l]);
            assert_int_equal(json_object_size(map), rows[i].counts[l]);
            size_t index = 0;
            const char *key;
            json_t *value;
            json_object_foreach(map, key, value) {
                assert_true(json_equal(value, json_array_get(array, index++)));
            }
        }
        json_t *v2 = json_object_get(maps, "PlutusV2"), *v3 = json_object_get(maps, "PlutusV3");
        assert_int_equal(json_integer_value(json_object_get(v2, "divideInteger-cpu-arguments-model-"
                                                                "arguments-intercept")),
                         228465);
        assert_int_equal(json_integer_value(json_object_get(v2, "divideInteger-cpu-arguments-model-"
                                                                "arguments-slope")),
                         122);
        assert_int_equal(json_integer_value(json_object_get(v3, "divideInteger-cpu-arguments-model-"
                                                                "arguments-c02")),
                         -900);
        json_decref(arrays);
        json_decref(maps);
        free(text);
        free(named);
    }
}

int main(void) {
    if (shared_is_missing("cost-model/r-fit-conway.tsv")) return SKIPPED;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_coefficient_is_r_s),
        cmocka_unit_test(the_published_model_is_explained),
        cmocka_unit_test(other_languages_have_their_shapes),
    };
    return cmocka_run_group_tests(tests, fit_all, free_all);
}
