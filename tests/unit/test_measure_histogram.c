/* Histograms: recording, adding, and files as HdrHistogram's own code reads them. */
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

/* Three significant digits. */
static void assert_about(double value, double expected) {
    if (!(fabs(value - expected) <= 1e-3 * expected)) fail_msg("%g, expected %g", value, expected);
}

static plb_histogram *one_to(int count, double unit) {
    plb_histogram *histogram = plb_histogram_new();
    assert_non_null(histogram);
    for (int i = 1; i <= count; i++) plb_histogram_record(histogram, i * unit);
    return histogram;
}

static void percentiles_of_known_samples(void **state) {
    (void) state;
    plb_histogram *histogram = one_to(10000, 1000);
    plb_percentiles p;
    plb_histogram_percentiles(histogram, &p);
    assert_int_equal(p.count, 10000);
    assert_about(p.min_ns, 1000);
    assert_about(p.p50_ns, 5000e3);
    assert_about(p.p90_ns, 9000e3);
    assert_about(p.p99_ns, 9900e3);
    assert_about(p.p999_ns, 9990e3);
    assert_about(p.max_ns, 10000e3);
    assert_about(p.mean_ns, 5000.5e3);
    assert_about(p.stddev_ns, 2886.75e3);
    plb_histogram_free(histogram);
}

static void an_empty_histogram_says_nothing(void **state) {
    (void) state;
    plb_histogram *histogram = plb_histogram_new();
    plb_percentiles p;
    plb_histogram_percentiles(histogram, &p);
    assert_int_equal(p.count, 0);
    assert_true(p.min_ns == 0 && p.max_ns == 0 && p.mean_ns == 0);
    plb_histogram_free(histogram);
    plb_histogram_free(NULL);
}

static void values_out_of_range_are_clipped_and_counted(void **state) {
    (void) state;
    plb_histogram *histogram = plb_histogram_new();
    plb_histogram_record(histogram, 0);
    plb_histogram_record(histogram, 1e13);
    plb_histogram_record(histogram, 3.6e12);
    plb_histogram_record(histogram, 1.4);
    assert_int_equal(plb_histogram_count(histogram), 4);
    assert_int_equal(plb_histogram_clipped(histogram), 2);
    plb_histogram_free(histogram);
}

static void adding_is_exact(void **state) {
    (void) state;
    plb_histogram *whole = one_to(1000, 7), *part = one_to(1000, 7000), *sum = one_to(1000, 7);
    for (int i = 1; i <= 1000; i++) plb_histogram_record(whole, i * 7000.0);
    plb_histogram_add(sum, part);
    assert_int_equal(plb_histogram_count(sum), 2000);
    for (double q = 0; q <= 100; q += 0.5) {
        assert_true(plb_histogram_value_ns(sum, q) == plb_histogram_value_ns(whole, q));
    }
    plb_histogram_free(whole);
    plb_histogram_free(part);
    plb_histogram_free(sum);
}

static void logs_are_read_by_the_library(void **state) {
    (void) state;
    plb_histogram *histogram = one_to(5000, 100);
    FILE *file = tmpfile();
    assert_non_null(file);
    assert_int_equal(plb_histogram_log_header(file, "a comment", 1.7e9, NULL), PLB_OK);
    assert_int_equal(plb_histogram_log_line(histogram, file, "call", 0, 12.5, NULL), PLB_OK);
    assert_int_equal(plb_histogram_log_line(histogram, file, NULL, 12.5, 1, NULL), PLB_OK);
    rewind(file);

    struct hdr_log_reader reader;
    char tag[32] = "";
    struct hdr_log_entry entry = {.tag = tag, .tag_len = sizeof tag};
    struct hdr_histogram *read = NULL;
    assert_int_equal(hdr_log_reader_init(&reader), 0);
    assert_int_equal(hdr_log_read_header(&reader, file), 0);
    assert_int_equal(reader.major_version, 1);
    assert_int_equal(reader.start_timestamp.tv_sec, 1700000000);
    assert_int_equal(hdr_log_read_entry(&reader, file, &entry, &read), 0);
    assert_string_equal(tag, "call");
    assert_int_equal(entry.interval.tv_sec, 12);
    assert_int_equal(read->total_count, 5000);
    assert_int_equal(hdr_value_at_percentile(read, 50),
                     (int64_t) plb_histogram_value_ns(histogram, 50));
    hdr_close(read);
    fclose(file);
    plb_histogram_free(histogram);
}

static void tags_that_would_break_a_log_are_refused(void **state) {
    (void) state;
    plb_histogram *histogram = one_to(1, 1);
    FILE *file = tmpfile();
    plb_error error;
    const char *tags[] = {"a,b", "a b", "a\nb"};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(plb_histogram_log_line(histogram, file, tags[i], 0, 1, &error),
                         PLB_E_ARGUMENT);
    }
    fclose(file);
    plb_histogram_free(histogram);
}

static void percentile_files_have_the_usual_columns(void **state) {
    (void) state;
    plb_histogram *histogram = one_to(1000, 1000);
    char *text = NULL;
    size_t length = 0;
    FILE *file = open_memstream(&text, &length);
    assert_int_equal(plb_histogram_print(histogram, 1000, file, NULL), PLB_OK);
    fclose(file);
    double value = 0, percentile = -1, inverse = 0, median = 0;
    long long count = 0;
    char *line = strchr(text, '\n');
    assert_non_null(strstr(text, "1/(1-Percentile)"));
    while (percentile < 0.5) {
        assert_non_null(line);
        line += strspn(line, "\n");
        assert_int_equal(sscanf(line, "%lf %lf %lld %lf", &value, &percentile, &count, &inverse),
                         4);
        if (percentile >= 0.5) median = value;
        line = strchr(line, '\n');
    }
    assert_about(median, 500);
    assert_int_equal(count, 500);
    assert_non_null(strstr(text, "#[Mean"));
    free(text);
    plb_histogram_free(histogram);
}

static void a_full_disk_is_an_error(void **state) {
    (void) state;
    FILE *file = fopen("/dev/full", "w");
    if (!file) skip();
    setvbuf(file, NULL, _IONBF, 0);
    plb_histogram *histogram = one_to(10, 1);
    plb_error error;
    assert_int_equal(plb_histogram_print(histogram, 1, file, &error), PLB_E_IO);
    assert_int_equal(plb_histogram_log_line(histogram, file, "x", 0, 1, &error), PLB_E_IO);
    fclose(file);
    plb_histogram_free(histogram);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(percentiles_of_known_samples),
        cmocka_unit_test(an_empty_histogram_says_nothing),
        cmocka_unit_test(values_out_of_range_are_clipped_and_counted),
        cmocka_unit_test(adding_is_exact),
        cmocka_unit_test(logs_are_read_by_the_library),
        cmocka_unit_test(tags_that_would_break_a_log_are_refused),
        cmocka_unit_test(percentile_files_have_the_usual_columns),
        cmocka_unit_test(a_full_disk_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
