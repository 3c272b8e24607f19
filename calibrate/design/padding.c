#include "calibrate/design/padding.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "harness/ledger/decode/cbor.h"
#include "harness/machine/data_cbor.h"
#include "harness/machine/value_data.h"

/* ---- Scripts ---- */

/* [ [ (lam d (lam s s)) (delay ...) ] ...: flat's tags of four bits each, and the variable's index
 * in eight. Whole bytes, so that those of the script behind it stay as they are. */
static const uint8_t prefix[] = {0x33, 0x22, 0x00, 0x11};

/* [ (lam x (force [ (force (builtin ifThenElse)) [ (builtin equalsInteger) x (con integer 0) ]
 *                   (delay x) (delay x) ])) ..., an argument behind it: 120 bits. */
static const uint8_t tile[] = {0x32, 0x53, 0x33, 0x57, 0x34, 0x66, 0xe1, 0xc0,
                               0x05, 0x20, 0x00, 0x10, 0x01, 0x10, 0x01};

#define TWO_DELAYS 0x11
#define DELAYED_ERROR 0x16

#define VERSION_NUMBERS 3
#define MORE 0x80 /* the top bit of a number's byte: another byte follows */

static void write_dead_code(plb_writer *flat, size_t bytes) {
    static const uint8_t delays = TWO_DELAYS, last = DELAYED_ERROR;
    for (; bytes > sizeof tile; bytes -= sizeof tile) plb_write_raw(flat, tile, sizeof tile);
    for (; bytes > 1; bytes--) plb_write_raw(flat, &delays, 1);
    plb_write_raw(flat, &last, 1);
}

static plb_status unwrap(const uint8_t *script, size_t length, plb_span *flat, plb_error *error) {
    plb_cbor reader;
    plb_cbor_open(&reader, script, length);
    bool read = plb_cbor_bytes(&reader, flat, "a byte string");
    return read ? PLB_OK : plb_cbor_error(&reader, "script", error);
}

/* Bytes that the version's numbers take; 0: there is no program. */
static size_t version_bytes(plb_span flat) {
    size_t at = 0;
    for (int i = 0; i < VERSION_NUMBERS; i++) {
        while (at < flat.length && (flat.bytes[at] & MORE) != 0) at++;
        at++;
    }
    return at < flat.length ? at : 0;
}

plb_status plb_script_flat_bytes(const uint8_t *script, size_t length, size_t *flat_bytes,
                                 plb_error *error) {
    plb_span flat = {0};
    plb_status status = unwrap(script, length, &flat, error);
    *flat_bytes = flat.length;
    return status;
}

plb_status plb_script_grow(const uint8_t *script, size_t length, size_t flat_bytes, uint8_t **grown,
                           size_t *grown_length, plb_error *error) {
    plb_span own;
    plb_writer flat = {0}, wrapped = {0};
    *grown = NULL;
    *grown_length = 0;
    plb_status status = unwrap(script, length, &own, error);
    if (status != PLB_OK) return status;
    size_t version = version_bytes(own);
    if (version == 0) return plb_fail(error, PLB_E_PARSE, "script", "expected a program");
    if (flat_bytes < own.length + PLB_DEAD_CODE_LEAST_BYTES) {
        return plb_fail(error, PLB_E_ARGUMENT, NULL,
                        "a script of %zu bytes can't be made %zu bytes long: expected at least %zu",
                        own.length, flat_bytes, own.length + PLB_DEAD_CODE_LEAST_BYTES);
    }
    plb_write_raw(&flat, own.bytes, version);
    plb_write_raw(&flat, prefix, sizeof prefix);
    write_dead_code(&flat, flat_bytes - own.length - sizeof prefix);
    plb_write_raw(&flat, own.bytes + version, own.length - version);
    plb_write_bytes(&wrapped, flat.bytes, flat.length);
    bool failed = flat.failed || wrapped.failed;
    plb_writer_free(&flat);
    if (failed) {
        plb_writer_free(&wrapped);
        return plb_fail(error, PLB_E_MEMORY, "script", "out of memory");
    }
    *grown = wrapped.bytes;
    *grown_length = wrapped.length;
    return PLB_OK;
}

