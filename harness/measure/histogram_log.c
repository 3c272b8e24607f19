/* Reading HDR logs: lines of text, base64, zlib, and counts in zigzag LEB128 (HdrHistogram's V2
 * encoding). Nothing of it is trusted: counts are decoded as they are inflated, so that memory does
 * not depend on what the input claims. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "harness/measure/histogram.h"

#define COMPRESSED_COOKIE 0x1c849314U /* V2, word size 1 */
#define ENCODED_COOKIE 0x1c849313U
#define HEADER_BYTES 40
#define VARINT_BYTES 9
#define INFLATED_CHUNK 4096
#define LONGEST_LINE ((size_t) 1 << 24)
#define LONGEST_NUMBER 40
#define MOST_DIGITS 5
#define HIGHEST_VALUE ((uint64_t) 1 << 62)

/* The buckets of a histogram as its header has them. */
typedef struct buckets {
    unsigned unit_shift; /* of the lowest value that can be told apart */
    unsigned half_shift; /* of half the values in a bucket */
    uint64_t count;
} buckets;

/* Where decoding is. */
typedef struct decoder {
    uint8_t header[HEADER_BYTES];
    size_t header_bytes;
    uint64_t payload_left;
    buckets buckets;
    bool own;       /* the buckets are those of plb_histogram */
    uint64_t index; /* of the next count */
    uint64_t number;
    unsigned number_bytes;
    uint64_t total;
    plb_histogram *histogram;
    const char *problem;
} decoder;

static bool wrong(decoder *d, const char *problem) {
    d->problem = problem;
    return false;
}

static uint64_t big_endian(const uint8_t *bytes, size_t count) {
    uint64_t value = 0;
    for (size_t i = 0; i < count; i++) value = value << 8 | bytes[i];
    return value;
}

/* ---- Buckets ---- */

static unsigned floor_log2(uint64_t value) { return 63 - (unsigned) __builtin_clzll(value); }

/* As HdrHistogram makes them: buckets double until they hold the highest value. */
static void find_buckets(uint64_t lowest, uint64_t highest, uint64_t digits, buckets *b) {
    uint64_t single_unit = 2;
    for (uint64_t i = 0; i < digits; i++) single_unit *= 10;
    unsigned sub_shift = floor_log2(single_unit - 1) + 1;
    b->unit_shift = floor_log2(lowest);
    b->half_shift = sub_shift > 1 ? sub_shift - 1 : 0;
    uint64_t count = 1;
    for (unsigned shift = b->unit_shift + b->half_shift + 1; shift < 63 && highest >> shift != 0;
         shift++) {
        count++;
    }
    b->count = (count + 1) << b->half_shift;
}

/* The middle of what the count at `index` stands for; its low end in plb_histogram's own buckets,
 * from which it gets the same index. */
static double value_at(const decoder *d) {
    const buckets *b = &d->buckets;
    uint64_t bucket = d->index >> b->half_shift, half = (uint64_t) 1 << b->half_shift;
    uint64_t sub = d->index & (half - 1);
    if (bucket > 0) {
        sub += half;
        bucket--;
    }
    double width = ldexp(1, (int) (bucket + b->unit_shift));
    double low = (double) sub * width;
    return d->own || width < 2 ? low : low + width / 2;
}

/* ---- Payload ---- */

static bool take_header(decoder *d) {
    const uint8_t *h = d->header;
    uint64_t digits = big_endian(h + 12, 4), lowest = big_endian(h + 16, 8),
             highest = big_endian(h + 24, 8);
    d->payload_left = big_endian(h + 4, 4);
    if (big_endian(h, 4) != ENCODED_COOKIE) return wrong(d, "expected a V2 histogram");
    if (big_endian(h + 8, 4) != 0) return wrong(d, "a shifted histogram is not supported");
    if (digits > MOST_DIGITS) return wrong(d, "expected 0 to 5 significant digits");
    if (lowest < 1 || highest > HIGHEST_VALUE || highest / 2 < lowest) {
        return wrong(d, "expected a lowest value of at least 1, and a highest of at least twice it "
                        "and at most 2^62");
    }
    find_buckets(lowest, highest, digits, &d->buckets);
    if (d->payload_left > VARINT_BYTES * d->buckets.count) {
        return wrong(d, "it has more counts than its range");
    }
    d->own = lowest == PLB_HISTOGRAM_LOWEST_NS && highest == PLB_HISTOGRAM_HIGHEST_NS &&
             digits == PLB_HISTOGRAM_DIGITS;
    return true;
}

