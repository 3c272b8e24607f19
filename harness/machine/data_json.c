#include "harness/machine/data_json.h"

#include <stdio.h>
#include <string.h>

#include "harness/machine/json_text.h"
#include "harness/machine/worklist.h"

typedef enum field {
    FIELD_INT,
    FIELD_BYTES,
    FIELD_LIST,
    FIELD_MAP,
    FIELD_CONSTRUCTOR,
    FIELD_FIELDS,
    FIELD_COUNT
} field;

static const char *const field_names[FIELD_COUNT] = {"int", "bytes",       "list",
                                                     "map", "constructor", "fields"};

typedef enum open_kind {
    OPEN_OBJECT, /* an item of data */
    OPEN_PAIR,   /* {"k": ..., "v": ...} */
    OPEN_ARRAY   /* members of "list", "fields" or "map" */
} open_kind;

/* What is open lies at the region's upper end; the members of an array read so far below it. */
typedef struct open_json {
    struct open_json *outer;
    uint64_t count; /* OPEN_ARRAY: members */
    plb_value
        content[2]; /* OPEN_OBJECT: by field, the constructor's number second; OPEN_PAIR: k, v */
    uint8_t kind;
    uint8_t current; /* field being read, or 'k' or 'v'; OPEN_ARRAY: the field it belongs to */
    uint8_t seen;    /* OPEN_OBJECT: set of fields */
} open_json;

_Static_assert(sizeof(open_json) % 8 == 0, "the region's ends stay 8-aligned");

typedef struct decoder {
    plb_json_text json;
    plb_region *region;
    open_json *open;
} decoder;

static bool fail(decoder *d, const char *expected) {
    return plb_json_text_fail(&d->json, expected);
}
static bool out_of_memory(decoder *d) {
    d->json.problem = NULL;
    return false;
}

static bool push_open(decoder *d, open_kind kind, uint8_t current) {
    if ((size_t) (d->region->high - d->region->low) < sizeof(open_json)) return out_of_memory(d);
    d->region->high -= sizeof(open_json);
    open_json *frame = (open_json *) (void *) d->region->high;
    *frame = (open_json){.outer = d->open, .kind = (uint8_t) kind, .current = current};
    d->open = frame;
    return true;
}

static void pop_open(decoder *d) {
    d->region->high = (uint8_t *) d->open + sizeof(open_json);
    d->open = d->open->outer;
}

/* ---- Leaves ---- */

static bool read_bytes(decoder *d, plb_value *bytes) {
    if (!plb_json_text_string(&d->json)) return false;
    const char *hex = d->json.string;
    size_t count = d->json.string_length / 2;
    uint8_t *room;
    if (d->json.string_length % 2 != 0) return fail(d, "an even number of hexadecimal digits");
    *bytes = plb_make_bytes_room(d->region, PLB_KIND_BYTESTRING, count, &room);
    if (*bytes == PLB_NO_VALUE) return out_of_memory(d);
    for (size_t i = 0; i < count; i++) {
        int high = plb_hex_digit((uint8_t) hex[2 * i]);
        int low = plb_hex_digit((uint8_t) hex[2 * i + 1]);
        if (high < 0 || low < 0) return fail(d, "hexadecimal digits");
        room[i] = (uint8_t) (high << 4 | low);
    }
    return true;
}

/* cardano-cli bounds the numbers of constructors, and nothing else. */
static bool read_constructor(decoder *d, plb_value *tag) {
    const char *start = d->json.at;
    if (!plb_json_text_integer(&d->json, d->region, tag)) return false;
    plb_int_view view;
    plb_int_open(*tag, &view);
    if (!view.negative && view.count <= 1) return true;
    d->json.at = start;
    return fail(d, "a constructor's number: 0 to 2^64-1");
}

/* ---- Objects ---- */

static bool read_key(decoder *d) {
    if (!plb_json_text_string(&d->json)) return false;
    return plb_json_text_take(&d->json, ':') || fail(d, "':'");
}

static bool key_is(const decoder *d, const char *name) {
    return d->json.string_length == strlen(name) &&
           memcmp(d->json.string, name, d->json.string_length) == 0;
}

