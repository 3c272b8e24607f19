#include "harness/machine/data_encode.h"

#include <string.h>

#include "harness/machine/integer.h"
#include "harness/machine/output.h"

/* Major types of CBOR, in place. */
enum {
    CBOR_UNSIGNED = 0 << 5,
    CBOR_NEGATIVE = 1 << 5,
    CBOR_BYTES = 2 << 5,
    CBOR_LIST = 4 << 5,
    CBOR_MAP = 5 << 5,
    CBOR_TAG = 6 << 5,
    CBOR_INDEFINITE = 31,
    CBOR_BREAK = 0xff
};
enum { TAG_BIGNUM = 2, TAG_NEGATIVE_BIGNUM = 3, TAG_CONSTR = 102 };

#define CHUNK_BYTES 64
#define HEAD_BYTES 9 /* the longest head of an item */

/* Where the next byte goes; the region is only told at the end. */
typedef struct writer {
    plb_region *region;
    uint8_t *at;
} writer;

static bool has_room(const writer *w, size_t bytes) {
    return (size_t) (w->region->high - w->at) >= bytes;
}

static bool put_byte(writer *w, uint8_t byte) {
    if (!has_room(w, 1)) return false;
    *w->at = byte;
    w->at++;
    return true;
}

/* The head of an item: its major type and argument, in the shortest form. */
static bool put_head(writer *w, unsigned major, uint64_t argument) {
    if (!has_room(w, HEAD_BYTES)) return false;
    if (argument < 24) {
        *w->at++ = (uint8_t) (major | argument);
        return true;
    }
    unsigned log_bytes = argument <= 0xff      ? 0
                         : argument <= 0xffff  ? 1
                         : argument >> 32 == 0 ? 2
                                               : 3;
    *w->at++ = (uint8_t) (major | (24 + log_bytes));
    for (unsigned i = 1u << log_bytes; i > 0; i--) *w->at++ = (uint8_t) (argument >> (8 * (i - 1)));
    return true;
}

static bool put_definite(writer *w, const uint8_t *bytes, size_t length) {
    if (!put_head(w, CBOR_BYTES, length) || !has_room(w, length)) return false;
    memcpy(w->at, bytes, length);
    w->at += length;
    return true;
}

static bool put_bytes(writer *w, const uint8_t *bytes, size_t length) {
    if (length <= CHUNK_BYTES) return put_definite(w, bytes, length);
    if (!put_byte(w, CBOR_BYTES | CBOR_INDEFINITE)) return false;
    for (size_t from = 0; from < length; from += CHUNK_BYTES) {
        size_t chunk = length - from < CHUNK_BYTES ? length - from : CHUNK_BYTES;
        if (!put_definite(w, bytes + from, chunk)) return false;
    }
    return put_byte(w, CBOR_BREAK);
}

/* The magnitude, less `less` (0 or 1), most significant byte first: `out` has room for it and
 * receives no leading zero. Returns how many bytes there are. */
static size_t magnitude_be(const plb_int_view *view, unsigned less, uint8_t *out) {
    size_t length = plb_int_magnitude_bytes(view);
    plb_int_write_be(view, out, length);
    for (size_t i = length; less != 0 && i > 0; i--) {
        less = out[i - 1] == 0;
        out[i - 1]--;
    }
    /* 256^n - 1 has a byte less than 256^n. */
    if (length > 0 && out[0] == 0) {
        length--;
        memmove(out, out + 1, length);
    }
    return length;
}

/* An integer beyond 64 bits. The bytes are prepared behind where their encoding can reach. */
static bool put_bignum(writer *w, const plb_int_view *view, bool chunked) {
    if (!put_head(w, CBOR_TAG, view->negative ? TAG_NEGATIVE_BIGNUM : TAG_BIGNUM)) return false;
    size_t length = plb_int_magnitude_bytes(view);
    size_t gap = HEAD_BYTES + 2 + length + (length / CHUNK_BYTES + 1) * HEAD_BYTES;
    if (!has_room(w, gap + length)) return false;
    uint8_t *magnitude = w->at + gap;
    length = magnitude_be(view, view->negative ? 1 : 0, magnitude);
    return chunked ? put_bytes(w, magnitude, length) : put_definite(w, magnitude, length);
}

