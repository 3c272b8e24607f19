/* Flat to compact terms in one pass: the decoder drives the builder directly, and keeps a padded
 * copy of the input so that eight bytes may be read anywhere. Flat is specified in the appendix of
 * the Plutus Core specification. */
#include <stdlib.h>
#include <string.h>

#include <plutbench/machine.h>

#include "harness/machine/availability.h"
#include "harness/machine/extra_builtins.h"
#include "harness/machine/flat_reader.h"
#include "harness/machine/flat_tags.h"
#include "harness/machine/script_file.h"
#include "harness/machine/term_build.h"

/* Consume the current 4-bit tag and all equal ones after it; returns how many. `window` is what
 * lies ahead: 14 tags of it are valid. */
static inline uint32_t count_tags(plb_flat_reader *reader, uint64_t window, unsigned tag) {
    enum { VALID = 14 };
    uint32_t count = 0;
    for (;;) {
        uint64_t other = window ^ 0x1111111111111111u * tag; /* 0 where the tag is the same */
        unsigned same = other != 0 ? (unsigned) __builtin_clzll(other) / 4 : 16;
        unsigned taken = same < VALID ? same : VALID;
        if (reader->bit + 4u * taken > reader->end) {
            taken = (unsigned) (reader->end - reader->bit) / 4;
            taken += count + taken == 0; /* a tag that is cut off is noticed as an early end */
            same = taken;
        }
        count += taken;
        reader->bit += 4u * taken;
        if (same < VALID) {
            return count;
        }
        window = plb_flat_peek(reader);
    }
}

/* A script on chain may have free variables: before it runs those outside of any constr and case
 * are found (checkScope goes no deeper), and the others when the machine meets them. */
static plb_build_next free_variable(plb_flat_reader *reader, plb_program *program, uint64_t index) {
    if (reader->only_well_formed) {
        bool found = program->build.open_lists == 0 && program->defect == PLB_OK;
        if (found) program->defect = PLB_E_PARSE;
        return plb_put_var(program, index);
    }
    plb_flat_fail(reader, "a variable that is bound (%u binders here, index %llu)",
                  (unsigned) program->build.depth, (unsigned long long) index);
    return PLB_BUILD_FAILED;
}

static inline plb_build_next decode_var(plb_flat_reader *reader, plb_program *program,
                                        uint64_t window) {
    uint64_t index = window >> 52 & 0xff;
    if (index < 128) {
        reader->bit += 12;
    } else {
        reader->bit += 4;
        if (!plb_flat_word64_long(reader, &index)) {
            return PLB_BUILD_FAILED;
        }
    }
    if (index == 0 || index > program->build.depth) {
        return free_variable(reader, program, index);
    }
    return plb_put_var(program, index);
}

/* A builtin of the program's own, or one that it may not have. */
static __attribute__((noinline)) plb_build_next odd_builtin(plb_flat_reader *reader,
                                                            plb_program *program, unsigned tag) {
    if (plb_program_has_extra_tag(program, tag)) return plb_build_builtin(program, tag);
    if (tag >= PLB_BUILTIN_COUNT) {
        plb_flat_fail(reader, "a builtin's tag below %d, got %u", PLB_BUILTIN_COUNT, tag);
    } else {
        plb_flat_unavailable(reader, "builtin %s", plb_builtins[tag].name);
    }
    return PLB_BUILD_FAILED;
}

static inline plb_build_next decode_builtin(plb_flat_reader *reader, plb_program *program,
                                            const plb_availability *available, uint64_t window) {
    unsigned tag = (unsigned) (window >> 53) & 0x7f;
    reader->bit += 11;
    if (tag >= PLB_BUILTIN_COUNT || !available->builtin[tag]) {
        return odd_builtin(reader, program, tag);
    }
    return plb_put_builtin(program, tag);
}