/* The next "key": of an item of data, and its value where that is a leaf. */
static bool read_field(decoder *d) {
    const char *start = d->json.at;
    if (!read_key(d)) return false;
    unsigned f = 0;
    while (f < FIELD_COUNT && !key_is(d, field_names[f])) f++;
    if (f == FIELD_COUNT) {
        d->json.at = start;
        return fail(d, "\"int\", \"bytes\", \"list\", \"map\", or \"constructor\" and \"fields\"");
    }
    if ((d->open->seen >> f & 1) != 0) {
        d->json.at = start;
        return fail(d, "no field twice");
    }
    d->open->current = (uint8_t) f;
    d->open->seen |= (uint8_t) (1u << f);
    switch ((field) f) {
    case FIELD_INT: return plb_json_text_integer(&d->json, d->region, &d->open->content[0]);
    case FIELD_BYTES: return read_bytes(d, &d->open->content[0]);
    case FIELD_CONSTRUCTOR: return read_constructor(d, &d->open->content[1]);
    default: break;
    }
    if (!plb_json_text_take(&d->json, '[')) return fail(d, "an array");
    return push_open(d, OPEN_ARRAY, (uint8_t) f);
}

static bool read_pair_key(decoder *d) {
    const char *start = d->json.at;
    if (!read_key(d)) return false;
    bool k = key_is(d, "k");
    bool again = (k || key_is(d, "v")) && d->open->content[k ? 0 : 1] != PLB_NO_VALUE;
    if (again || (!k && !key_is(d, "v"))) {
        d->json.at = start;
        return fail(d, "\"k\" and \"v\", each once");
    }
    d->open->current = k ? 'k' : 'v';
    return true;
}

static bool open_object(decoder *d, open_kind kind) {
    if (!plb_json_text_take(&d->json, '{')) {
        return fail(d, kind == OPEN_PAIR ? "an object with \"k\" and \"v\""
                                         : "an object: {\"int\": ...}, {\"bytes\": ...}, ...");
    }
    return push_open(d, kind, 0);
}

/* ---- Closing ---- */

static plb_value make_list(decoder *d) {
    const plb_value *members = (const plb_value *) (const void *) d->region->high;
    bool is_map = d->open->current == FIELD_MAP;
    plb_type element = is_map ? PLB_TYPE_PAIR_DATA_DATA : PLB_TYPE_DATA;
    plb_value list = PLB_NIL(element);
    for (uint64_t i = 0; i < d->open->count && list != PLB_NO_VALUE; i++) {
        list = plb_make_cons(d->region, element, members[i], list);
    }
    return list;
}

static bool make_data(decoder *d, plb_value *data) {
    const open_json *open = d->open;
    switch (open->seen) {
    case 1u << FIELD_INT:
        *data = plb_make_data_leaf(d->region, PLB_KIND_DATA_I, open->content[0]);
        break;
    case 1u << FIELD_BYTES:
        *data = plb_make_data_leaf(d->region, PLB_KIND_DATA_B, open->content[0]);
        break;
    case 1u << FIELD_LIST:
        *data = plb_make_data_items(d->region, PLB_KIND_DATA_LIST, open->content[0]);
        break;
    case 1u << FIELD_MAP:
        *data = plb_make_data_items(d->region, PLB_KIND_DATA_MAP, open->content[0]);
        break;
    case 1u << FIELD_CONSTRUCTOR | 1u << FIELD_FIELDS:
        *data = plb_make_data_constr(d->region, open->content[1], open->content[0]);
        break;
    default:
        return fail(d, "one of \"int\", \"bytes\", \"list\", \"map\", or \"constructor\" and "
                       "\"fields\" in an object");
    }
    return *data != PLB_NO_VALUE || out_of_memory(d);
}

/* Give a complete value (an item of data, or a pair of a map) to what is open around it. */
static bool deliver(decoder *d, plb_value value) {
    open_json *open = d->open;
    if (open->kind == OPEN_ARRAY) {
        open->count++;
        return plb_region_push(d->region, value) || out_of_memory(d);
    }
    open->content[open->current == 'k' ? 0 : 1] = value;
    return true;
}

