/* The node team's benchmark scripts (cardano-node, bench/tx-generator) load as the catalogue's do,
 * keep their bytes, and take loops the same way. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <plutbench/scripts.h>
#include <cmocka.h>

#include "tests/known/shared_data.h"
#include "tests/unit/script_call.h"

#define FOLDER "node-bench"

static char *read_text(const char *stem, const char *suffix) {
    char path[300];
    size_t length;
    snprintf(path, sizeof path, FOLDER "/%s%s", stem, suffix);
    return read_shared(path, &length);
}

static plb_script *load(const char *stem) {
    plb_error error;
    plb_script *script;
    char *envelope = read_text(stem, ".plutus");
    char *json = read_text(stem, ".redeemer.json");
    plb_program *redeemer = plb_program_new(0);
    assert_int_equal(plb_program_data_json(redeemer, json, strlen(json), &error), PLB_OK);
    plb_script_source source = {
        .name = stem,
        .bytes = (const uint8_t *) envelope,
        .length = strlen(envelope),
        .redeemer_name = stem,
        .redeemer = redeemer,
    };
    if (plb_script_load(&script, &source, &error) != PLB_OK) {
        fail_msg("%s: %s: %s", stem, error.where, error.message);
    }
    plb_program_free(redeemer);
    free(envelope);
    free(json);
    return script;
}

/* The envelope's hexadecimal has the script's at its end, behind the head of an outer byte string
 * if there is one (LoopV3.plutus has none). */
static void check_bytes(const char *stem, const plb_script *script) {
    char *envelope = read_text(stem, ".plutus");
    json_t *root = json_loads(envelope, 0, NULL);
    const char *hex = json_string_value(json_object_get(root, "cborHex"));
    size_t length;
    const uint8_t *bytes = plb_script_bytes(script, &length);
    assert_non_null(hex);
    assert_in_range(strlen(hex), 2 * length, 2 * length + 18);
    hex += strlen(hex) - 2 * length;
    for (size_t i = 0; i < length; i++) {
        char byte[3];
        (void) snprintf(byte, sizeof byte, "%02x", bytes[i]);
        assert_memory_equal(&hex[2 * i], byte, 2);
    }
    json_decref(root);
    free(envelope);
}

static plb_exunits cost_of(const plb_script *script, unsigned protocol_version, uint64_t loops) {
    plb_error error;
    plb_program *redeemer = plb_program_new(0);
    assert_int_equal(plb_redeemer_add_loops(redeemer, plb_script_redeemer(script), loops, &error),
                     PLB_OK);
    plb_era era = {plb_script_language(script), protocol_version};
    plb_outcome outcome =
        call_script(plb_script_program(script), era, data_in(plb_script_datum(script)),
                    data_in(redeemer), PLB_NO_VALUE, NULL);
    if (outcome.status != PLB_OK) {
        fail_msg("%s, protocol version %u: %s", plb_script_name(script), protocol_version,
                 outcome.message);
    }
    plb_program_free(redeemer);
    return outcome.spent;
}

static void check_script(const char *stem) {
    plb_script *script = load(stem);
    check_bytes(stem, script);
    unsigned versions = 0;
    for (unsigned v = 8; v <= 10; v++) {
        if (plb_script_check(script, v, NULL) != PLB_OK) continue;
        plb_exunits none = cost_of(script, v, 0);
        plb_exunits one = cost_of(script, v, 1);
        plb_exunits many = cost_of(script, v, 9);
        assert_true(one.steps > none.steps);
        assert_int_equal(many.steps - none.steps, 9 * (one.steps - none.steps));
        assert_int_equal(many.memory - none.memory, 9 * (one.memory - none.memory));
        versions++;
    }
    assert_in_range(versions, 1, 3); /* all of them run at version 10 */
    plb_script_free(script);
}

static void the_node_teams_scripts_load_and_loop(void **state) {
    (void) state;
    unsigned found = 0;
    char path[SHARED_PATH_BYTES];
    DIR *folder = opendir(shared_path(path, FOLDER));
    assert_non_null(folder);
    for (struct dirent *file = readdir(folder); file != NULL; file = readdir(folder)) {
        char stem[256];
        const char *suffix = strstr(file->d_name, ".plutus");
        if (suffix == NULL) continue;
        (void) snprintf(stem, sizeof stem, "%.*s", (int) (suffix - file->d_name), file->d_name);
        check_script(stem);
        found++;
    }
    closedir(folder);
    assert_int_not_equal(found, 0);
}

int main(void) {
    if (shared_is_missing(FOLDER)) return SKIPPED;
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_node_teams_scripts_load_and_loop)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