static plb_build_next decode_constant(plb_flat_reader *reader, plb_program *program,
                                      const plb_availability *available) {
    plb_value constant = plb_flat_constant(reader, program, available->constant_type_max);
    return constant == PLB_NO_VALUE ? PLB_BUILD_FAILED : plb_put_const(program, constant);
}

static bool sums_allowed(plb_flat_reader *reader, const plb_program *program, const char *what) {
    const uint64_t *v = program->version;
    if (v[0] > 1 || (v[0] == 1 && v[1] >= 1)) {
        return true;
    }
    plb_flat_unavailable(reader, "%s before Plutus Core 1.1.0", what);
    return false;
}

static plb_build_next decode_constr(plb_flat_reader *reader, plb_program *program) {
    uint64_t tag;
    if (!sums_allowed(reader, program, "constr") || !plb_flat_word64(reader, &tag)) {
        return PLB_BUILD_FAILED;
    }
    return plb_build_constr(program, tag);
}

/* A further member of a constr or case, or its end. */
static plb_build_next decode_member(plb_flat_reader *reader, plb_program *program,
                                    const plb_availability *available) {
    if (plb_flat_bits(reader, 1) != 0) {
        return plb_build_member(program);
    }
    if (plb_build_list_is_constr(program) &&
        plb_build_member_count(program) > available->constr_max_fields) {
        plb_flat_unavailable(reader, "constr with %u fields",
                             (unsigned) plb_build_member_count(program));
        return PLB_BUILD_FAILED;
    }
    return plb_build_end(program);
}

/* The reader is not past the end. */
static inline plb_build_next decode_term(plb_flat_reader *reader, plb_program *program,
                                         const plb_availability *available) {
    uint64_t window = plb_flat_window(reader);
    unsigned tag = (unsigned) (window >> 60);
    switch (tag) {
    case TERM_VAR: return decode_var(reader, program, window);
    case TERM_APPLY: return plb_put_apply(program, count_tags(reader, window, TERM_APPLY));
    case TERM_LAM: return plb_put_lams(program, count_tags(reader, window, TERM_LAM));
    case TERM_BUILTIN: return decode_builtin(reader, program, available, window);
    default: break;
    }
    reader->bit += 4;
    switch (tag) {
    case TERM_DELAY: return plb_put_delay(program);
    case TERM_CONSTANT: return decode_constant(reader, program, available);
    case TERM_FORCE: return plb_put_force(program);
    case TERM_ERROR: return plb_build_error_term(program);
    case TERM_CONSTR: return decode_constr(reader, program);
    case TERM_CASE:
        return sums_allowed(reader, program, "case") ? plb_build_case(program) : PLB_BUILD_FAILED;
    default: plb_flat_fail(reader, "a term's tag 0 to 9, got %u", tag); return PLB_BUILD_FAILED;
    }
}

/* A natural number of any size; above 64 bits it is UINT64_MAX, which is no version either. */
static bool decode_natural(plb_flat_reader *reader, uint64_t *out) {
    uint64_t number = 0, byte;
    unsigned shift = 0;
    do {
        byte = plb_flat_bits(reader, 8);
        uint64_t payload = byte & 127;
        bool fits = payload == 0 || (shift < 64 && payload << shift >> shift == payload);
        number = fits ? number | (shift < 64 ? payload << shift : 0) : UINT64_MAX;
        shift += shift < 64 ? 7 : 0;
    } while (byte >= 128 && reader->bit <= reader->end);
    *out = number;
    return reader->bit <= reader->end || plb_flat_fail(reader, "more input: a number ends early");
}

/* The numbers of a version are naturals; only where scripts on chain are taken as they are does it
 * matter that they may be of any size. */
static bool decode_version_number(plb_flat_reader *reader, uint64_t *out) {
    return reader->only_well_formed ? decode_natural(reader, out) : plb_flat_word64(reader, out);
}