/* A count, or how many zeros there are in a row, as a negative number. */
static bool take_number(decoder *d) {
    uint64_t zigzag = d->number, zeros = zigzag / 2 + 1, left = d->buckets.count - d->index;
    d->number = d->number_bytes = 0;
    if (zigzag & 1) {
        if (zeros > left) return wrong(d, "it has more counts than its range");
        d->index += zeros;
        return true;
    }
    if (left == 0) return wrong(d, "it has more counts than its range");
    uint64_t count = zigzag / 2;
    if (count > INT64_MAX - d->total) return wrong(d, "its counts overflow");
    d->total += count;
    if (count > 0) plb_histogram_record_many(d->histogram, value_at(d), count);
    d->index++;
    return true;
}

static bool take_byte(decoder *d, uint8_t byte) {
    if (d->header_bytes < HEADER_BYTES) {
        d->header[d->header_bytes++] = byte;
        return d->header_bytes < HEADER_BYTES || take_header(d);
    }
    if (d->payload_left == 0) return wrong(d, "it is longer than it says");
    d->payload_left--;
    bool last = d->number_bytes == VARINT_BYTES - 1; /* which has all 8 bits */
    d->number |= (uint64_t) (last ? byte : byte & 0x7f) << (7 * d->number_bytes++);
    return (!last && (byte & 0x80) != 0) || take_number(d);
}

static bool is_complete(decoder *d) {
    if (d->header_bytes < HEADER_BYTES || d->payload_left != 0 || d->number_bytes != 0) {
        return wrong(d, "it ends early");
    }
    return true;
}

static bool inflate_payload(decoder *d, const uint8_t *bytes, size_t length) {
    uint8_t chunk[INFLATED_CHUNK];
    z_stream stream = {.next_in = (Bytef *) (uintptr_t) bytes, .avail_in = (uInt) length};
    if (inflateInit(&stream) != Z_OK) return wrong(d, "no memory to inflate it");
    int code = Z_OK;
    bool good = true;
    while (good && code == Z_OK) {
        stream.next_out = chunk;
        stream.avail_out = sizeof chunk;
        code = inflate(&stream, Z_NO_FLUSH);
        size_t got = sizeof chunk - stream.avail_out;
        for (size_t i = 0; good && i < got; i++) good = take_byte(d, chunk[i]);
    }
    if (good && code != Z_STREAM_END) good = wrong(d, "its compressed data is damaged");
    if (good && stream.avail_in != 0) good = wrong(d, "something follows its compressed data");
    (void) inflateEnd(&stream);
    return good && is_complete(d);
}

static bool take_compressed(decoder *d, const uint8_t *bytes, size_t length) {
    if (length < 8 || big_endian(bytes, 4) != COMPRESSED_COOKIE) {
        return wrong(d, "expected a V2 compressed histogram");
    }
    if (big_endian(bytes + 4, 4) != length - 8) {
        return wrong(d, "its compressed length is not the one that it says");
    }
    return inflate_payload(d, bytes + 8, length - 8);
}

/* ---- Base64 (RFC 4648, with padding) ---- */

