#include "harness/machine/assets.h"
#include "harness/machine/bls.h"
#include "harness/machine/text_print.h"
#include "harness/machine/worklist.h"

/* ---- Types ---- */

static const char *const atom_names[] = {
    [PLB_TYPE_INTEGER] = "integer",
    [PLB_TYPE_BYTESTRING] = "bytestring",
    [PLB_TYPE_STRING] = "string",
    [PLB_TYPE_UNIT] = "unit",
    [PLB_TYPE_BOOL] = "bool",
    [PLB_TYPE_DATA] = "data",
    [PLB_TYPE_G1] = "bls12_381_G1_element",
    [PLB_TYPE_G2] = "bls12_381_G2_element",
    [PLB_TYPE_ML_RESULT] = "bls12_381_mlresult",
    [PLB_TYPE_VALUE] = "value",
};

enum { TYPE_CLOSE = PLB_TYPE_INVALID, TYPE_SPACE = PLB_TYPE_INVALID - 1 };

void plb_print_type(plb_output *output, const plb_types *types, plb_type type) {
    plb_worklist list;
    plb_worklist_begin(&list);
    plb_worklist_push(&list, type);
    while (list.count > 0 && !output->failed) {
        plb_type next = (plb_type) plb_worklist_pop(&list);
        if (next == TYPE_CLOSE || next == TYPE_SPACE) {
            plb_output_byte(output, next == TYPE_CLOSE ? ')' : ' ');
            continue;
        }
        plb_type_node node = plb_type_get(types, next);
        if (node.tag == PLB_TAG_ATOM) {
            plb_output_text(output, atom_names[next]);
            continue;
        }
        if (!plb_worklist_reserve(&list, 4)) {
            output->failed = true;
            break;
        }
        plb_output_text(output, node.tag == PLB_TAG_PAIR   ? "(pair "
                                : node.tag == PLB_TAG_LIST ? "(list "
                                                           : "(array ");
        plb_worklist_push(&list, TYPE_CLOSE);
        if (node.tag == PLB_TAG_PAIR) {
            plb_worklist_push(&list, node.second);
            plb_worklist_push(&list, TYPE_SPACE);
        }
        plb_worklist_push(&list, node.first);
    }
    plb_worklist_end(&list);
}

void plb_print_type_of(plb_output *output, const plb_types *types, plb_value constant) {
    bool is_array = plb_has_kind(constant, PLB_KIND_ARRAY);
    if (is_array || plb_is_list(constant)) {
        plb_output_text(output, is_array ? "(array " : "(list ");
        plb_print_type(output, types,
                       is_array ? plb_object_of(constant)->type : plb_list_element(constant));
        plb_output_byte(output, ')');
    } else if (plb_has_kind(constant, PLB_KIND_PAIR)) {
        plb_print_type(output, types, plb_object_of(constant)->type);
    } else {
        plb_print_type(output, types, plb_atom_of(constant));
    }
}

/* ---- Strings ---- */

static const char *const control_names[32] = {
    "NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "a",   "b",   "t",   "n",
    "v",   "f",   "r",   "SO",  "SI",  "DLE", "DC1", "DC2", "DC3", "DC4", "NAK",
    "SYN", "ETB", "CAN", "EM",  "SUB", "ESC", "FS",  "GS",  "RS",  "US"};

/* Bytes of the character at `at` that are better seen as a number, 0 for none: C1 controls, the
 * soft hyphen, and Unicode's separators, format characters and byte order mark. */
