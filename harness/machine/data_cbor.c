#include "harness/machine/data_cbor.h"

#include <stdio.h>
#include <string.h>

enum { MAJOR_UINT, MAJOR_NINT, MAJOR_BYTES, MAJOR_TEXT, MAJOR_LIST, MAJOR_MAP, MAJOR_TAG };

#define CHUNK_MAX 64 /* PlutusCore.Data, note "The 64-byte limit" */
#define BREAK 0xff
#define INDEFINITE 31
#define TAG_POSITIVE 0xc2 /* bignums count only with their shortest tag, as in cborg */
#define TAG_NEGATIVE 0xc3
#define NOT_COUNTED UINT64_MAX
#define MESSAGE_SHORT "more input"

/* ---- Items ---- */

typedef struct head {
    unsigned major;
    bool indefinite;
    uint64_t argument;
} head;

typedef struct reader {
    const uint8_t *bytes;
    size_t length, at;
    const char *problem; /* what was expected where `at` is; NULL: memory is short */
} reader;

static bool fail(reader *in, const char *expected) {
    in->problem = expected;
    return false;
}

/* The head of an item: major type and argument, in any of the widths. */
static bool read_head(reader *in, head *out) {
    if (in->at >= in->length) return fail(in, MESSAGE_SHORT);
    uint8_t first = in->bytes[in->at];
    unsigned low = first & 31u;
    *out = (head){.major = first >> 5, .argument = low};
    if (low < 24) {
        in->at++;
        return true;
    }
    if (low == INDEFINITE) {
        out->indefinite = true;
        bool has_form = out->major >= MAJOR_BYTES && out->major <= MAJOR_MAP;
        if (!has_form) return fail(in, "an item of data");
        in->at++;
        return true;
    }
    if (low > 27) return fail(in, "a well-formed head of an item");
    size_t width = (size_t) 1 << (low - 24);
    if (in->length - in->at - 1 < width) return fail(in, MESSAGE_SHORT);
    uint64_t argument = 0;
    for (size_t i = 1; i <= width; i++) argument = argument << 8 | in->bytes[in->at + i];
    out->argument = argument;
    in->at += 1 + width;
    return true;
}

static bool at_break(const reader *in) { return in->at < in->length && in->bytes[in->at] == BREAK; }

static bool read_break(reader *in) {
    if (!at_break(in)) return fail(in, "the end of an item of indefinite length");
    in->at++;
    return true;
}

/* ---- Byte strings ---- */

/* One definite byte string of at most `limit` bytes: where its content is. */
static bool read_chunk(reader *in, size_t limit, const uint8_t **content, size_t *length) {
    size_t start = in->at;
    head chunk;
    if (!read_head(in, &chunk)) return false;
    if (chunk.major != MAJOR_BYTES || chunk.indefinite) {
        in->at = start;
        return fail(in, "a byte string of definite length");
    }
    if (chunk.argument > in->length - in->at) {
        in->at = start;
        return fail(in, MESSAGE_SHORT);
    }
    if (chunk.argument > limit) {
        in->at = start;
        return fail(in, "at most 64 bytes in a byte string or chunk of one");
    }
    *content = in->bytes + in->at;
    *length = (size_t) chunk.argument;
    in->at += *length;
    return true;
}

static bool read_string(reader *in, size_t limit, plb_cbor_string *string) {
    size_t start = in->at;
    *string = (plb_cbor_string){0};
    if (in->at < in->length && in->bytes[in->at] == (MAJOR_BYTES << 5 | INDEFINITE)) {
        in->at++;
        while (!at_break(in)) {
            const uint8_t *chunk;
            size_t length;
            if (!read_chunk(in, limit, &chunk, &length)) return false;
            string->length += length;
        }
        in->at++;
    } else if (!read_chunk(in, limit, &string->content, &string->length)) {
        return false;
    }
    string->consumed = in->at - start;
    return true;
}