static bool close_array(decoder *d) {
    plb_value list = make_list(d);
    if (list == PLB_NO_VALUE) return out_of_memory(d);
    pop_open(d);
    d->open->content[0] = list;
    return true;
}

static bool close_object(decoder *d, plb_value *whole) {
    plb_value value = PLB_NO_VALUE;
    if (d->open->kind == OPEN_OBJECT) {
        if (!make_data(d, &value)) return false;
    } else {
        const plb_value *pair = d->open->content;
        if (pair[0] == PLB_NO_VALUE || pair[1] == PLB_NO_VALUE) return fail(d, "\"k\" and \"v\"");
        value = plb_make_pair(d->region, PLB_TYPE_PAIR_DATA_DATA, pair[0], pair[1]);
        if (value == PLB_NO_VALUE) return out_of_memory(d);
    }
    pop_open(d);
    if (d->open) return deliver(d, value);
    *whole = value;
    return true;
}

/* One step: a key, an opening or a closing of the innermost thing that is open. */
static bool step_array(decoder *d) {
    bool first = d->open->count == 0;
    if (plb_json_text_take(&d->json, ']')) return close_array(d);
    if (!first && !plb_json_text_take(&d->json, ',')) return fail(d, "',' or ']'");
    return open_object(d, d->open->current == FIELD_MAP ? OPEN_PAIR : OPEN_OBJECT);
}

static bool step_object(decoder *d, plb_value *whole) {
    open_json *open = d->open;
    bool is_pair = open->kind == OPEN_PAIR;
    bool first = is_pair ? open->current == 0 : open->seen == 0;
    if (plb_json_text_take(&d->json, '}')) return close_object(d, whole);
    if (!first && !plb_json_text_take(&d->json, ',')) return fail(d, "',' or '}'");
    if (!is_pair) return read_field(d);
    return read_pair_key(d) && open_object(d, OPEN_OBJECT);
}

static bool decode(decoder *d, plb_value *whole) {
    *whole = PLB_NO_VALUE;
    if (!open_object(d, OPEN_OBJECT)) return false;
    while (*whole == PLB_NO_VALUE) {
        if (!(d->open->kind == OPEN_ARRAY ? step_array(d) : step_object(d, whole))) return false;
    }
    plb_json_text_peek(&d->json);
    return d->json.at == d->json.end || fail(d, "nothing more");
}

/* ---- Errors ---- */

/* "line 3: fields[0].int", cut at the front where it is too long. */
static void describe_place(const decoder *d, char where[PLB_ERROR_WHERE_BYTES]) {
    char path[160];
    size_t at = sizeof path - 1;
    path[at] = '\0';
    for (const open_json *open = d->open; open; open = open->outer) {
        char segment[32] = "";
        if (open->kind == OPEN_ARRAY) {
            snprintf(segment, sizeof segment, "[%llu]", (unsigned long long) open->count);
        } else if (open->kind == OPEN_PAIR && open->current != 0) {
            snprintf(segment, sizeof segment, ".%c", open->current);
        } else if (open->kind == OPEN_OBJECT && open->seen != 0) {
            snprintf(segment, sizeof segment, ".%s", field_names[open->current]);
        }
        size_t length = strlen(segment);
        if (length + 3 > at) {
            at -= 3;
            memcpy(path + at, "...", 3);
            break;
        }
        at -= length;
        memcpy(path + at, segment, length);
    }
    const char *shown = path + at + (path[at] == '.' && path[at + 1] != '.');
    snprintf(where, PLB_ERROR_WHERE_BYTES, "line %zu%s%s", plb_json_text_line(&d->json),
             *shown ? ": " : "", shown);
}

