#include "harness/ledger/decode/cbor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cbor.h>

#define SET_TAG 258

/* ---- Items out of libcbor's callbacks ---- */

static void take(void *context, plb_cbor_kind kind, uint64_t number) {
    plb_cbor_item *item = context;
    item->kind = kind;
    item->number = number;
}

static void take_uint8(void *context, uint8_t n) { take(context, PLB_CBOR_UINT, n); }
static void take_uint16(void *context, uint16_t n) { take(context, PLB_CBOR_UINT, n); }
static void take_uint32(void *context, uint32_t n) { take(context, PLB_CBOR_UINT, n); }
static void take_uint64(void *context, uint64_t n) { take(context, PLB_CBOR_UINT, n); }
static void take_negint8(void *context, uint8_t n) { take(context, PLB_CBOR_NEGINT, n); }
static void take_negint16(void *context, uint16_t n) { take(context, PLB_CBOR_NEGINT, n); }
static void take_negint32(void *context, uint32_t n) { take(context, PLB_CBOR_NEGINT, n); }
static void take_negint64(void *context, uint64_t n) { take(context, PLB_CBOR_NEGINT, n); }

static void take_string(void *context, plb_cbor_kind kind, cbor_data bytes, size_t length) {
    plb_cbor_item *item = context;
    item->kind = kind;
    item->bytes = bytes;
    item->length = length;
}
static void take_bytes(void *context, cbor_data bytes, size_t length) {
    take_string(context, PLB_CBOR_BYTES, bytes, length);
}
static void take_text(void *context, cbor_data bytes, size_t length) {
    take_string(context, PLB_CBOR_TEXT, bytes, length);
}

static void take_indefinite(void *context, plb_cbor_kind kind) {
    plb_cbor_item *item = context;
    item->kind = kind;
    item->indefinite = true;
}
static void take_bytes_start(void *context) { take_indefinite(context, PLB_CBOR_BYTES); }
static void take_text_start(void *context) { take_indefinite(context, PLB_CBOR_TEXT); }
static void take_array_start(void *context) { take_indefinite(context, PLB_CBOR_ARRAY); }
static void take_map_start(void *context) { take_indefinite(context, PLB_CBOR_MAP); }
static void take_array(void *context, size_t count) { take(context, PLB_CBOR_ARRAY, count); }
static void take_map(void *context, size_t count) { take(context, PLB_CBOR_MAP, count); }
static void take_tag(void *context, uint64_t tag) { take(context, PLB_CBOR_TAG, tag); }
static void take_float(void *context, float number) {
    (void) number;
    take(context, PLB_CBOR_OTHER, 0);
}
static void take_double(void *context, double number) {
    (void) number;
    take(context, PLB_CBOR_OTHER, 0);
}
static void take_undefined(void *context) { take(context, PLB_CBOR_OTHER, 0); }
static void take_null(void *context) { take(context, PLB_CBOR_NULL, 0); }
static void take_bool(void *context, bool value) { take(context, PLB_CBOR_BOOL, value); }
static void take_break(void *context) { take(context, PLB_CBOR_BREAK, 0); }

static const struct cbor_callbacks item_callbacks = {
    .uint8 = take_uint8,
    .uint16 = take_uint16,
    .uint32 = take_uint32,
    .uint64 = take_uint64,
    .negint64 = take_negint64,
    .negint32 = take_negint32,
    .negint16 = take_negint16,
    .negint8 = take_negint8,
    .byte_string_start = take_bytes_start,
    .byte_string = take_bytes,
    .string = take_text,
    .string_start = take_text_start,
    .indef_array_start = take_array_start,
    .array_start = take_array,
    .indef_map_start = take_map_start,
    .map_start = take_map,
    .tag = take_tag,
    .float2 = take_float,
    .float4 = take_float,
    .float8 = take_double,
    .undefined = take_undefined,
    .null = take_null,
    .boolean = take_bool,
    .indef_break = take_break,
};

/* ---- Reader ---- */