bool plb_cbor_string_open(const uint8_t *bytes, size_t length, plb_cbor_string *string,
                          const char **problem) {
    reader in = {.bytes = bytes, .length = length};
    bool ok = read_string(&in, SIZE_MAX, string);
    if (!ok) {
        string->consumed = in.at;
        *problem = in.problem;
    }
    return ok;
}

void plb_cbor_string_copy(const uint8_t *bytes, const plb_cbor_string *string, uint8_t *out) {
    if (string->content) {
        if (string->length > 0) memcpy(out, string->content, string->length);
        return;
    }
    reader in = {.bytes = bytes, .length = string->consumed, .at = 1};
    const uint8_t *chunk;
    size_t length;
    while (!at_break(&in) && read_chunk(&in, SIZE_MAX, &chunk, &length)) {
        if (length > 0) memcpy(out, chunk, length);
        out += length;
    }
}

/* ---- Leaves ---- */

static plb_value make_negative(plb_region *region, uint64_t n) { /* -1 - n */
    if (n <= INT64_MAX) return plb_make_int(region, -1 - (int64_t) n);
    uint64_t limbs[2] = {n + 1, n == UINT64_MAX};
    return plb_make_integer(region, true, limbs, 2);
}

/* The content of a bignum, in temporary memory at the region's end: a negative one counts from -1,
 * so that its magnitude is one more. */
static plb_value make_bignum(plb_region *region, const uint8_t *bytes,
                             const plb_cbor_string *string, bool negative) {
    size_t size = string->length + 1;
    size_t taken = (size + 7) & ~(size_t) 7;
    if (taken < size || taken > (size_t) (region->high - region->low)) return PLB_NO_VALUE;
    uint8_t *mark = region->high;
    region->high -= taken;
    uint8_t *magnitude = region->high;
    magnitude[0] = 0;
    plb_cbor_string_copy(bytes, string, magnitude + 1);
    if (negative) {
        size_t i = size;
        while (i > 0 && ++magnitude[i - 1] == 0) i--;
    }
    plb_value value = plb_make_integer_be(region, negative, magnitude, size);
    region->high = mark;
    return value;
}

static plb_value read_bignum(reader *in, plb_region *region) {
    bool negative = in->bytes[in->at++] == TAG_NEGATIVE;
    const uint8_t *start = in->bytes + in->at;
    plb_cbor_string string;
    if (!read_string(in, CHUNK_MAX, &string)) return PLB_NO_VALUE;
    plb_value integer = make_bignum(region, start, &string, negative);
    if (integer == PLB_NO_VALUE) return PLB_NO_VALUE;
    return plb_make_data_leaf(region, PLB_KIND_DATA_I, integer);
}

static plb_value read_data_bytes(reader *in, plb_region *region) {
    const uint8_t *start = in->bytes + in->at;
    plb_cbor_string string;
    if (!read_string(in, CHUNK_MAX, &string)) return PLB_NO_VALUE;
    uint8_t *room;
    plb_value bytes = plb_make_bytes_room(region, PLB_KIND_BYTESTRING, string.length, &room);
    if (bytes == PLB_NO_VALUE) return PLB_NO_VALUE;
    plb_cbor_string_copy(start, &string, room);
    return plb_make_data_leaf(region, PLB_KIND_DATA_B, bytes);
}

/* ---- Nesting ---- */

typedef enum open_kind { OPEN_LIST, OPEN_MAP, OPEN_CONSTR } open_kind;

/* A list, map or constructor that is being read. It lies at the region's upper end, and below it
 * the members read so far (of a map keys and values in turn), the last one lowest. */
typedef struct open_data {
    struct open_data *outer;
    uint64_t wanted; /* members; NOT_COUNTED: until a break */
    uint64_t count;  /* members so far */
    plb_value tag;   /* OPEN_CONSTR */
    open_kind kind;
    bool closes_outer; /* tag 102 with an outer list of indefinite length */
} open_data;

_Static_assert(sizeof(open_data) % 8 == 0, "the region's ends stay 8-aligned");