plb_value plb_data_decode_json(plb_region *region, const char *json, size_t length,
                               plb_error *error) {
    decoder d = {.region = region};
    uint8_t *mark = region->high;
    plb_value data;
    plb_json_text_begin(&d.json, json, length);
    if (!decode(&d, &data)) {
        char where[PLB_ERROR_WHERE_BYTES];
        describe_place(&d, where);
        if (d.json.problem) {
            plb_fail(error, PLB_E_PARSE, where, "expected %s", d.json.problem);
        } else {
            plb_fail(error, PLB_E_MEMORY, where, "the data does not fit in the byte cap");
        }
        data = PLB_NO_VALUE;
    }
    region->high = mark;
    plb_json_text_free(&d.json);
    return data;
}

/* ---- Printing ---- */

/* What is left to print, two words each: data, a list of data or of pairs with what comes before
 * its next member, or text. */
typedef enum task { PRINT_DATA, PRINT_FIRST, PRINT_MORE, PRINT_TEXT } task;

static void push(plb_output *output, plb_worklist *list, task what, uint64_t value) {
    if (!plb_worklist_reserve(list, 2)) {
        output->failed = true;
        return;
    }
    plb_worklist_push(list, value);
    plb_worklist_push(list, (uint64_t) what);
}

static void push_text(plb_output *output, plb_worklist *list, const char *text) {
    push(output, list, PRINT_TEXT, (uint64_t) (uintptr_t) text);
}

static void print_leaf(plb_output *output, const plb_data_leaf *leaf) {
    if (leaf->head.kind == PLB_KIND_DATA_I) {
        plb_output_text(output, "{\"int\":");
        plb_output_integer(output, leaf->content);
        plb_output_byte(output, '}');
        return;
    }
    plb_output_text(output, "{\"bytes\":\"");
    plb_output_hex(output, plb_bytes_of(leaf->content)->bytes,
                   plb_bytes_of(leaf->content)->head.size);
    plb_output_text(output, "\"}");
}

static void print_data(plb_output *output, plb_worklist *list, plb_value data) {
    const void *object = plb_object_of(data);
    plb_kind kind = (plb_kind) plb_object_of(data)->kind;
    if (kind == PLB_KIND_DATA_CONSTR) {
        const plb_data_constr *constr = object;
        plb_output_text(output, "{\"constructor\":");
        plb_output_integer(output, constr->tag);
        plb_output_text(output, ",\"fields\":[");
        push_text(output, list, "]}");
        push(output, list, PRINT_FIRST, constr->fields);
    } else if (kind == PLB_KIND_DATA_MAP || kind == PLB_KIND_DATA_LIST) {
        const plb_data_items *items = object;
        plb_output_text(output, kind == PLB_KIND_DATA_MAP ? "{\"map\":[" : "{\"list\":[");
        push_text(output, list, "]}");
        push(output, list, PRINT_FIRST, items->items);
    } else {
        print_leaf(output, object);
    }
}

static void print_member(plb_output *output, plb_worklist *list, plb_value member) {
    if (!plb_has_kind(member, PLB_KIND_PAIR)) {
        push(output, list, PRINT_DATA, member);
        return;
    }
    plb_output_text(output, "{\"k\":");
    push_text(output, list, "}");
    push(output, list, PRINT_DATA, plb_pair_of(member)->second);
    push_text(output, list, ",\"v\":");
    push(output, list, PRINT_DATA, plb_pair_of(member)->first);
}

void plb_data_print_json(plb_output *output, plb_value data) {
    plb_worklist list;
    plb_worklist_begin(&list);
    push(output, &list, PRINT_DATA, data);
    while (list.count > 0 && !output->failed) {
        task what = (task) plb_worklist_pop(&list);
        uint64_t value = plb_worklist_pop(&list);
        switch (what) {
        case PRINT_TEXT: plb_output_text(output, (const char *) (uintptr_t) value); break;
        case PRINT_DATA: print_data(output, &list, value); break;
        case PRINT_FIRST:
        case PRINT_MORE:
            if (plb_is_nil(value)) break;
            if (what == PRINT_MORE) plb_output_byte(output, ',');
            push(output, &list, PRINT_MORE, plb_cons_of(value)->rest);
            print_member(output, &list, plb_cons_of(value)->first);
            break;
        }
    }
    plb_worklist_end(&list);
}
