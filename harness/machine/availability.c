#include "harness/machine/availability.h"

#include <stddef.h>

/* Batches are runs of flat tags, so a row of `builtin` is a row of batches. */
#define X2(v) v, v
#define X3(v) v, X2(v)
#define X12(v) X3(v), X3(v), X3(v), X3(v)
#define X14(v) X12(v), X2(v)
#define X19(v) X14(v), X3(v), X2(v)
#define X51(v) X19(v), X14(v), X12(v), X3(v), X3(v)
/* Batches 1, 2, 3, 4 without and 4 with the conversions between integers and byte strings,
 * 5, 6, 7. */
#define BUILTINS(b1, b2, b3, b4a, b4b, b5, b6, b7)                                                 \
    { X51(b1), b2, X2(b3), X19(b4a), X2(b4b), X12(b5), X14(b6), X3(b7) }

#define NO_BUILTINS BUILTINS(0, 0, 0, 0, 0, 0, 0, 0)
#define BATCHES_1_TO_6 BUILTINS(1, 1, 1, 1, 1, 1, 1, 0)

/* Bounds on constr and on constants' types. */
#define UNBOUNDED UINT64_MAX, UINT64_MAX
#define BOUNDED 1024, 32 /* from protocol version 11 on */

/* remainder rejected, case on constants, unit wanted, variant */
#define V12_A false, false, false, PLB_VARIANT_A
#define V12_B false, false, false, PLB_VARIANT_B
#define V12_D false, true, false, PLB_VARIANT_D
#define V34_C true, false, true, PLB_VARIANT_C
#define V34_E true, true, true, PLB_VARIANT_E

typedef struct row {
    plb_language language;
    unsigned from; /* protocol version; the row holds until the language's next one */
    plb_availability availability;
} row;

/* clang-format off */
static const row rows[] = {
    {PLB_PLUTUS_V1, 0, {false, NO_BUILTINS, false, false, UNBOUNDED, V12_A}},
    {PLB_PLUTUS_V1, 5, {true, BUILTINS(1, 0, 0, 0, 0, 0, 0, 0), true, false, UNBOUNDED, V12_A}},
    {PLB_PLUTUS_V1, 9, {true, BUILTINS(1, 0, 0, 0, 0, 0, 0, 0), true, false, UNBOUNDED, V12_B}},
    {PLB_PLUTUS_V1, 11, {true, BATCHES_1_TO_6, true, true, BOUNDED, V12_D}},
    {PLB_PLUTUS_V2, 0, {false, NO_BUILTINS, false, false, UNBOUNDED, V12_A}},
    {PLB_PLUTUS_V2, 7, {true, BUILTINS(1, 1, 0, 0, 0, 0, 0, 0), true, false, UNBOUNDED, V12_A}},
    {PLB_PLUTUS_V2, 8, {true, BUILTINS(1, 1, 1, 0, 0, 0, 0, 0), true, false, UNBOUNDED, V12_A}},
    {PLB_PLUTUS_V2, 9, {true, BUILTINS(1, 1, 1, 0, 0, 0, 0, 0), true, false, UNBOUNDED, V12_B}},
    {PLB_PLUTUS_V2, 10, {true, BUILTINS(1, 1, 1, 0, 1, 0, 0, 0), true, false, UNBOUNDED, V12_B}},
    {PLB_PLUTUS_V2, 11, {true, BATCHES_1_TO_6, true, true, BOUNDED, V12_D}},
    {PLB_PLUTUS_V3, 0, {false, NO_BUILTINS, false, false, UNBOUNDED, V34_C}},
    {PLB_PLUTUS_V3, 9, {true, BUILTINS(1, 1, 1, 1, 1, 0, 0, 0), true, true, UNBOUNDED, V34_C}},
    {PLB_PLUTUS_V3, 10, {true, BUILTINS(1, 1, 1, 1, 1, 1, 0, 0), true, true, UNBOUNDED, V34_C}},
    {PLB_PLUTUS_V3, 11, {true, BATCHES_1_TO_6, true, true, BOUNDED, V34_E}},
    {PLB_PLUTUS_V4, 0, {false, NO_BUILTINS, false, false, UNBOUNDED, V34_E}},
    {PLB_PLUTUS_V4, 12, {true, BATCHES_1_TO_6, true, true, BOUNDED, V34_E}},
};
/* clang-format on */

/* Batch 7 has no protocol version yet (futurePV). */
static const plb_availability newest = {.language = true,
                                        .builtin = BUILTINS(1, 1, 1, 1, 1, 1, 1, 1),
                                        .core_1_0_0 = true,
                                        .core_1_1_0 = true,
                                        .constr_max_fields = UINT64_MAX,
                                        .constant_type_max = UINT64_MAX,
                                        .reject_remainder = true,
                                        .case_on_constants = true,
                                        .variant = PLB_VARIANT_E};

const plb_availability *plb_availability_of(plb_era era) {
    unsigned version = era.protocol_version ? era.protocol_version : PLB_PROTOCOL_VERSION_MAX;
    if (era.language == PLB_LANGUAGE_NEWEST) return &newest;
    const plb_availability *found = &rows[0].availability; /* nothing */
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].language == era.language && rows[i].from <= version)
            found = &rows[i].availability;
    return found;
}

bool plb_builtin_available(unsigned tag, plb_era era) {
    return tag < PLB_BUILTIN_COUNT && plb_availability_of(era)->builtin[tag];
}

unsigned plb_builtin_introduced(unsigned tag, plb_language language) {
    bool any = language == PLB_LANGUAGE_NEWEST;
    for (unsigned v = PLB_PROTOCOL_VERSION_MIN; v <= PLB_PROTOCOL_VERSION_MAX; v++)
        for (int l = PLB_PLUTUS_V1; l <= PLB_PLUTUS_V4; l++)
            if ((any || l == (int) language) &&
                plb_builtin_available(tag, (plb_era){(plb_language) l, v}))
                return v;
    return 0;
}

char plb_era_variant(plb_era era) { return (char) ('A' + plb_availability_of(era)->variant); }

const char *plb_language_name(plb_language language) {
    static const char *const names[] = {"newest", "PlutusV1", "PlutusV2", "PlutusV3", "PlutusV4"};
    return (unsigned) language < sizeof names / sizeof names[0] ? names[language] : "unknown";
}