static bool decode_version(plb_flat_reader *reader, plb_program *program,
                           const plb_availability *available, plb_era era) {
    for (int i = 0; i < 3; i++) {
        if (!decode_version_number(reader, &program->version[i])) {
            return false;
        }
    }
    const uint64_t *v = program->version;
    bool is_1_0 = v[0] == 1 && v[1] == 0 && v[2] == 0;
    bool is_1_1 = v[0] == 1 && v[1] == 1 && v[2] == 0;
    if (era.language == PLB_LANGUAGE_NEWEST || (is_1_0 && available->core_1_0_0) ||
        (is_1_1 && available->core_1_1_0)) {
        return true;
    }
    if (reader->only_well_formed) {
        program->defect = PLB_E_UNAVAILABLE;
        return true;
    }
    plb_flat_unavailable(reader, "Plutus Core %llu.%llu.%llu", (unsigned long long) v[0],
                         (unsigned long long) v[1], (unsigned long long) v[2]);
    return false;
}

static bool decode_program(plb_flat_reader *reader, plb_program *program,
                           const plb_availability *available, plb_era era) {
    if (!decode_version(reader, program, available, era)) {
        return false;
    }
    plb_build_next next = PLB_BUILD_TERM;
    while (next < PLB_BUILD_DONE && reader->bit <= reader->end) {
        next = next == PLB_BUILD_TERM ? decode_term(reader, program, available)
                                      : decode_member(reader, program, available);
    }
    if (next == PLB_BUILD_FAILED) {
        return false;
    }
    if (reader->bit > reader->end) {
        plb_flat_fail(reader, "more input: the program ends early");
        return false;
    }
    return plb_flat_filler(reader) && plb_flat_at_end(reader);
}

/* The input, copied into the program's heap with padding: constants may point into it. */
static const uint8_t *keep_input(plb_program *program, const uint8_t *bytes, size_t length) {
    uint8_t *copy = plb_region_alloc(&program->heap, length + PLB_FLAT_PADDING);
    if (copy != NULL) {
        if (length > 0) {
            memcpy(copy, bytes, length);
        }
        memset(copy + length, 0, PLB_FLAT_PADDING);
    }
    return copy;
}

static plb_status decode(plb_program *program, plb_era era, const uint8_t *bytes, size_t length,
                         bool only_well_formed, plb_error *error) {
    const plb_availability *available = plb_availability_of(era);
    plb_build_begin(program);
    if (!available->language) {
        return plb_fail(error, PLB_E_UNAVAILABLE, NULL,
                        "%s is not available in protocol version %u",
                        plb_language_name(era.language), era.protocol_version);
    }
    if (length > SIZE_MAX / 16) {
        return plb_fail(error, PLB_E_MEMORY, NULL, "input of %zu bytes is too long", length);
    }
    const uint8_t *input = keep_input(program, bytes, length);
    if (input == NULL) {
        return plb_fail(error, PLB_E_MEMORY, NULL,
                        "input of %zu bytes does not fit in the program's byte cap", length);
    }
    plb_flat_reader reader = {.bytes = input,
                              .end = length * 8,
                              .error = error,
                              .era = era,
                              .only_well_formed = only_well_formed};
    if (decode_program(&reader, program, available, era)) {
        return PLB_OK;
    }
    if (reader.status == PLB_OK) { /* the builder gave up, not the reader */
        return program->build.failed != PLB_OK
                   ? plb_build_error(program, error)
                   : plb_fail(error, PLB_E_MEMORY, NULL,
                              "the program's constants do not fit in the byte cap");
    }
    return reader.status;
}

plb_status plb_program_decode_flat(plb_program *program, plb_era era, const uint8_t *bytes,
                                   size_t length, plb_error *error) {
    return decode(program, era, bytes, length, false, error);
}

plb_status plb_program_decode_flat_well_formed(plb_program *program, plb_era era,
                                               const uint8_t *bytes, size_t length,
                                               plb_error *error) {
    return decode(program, era, bytes, length, true, error);
}