typedef struct decoder {
    reader in;
    plb_region *region;
    open_data *open; /* innermost, NULL outside of all */
} decoder;

static bool push_open(decoder *d, open_data frame) {
    if ((size_t) (d->region->high - d->region->low) < sizeof frame) return false;
    d->region->high -= sizeof frame;
    frame.outer = d->open;
    d->open = (open_data *) (void *) d->region->high;
    *d->open = frame;
    return true;
}

static bool push_member(decoder *d, plb_value member) {
    if ((size_t) (d->region->high - d->region->low) < sizeof member) return false;
    d->region->high -= sizeof member;
    *(plb_value *) (void *) d->region->high = member;
    d->open->count++;
    return true;
}

/* Open a list or map whose head has been read. */
static bool open_members(decoder *d, head h, open_kind kind, plb_value tag, bool closes_outer) {
    uint64_t wanted = h.indefinite ? NOT_COUNTED : h.argument;
    if (!h.indefinite && wanted > INT64_MAX) return fail(&d->in, "fewer than 2^63 members");
    if (kind == OPEN_MAP && !h.indefinite) wanted *= 2;
    return push_open(
        d, (open_data){.wanted = wanted, .tag = tag, .kind = kind, .closes_outer = closes_outer});
}

static bool read_list_head(reader *in, head *out) {
    size_t start = in->at;
    if (!read_head(in, out)) return false;
    if (out->major == MAJOR_LIST) return true;
    in->at = start;
    return fail(in, "a list");
}

/* Tag 102: a list of the constructor's number and the list of its fields. */
static bool open_general_constr(decoder *d) {
    reader *in = &d->in;
    head outer;
    size_t start = in->at;
    if (!read_list_head(in, &outer)) return false;
    if (!outer.indefinite && outer.argument != 2) {
        in->at = start;
        return fail(in, "exactly two elements behind tag 102");
    }
    head number;
    start = in->at;
    if (!read_head(in, &number)) return false;
    if (number.major != MAJOR_UINT) {
        in->at = start;
        return fail(in, "the number of a constructor");
    }
    head fields;
    if (!read_list_head(in, &fields)) return false;
    plb_value tag = plb_make_uint(d->region, number.argument);
    if (tag == PLB_NO_VALUE) return false;
    return open_members(d, fields, OPEN_CONSTR, tag, outer.indefinite);
}

static bool open_constr(decoder *d, uint64_t cbor_tag, size_t start) {
    uint64_t number;
    if (cbor_tag == 102) {
        return open_general_constr(d);
    } else if (cbor_tag >= 121 && cbor_tag <= 127) {
        number = cbor_tag - 121;
    } else if (cbor_tag >= 1280 && cbor_tag <= 1400) {
        number = cbor_tag - 1280 + 7;
    } else {
        d->in.at = start;
        return fail(&d->in, "a constructor's tag: 121 to 127, 1280 to 1400, or 102");
    }
    head fields;
    if (!read_list_head(&d->in, &fields)) return false;
    return open_members(d, fields, OPEN_CONSTR, plb_small((int64_t) number), false);
}

/* Make the value of the innermost open item, and take it off the stack. */
static plb_value close_open(decoder *d) {
    plb_region *region = d->region;
    open_data frame = *d->open;
    bool is_map = frame.kind == OPEN_MAP;
    plb_type element = is_map ? PLB_TYPE_PAIR_DATA_DATA : PLB_TYPE_DATA;
    plb_value list = PLB_NIL(element);
    const plb_value *top = (const plb_value *) (void *) region->high;
    for (uint64_t i = 0; i < frame.count; i++) {
        plb_value member = top[i];
        if (is_map) {
            i++;
            member = plb_make_pair(region, PLB_TYPE_PAIR_DATA_DATA, top[i], member);
            if (member == PLB_NO_VALUE) return PLB_NO_VALUE;
        }
        list = plb_make_cons(region, element, member, list);
        if (list == PLB_NO_VALUE) return PLB_NO_VALUE;
    }
    region->high = (uint8_t *) d->open + sizeof frame;
    d->open = frame.outer;
    if (frame.kind == OPEN_CONSTR) return plb_make_data_constr(region, frame.tag, list);
    return plb_make_data_items(region, is_map ? PLB_KIND_DATA_MAP : PLB_KIND_DATA_LIST, list);
}