/* ---- Datums ---- */

#define LIST_BYTES 2        /* the head of an indefinite list and its end */
#define ITEM_MOST_BYTES 66u /* a string of 64 bytes, the most that data has in one piece */
#define ITEM_SHORT_BYTES 24 /* up to that the length is in the first byte */

/* A byte string that takes `bytes` of CBOR. With 25 there is no shortest form: 23 bytes with their
 * length in a byte of its own. */
static void write_item(plb_writer *writer, size_t bytes) {
    static const uint8_t content[ITEM_MOST_BYTES] = {0};
    uint8_t head[] = {(uint8_t) (0x40 + bytes - 1)};
    uint8_t long_head[] = {0x58, (uint8_t) (bytes - 2)};
    if (bytes <= ITEM_SHORT_BYTES) {
        plb_write_raw(writer, head, sizeof head);
        plb_write_raw(writer, content, bytes - sizeof head);
    } else {
        plb_write_raw(writer, long_head, sizeof long_head);
        plb_write_raw(writer, content, bytes - sizeof long_head);
    }
}

static plb_status impossible(plb_error *error, size_t nodes, size_t bytes) {
    size_t items = nodes - 1;
    return plb_fail(error, PLB_E_ARGUMENT, NULL,
                    "a datum of %zu nodes has %zu to %zu bytes, and can't have %zu", nodes,
                    items + LIST_BYTES, items * ITEM_MOST_BYTES + LIST_BYTES, bytes);
}

plb_status plb_datum_make(size_t nodes, size_t bytes, uint8_t **datum, size_t *length,
                          plb_error *error) {
    plb_writer writer = {0};
    *datum = NULL;
    *length = 0;
    if (nodes == 0) {
        size_t content = bytes > LIST_BYTES ? bytes - LIST_BYTES : 1;
        nodes = 1 + (content + ITEM_MOST_BYTES - 1) / ITEM_MOST_BYTES;
    }
    if (nodes < 2) {
        return plb_fail(error, PLB_E_ARGUMENT, NULL, "expected a datum of at least 2 nodes");
    }
    size_t items = nodes - 1;
    if (bytes == 0) bytes = items + LIST_BYTES;
    if (bytes < items + LIST_BYTES || bytes > items * ITEM_MOST_BYTES + LIST_BYTES) {
        return impossible(error, nodes, bytes);
    }
    size_t share = (bytes - LIST_BYTES) / items, longer = (bytes - LIST_BYTES) % items;
    plb_write_indefinite_array(&writer);
    for (size_t i = 0; i < items; i++) write_item(&writer, share + (i < longer));
    plb_write_break(&writer);
    if (writer.failed) {
        plb_writer_free(&writer);
        return plb_fail(error, PLB_E_MEMORY, "datum", "out of memory");
    }
    *datum = writer.bytes;
    *length = writer.length;
    return PLB_OK;
}

plb_status plb_datum_count_nodes(const uint8_t *datum, size_t length, size_t *nodes,
                                 plb_error *error) {
    plb_region region;
    plb_error unused;
    if (error == NULL) error = &unused;
    if (!plb_region_init(&region, PLB_DEFAULT_BYTE_CAP))
        return plb_fail(error, PLB_E_MEMORY, "datum", "no address space for a datum");
    plb_value data = plb_data_decode_cbor(&region, datum, length, NULL, error);
    int64_t count = data != PLB_NO_VALUE ? plb_data_node_count(data) : 0;
    plb_region_free(&region);
    if (data == PLB_NO_VALUE) return error->status;
    if (count < 0) return plb_fail(error, PLB_E_MEMORY, "datum", "out of memory");
    *nodes = (size_t) count;
    return PLB_OK;
}