void plb_cbor_open(plb_cbor *reader, const uint8_t *bytes, size_t length) {
    *reader = (plb_cbor){.base = bytes, .at = bytes, .end = bytes + length, .status = PLB_OK};
}

bool plb_cbor_fail(plb_cbor *reader, plb_status status, const char *expected) {
    if (reader->status == PLB_OK) {
        reader->status = status;
        reader->expected = expected;
        reader->failed_at = reader->at;
    }
    return false;
}

bool plb_cbor_malformed(plb_cbor *reader, const char *expected) {
    return plb_cbor_fail(reader, PLB_E_PARSE, expected);
}

bool plb_cbor_unsupported(plb_cbor *reader, const char *what) {
    if (reader->unsupported == NULL) {
        reader->unsupported = what;
        reader->unsupported_at = reader->at;
    }
    return true;
}

bool plb_cbor_finish(plb_cbor *reader, const char *expected) {
    if (reader->status == PLB_OK && reader->at != reader->end) {
        return plb_cbor_malformed(reader, expected);
    }
    if (reader->status == PLB_OK && reader->unsupported != NULL) {
        plb_cbor_fail(reader, PLB_E_UNSUPPORTED, reader->unsupported);
        reader->failed_at = reader->unsupported_at;
    }
    return reader->status == PLB_OK;
}

plb_status plb_cbor_error(const plb_cbor *reader, const char *input, plb_error *error) {
    if (reader->status == PLB_OK) return PLB_OK;
    const char *form = reader->status == PLB_E_UNSUPPORTED ? "unsupported: %s"
                       : reader->status == PLB_E_MEMORY    ? "%s"
                                                           : "expected %s";
    plb_fail(error, reader->status, NULL, form, reader->expected);
    char where[PLB_ERROR_WHERE_BYTES];
    snprintf(where, sizeof where, "%s: byte %zu", input,
             (size_t) (reader->failed_at - reader->base));
    plb_error_prefix(error, where);
    return reader->status;
}

bool plb_cbor_next(plb_cbor *reader, plb_cbor_item *item) {
    if (reader->status != PLB_OK) return false;
    item->indefinite = false;
    struct cbor_decoder_result result =
        cbor_stream_decode(reader->at, (size_t) (reader->end - reader->at), &item_callbacks, item);
    if (result.status == CBOR_DECODER_FINISHED) {
        reader->at += result.read;
        return true;
    }
    return plb_cbor_malformed(reader, result.status == CBOR_DECODER_NEDATA
                                          ? "more bytes: the input ends inside an item"
                                          : "a CBOR item");
}

int plb_cbor_peek(const plb_cbor *reader) {
    return reader->at < reader->end ? *reader->at >> 5 : -1;
}

/* Nearly all items of a transaction have a head of a single byte, or are byte strings whose length
 * is the second: these are told without libcbor's help. The kinds are numbered as major types. */
static bool take_short(plb_cbor *reader, plb_cbor_kind kind, plb_cbor_item *item) {
    size_t left = (size_t) (reader->end - reader->at);
    if (reader->status != PLB_OK || left < 2 || *reader->at >> 5 != kind) return false;
    bool is_bytes = kind == PLB_CBOR_BYTES;
    size_t number = *reader->at & 31, head = 1;
    if (is_bytes && number == 24) number = reader->at[head++];
    if (head == 1 && number >= 24) return false;
    if (is_bytes) {
        if (number > left - head) return false;
        item->bytes = reader->at + head;
        item->length = number;
        head += number;
    }
    item->kind = kind;
    item->indefinite = false;
    item->number = number;
    reader->at += head;
    return true;
}

/* The next item, of a kind of PLB_CBOR_UINT to PLB_CBOR_TAG but text; otherwise fails at its
 * start. */