static size_t invisible(const uint8_t *at, size_t length, uint32_t *code) {
    if (length >= 2 && at[0] == 0xc2 && (at[1] <= 0x9f || at[1] == 0xad)) {
        *code = at[1];
        return 2;
    }
    if (length < 3 || (at[0] != 0xe2 && at[0] != 0xef)) return 0;
    uint32_t c = (at[0] & 15u) << 12 | (at[1] & 63u) << 6 | (at[2] & 63u);
    *code = c;
    bool hidden = (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
                  (c >= 0x2060 && c <= 0x206f) || c == 0xfeff;
    return hidden ? 3 : 0;
}

/* As Haskell shows strings; "\&" keeps an escape apart from what follows it. */
static void print_string(plb_output *output, const plb_bytes *string) {
    const uint8_t *bytes = string->bytes;
    size_t length = string->head.size;
    plb_output_byte(output, '"');
    for (size_t i = 0; i < length && !output->failed;) {
        uint8_t c = bytes[i];
        uint32_t code;
        size_t hidden = invisible(bytes + i, length - i, &code);
        if (hidden > 0) {
            i += hidden;
            plb_output_byte(output, '\\');
            plb_output_uint(output, code);
            bool digit = i < length && bytes[i] >= '0' && bytes[i] <= '9';
            if (digit) plb_output_text(output, "\\&");
            continue;
        }
        i++;
        if (c == '"' || c == '\\') {
            plb_output_byte(output, '\\');
            plb_output_byte(output, c);
        } else if (c < 32) {
            plb_output_byte(output, '\\');
            plb_output_text(output, control_names[c]);
            if (c == 14 && i < length && bytes[i] == 'H') plb_output_text(output, "\\&");
        } else if (c == 127) {
            plb_output_text(output, "\\DEL");
        } else {
            plb_output_byte(output, c);
        }
    }
    plb_output_byte(output, '"');
}

/* ---- Constants ---- */

static void print_bytes(plb_output *output, plb_value v) {
    plb_output_byte(output, '#');
    plb_output_hex(output, plb_bytes_of(v)->bytes, plb_bytes_of(v)->head.size);
}

static void print_point(plb_output *output, plb_value v) {
    uint8_t bytes[PLB_G2_BYTES];
    bool is_g1 = plb_has_kind(v, PLB_KIND_G1);
    if (is_g1) {
        plb_bls_g1_compress(v, bytes);
    } else {
        plb_bls_g2_compress(v, bytes);
    }
    plb_output_text(output, "0x");
    plb_output_hex(output, bytes, is_g1 ? PLB_G1_BYTES : PLB_G2_BYTES);
}

static void print_assets(plb_output *output, plb_value value) {
    plb_assets_cursor cursor;
    const plb_asset *last = NULL;
    const plb_asset *asset;
    plb_output_byte(output, '[');
    plb_assets_open(&cursor, value);
    while ((asset = plb_assets_next(&cursor)) != NULL && !output->failed) {
        if (last && plb_assets_compare_keys(last->policy, asset->policy) == 0) {
            plb_output_text(output, ", ");
        } else {
            plb_output_text(output, last ? "]), (" : "(");
            print_bytes(output, asset->policy);
            plb_output_text(output, ", [");
        }
        plb_output_byte(output, '(');
        print_bytes(output, asset->token);
        plb_output_text(output, ", ");
        plb_output_integer(output, asset->quantity);
        plb_output_byte(output, ')');
        last = asset;
    }
    plb_output_text(output, last ? "])]" : "]");
}

/* What is left to print: three words each. */
typedef enum task {
    PRINT_VALUE, /* the value */
    PRINT_TEXT,  /* a string constant */
    PRINT_REST,  /* the rest of a list */
    PRINT_ITEMS  /* an array, from an index on */
} task;

static void push(plb_output *output, plb_worklist *list, task what, uint64_t value,
                 uint64_t index) {
    if (!plb_worklist_reserve(list, 3)) {
        output->failed = true;
        return;
    }
    plb_worklist_push(list, index);
    plb_worklist_push(list, value);
    plb_worklist_push(list, (uint64_t) what);
}

static void push_text(plb_output *output, plb_worklist *list, const char *text) {
    push(output, list, PRINT_TEXT, (uint64_t) (uintptr_t) text, 0);
}

static void print_data(plb_output *output, plb_worklist *list, plb_value v) {
    const void *object = plb_object_of(v);
    switch (plb_object_of(v)->kind) {
    case PLB_KIND_DATA_CONSTR: {
        const plb_data_constr *constr = object;
        plb_output_text(output, "Constr ");
        plb_output_integer(output, constr->tag);
        plb_output_byte(output, ' ');
        push(output, list, PRINT_VALUE, constr->fields, 0);
        break;
    }
    case PLB_KIND_DATA_MAP:
    case PLB_KIND_DATA_LIST: {
        const plb_data_items *items = object;
        plb_output_text(output, items->head.kind == PLB_KIND_DATA_MAP ? "Map " : "List ");
        push(output, list, PRINT_VALUE, items->items, 0);
        break;
    }
    default: {
        const plb_data_leaf *leaf = object;
        plb_output_text(output, leaf->head.kind == PLB_KIND_DATA_I ? "I " : "B ");
        push(output, list, PRINT_VALUE, leaf->content, 0);
        break;
    }
    }
}

static void print_object(plb_output *output, plb_worklist *list, plb_value v) {
    switch ((plb_kind) plb_object_of(v)->kind) {
    case PLB_KIND_BIGINT: plb_output_integer(output, v); break;
    case PLB_KIND_BYTESTRING: print_bytes(output, v); break;
    case PLB_KIND_STRING: print_string(output, plb_bytes_of(v)); break;
    case PLB_KIND_CONS:
        plb_output_byte(output, '[');
        push(output, list, PRINT_REST, plb_cons_of(v)->rest, 0);
        push(output, list, PRINT_VALUE, plb_cons_of(v)->first, 0);
        break;
    case PLB_KIND_PAIR:
        plb_output_byte(output, '(');
        push_text(output, list, ")");
        push(output, list, PRINT_VALUE, plb_pair_of(v)->second, 0);
        push_text(output, list, ", ");
        push(output, list, PRINT_VALUE, plb_pair_of(v)->first, 0);
        break;
    case PLB_KIND_ARRAY:
        plb_output_byte(output, '[');
        push(output, list, PRINT_ITEMS, v, 0);
        break;
    case PLB_KIND_G1:
    case PLB_KIND_G2: print_point(output, v); break;
    case PLB_KIND_ML_RESULT: plb_output_text(output, "<opaque>"); break;
    case PLB_KIND_VALUE: print_assets(output, v); break;
    default: print_data(output, list, v); break;
    }
}

static void print_value(plb_output *output, plb_worklist *list, plb_value v) {
    if (plb_is_small(v)) {
        plb_output_integer(output, v);
    } else if (plb_is_object(v)) {
        print_object(output, list, v);
    } else if (plb_is_nil(v)) {
        plb_output_text(output, "[]");
    } else {
        plb_output_text(output, v == PLB_UNIT ? "()" : v == PLB_TRUE ? "True" : "False");
    }
}

void plb_print_constant(plb_output *output, plb_value constant) {
    plb_worklist list;
    plb_worklist_begin(&list);
    bool parens = plb_is_data(constant); /* only data on the outside has them */
    if (parens) {
        plb_output_byte(output, '(');
        push_text(output, &list, ")");
    }
    push(output, &list, PRINT_VALUE, constant, 0);
    while (list.count > 0 && !output->failed) {
        task what = (task) plb_worklist_pop(&list);
        uint64_t value = plb_worklist_pop(&list);
        uint64_t index = plb_worklist_pop(&list);
        switch (what) {
        case PRINT_VALUE: print_value(output, &list, value); break;
        case PRINT_TEXT: plb_output_text(output, (const char *) (uintptr_t) value); break;
        case PRINT_REST:
            if (plb_is_nil(value)) {
                plb_output_byte(output, ']');
                break;
            }
            plb_output_text(output, ", ");
            push(output, &list, PRINT_REST, plb_cons_of(value)->rest, 0);
            push(output, &list, PRINT_VALUE, plb_cons_of(value)->first, 0);
            break;
        case PRINT_ITEMS: {
            const plb_array *array = (const void *) plb_object_of(value);
            if (index == array->head.size) {
                plb_output_byte(output, ']');
                break;
            }
            if (index > 0) plb_output_text(output, ", ");
            push(output, &list, PRINT_ITEMS, value, index + 1);
            push(output, &list, PRINT_VALUE, array->items[index], 0);
            break;
        }
        }
    }
    plb_worklist_end(&list);
}
