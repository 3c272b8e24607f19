#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <gmp.h>
#include <cmocka.h>

#include <plutbench/version.h>

static void build_info_is_complete(void **state) {
    (void) state;
    const struct plb_build *build = plb_build_info();
    assert_string_equal(build->version, plb_version());
    const char *fields[] = {build->revision, build->compiler, build->flags, build->build_type,
                            build->system};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        assert_non_null(fields[i]);
        assert_int_not_equal(strlen(fields[i]), 0);
    }
}

static const struct plb_library *find(const char *name) {
    size_t count;
    const struct plb_library *libraries = plb_libraries(&count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(libraries[i].name, name) == 0) return &libraries[i];
    return NULL;
}

static void every_linked_library_names_version_and_origin(void **state) {
    (void) state;
    const char *names[] = {"libsecp256k1", "libcbor", "jansson",        "libsodium", "GMP",
                           "zlib",         "LMDB",    "HdrHistogram_c", "blst",      "LAPACK"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct plb_library *library = find(names[i]);
        assert_non_null(library);
        assert_int_not_equal(strcspn(library->version, "0123456789"), strlen(library->version));
        assert_int_not_equal(strlen(library->origin), 0);
    }
}

static void the_version_is_that_of_the_running_library(void **state) {
    (void) state;
    assert_string_equal(find("GMP")->version, gmp_version);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(build_info_is_complete),
        cmocka_unit_test(every_linked_library_names_version_and_origin),
        cmocka_unit_test(the_version_is_that_of_the_running_library),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
