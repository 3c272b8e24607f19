/* Reading and writing CBOR. The reader pulls one item at a time out of libcbor's streaming decoder:
 * no tree, no allocation, no recursion. It is sticky: after the first failure everything fails, and
 * the position and what was expected there are kept. */
#ifndef PLB_LEDGER_CBOR_H
#define PLB_LEDGER_CBOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <plutbench/status.h>

#include "harness/machine/region.h"

/* Bytes that somebody else owns. */
typedef struct plb_span {
    const uint8_t *bytes;
    size_t length;
} plb_span;

typedef enum plb_cbor_kind {
    PLB_CBOR_UINT,
    PLB_CBOR_NEGINT, /* -1 - number */
    PLB_CBOR_BYTES,
    PLB_CBOR_TEXT,
    PLB_CBOR_ARRAY,
    PLB_CBOR_MAP,
    PLB_CBOR_TAG,
    PLB_CBOR_BOOL,
    PLB_CBOR_NULL,
    PLB_CBOR_OTHER, /* undefined, floats */
    PLB_CBOR_BREAK
} plb_cbor_kind;

typedef struct plb_cbor_item {
    plb_cbor_kind kind;
    bool indefinite;      /* BYTES, TEXT, ARRAY, MAP */
    uint64_t number;      /* UINT, NEGINT, TAG; length of ARRAY, MAP; BOOL */
    const uint8_t *bytes; /* BYTES, TEXT: content */
    size_t length;
} plb_cbor_item;

typedef struct plb_cbor {
    const uint8_t *base, *at, *end;
    plb_status status;    /* PLB_OK until something failed */
    const char *expected; /* a string constant: what was expected, or what is not supported */
    const uint8_t *failed_at;
    const char *unsupported; /* the first thing that was noted as not supported, and where */
    const uint8_t *unsupported_at;
} plb_cbor;

void plb_cbor_open(plb_cbor *reader, const uint8_t *bytes, size_t length);

/* Fail at the current position (or keep the first failure). Always false. */
bool plb_cbor_fail(plb_cbor *reader, plb_status status, const char *expected);
bool plb_cbor_malformed(plb_cbor *reader, const char *expected);
/* Note that what stands here is not supported, and go on: it counts once all is found to be
 * well-formed. Always true. */
bool plb_cbor_unsupported(plb_cbor *reader, const char *what);
/* All is read: nothing may follow, and what was noted as not supported fails now. */
bool plb_cbor_finish(plb_cbor *reader, const char *expected);
/* The failure as an error value; `input` names what is being read. */
plb_status plb_cbor_error(const plb_cbor *reader, const char *input, plb_error *error);

/* The next item (a collection's head; its members are further items). */
bool plb_cbor_next(plb_cbor *reader, plb_cbor_item *item);
/* Major type of the next item (0 to 7), -1 at the end. */
int plb_cbor_peek(const plb_cbor *reader);

bool plb_cbor_uint(plb_cbor *reader, uint64_t *number, const char *expected);
/* An integer from -2^63 to 2^63 - 1. */
bool plb_cbor_int(plb_cbor *reader, int64_t *number, const char *expected);
/* A definite byte string (the ledger's decoders take no other outside of data). */
bool plb_cbor_bytes(plb_cbor *reader, plb_span *bytes, const char *expected);
/* ... of exactly `length` bytes. */
bool plb_cbor_bytes_of(plb_cbor *reader, size_t length, const uint8_t **bytes,
                       const char *expected);
/* A tag that must be `tag`. */
bool plb_cbor_tag(plb_cbor *reader, uint64_t tag, const char *expected);
/* Take tag 258 (set) where it stands; an untagged item is as good. */
bool plb_cbor_set_tag(plb_cbor *reader);

/* Members of an open array or map. */
typedef struct plb_cbor_members {
    bool indefinite;
    uint64_t left;  /* of a definite one */
    uint64_t taken; /* so far */
} plb_cbor_members;

bool plb_cbor_array(plb_cbor *reader, plb_cbor_members *members, const char *expected);
bool plb_cbor_map(plb_cbor *reader, plb_cbor_members *members, const char *expected);
/* True when another member follows (counted as taken); false at the end, which is consumed, and on
 * failure (ask reader->status). */
bool plb_cbor_more(plb_cbor *reader, plb_cbor_members *members);
/* The end must be here. */
bool plb_cbor_end(plb_cbor *reader, plb_cbor_members *members, const char *expected);

/* CBOR within a byte string that was just read: a reader of its content, with the same positions in
 * messages; leaving takes its failure over, and the content must be at its end. */
plb_cbor plb_cbor_enter(const plb_cbor *reader, plb_span content);
bool plb_cbor_leave(plb_cbor *reader, const plb_cbor *inner, const char *expected);

/* ---- Items of any nesting ----
 * Nesting takes memory from the region's upper end and gives it back. */

/* Transaction metadata (Cardano.Ledger.Metadata): byte and text strings of at most 64 bytes. */
bool plb_cbor_metadatum(plb_cbor *reader, plb_region *stack);
/* Any well-formed item. */
bool plb_cbor_skip(plb_cbor *reader, plb_region *stack);

/* Growable output for builders; sticky on failure. */
typedef struct plb_writer {
    uint8_t *bytes;
    size_t length, capacity;
    bool failed;
} plb_writer;

void plb_writer_free(plb_writer *writer);
void plb_write_raw(plb_writer *writer, const uint8_t *bytes, size_t length);
void plb_write_uint(plb_writer *writer, uint64_t number);
void plb_write_int(plb_writer *writer, int64_t number);
void plb_write_bytes(plb_writer *writer, const uint8_t *bytes, size_t length);
void plb_write_array(plb_writer *writer, uint64_t count);
void plb_write_indefinite_array(plb_writer *writer);
void plb_write_break(plb_writer *writer);
void plb_write_map(plb_writer *writer, uint64_t count);
void plb_write_tag(plb_writer *writer, uint64_t tag);
void plb_write_bool(plb_writer *writer, bool value);
void plb_write_null(plb_writer *writer);

#endif
