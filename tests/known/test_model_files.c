/* The published cost models, read and written again, are the published files, to the byte; and so
 * are the parameters in the node team's protocol parameters. Needs ../shared/upstream. */
#include <jansson.h>

#include <plutbench/model.h>

#include "tests/known/shared_data.h"

static const plb_era newest = {PLB_LANGUAGE_NEWEST, 0};

static plb_costs *read_text(plb_era era, const char *name, const char *text) {
    plb_costs *costs;
    plb_error error;
    if (plb_costs_read(&costs, era, name, text, strlen(text), &error))
        fail_msg("%s: %s", error.where, error.message);
    return costs;
}

static char *write_text(const plb_costs *costs, plb_costs_form form, plb_era era) {
    char *text;
    plb_error error;
    if (plb_costs_write(&costs, 1, form, era, &text, NULL, &error))
        fail_msg("%s: %s", error.where, error.message);
    return text;
}

static void is_written_as(const plb_costs *costs, plb_costs_form form, const char *expected) {
    char *text = write_text(costs, form, newest);
    assert_string_equal(text, expected);
    free(text);
}

static void published_files(void **state) {
    (void) state;
    static const struct {
        const char *name;
        plb_costs_form form;
    } files[] = {{"cost-model/builtinCostModel%c.json", PLB_COSTS_BUILTIN},
                 {"cost-model/cekMachineCosts%c.json", PLB_COSTS_MACHINE}};
    for (char letter = 'A'; letter <= 'E'; letter++) {
        plb_costs *published;
        plb_error error;
        assert_int_equal(plb_costs_published(&published, letter, newest, &error), PLB_OK);
        for (size_t i = 0; i < 2; i++) {
            char name[64];
            size_t length;
            (void) snprintf(name, sizeof name, files[i].name, letter);
            char *text = read_shared(name, &length);
            plb_costs *costs = read_text(newest, name, text);
            assert_int_equal(plb_costs_where(costs)->form, files[i].form);
            is_written_as(costs, files[i].form, text);
            is_written_as(published, files[i].form, text);
            plb_costs_free(costs);
            free(text);
        }
        plb_costs_free(published);
    }
}

/* Append what is missing behind the end, if that is no more than ten values. */
static bool lengthen(json_t *values, const json_t *array) {
    size_t count = json_array_size(values);
    for (size_t i = count; i < json_array_size(array); i++)
        json_array_append(values, json_array_get(array, i));
    return json_array_size(array) - count <= 10;
}

/* The parameters of each language, by way of every form, against what jansson reads in the file. */
static void parameters_of(const char *name, unsigned version, plb_language language,
                          const json_t *array, const char *text) {
    const plb_era asked = {language, 0}, era = {language, version};
    plb_costs *costs = read_text(asked, name, text);
    const plb_costs_source *source = plb_costs_where(costs);
    assert_int_equal(source->era.protocol_version, version);
    assert_false(source->version_assumed);
    assert_int_equal(source->parameters, json_array_size(array));
    for (int form = PLB_COSTS_BOTH; form < PLB_COSTS_FORMS; form++) {
        char *other = write_text(costs, (plb_costs_form) form, newest);
        plb_costs *back = read_text(era, name, other);
        char *again = write_text(back, PLB_COSTS_ARRAY, newest);
        json_t *values = json_loads(again, 0, NULL);
        /* Functions do not say how long an array was: it ends with what the version has. */
        if (form == PLB_COSTS_BOTH) assert_true(lengthen(values, array));
        assert_true(json_equal(values, array));
        json_decref(values);
        free(again);
        plb_costs_free(back);
        free(other);
    }
    plb_costs_free(costs);
}

static void node_parameters(void **state) {
    (void) state;
    static const struct {
        const char *name;
        unsigned version;
    } files[] = {{"node-bench/protocol-parameters.json", 6},
                 {"node-bench/protocol-parameters-v8.json", 8},
                 {"node-bench/protocol-parameters-v9.json", 9},
                 {"node-bench/protocol-parameters-v10.json", 10}};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        size_t length;
        char *text = read_shared(files[i].name, &length);
        json_t *root = json_loads(text, 0, NULL);
        const char *key;
        json_t *array;
        json_object_foreach(json_object_get(root, "costModels"), key, array) {
            parameters_of(files[i].name, files[i].version, (plb_language) (key[7] - '0'), array,
                          text);
        }
        json_decref(root);
        free(text);
    }
}

/* The parameters of protocol version 10 are those of the published variants B and C. */
static void parameters_are_the_published_ones(void **state) {
    (void) state;
    static const char letters[] = {'B', 'B', 'C'};
    size_t length;
    char *text = read_shared("node-bench/protocol-parameters-v10.json", &length);
    json_t *root = json_loads(text, 0, NULL);
    for (int language = PLB_PLUTUS_V1; language <= PLB_PLUTUS_V3; language++) {
        const plb_era era = {(plb_language) language, 10};
        plb_costs *costs;
        plb_error error;
        assert_int_equal(plb_costs_published(&costs, letters[language - 1], era, &error), PLB_OK);
        char *array = write_text(costs, PLB_COSTS_ARRAY, era);
        json_t *values = json_loads(array, 0, NULL);
        assert_true(json_equal(values, json_object_get(json_object_get(root, "costModels"),
                                                       plb_language_name(era.language))));
        json_decref(values);
        free(array);
        plb_costs_free(costs);
    }
    json_decref(root);
    free(text);
}

/* Nothing is wrong with what is in use. */
static void published_models_have_no_errors(void **state) {
    (void) state;
    for (char letter = 'A'; letter <= 'E'; letter++) {
        plb_costs *costs;
        plb_costs_findings findings = {0};
        plb_error error;
        assert_int_equal(plb_costs_published(&costs, letter, newest, &error), PLB_OK);
        assert_int_equal(plb_costs_check(costs, newest, (plb_exunits){0, 0}, &findings, &error),
                         PLB_OK);
        assert_int_equal(plb_costs_findings_count(&findings, PLB_COSTS_ERROR), 0);
        plb_costs_findings_free(&findings);
        plb_costs_free(costs);
    }
}

int main(void) {
    if (shared_is_missing("cost-model")) return SKIPPED;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_files),
        cmocka_unit_test(node_parameters),
        cmocka_unit_test(parameters_are_the_published_ones),
        cmocka_unit_test(published_models_have_no_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