/* Close what is complete before the next item; *value is what is complete on the outside, if the
 * whole is. False for failure. */
static bool close_complete(decoder *d, plb_value *value) {
    reader *in = &d->in;
    while (d->open) {
        const open_data *open = d->open;
        if (open->wanted != NOT_COUNTED) {
            if (open->count < open->wanted) return true;
        } else {
            bool between = open->kind != OPEN_MAP || (open->count & 1) == 0;
            if (!between || !at_break(in)) return true;
            in->at++;
        }
        if (open->closes_outer && !read_break(in)) return false;
        plb_value made = close_open(d);
        if (made == PLB_NO_VALUE) return false;
        if (!d->open) {
            *value = made;
            return true;
        }
        if (!push_member(d, made)) return false;
    }
    return true;
}

/* The next item: a leaf in *leaf, or an opened one. */
static bool read_item(decoder *d, plb_value *leaf) {
    reader *in = &d->in;
    size_t start = in->at;
    *leaf = PLB_NO_VALUE;
    if (start < in->length) {
        uint8_t first = in->bytes[start];
        if (first == TAG_POSITIVE || first == TAG_NEGATIVE) {
            *leaf = read_bignum(in, d->region);
            return *leaf != PLB_NO_VALUE;
        }
        if (first >> 5 == MAJOR_BYTES) {
            *leaf = read_data_bytes(in, d->region);
            return *leaf != PLB_NO_VALUE;
        }
    }
    head h;
    if (!read_head(in, &h)) return false;
    plb_value integer;
    switch (h.major) {
    case MAJOR_UINT: integer = plb_make_uint(d->region, h.argument); break;
    case MAJOR_NINT: integer = make_negative(d->region, h.argument); break;
    case MAJOR_LIST: return open_members(d, h, OPEN_LIST, PLB_NO_VALUE, false);
    case MAJOR_MAP: return open_members(d, h, OPEN_MAP, PLB_NO_VALUE, false);
    case MAJOR_TAG: return open_constr(d, h.argument, start);
    default: in->at = start; return fail(in, "an integer, byte string, list, map or constructor");
    }
    if (integer == PLB_NO_VALUE) return false;
    *leaf = plb_make_data_leaf(d->region, PLB_KIND_DATA_I, integer);
    return *leaf != PLB_NO_VALUE;
}

static bool decode(decoder *d, plb_value *value) {
    *value = PLB_NO_VALUE;
    for (;;) {
        plb_value leaf;
        if (!read_item(d, &leaf)) return false;
        if (leaf != PLB_NO_VALUE) {
            if (!d->open) {
                *value = leaf;
                return true;
            }
            if (!push_member(d, leaf)) return false;
        }
        if (!close_complete(d, value)) return false;
        if (*value != PLB_NO_VALUE) return true;
    }
}

plb_value plb_data_decode_cbor(plb_region *region, const uint8_t *bytes, size_t length,
                               size_t *consumed, plb_error *error) {
    decoder d = {.in = {.bytes = bytes, .length = length}, .region = region};
    uint8_t *mark = region->high;
    plb_value value;
    bool ok = decode(&d, &value);
    region->high = mark;
    if (consumed) *consumed = d.in.at;
    if (ok) return value;
    char where[48];
    snprintf(where, sizeof where, "byte %zu", d.in.at);
    if (d.in.problem) {
        plb_fail(error, PLB_E_PARSE, where, "expected %s", d.in.problem);
    } else {
        plb_fail(error, PLB_E_MEMORY, where, "the data does not fit in the byte cap");
    }
    return PLB_NO_VALUE;
}
