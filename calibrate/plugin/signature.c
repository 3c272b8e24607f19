#include "calibrate/plugin/signature.h"

#include <string.h>

/* ---- Reading ---- */

static const struct {
    const char *name;
    uint8_t node, operands;
} words[] = {
    {"integer", PLB_TYPE_INTEGER, 0},
    {"bytestring", PLB_TYPE_BYTESTRING, 0},
    {"string", PLB_TYPE_STRING, 0},
    {"unit", PLB_TYPE_UNIT, 0},
    {"bool", PLB_TYPE_BOOL, 0},
    {"data", PLB_TYPE_DATA, 0},
    {"bls12_381_G1_element", PLB_TYPE_G1, 0},
    {"bls12_381_G2_element", PLB_TYPE_G2, 0},
    {"bls12_381_mlresult", PLB_TYPE_ML_RESULT, 0},
    {"value", PLB_TYPE_VALUE, 0},
    {"list", PLB_SIGNATURE_LIST, 1},
    {"array", PLB_SIGNATURE_ARRAY, 1},
    {"pair", PLB_SIGNATURE_PAIR, 2},
};

static const char *skip_blanks(const char *at) { return at + strspn(at, " "); }

static bool add_node(plb_signature *signature, uint8_t node) {
    if (signature->count == PLB_SIGNATURE_NODES) return false;
    signature->nodes[signature->count++] = node;
    return true;
}

/* A word, of which *operands follow; NULL when it is none. */
static const char *read_word(plb_signature *signature, const char *at, unsigned *operands) {
    size_t length = strcspn(at, " ()");
    *operands = 0;
    if (length == 1 && ((*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z'))) {
        return add_node(signature, PLB_SIGNATURE_ANY) ? at + 1 : NULL;
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strlen(words[i].name) != length || memcmp(words[i].name, at, length) != 0) continue;
        *operands = words[i].operands;
        return add_node(signature, words[i].node) ? at + length : NULL;
    }
    return NULL;
}

bool plb_signature_read(plb_signature *signature, const char *text) {
    unsigned left[PLB_SIGNATURE_NODES], depth = 0; /* operands of the parentheses that are open */
    *signature = (plb_signature){.count = 0};
    for (const char *at = skip_blanks(text);;) {
        unsigned operands;
        bool opens = *at == '(';
        at = read_word(signature, skip_blanks(at + (opens ? 1 : 0)), &operands);
        if (at == NULL || opens != (operands > 0)) return false;
        if (opens) left[depth++] = operands;
        while (operands == 0 && depth > 0 && --left[depth - 1] == 0) { /* the innermost is full */
            at = skip_blanks(at);
            if (*at++ != ')') return false;
            depth--;
        }
        at = skip_blanks(at);
        if (depth == 0) return *at == '\0';
    }
}

/* ---- Checking ---- */

plb_arg plb_signature_arg(const plb_signature *signature, bool *exact) {
    static const struct {
        plb_signature signature;
        plb_arg arg;
    } own[] = {
        {{1, {PLB_SIGNATURE_ANY}}, PLB_ARG_ANY},
        {{1, {PLB_TYPE_INTEGER}}, PLB_ARG_INTEGER},
        {{1, {PLB_TYPE_BYTESTRING}}, PLB_ARG_BYTESTRING},
        {{1, {PLB_TYPE_STRING}}, PLB_ARG_STRING},
        {{1, {PLB_TYPE_UNIT}}, PLB_ARG_UNIT},
        {{1, {PLB_TYPE_BOOL}}, PLB_ARG_BOOL},
        {{1, {PLB_TYPE_DATA}}, PLB_ARG_DATA},
        {{1, {PLB_TYPE_G1}}, PLB_ARG_G1},
        {{1, {PLB_TYPE_G2}}, PLB_ARG_G2},
        {{1, {PLB_TYPE_ML_RESULT}}, PLB_ARG_ML_RESULT},
        {{1, {PLB_TYPE_VALUE}}, PLB_ARG_VALUE},
        {{2, {PLB_SIGNATURE_LIST, PLB_TYPE_INTEGER}}, PLB_ARG_LIST_INTEGER},
        {{2, {PLB_SIGNATURE_LIST, PLB_TYPE_DATA}}, PLB_ARG_LIST_DATA},
        {{2, {PLB_SIGNATURE_LIST, PLB_TYPE_G1}}, PLB_ARG_LIST_G1},
        {{2, {PLB_SIGNATURE_LIST, PLB_TYPE_G2}}, PLB_ARG_LIST_G2},
    };
    *exact = true;
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        if (own[i].signature.count == signature->count &&
            memcmp(own[i].signature.nodes, signature->nodes, signature->count) == 0) {
            return own[i].arg;
        }
    }
    *exact = false;
    return PLB_ARG_CONSTANT;
}

static uint8_t node_of(plb_type_node type) {
    switch ((plb_type_tag) type.tag) {
    case PLB_TAG_LIST: return PLB_SIGNATURE_LIST;
    case PLB_TAG_PAIR: return PLB_SIGNATURE_PAIR;
    case PLB_TAG_ARRAY: return PLB_SIGNATURE_ARRAY;
    case PLB_TAG_ATOM: break;
    }
    return PLB_SIGNATURE_ANY;
}

/* Whether `type` is what the nodes from `at` on say. */
static bool type_matches(const plb_signature *signature, unsigned at, const plb_types *types,
                         plb_type type) {
    plb_type wanted[PLB_SIGNATURE_NODES + 1]; /* types that are still to be compared */
    unsigned count = 0;
    wanted[count++] = type;
    for (; count > 0; at++) {
        uint8_t node = signature->nodes[at];
        type = wanted[--count];
        if (node == PLB_SIGNATURE_ANY) continue;
        plb_type_node compound = plb_type_get(types, type);
        if (node < PLB_SIGNATURE_LIST ? node != type : node != node_of(compound)) return false;
        if (node == PLB_SIGNATURE_PAIR) wanted[count++] = compound.second;
        if (node >= PLB_SIGNATURE_LIST) wanted[count++] = compound.first;
    }
    return true;
}

bool plb_signature_matches(const plb_signature *signature, const plb_types *types, plb_value v) {
    uint8_t node = signature->nodes[0];
    if (node == PLB_SIGNATURE_ANY) return true;
    if (plb_is_small(v)) return node == PLB_TYPE_INTEGER;
    if (!plb_is_constant(v)) return false;
    if (plb_is_list(v)) {
        return node == PLB_SIGNATURE_LIST && type_matches(signature, 1, types, plb_list_element(v));
    }
    if (plb_has_kind(v, PLB_KIND_ARRAY)) {
        return node == PLB_SIGNATURE_ARRAY &&
               type_matches(signature, 1, types, plb_object_of(v)->type);
    }
    if (plb_has_kind(v, PLB_KIND_PAIR)) {
        return type_matches(signature, 0, types, plb_object_of(v)->type);
    }
    return node == plb_atom_of(v);
}