static bool next_of(plb_cbor *reader, plb_cbor_kind kind, plb_cbor_item *item,
                    const char *expected) {
    if (take_short(reader, kind, item)) return true;
    const uint8_t *start = reader->at;
    if (!plb_cbor_next(reader, item)) return false;
    if (item->kind == kind) return true;
    reader->at = start;
    return plb_cbor_malformed(reader, expected);
}

bool plb_cbor_uint(plb_cbor *reader, uint64_t *number, const char *expected) {
    plb_cbor_item item;
    if (!next_of(reader, PLB_CBOR_UINT, &item, expected)) return false;
    *number = item.number;
    return true;
}

bool plb_cbor_int(plb_cbor *reader, int64_t *number, const char *expected) {
    plb_cbor_item item;
    const uint8_t *start = reader->at;
    if (!plb_cbor_next(reader, &item)) return false;
    bool is_number = item.kind == PLB_CBOR_UINT || item.kind == PLB_CBOR_NEGINT;
    if (!is_number || item.number > INT64_MAX) {
        reader->at = start;
        return plb_cbor_malformed(reader, expected);
    }
    *number = item.kind == PLB_CBOR_UINT ? (int64_t) item.number : -1 - (int64_t) item.number;
    return true;
}

bool plb_cbor_bytes(plb_cbor *reader, plb_span *bytes, const char *expected) {
    plb_cbor_item item;
    if (!next_of(reader, PLB_CBOR_BYTES, &item, expected)) return false;
    if (item.indefinite) return plb_cbor_malformed(reader, expected);
    *bytes = (plb_span){item.bytes, item.length};
    return true;
}

bool plb_cbor_bytes_of(plb_cbor *reader, size_t length, const uint8_t **bytes,
                       const char *expected) {
    plb_span span;
    if (!plb_cbor_bytes(reader, &span, expected)) return false;
    if (span.length != length) return plb_cbor_malformed(reader, expected);
    *bytes = span.bytes;
    return true;
}

bool plb_cbor_tag(plb_cbor *reader, uint64_t tag, const char *expected) {
    plb_cbor_item item;
    if (!next_of(reader, PLB_CBOR_TAG, &item, expected)) return false;
    return item.number == tag || plb_cbor_malformed(reader, expected);
}

bool plb_cbor_set_tag(plb_cbor *reader) {
    if (plb_cbor_peek(reader) != 6) return reader->status == PLB_OK;
    return plb_cbor_tag(reader, SET_TAG, "tag 258 or none");
}

static bool open_members(plb_cbor *reader, plb_cbor_kind kind, plb_cbor_members *members,
                         const char *expected) {
    plb_cbor_item item;
    if (!next_of(reader, kind, &item, expected)) return false;
    *members = (plb_cbor_members){item.indefinite, item.indefinite ? 0 : item.number, 0};
    /* Every member takes a byte at least: a count that can't be true is refused before anybody
     * makes room for it. */
    if (members->left > (uint64_t) (reader->end - reader->at)) {
        return plb_cbor_malformed(reader, "as many members as the count says");
    }
    return true;
}

bool plb_cbor_array(plb_cbor *reader, plb_cbor_members *members, const char *expected) {
    return open_members(reader, PLB_CBOR_ARRAY, members, expected);
}

bool plb_cbor_map(plb_cbor *reader, plb_cbor_members *members, const char *expected) {
    return open_members(reader, PLB_CBOR_MAP, members, expected);
}

bool plb_cbor_more(plb_cbor *reader, plb_cbor_members *members) {
    if (reader->status != PLB_OK) return false;
    if (members->indefinite) {
        if (reader->at < reader->end && *reader->at == 0xff) {
            reader->at++;
            return false;
        }
    } else {
        if (members->left == 0) return false;
        members->left--;
    }
    members->taken++;
    return true;
}

bool plb_cbor_end(plb_cbor *reader, plb_cbor_members *members, const char *expected) {
    if (plb_cbor_more(reader, members)) return plb_cbor_malformed(reader, expected);
    return reader->status == PLB_OK;
}