/* Bignums are chunked in I nodes, but not as constructor tags. */
static bool put_integer(writer *w, plb_value integer, bool chunked) {
    plb_int_view view;
    plb_int_open(integer, &view);
    uint64_t low = view.count == 0 ? 0 : view.limbs[0];
    if (!view.negative) {
        return view.count <= 1 ? put_head(w, CBOR_UNSIGNED, low) : put_bignum(w, &view, chunked);
    }
    /* -1 - n, where n may be 2^64 - 1 */
    if (view.count == 1) return put_head(w, CBOR_NEGATIVE, low - 1);
    bool power = view.count == 2 && low == 0 && view.limbs[1] == 1;
    return power ? put_head(w, CBOR_NEGATIVE, UINT64_MAX) : put_bignum(w, &view, chunked);
}

/* Opens a list; its members, and the break, follow from the stack. */
static bool open_list(writer *w, plb_value list) {
    if (plb_is_nil(list)) return put_byte(w, CBOR_LIST);
    if (!put_byte(w, CBOR_LIST | CBOR_INDEFINITE)) return false;
    return has_room(w, sizeof list) && plb_region_push(w->region, list);
}

static bool open_map(writer *w, plb_value entries) {
    uint32_t count = plb_list_length(entries);
    /* A saturated length is beyond what a region holds. */
    if (count == UINT32_MAX || !put_head(w, CBOR_MAP, count)) return false;
    return has_room(w, sizeof entries) && plb_region_push(w->region, entries);
}

static bool open_constr(writer *w, const plb_data_constr *constr) {
    int64_t tag = plb_is_small(constr->tag) ? plb_small_int(constr->tag) : -1;
    bool good;
    if (tag >= 0 && tag < 7) {
        good = put_head(w, CBOR_TAG, 121 + (uint64_t) tag);
    } else if (tag >= 7 && tag < 128) {
        good = put_head(w, CBOR_TAG, 1280 + (uint64_t) (tag - 7));
    } else {
        good = put_head(w, CBOR_TAG, TAG_CONSTR) && put_head(w, CBOR_LIST, 2) &&
               put_integer(w, constr->tag, false);
    }
    return good && open_list(w, constr->fields);
}

static bool put_node(writer *w, plb_value data) {
    const void *node = plb_object_of(data);
    switch ((plb_kind) plb_object_of(data)->kind) {
    case PLB_KIND_DATA_CONSTR: return open_constr(w, node);
    case PLB_KIND_DATA_MAP: return open_map(w, ((const plb_data_items *) node)->items);
    case PLB_KIND_DATA_LIST: return open_list(w, ((const plb_data_items *) node)->items);
    case PLB_KIND_DATA_I: return put_integer(w, ((const plb_data_leaf *) node)->content, true);
    default: {
        const plb_bytes *bytes = plb_bytes_of(((const plb_data_leaf *) node)->content);
        return put_bytes(w, bytes->bytes, bytes->head.size);
    }
    }
}

/* What the stack holds: what is left of a list of data, what is left of a map's entries, or the
 * value that belongs to a key that has been written. */
static bool put_pending(writer *w, plb_value pending) {
    if (plb_is_nil(pending)) {
        return plb_list_element(pending) != PLB_TYPE_DATA || put_byte(w, CBOR_BREAK);
    }
    if (!plb_is_cons(pending)) return put_node(w, pending);
    const plb_cons *cell = plb_cons_of(pending);
    if (!has_room(w, 2 * sizeof pending) || !plb_region_push(w->region, cell->rest)) return false;
    if (cell->head.type == PLB_TYPE_DATA) return put_node(w, cell->first);
    const plb_pair *entry = plb_pair_of(cell->first);
    return plb_region_push(w->region, entry->second) && put_node(w, entry->first);
}

bool plb_data_to_cbor(plb_region *region, plb_value data, const uint8_t **bytes, size_t *length) {
    uint8_t *bottom = region->high;
    writer w = {region, region->low};
    bool good = put_node(&w, data);
    while (good && region->high < bottom) good = put_pending(&w, plb_region_pop(region));
    region->high = bottom;
    if (!good) return false;
    *length = (size_t) (w.at - region->low);
    *bytes = plb_region_alloc(region, *length);
    return *bytes != NULL;
}
