#include "results/provenance.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include <plutbench/version.h>

#include "results/utc.h"

#define READ_BYTES ((size_t) 1 << 18)

/* ---- Checksums ---- */

static void hex_of(const unsigned char hash[crypto_hash_sha256_BYTES],
                   char text[PLB_SHA256_TEXT_BYTES]) {
    sodium_bin2hex(text, PLB_SHA256_TEXT_BYTES, hash, crypto_hash_sha256_BYTES);
}

plb_status plb_input_describe(plb_input *input, const char *role, const char *name,
                              const void *bytes, size_t length, plb_error *error) {
    unsigned char hash[crypto_hash_sha256_BYTES];
    if (sodium_init() < 0) {
        return plb_fail(error, PLB_E_MEASURE, NULL, "libsodium can't be initialised");
    }
    crypto_hash_sha256(hash, bytes, length);
    *input = (plb_input){.role = role, .name = name, .bytes = length};
    hex_of(hash, input->sha256);
    return PLB_OK;
}

static bool hash_file(FILE *file, plb_input *input) {
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_state state;
    unsigned char *bytes = malloc(READ_BYTES);
    if (!bytes) return false;
    crypto_hash_sha256_init(&state);
    for (size_t got; (got = fread(bytes, 1, READ_BYTES, file)) > 0; input->bytes += got) {
        crypto_hash_sha256_update(&state, bytes, got);
    }
    crypto_hash_sha256_final(&state, hash);
    hex_of(hash, input->sha256);
    free(bytes);
    return !ferror(file);
}

plb_status plb_file_describe(plb_input *input, const char *role, const char *path,
                             plb_error *error) {
    *input = (plb_input){.role = role, .name = path};
    FILE *file = fopen(path, "rbe");
    if (file && hash_file(file, input)) {
        (void) fclose(file);
        return PLB_OK;
    }
    int reason = errno;
    if (file) (void) fclose(file);
    return plb_fail(error, PLB_E_IO, path, "cannot read: %s", strerror(reason));
}

json_t *plb_json_checksum(const char *name, uint64_t bytes, const char *sha256) {
    json_t *o = json_object();
    json_object_set_new(o, "name", json_string(name));
    json_object_set_new(o, "bytes", json_integer((json_int_t) bytes));
    json_object_set_new(o, "sha256", json_string(sha256));
    return o;
}

json_t *plb_json_inputs(const plb_input *inputs, size_t count) {
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *o = plb_json_checksum(inputs[i].name, inputs[i].bytes, inputs[i].sha256);
        json_object_set_new(o, "role", json_string(inputs[i].role));
        json_array_append_new(list, o);
    }
    return list;
}

/* ---- The program ---- */

json_t *plb_json_arguments(int count, char *const *arguments) {
    json_t *list = json_array();
    for (int i = 0; i < count; i++) {
        json_t *text = json_string(arguments[i]);
        if (!text) text = json_sprintf("(%zu bytes)", strlen(arguments[i]));
        json_array_append_new(list, text);
    }
    return list;
}

json_t *plb_json_build(void) {
    const struct plb_build *build = plb_build_info();
    json_t *o = json_object();
    json_object_set_new(o, "version", json_string(build->version));
    json_object_set_new(o, "revision", json_string(build->revision));
    json_object_set_new(o, "compiler", json_string(build->compiler));
    json_object_set_new(o, "flags", json_string(build->flags));
    json_object_set_new(o, "build_type", json_string(build->build_type));
    json_object_set_new(o, "system", json_string(build->system));
    return o;
}

json_t *plb_json_libraries(void) {
    size_t count = 0;
    const struct plb_library *libraries = plb_libraries(&count);
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *o = json_object();
        json_object_set_new(o, "name", json_string(libraries[i].name));
        json_object_set_new(o, "version", json_string(libraries[i].version));
        json_object_set_new(o, "origin", json_string(libraries[i].origin));
        json_array_append_new(list, o);
    }
    return list;
}

json_t *plb_json_utc(double seconds) {
    char text[PLB_UTC_BYTES];
    plb_utc_text(seconds, text);
    return text[0] ? json_string(text) : json_null();
}