plb_cbor plb_cbor_enter(const plb_cbor *reader, plb_span content) {
    return (plb_cbor){.base = reader->base,
                      .at = content.bytes,
                      .end = content.bytes + content.length,
                      .status = reader->status};
}

bool plb_cbor_leave(plb_cbor *reader, const plb_cbor *inner, const char *expected) {
    if (reader->status != PLB_OK) return false;
    if (inner->status != PLB_OK) {
        reader->status = inner->status;
        reader->expected = inner->expected;
        reader->failed_at = inner->failed_at;
        return false;
    }
    return inner->at == inner->end || plb_cbor_malformed(reader, expected);
}

/* ---- Writer ---- */

void plb_writer_free(plb_writer *writer) {
    free(writer->bytes);
    *writer = (plb_writer){0};
}

static uint8_t *room(plb_writer *writer, size_t length) {
    if (writer->failed) return NULL;
    if (length > writer->capacity - writer->length) {
        size_t capacity = writer->capacity * 2 + length + 256;
        uint8_t *bytes = realloc(writer->bytes, capacity);
        if (bytes == NULL) {
            writer->failed = true;
            return NULL;
        }
        writer->bytes = bytes;
        writer->capacity = capacity;
    }
    return writer->bytes + writer->length;
}

void plb_write_raw(plb_writer *writer, const uint8_t *bytes, size_t length) {
    uint8_t *to = room(writer, length);
    if (to != NULL && length != 0) {
        memcpy(to, bytes, length);
        writer->length += length;
    }
}

#define HEAD_BYTES 9

void plb_write_uint(plb_writer *writer, uint64_t number) {
    uint8_t *to = room(writer, HEAD_BYTES);
    if (to != NULL) writer->length += cbor_encode_uint(number, to, HEAD_BYTES);
}

void plb_write_int(plb_writer *writer, int64_t number) {
    if (number >= 0) {
        plb_write_uint(writer, (uint64_t) number);
        return;
    }
    uint8_t *to = room(writer, HEAD_BYTES);
    if (to != NULL) writer->length += cbor_encode_negint((uint64_t) ~number, to, HEAD_BYTES);
}

void plb_write_bytes(plb_writer *writer, const uint8_t *bytes, size_t length) {
    uint8_t *to = room(writer, HEAD_BYTES);
    if (to != NULL) writer->length += cbor_encode_bytestring_start(length, to, HEAD_BYTES);
    plb_write_raw(writer, bytes, length);
}

void plb_write_array(plb_writer *writer, uint64_t count) {
    uint8_t *to = room(writer, HEAD_BYTES);
    if (to != NULL) writer->length += cbor_encode_array_start((size_t) count, to, HEAD_BYTES);
}

void plb_write_indefinite_array(plb_writer *writer) {
    uint8_t *to = room(writer, HEAD_BYTES);
    if (to != NULL) writer->length += cbor_encode_indef_array_start(to, HEAD_BYTES);
}

void plb_write_break(plb_writer *writer) {
    uint8_t *to = room(writer, HEAD_BYTES);
    if (to != NULL) writer->length += cbor_encode_break(to, HEAD_BYTES);
}

void plb_write_map(plb_writer *writer, uint64_t count) {
    uint8_t *to = room(writer, HEAD_BYTES);
    if (to != NULL) writer->length += cbor_encode_map_start((size_t) count, to, HEAD_BYTES);
}

void plb_write_tag(plb_writer *writer, uint64_t tag) {
    uint8_t *to = room(writer, HEAD_BYTES);
    if (to != NULL) writer->length += cbor_encode_tag(tag, to, HEAD_BYTES);
}

void plb_write_bool(plb_writer *writer, bool value) {
    uint8_t *to = room(writer, HEAD_BYTES);
    if (to != NULL) writer->length += cbor_encode_bool(value, to, HEAD_BYTES);
}

void plb_write_null(plb_writer *writer) {
    uint8_t *to = room(writer, HEAD_BYTES);
    if (to != NULL) writer->length += cbor_encode_null(to, HEAD_BYTES);
}
