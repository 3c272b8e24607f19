/* HDR logs that are read back: what this code and HdrHistogram's own write, other ranges, damage.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <hdr/hdr_histogram.h>
#include <hdr/hdr_histogram_log.h>

#include <plutbench/measure.h>

#include "harness/measure/random.h"

#define MOST_ENTRIES 4

typedef struct seen {
    size_t count, stop_after;
    plb_histogram_log_entry entries[MOST_ENTRIES];
    plb_histogram *histograms[MOST_ENTRIES];
} seen;

static int note(void *context, const plb_histogram_log_entry *entry) {
    seen *s = context;
    assert_true(s->count < MOST_ENTRIES);
    s->entries[s->count] = *entry;
    s->histograms[s->count] = plb_histogram_new();
    plb_histogram_add(s->histograms[s->count], entry->histogram);
    return ++s->count == s->stop_after;
}

static plb_status read_text(const char *text, size_t length, seen *s, plb_error *error) {
    plb_histogram_log_visitor visitor = {s, note};
    return plb_histogram_log_read(text, length, &visitor, error);
}

static void forget(seen *s) {
    for (size_t i = 0; i < s->count; i++) plb_histogram_free(s->histograms[i]);
    *s = (seen){0};
}

/* What `write` puts into a file; malloc'ed. */
static char *written(void (*write)(FILE *file, void *context), void *context, size_t *length) {
    FILE *file = tmpfile();
    assert_non_null(file);
    write(file, context);
    *length = (size_t) ftell(file);
    rewind(file);
    char *text = calloc(*length + 1, 1);
    assert_non_null(text);
    assert_int_equal(fread(text, 1, *length, file), *length);
    fclose(file);
    return text;
}

static void write_two(FILE *file, void *context) {
    plb_histogram **h = context;
    assert_int_equal(plb_histogram_log_header(file, "a comment", 1.7e9, NULL), PLB_OK);
    assert_int_equal(plb_histogram_log_line(h[0], file, "call", 0.5, 12.25, NULL), PLB_OK);
    assert_int_equal(plb_histogram_log_line(h[1], file, NULL, 12.5, 1, NULL), PLB_OK);
}

static void assert_same(const plb_histogram *a, const plb_histogram *b) {
    assert_int_equal(plb_histogram_count(a), plb_histogram_count(b));
    for (double q = 0; q <= 100; q += 0.25) {
        assert_true(plb_histogram_value_ns(a, q) == plb_histogram_value_ns(b, q));
    }
}

static void what_was_written_comes_back(void **state) {
    (void) state;
    plb_histogram *h[2] = {plb_histogram_new(), plb_histogram_new()};
    plb_random random;
    plb_random_seed(&random, 1);
    for (int i = 0; i < 100000; i++) {
        plb_histogram_record(h[0], exp(28 * plb_random_unit(&random)));
    }
    plb_histogram_record(h[1], 1);
    plb_histogram_record(h[1], 3.6e12);
    size_t length;
    char *text = written(write_two, h, &length);
    seen s = {0};
    plb_error error;
    if (read_text(text, length, &s, &error) != PLB_OK) {
        fail_msg("%s: %s", error.where, error.message);
    }
    assert_int_equal(s.count, 2);
    assert_string_equal(s.entries[0].tag, "call");
    assert_string_equal(s.entries[1].tag, "");
    assert_true(fabs(s.entries[0].start_utc_s - 1.7e9) < 1e-3);
    assert_true(fabs(s.entries[0].start_s - 0.5) < 1e-3);
    assert_true(fabs(s.entries[0].length_s - 12.25) < 1e-3);
    for (int i = 0; i < 2; i++) {
        assert_same(s.histograms[i], h[i]);
        assert_int_equal(plb_histogram_clipped(s.histograms[i]), 0);
    }
    forget(&s);
    /* An empty one too, and one without the last line break, and with carriage returns. */
    plb_histogram *none[2] = {plb_histogram_new(), h[1]};
    free(text);
    text = written(write_two, none, &length);
    assert_int_equal(read_text(text, length - 1, &s, NULL), PLB_OK);
    assert_int_equal(plb_histogram_count(s.histograms[0]), 0);
    forget(&s);
    plb_histogram_free(none[0]);
    plb_histogram_free(h[0]);
    plb_histogram_free(h[1]);
    free(text);
}

