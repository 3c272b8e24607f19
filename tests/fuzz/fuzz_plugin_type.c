/* Any text as a type that a plug-in declares: refused, or a type that some value is of, or none;
 * and which value is, does not depend on blanks. */
#include <stdlib.h>
#include <string.h>

#include "calibrate/plugin/signature.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Blanks around every parenthesis. */
static char *spread(const char *text) {
    char *wide = malloc(3 * strlen(text) + 1), *at = wide;
    if (wide == NULL) abort();
    for (; *text != '\0'; text++) {
        bool parenthesis = *text == '(' || *text == ')';
        if (parenthesis) *at++ = ' ';
        *at++ = *text;
        if (parenthesis) *at++ = ' ';
    }
    *at = '\0';
    return wide;
}

static void check_values(const plb_signature *signature) {
    plb_types types;
    plb_region region;
    bool exact;
    if (!plb_types_init(&types) || !plb_region_init(&region, 1 << 16)) abort();
    plb_type ints = plb_types_list(&types, PLB_TYPE_INTEGER);
    plb_type pair = plb_types_pair(&types, PLB_TYPE_DATA, ints);
    plb_value one = plb_small(1);
    plb_value list = plb_make_list(&region, PLB_TYPE_INTEGER, &one, 1);
    const plb_value values[] = {
        one,
        PLB_UNIT,
        PLB_TRUE,
        list,
        PLB_NIL(ints),
        PLB_NIL(PLB_TYPE_LIST_PAIR_DATA),
        PLB_NIL(plb_types_array(&types, pair)),
        plb_make_array(&region, ints, &list, 1),
        plb_make_bytes(&region, PLB_KIND_STRING, (const uint8_t *) "a", 1),
        plb_make_pair(&region, PLB_TYPE_PAIR_INT_LIST_DATA, one, PLB_NIL(PLB_TYPE_DATA)),
    };
    plb_arg arg = plb_signature_arg(signature, &exact);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        bool good = plb_signature_matches(signature, &types, values[i]);
        /* The machine's own check is as strict, or looser and made up for. */
        if (exact && good != plb_arg_check(values[i], arg, PLB_VARIANT_E)) abort();
        if (!exact && good && !plb_arg_check(values[i], arg, PLB_VARIANT_E)) abort();
    }
    plb_region_free(&region);
    plb_types_free(&types);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    plb_signature signature, again;
    char *text = malloc(size + 1);
    if (text == NULL) abort();
    if (size > 0) memcpy(text, data, size);
    text[size] = '\0';
    if (plb_signature_read(&signature, text)) {
        char *wide = spread(text);
        if (!plb_signature_read(&again, wide)) abort();
        if (memcmp(&signature, &again, sizeof signature) != 0) abort();
        free(wide);
        check_values(&signature);
    }
    free(text);
    return 0;
}
