#include <plutbench/version.h>

#include <pthread.h>
#include <stdio.h>

#include <cbor.h>
#include <gmp.h>
#include <jansson.h>
#include <lapack.h>
#include <lmdb.h>
#include <sodium.h>
#include <sqlite3.h>
#include <zlib.h>

#include "build_info.h"
#include "revision.h"

#if PLB_POSTGRESQL
#include <libpq-fe.h>
#endif

const char *plb_version(void) { return PLB_BUILD_VERSION; }

const struct plb_build *plb_build_info(void) {
    static const struct plb_build build = {
        .version = PLB_BUILD_VERSION,
        .revision = PLB_BUILD_REVISION,
        .compiler = PLB_BUILD_COMPILER,
        .flags = PLB_BUILD_FLAGS,
        .build_type = PLB_BUILD_TYPE,
        .system = PLB_BUILD_SYSTEM,
    };
    return &build;
}

/* libsecp256k1, libcbor, HdrHistogram_c and blst can't be asked at run time. The others are asked
 * once: their answers are no constants that could stand in a table. */
enum { LIBRARY_COUNT = 11 + PLB_POSTGRESQL };
static struct plb_library libraries[LIBRARY_COUNT];
static pthread_once_t libraries_once = PTHREAD_ONCE_INIT;

static void ask_libraries(void) {
    int major, minor, patch;
    static char lmdb_version[32];
    mdb_version(&major, &minor, &patch);
    (void) snprintf(lmdb_version, sizeof lmdb_version, "%d.%d.%d", major, minor, patch);
    static char lapack_version[32];
    lapack_int numbers[3];
    LAPACK_ilaver(&numbers[0], &numbers[1], &numbers[2]);
    (void) snprintf(lapack_version, sizeof lapack_version, "%d.%d.%d", (int) numbers[0],
                    (int) numbers[1], (int) numbers[2]);
#if PLB_POSTGRESQL
    static char libpq_version[32];
    (void) snprintf(libpq_version, sizeof libpq_version, "%d.%d", PQlibVersion() / 10000,
                    PQlibVersion() % 10000);
#endif
    const struct plb_library answers[LIBRARY_COUNT] = {
        {"libsecp256k1", PLB_SECP256K1_VERSION, "system"},
        {"libcbor", CBOR_VERSION, "system"},
        {"jansson", jansson_version_str(), "system"},
        {"libsodium", sodium_version_string(), "system"},
        {"GMP", gmp_version, "system"},
        {"zlib", zlibVersion(), "system"},
        {"LMDB", lmdb_version, "system"},
        {"LAPACK", lapack_version, "system"},
        {"SQLite", sqlite3_libversion(), "system"},
#if PLB_POSTGRESQL
        {"libpq", libpq_version, "system"},
#endif
        {"HdrHistogram_c", PLB_HDR_HISTOGRAM_VERSION, PLB_HDR_HISTOGRAM_ORIGIN},
        {"blst", PLB_BLST_VERSION, PLB_BLST_ORIGIN},
    };
    for (size_t i = 0; i < LIBRARY_COUNT; i++) libraries[i] = answers[i];
}

const struct plb_library *plb_libraries(size_t *count) {
    pthread_once(&libraries_once, ask_libraries);
    *count = LIBRARY_COUNT;
    return libraries;
}
