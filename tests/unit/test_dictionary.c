/* The data dictionary: its tables hold together, and what is looked up is found. */
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <plutbench/dictionary.h>

static const char *const plain_types[] = {"number", "integer", "text", "boolean",
                                          "time",   "object",  "any",  NULL};

static bool is_plain(const plb_field *field) {
    size_t length = strcspn(field->type, "?[");
    for (size_t i = 0; plain_types[i] != NULL; i++) {
        if (strlen(plain_types[i]) == length && strncmp(plain_types[i], field->type, length) == 0) {
            return true;
        }
    }
    return false;
}

static void assert_text(const char *text) {
    assert_non_null(text);
    for (; *text != '\0'; text++) {
        assert_true((unsigned char) *text >= ' ' && *text != 0x7f);
    }
}

static void every_row_says_what_it_is(void **state) {
    (void) state;
    const plb_record *record;
    size_t records = 0, fields = 0;
    for (; (record = plb_dictionary_record(records)) != NULL; records++) {
        assert_text(record->name);
        assert_text(record->written_by);
        assert_text(record->about);
        assert_true(record->about[0] != '\0' && record->field_count > 0);
        assert_int_equal(record->written_by[0] == '\0', record->kind == PLB_RECORD_GROUP);
        assert_ptr_equal(plb_dictionary_record_of(record->name), record);
        for (size_t i = 0; i < record->field_count; i++, fields++) {
            const plb_field *field = &record->fields[i];
            const char *const texts[] = {field->path,       field->type,   field->unit,
                                         field->definition, field->method, field->source};
            for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) assert_text(texts[k]);
            assert_true(field->definition[0] != '\0');
            if (!is_plain(field) && plb_dictionary_type(field) == NULL) {
                fail_msg("%s: %s has the type '%s'", record->name, field->path, field->type);
            }
            for (size_t k = 0; k < i; k++) {
                if (strcmp(record->fields[k].path, field->path) == 0) {
                    fail_msg("%s: %s is there twice", record->name, field->path);
                }
            }
        }
    }
    assert_true(records > 40 && fields > 300);
}

/* A group that had itself in it would describe what can't be written. */
static void no_group_is_in_itself(void **state) {
    (void) state;
    const plb_record *record;
    for (size_t i = 0; (record = plb_dictionary_record(i)) != NULL; i++) {
        const plb_record *open[512] = {record};
        size_t count = 1;
        for (size_t next = 0; next < count; next++) {
            for (size_t k = 0; k < open[next]->field_count; k++) {
                const plb_record *inner = plb_dictionary_type(&open[next]->fields[k]);
                assert_true(inner != record);
                if (inner != NULL && count < 512) open[count++] = inner;
            }
        }
        assert_true(count < 512);
    }
}

static const plb_field *field_of(const char *file, const char *path) {
    const plb_record *record = plb_dictionary_record_of(file);
    assert_non_null(record);
    return plb_dictionary_field(record, path);
}

static void fields_are_found_in_groups_arrays_and_maps(void **state) {
    (void) state;
    assert_string_equal(field_of("summary.json", "noise_floor_ns")->unit, "ns");
    assert_string_equal(field_of("out/summary.json", "null_experiment.low")->path, "low");
    assert_string_equal(field_of("summary.json", "overhead_per_call.paired.high")->path, "high");
    assert_string_equal(field_of("summary.json", "subjects[17].percentiles.p50_ns")->path,
                        "p50_ns");
    assert_string_equal(field_of("summary.json", "subjects[].percentiles.p50_ns")->path, "p50_ns");
    assert_string_equal(field_of("summary.json", "subjects[0]")->path, "subjects");
    assert_string_equal(field_of("summary.json", "stages.rows[2].time.call-empty.value")->path,
                        "value");
    assert_string_equal(
        field_of("summaries_loop.json", "txbudget txm:2_0.budgetTarget.steps")->path, "steps");
    assert_string_equal(field_of("profile.json", "rows[1].looks")->path, "rows[].looks");
    assert_string_equal(field_of("manifest.json", "options.anything.at[3].all")->path, "options");
    assert_non_null(plb_dictionary_record_of("ecdsa-loop-call.hgrm"));
}

static void what_is_not_there_is_not_found(void **state) {
    (void) state;
    static const char *const paths[] = {"",
                                        ".",
                                        "[",
                                        "[]",
                                        "nonsense",
                                        "noise_floor_ns.low",
                                        "null_experiment.lower",
                                        "subjects.percentiles.nothing",
                                        "subjects[1].nothing",
                                        "..",
                                        "[0].x"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        if (field_of("summary.json", paths[i]) != NULL) fail_msg("'%s' is found", paths[i]);
    }
    assert_null(plb_dictionary_record_of("summary"));
    assert_null(plb_dictionary_record_of(""));
}

static void objects_are_there_by_their_fields(void **state) {
    (void) state;
    const plb_record *record = plb_dictionary_record_of("summary.json");
    assert_true(plb_dictionary_has(record, "charged"));
    assert_true(plb_dictionary_has(record, "charged.per_call"));
    assert_true(plb_dictionary_has(record, "charged.per_call.steps"));
    assert_true(plb_dictionary_has(record, "stages.rows[1].time"));
    assert_false(plb_dictionary_has(record, "charge"));
    assert_false(plb_dictionary_has(record, "charged.per_block"));
    assert_false(plb_dictionary_has(record, "script.name"));
}

static void the_best_match_comes_first(void **state) {
    (void) state;
    const plb_field *fields[5];
    const plb_record *records[5];
    size_t found = plb_dictionary_search("cost_per_loop", fields, records, 5);
    assert_true(found >= 1);
    assert_string_equal(fields[0]->path, "cost_per_loop");
    assert_string_equal(records[0]->name, "summary.json");
    found = plb_dictionary_search("p999_ns", fields, records, 5);
    assert_string_equal(records[0]->name, "percentiles");
    found = plb_dictionary_search("lovelace", fields, records, 2);
    assert_true(found > 2); /* told, although there was no room */
    assert_int_equal(plb_dictionary_search("no-such-word", fields, records, 5), 0);
}

static void the_export_has_every_field(void **state) {
    (void) state;
    char *text = NULL;
    plb_error error;
    assert_int_equal(plb_dictionary_json(&text, &error), PLB_OK);
    json_t *whole = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    json_t *records = json_object_get(whole, "records");
    assert_true(json_is_array(records));
    for (size_t i = 0; i < json_array_size(records); i++) {
        const plb_record *record = plb_dictionary_record(i);
        json_t *told = json_array_get(records, i);
        assert_string_equal(json_string_value(json_object_get(told, "name")), record->name);
        assert_int_equal(json_array_size(json_object_get(told, "fields")), record->field_count);
    }
    assert_null(plb_dictionary_record(json_array_size(records)));
    json_decref(whole);
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_says_what_it_is),
        cmocka_unit_test(no_group_is_in_itself),
        cmocka_unit_test(fields_are_found_in_groups_arrays_and_maps),
        cmocka_unit_test(what_is_not_there_is_not_found),
        cmocka_unit_test(objects_are_there_by_their_fields),
        cmocka_unit_test(the_best_match_comes_first),
        cmocka_unit_test(the_export_has_every_field),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