typedef struct foreign {
    int64_t lowest, highest;
    int digits;
} foreign;

static void write_foreign(FILE *file, void *context) {
    const foreign *f = context;
    struct hdr_histogram *h;
    struct hdr_log_writer writer;
    hdr_timespec zero = {0, 0};
    assert_int_equal(hdr_init(f->lowest, f->highest, f->digits, &h), 0);
    for (int64_t v = 1; v <= 1000; v++) hdr_record_value(h, v * f->lowest * 3);
    assert_int_equal(hdr_log_writer_init(&writer), 0);
    assert_int_equal(hdr_log_write(&writer, file, &zero, &zero, h), 0);
    hdr_close(h);
}

/* What HdrHistogram's own code writes with other ranges: the same values within both precisions. */
static void other_ranges_are_read(void **state) {
    (void) state;
    static const foreign ranges[] = {
        {1, 1000000, 2},      {1, 3600000000000, 3}, {1, INT64_C(1) << 61, 3}, {1000, 100000000, 3},
        {1024, 100000000, 1}, {1, 10000000, 5},      {7, 1000000, 4}};
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        foreign f = ranges[i];
        size_t length;
        char *text = written(write_foreign, &f, &length);
        seen s = {0};
        plb_error error;
        if (read_text(text, length, &s, &error) != PLB_OK) {
            fail_msg("range %zu: %s: %s", i, error.where, error.message);
        }
        assert_int_equal(s.count, 1);
        assert_int_equal(plb_histogram_count(s.histograms[0]), 1000);
        double precision = pow(10, -f.digits) + 1e-3;
        for (double q = 1; q <= 99; q += 7) {
            double expected = ceil(10 * q) * (double) f.lowest * 3;
            double got = plb_histogram_value_ns(s.histograms[0], q);
            if (!(fabs(got - expected) <= precision * expected + (double) f.lowest)) {
                fail_msg("range %zu: %g %%: %g, expected %g", i, q, got, expected);
            }
        }
        forget(&s);
        free(text);
    }
}

static void write_huge(FILE *file, void *context) {
    struct hdr_histogram *h;
    struct hdr_log_writer writer;
    hdr_timespec zero = {0, 0};
    (void) context;
    assert_int_equal(hdr_init(1, INT64_C(1) << 60, 3, &h), 0);
    hdr_record_values(h, INT64_C(1) << 50, 5);
    assert_int_equal(hdr_log_writer_init(&writer), 0);
    assert_int_equal(hdr_log_write(&writer, file, &zero, &zero, h), 0);
    hdr_close(h);
}

static void values_beyond_the_range_are_clipped(void **state) {
    (void) state;
    size_t length;
    char *text = written(write_huge, NULL, &length);
    seen s = {0};
    assert_int_equal(read_text(text, length, &s, NULL), PLB_OK);
    assert_int_equal(plb_histogram_count(s.histograms[0]), 5);
    assert_int_equal(plb_histogram_clipped(s.histograms[0]), 5);
    forget(&s);
    free(text);
}

/* Any one character of the histogram replaced, and any end cut off: an error, or the same number of
 * bytes read to another histogram; never more than that. */
static void damaged_lines_are_refused(void **state) {
    (void) state;
    foreign f = {1, 100000, 2};
    size_t length;
    char *text = written(write_foreign, &f, &length);
    assert_non_null(strstr(text, "HIST"));
    size_t payload = (size_t) (strstr(text, "HIST") - text);
    unsigned refused = 0, tried = 0;
    for (size_t i = payload; i + 1 < length; i++) {
        char before = text[i];
        static const char others[] = {'A', '/', '=', ',', '\n', '\0', (char) 0xff};
        for (size_t k = 0; k < sizeof others; k++) {
            if (others[k] == before) continue;
            seen s = {0};
            plb_error error = {0};
            text[i] = others[k];
            plb_status status = read_text(text, length, &s, &error);
            tried++;
            refused += status != PLB_OK;
            if (status != PLB_OK) {
                assert_int_equal(status, PLB_E_PARSE);
                assert_true(strncmp(error.where, "line ", 5) == 0);
            }
            forget(&s);
        }
        text[i] = before;
    }
    /* zlib's checksum sees what the structure does not. */
    assert_true(refused + 2 >= tried);
    for (size_t cut = payload; cut < length - 1; cut++) {
        seen s = {0};
        assert_int_equal(read_text(text, cut, &s, NULL), PLB_E_PARSE);
        forget(&s);
    }
    free(text);
}