static int digit_of(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* False unless all of it is base64. `bytes` has room for three of every four characters. */
static bool decode_base64(const char *text, size_t length, uint8_t *bytes, size_t *count) {
    *count = 0;
    if (length == 0 || length % 4 != 0) return false;
    size_t padding = text[length - 1] != '=' ? 0 : text[length - 2] != '=' ? 1 : 2;
    for (size_t i = 0; i < length; i += 4) {
        uint32_t bits = 0;
        size_t missing = i + 4 == length ? padding : 0;
        for (size_t k = 0; k < 4; k++) {
            int digit = k >= 4 - missing ? 0 : digit_of(text[i + k]);
            if (digit < 0) return false;
            bits = bits << 6 | (uint32_t) digit;
        }
        if ((bits & ((1U << (8 * missing)) - 1)) != 0) return false;
        for (size_t k = 0; k < 3 - missing; k++) {
            bytes[(*count)++] = (uint8_t) (bits >> (16 - 8 * k));
        }
    }
    return true;
}

/* ---- Lines ---- */

typedef struct log_reader {
    plb_histogram_log_entry entry;
    plb_histogram *histogram;
    uint8_t *bytes;
    size_t room;
    double base_s; /* of times that are told relative to it */
    uint64_t line;
    plb_error *error;
} log_reader;

static plb_status malformed(const log_reader *r, const char *what) {
    char where[32];
    snprintf(where, sizeof where, "line %llu", (unsigned long long) r->line);
    return plb_fail(r->error, PLB_E_PARSE, where, "%s", what);
}

/* A decimal number that takes all of `length` characters. */
static bool parse_number(const char *text, size_t length, double *value) {
    char copy[LONGEST_NUMBER + 1], *end;
    if (length == 0 || length > LONGEST_NUMBER) return false;
    memcpy(copy, text, length);
    copy[length] = '\0';
    if (strspn(copy, "0123456789.eE+-") != length) return false;
    *value = strtod(copy, &end);
    return *end == '\0' && isfinite(*value);
}

/* "#[StartTime: 1441812279.474 (seconds since epoch) ...": the time, 0 elsewhere. */
static double time_in_comment(const char *line, size_t length, const char *name) {
    size_t begin = strlen(name);
    double value = 0;
    if (length <= begin || memcmp(line, name, begin) != 0) return 0;
    while (begin < length && line[begin] == ' ') begin++;
    size_t end = begin;
    while (end < length && line[end] != ' ' && line[end] != ']') end++;
    return parse_number(line + begin, end - begin, &value) ? value : 0;
}

static void read_comment(log_reader *r, const char *line, size_t length) {
    double start = time_in_comment(line, length, "#[StartTime:");
    double base = time_in_comment(line, length, "#[BaseTime:");
    if (start > 0) r->entry.start_utc_s = start;
    if (base > 0) r->base_s = base;
}

/* The next field, up to a comma; the last one when there is none. */
static const char *next_field(const char **line, size_t *length, size_t *field_length) {
    const char *field = *line, *comma = memchr(*line, ',', *length);
    *field_length = comma ? (size_t) (comma - field) : *length;
    size_t step = *field_length + (comma ? 1 : 0);
    *line += step;
    *length -= step;
    return field;
}

static plb_status read_tag(log_reader *r, const char **line, size_t *length) {
    r->entry.tag[0] = '\0';
    if (*length < 4 || memcmp(*line, "Tag=", 4) != 0) return PLB_OK;
    size_t tag_length;
    const char *tag = next_field(line, length, &tag_length) + 4;
    tag_length -= 4;
    if (tag_length == 0 || tag_length >= sizeof r->entry.tag || memchr(tag, '\0', tag_length)) {
        return malformed(r, "expected a tag of 1 to 255 bytes");
    }
    memcpy(r->entry.tag, tag, tag_length);
    r->entry.tag[tag_length] = '\0';
    return PLB_OK;
}

static plb_status read_histogram(log_reader *r, const char *text, size_t length) {
    size_t count;
    if (length / 4 * 3 > r->room) {
        uint8_t *larger = realloc(r->bytes, length / 4 * 3);
        if (!larger) return plb_fail(r->error, PLB_E_MEMORY, NULL, "no memory for a histogram");
        r->bytes = larger;
        r->room = length / 4 * 3;
    }
    if (!decode_base64(text, length, r->bytes, &count)) {
        return malformed(r, "expected a histogram in base64");
    }
    decoder d = {.histogram = r->histogram};
    plb_histogram_clear(r->histogram);
    return take_compressed(&d, r->bytes, count) ? PLB_OK : malformed(r, d.problem);
}

static plb_status read_entry(log_reader *r, const char *line, size_t length) {
    plb_status status = read_tag(r, &line, &length);
    if (status != PLB_OK) return status;
    double numbers[3];
    for (int i = 0; i < 3; i++) {
        size_t field_length;
        const char *field = next_field(&line, &length, &field_length);
        if (!parse_number(field, field_length, &numbers[i])) {
            return malformed(r, "expected start, length and maximum as numbers, then a histogram");
        }
    }
    r->entry.start_s = numbers[0] + r->base_s;
    r->entry.length_s = numbers[1];
    r->entry.histogram = r->histogram;
    return read_histogram(r, line, length);
}

static plb_status read_line(log_reader *r, const char *line, size_t length,
                            const plb_histogram_log_visitor *visitor) {
    if (length > 0 && line[length - 1] == '\r') length--;
    if (length == 0 || line[0] == '"') return PLB_OK;
    if (line[0] == '#') {
        read_comment(r, line, length);
        return PLB_OK;
    }
    if (length > LONGEST_LINE) return malformed(r, "expected at most 16 MiB in a line");
    plb_status status = read_entry(r, line, length);
    if (status != PLB_OK) return status;
    return visitor->entry(visitor->context, &r->entry) == 0
               ? PLB_OK
               : plb_fail(r->error, PLB_E_ARGUMENT, NULL, "reading was stopped");
}

plb_status plb_histogram_log_read(const char *text, size_t length,
                                  const plb_histogram_log_visitor *visitor, plb_error *error) {
    log_reader r = {.error = error, .histogram = plb_histogram_new()};
    plb_status status = PLB_OK;
    if (!r.histogram) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a histogram");
    while (length > 0 && status == PLB_OK) {
        const char *end = memchr(text, '\n', length);
        size_t line = end ? (size_t) (end - text) : length;
        r.line++;
        status = read_line(&r, text, line, visitor);
        size_t step = line + (end ? 1 : 0);
        text += step;
        length -= step;
    }
    plb_histogram_free(r.histogram);
    free(r.bytes);
    return status;
}
