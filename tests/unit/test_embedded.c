/* What the build embeds is what lies in the folders. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "harness/embedded.h"

static const struct {
    const struct plb_embedded_file *table;
    const char *folder;
} tables[] = {
    {plb_embedded_machine, PLB_SOURCE_DIR "/harness/machine/data"},
    {plb_embedded_scripts, PLB_SOURCE_DIR "/scripts"},
    {plb_embedded_calibrate, PLB_SOURCE_DIR "/calibrate/data"},
};
enum { TABLE_COUNT = sizeof tables / sizeof tables[0] };

static void check_equal_to_file(const struct plb_embedded_file *embedded, const char *folder) {
    char path[4096];
    int length = snprintf(path, sizeof path, "%s/%s", folder, embedded->name);
    assert_in_range(length, 1, sizeof path - 1);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    unsigned char *bytes = malloc(embedded->length + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, embedded->length + 1, file), embedded->length);
    assert_int_equal(memcmp(bytes, embedded->bytes, embedded->length), 0);
    free(bytes);
    fclose(file);
}

static void bytes_equal_the_files(void **state) {
    (void) state;
    for (size_t i = 0; i < TABLE_COUNT; i++)
        for (const struct plb_embedded_file *file = tables[i].table; file->name; file++)
            check_equal_to_file(file, tables[i].folder);
}

static void a_nul_follows_the_bytes(void **state) {
    (void) state;
    for (size_t i = 0; i < TABLE_COUNT; i++)
        for (const struct plb_embedded_file *file = tables[i].table; file->name; file++)
            assert_int_equal(file->bytes[file->length], 0);
}

static void names_ascend_and_are_found(void **state) {
    (void) state;
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        const struct plb_embedded_file *table = tables[i].table;
        for (const struct plb_embedded_file *file = table; file->name; file++) {
            if (file > table) assert_true(strcmp(file[-1].name, file->name) < 0);
            assert_ptr_equal(plb_embedded_find(table, file->name), file);
        }
        assert_null(plb_embedded_find(table, "no such file"));
        assert_null(plb_embedded_find(table, ""));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_equal_the_files),
        cmocka_unit_test(a_nul_follows_the_bytes),
        cmocka_unit_test(names_ascend_and_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