static void malformed_lines_are_refused(void **state) {
    (void) state;
    static const struct {
        const char *text, *message;
    } lines[] = {
        {"1,2\n", "expected start"},
        {"1,2,x,HIST\n", "expected start"},
        {"nan,1,1,HIST\n", "expected start"},
        {"1e999,1,1,HIST\n", "expected start"},
        {"0x1,1,1,HIST\n", "expected start"},
        {"Tag=,1,1,1,HIST\n", "a tag"},
        {"1,1,1,\n", "base64"},
        {"1,1,1,HIS\n", "base64"},
        {"1,1,1,H=ST\n", "base64"},
        {"1,1,1,HISTR===\n", "base64"},
        {"1,1,1,HISTRR==\n", "base64"}, /* bits beyond the bytes */
        {"1,1,1,HIST\n", "V2 compressed"},
        {"1,1,1,AAAAAAAAAAAA\n", "V2 compressed"},
        {"1,1,1,HISTFAAAAAB=\n", "base64"},
        {"1,1,1,HISTFAAAAAA=\n", "damaged"},
        {"1,1,1,HISTFAAAAAgAAAAA\n", "length"},
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        seen s = {0};
        plb_error error = {0};
        char text[128];
        int length = snprintf(text, sizeof text, "#[comment]\n%s", lines[i].text);
        plb_status status = read_text(text, (size_t) length, &s, &error);
        if (status != PLB_E_PARSE || !strstr(error.message, lines[i].message)) {
            fail_msg("'%s': %d %s, expected %s", lines[i].text, (int) status, error.message,
                     lines[i].message);
        }
        assert_string_equal(error.where, "line 2");
    }
    seen s = {0};
    assert_int_equal(read_text("", 0, &s, NULL), PLB_OK);
    assert_int_equal(read_text("#[x]\n\"legend\"\n\r\n", 16, &s, NULL), PLB_OK);
    assert_int_equal(s.count, 0);
}

static void a_visitor_can_stop(void **state) {
    (void) state;
    plb_histogram *h[2] = {plb_histogram_new(), plb_histogram_new()};
    size_t length;
    char *text = written(write_two, h, &length);
    seen s = {.stop_after = 1};
    assert_int_equal(read_text(text, length, &s, NULL), PLB_E_ARGUMENT);
    assert_int_equal(s.count, 1);
    forget(&s);
    plb_histogram_free(h[0]);
    plb_histogram_free(h[1]);
    free(text);
}

/* A closed loop with a stall of 100 intervals: HdrHistogram's rule fills in 100, 99, 98 ... */
static void omitted_samples_are_filled_in(void **state) {
    (void) state;
    plb_histogram *closed = plb_histogram_new(), *corrected = plb_histogram_new();
    for (int i = 0; i < 9900; i++) plb_histogram_record(closed, 1000);
    plb_histogram_record(closed, 100 * 2000);
    plb_histogram_add_corrected(corrected, closed, 2000);
    /* One less where the low end of the stall's bucket is less than 100 intervals. */
    assert_in_range(plb_histogram_count(corrected), 9900 + 99, 9900 + 100);
    assert_true(fabs(plb_histogram_value_ns(corrected, 99.5) - 100000) < 2500);
    assert_true(plb_histogram_value_ns(closed, 99.5) < 1001);
    plb_histogram_free(closed);
    plb_histogram_free(corrected);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_comes_back),
        cmocka_unit_test(other_ranges_are_read),
        cmocka_unit_test(values_beyond_the_range_are_clipped),
        cmocka_unit_test(damaged_lines_are_refused),
        cmocka_unit_test(malformed_lines_are_refused),
        cmocka_unit_test(a_visitor_can_stop),
        cmocka_unit_test(omitted_samples_are_filled_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
