#include "harness/machine/flat_reader.h"

#include <stdarg.h>
#include <stdio.h>

static void where_is(const plb_flat_reader *reader, char *where, size_t size) {
    size_t bit = reader->bit <= reader->end ? reader->bit : reader->end;
    (void) snprintf(where, size, "bit %zu of %zu", bit, reader->end);
}

/* Beyond the end zeros are read: whatever is wrong with them, it is the end that came too soon. */
static bool ends_early(const plb_flat_reader *reader) { return reader->bit > reader->end; }

bool plb_flat_fail(plb_flat_reader *reader, const char *format, ...) {
    char where[64];
    char message[256];
    va_list arguments;
    va_start(arguments, format);
    (void) vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    if (reader->status == PLB_OK) {
        where_is(reader, where, sizeof where);
        reader->status =
            plb_fail(reader->error, PLB_E_PARSE, where, "flat: expected %s",
                     ends_early(reader) ? "more input: the program ends early" : message);
    }
    return false;
}

bool plb_flat_unavailable(plb_flat_reader *reader, const char *format, ...) {
    char where[64];
    char message[256];
    va_list arguments;
    va_start(arguments, format);
    (void) vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    if (reader->status != PLB_OK || ends_early(reader)) {
        return plb_flat_fail(reader, "more input: the program ends early");
    }
    where_is(reader, where, sizeof where);
    if (reader->era.language == PLB_LANGUAGE_NEWEST) {
        reader->status =
            plb_fail(reader->error, PLB_E_UNAVAILABLE, where, "%s is not available", message);
    } else {
        unsigned version = reader->era.protocol_version;
        reader->status = plb_fail(reader->error, PLB_E_UNAVAILABLE, where,
                                  "%s is not available in %s at protocol version %u", message,
                                  plb_language_name(reader->era.language),
                                  version != 0 ? version : PLB_PROTOCOL_VERSION_MAX);
    }
    return false;
}

bool plb_flat_word64_long(plb_flat_reader *reader, uint64_t *out) {
    uint64_t number = 0;
    for (unsigned shift = 0; shift < 70; shift += 7) {
        uint64_t byte = plb_flat_bits(reader, 8);
        if (reader->bit > reader->end) {
            return plb_flat_fail(reader, "more input: a number ends early");
        }
        uint64_t payload = byte & 127;
        if (shift == 63 && (payload > 1 || byte >= 128)) {
            break;
        }
        number |= payload << shift;
        if (byte < 128) {
            *out = number;
            return true;
        }
    }
    return plb_flat_fail(reader, "a number of at most 64 bits");
}

bool plb_flat_filler(plb_flat_reader *reader) {
    while (reader->bit < reader->end) {
        if (plb_flat_bits(reader, 1) != 0) {
            return true;
        }
    }
    return plb_flat_fail(reader, "a 1 bit that ends the padding");
}

bool plb_flat_at_end(plb_flat_reader *reader) {
    if (reader->bit != reader->end) {
        return plb_flat_fail(reader, "the end of the input, got %zu more bits",
                             reader->bit < reader->end ? reader->end - reader->bit : 0);
    }
    return true;
}
