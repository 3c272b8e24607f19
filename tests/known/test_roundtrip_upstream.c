/* The reference's conformance suite and validators: every text is accepted or refused as expected,
 * every program that is read comes back from text and from flat, and text and flat of a case are
 * the same program. Needs ../shared/upstream. */
#include <ftw.h>

#include "tests/known/shared_data.h"
#include "tests/program_support.h"

static unsigned texts, refused, flats, canonical;
static plb_program *first, *second;

static char *read_beside(const char *path, const char *suffix, const char *other, size_t *length) {
    char name[4096];
    size_t stem = strlen(path) - strlen(suffix);
    snprintf(name, sizeof name, "%.*s%s", (int) stem, path, other);
    return read_file(name, length);
}

static bool has_suffix(const char *path, const char *suffix) {
    size_t length = strlen(path);
    return length > strlen(suffix) && strcmp(path + length - strlen(suffix), suffix) == 0;
}

static void assert_text_comes_back(const char *path, const plb_program *program) {
    char *text = print(program);
    plb_error error = {0};
    if (plb_program_parse_text(second, newest, text, strlen(text), &error) != PLB_OK) {
        fail_msg("%s: printed text: %s: %s", path, error.where, error.message);
    }
    if (!plb_program_equal(program, second)) fail_msg("%s: another program printed", path);
    free(text);
}

static void check_text(const char *path) {
    size_t length;
    size_t expected_length = 0;
    char *text = read_file(path, &length);
    assert_non_null(text);
    char *expected = read_beside(path, "", ".expected", &expected_length);
    bool refusal = expected && strncmp(expected, "parse/decode error", 18) == 0;
    plb_error error = {0};
    plb_status status = plb_program_parse_text(first, newest, text, length, &error);
    if ((status != PLB_OK) != refusal) fail_msg("%s: %d: %s", path, status, error.message);
    texts++;
    refused += refusal;
    if (status == PLB_OK) assert_text_comes_back(path, first);
    if (status == PLB_OK && expected && strncmp(expected, "(program", 8) == 0) {
        if (plb_program_parse_text(first, newest, expected, expected_length, &error) != PLB_OK) {
            fail_msg("%s.expected: %s: %s", path, error.where, error.message);
        }
        assert_text_comes_back(path, first);
    }
    free(text);
    free(expected);
}

/* Data in lists of definite length is not what the reference writes today: such files come back as
 * the same program, in other bytes. */
static void check_flat(const char *path) {
    size_t length;
    char *bytes = read_file(path, &length);
    assert_non_null(bytes);
    plb_error error = {0};
    plb_status status =
        plb_program_decode_flat(first, newest, (const uint8_t *) bytes, length, &error);
    size_t text_length;
    char *text = read_beside(path, ".flat", ".uplc", &text_length);
    if (text && plb_program_parse_text(second, newest, text, text_length, NULL) == PLB_OK) {
        if (status != PLB_OK) fail_msg("%s: %s: %s", path, error.where, error.message);
        if (!plb_program_equal(first, second)) fail_msg("%s: not its text", path);
    }
    if (status == PLB_OK) {
        uint8_t *encoded;
        size_t encoded_length;
        flats++;
        assert_text_comes_back(path, first);
        if (plb_program_encode_flat(first, &encoded, &encoded_length, &error) != PLB_OK) {
            fail_msg("%s: %s", path, error.message);
        }
        bool same = encoded_length == length && memcmp(encoded, bytes, length) == 0;
        bool conformance = strstr(path, "/conformance/") != NULL;
        if (!same && conformance) fail_msg("%s: encoded differently", path);
        canonical += same;
        assert_int_equal(plb_program_decode_flat(second, newest, encoded, encoded_length, &error),
                         PLB_OK);
        if (!plb_program_equal(first, second)) fail_msg("%s: another program encoded", path);
        free(encoded);
    }
    free(bytes);
    free(text);
}

static int visit(const char *path, const struct stat *status, int kind, struct FTW *walk) {
    (void) status;
    (void) walk;
    if (kind == FTW_F && has_suffix(path, ".uplc")) check_text(path);
    if (kind == FTW_F && has_suffix(path, ".flat")) check_flat(path);
    return 0;
}

static void visit_all(const char *folder) {
    char path[SHARED_PATH_BYTES];
    texts = refused = flats = canonical = 0;
    assert_int_equal(nftw(shared_path(path, folder), visit, 32, FTW_PHYS), 0);
    print_message("%s: %u texts, %u of them refused; %u flat, %u of them canonical\n", folder,
                  texts, refused, flats, canonical);
}

static void the_conformance_suite_comes_back(void **state) {
    (void) state;
    visit_all("conformance");
    assert_true(texts > 500 && refused > 20 && flats > 500);
    assert_int_equal(flats, canonical);
}

static void the_validators_come_back(void **state) {
    (void) state;
    visit_all("validation");
    assert_true(flats > 50);
}

int main(void) {
    if (shared_is_missing("conformance")) return SKIPPED;
    first = plb_program_new(0);
    second = plb_program_new(0);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_conformance_suite_comes_back),
        cmocka_unit_test(the_validators_come_back),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    plb_program_free(first);
    plb_program_free(second);
    return failed;
}
