/* HDR histograms: a thin layer over HdrHistogram_c. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <hdr/hdr_histogram.h>
#include <hdr/hdr_histogram_log.h>
#include <hdr/hdr_time.h>

#include "harness/measure/histogram.h"

#define TICKS_PER_HALF_DISTANCE 5 /* what HdrHistogram's own tools print */

struct plb_histogram {
    struct hdr_histogram *hdr;
    uint64_t clipped;
};

plb_histogram *plb_histogram_new(void) {
    plb_histogram *histogram = calloc(1, sizeof *histogram);
    if (!histogram) return NULL;
    if (hdr_init(PLB_HISTOGRAM_LOWEST_NS, PLB_HISTOGRAM_HIGHEST_NS, PLB_HISTOGRAM_DIGITS,
                 &histogram->hdr) != 0) {
        free(histogram);
        return NULL;
    }
    return histogram;
}

void plb_histogram_free(plb_histogram *histogram) {
    if (!histogram) return;
    hdr_close(histogram->hdr);
    free(histogram);
}

void plb_histogram_record_many(plb_histogram *histogram, double ns, uint64_t count) {
    double bounded =
        fmin(fmax(round(ns), PLB_HISTOGRAM_LOWEST_NS), (double) PLB_HISTOGRAM_HIGHEST_NS);
    if (!(fabs(bounded - ns) <= 0.5)) histogram->clipped += count;
    hdr_record_values(histogram->hdr, (int64_t) bounded, (int64_t) count);
}

void plb_histogram_record(plb_histogram *histogram, double ns) {
    plb_histogram_record_many(histogram, ns, 1);
}

void plb_histogram_clear(plb_histogram *histogram) {
    hdr_reset(histogram->hdr);
    histogram->clipped = 0;
}

void plb_histogram_add_corrected(plb_histogram *histogram, const plb_histogram *from,
                                 double interval_ns) {
    double interval = fmin(fmax(round(interval_ns), 0), (double) PLB_HISTOGRAM_HIGHEST_NS);
    hdr_add_while_correcting_for_coordinated_omission(histogram->hdr, from->hdr,
                                                      (int64_t) interval);
    histogram->clipped += from->clipped;
}

void plb_histogram_add(plb_histogram *histogram, const plb_histogram *from) {
    hdr_add(histogram->hdr, from->hdr);
    histogram->clipped += from->clipped;
}

uint64_t plb_histogram_count(const plb_histogram *histogram) {
    return (uint64_t) histogram->hdr->total_count;
}

uint64_t plb_histogram_clipped(const plb_histogram *histogram) { return histogram->clipped; }

double plb_histogram_value_ns(const plb_histogram *histogram, double percentile) {
    if (histogram->hdr->total_count == 0) return 0;
    return (double) hdr_value_at_percentile(histogram->hdr, percentile);
}

void plb_histogram_percentiles(const plb_histogram *histogram, plb_percentiles *out) {
    memset(out, 0, sizeof *out);
    out->count = plb_histogram_count(histogram);
    if (out->count == 0) return;
    out->min_ns = (double) hdr_min(histogram->hdr);
    out->p50_ns = plb_histogram_value_ns(histogram, 50);
    out->p90_ns = plb_histogram_value_ns(histogram, 90);
    out->p99_ns = plb_histogram_value_ns(histogram, 99);
    out->p999_ns = plb_histogram_value_ns(histogram, 99.9);
    out->max_ns = (double) hdr_max(histogram->hdr);
    out->mean_ns = hdr_mean(histogram->hdr);
    out->stddev_ns = hdr_stddev(histogram->hdr);
}

/* ---- Files ---- */

static plb_status written(int code, FILE *file, const char *what, plb_error *error) {
    if (code == 0 && !ferror(file)) return PLB_OK;
    return plb_fail(error, PLB_E_IO, NULL, "cannot write %s: %s", what,
                    errno ? strerror(errno) : "the histogram can't be encoded");
}

plb_status plb_histogram_print(const plb_histogram *histogram, double unit_ns, FILE *file,
                               plb_error *error) {
    errno = 0;
    int code =
        hdr_percentiles_print(histogram->hdr, file, TICKS_PER_HALF_DISTANCE, unit_ns, CLASSIC);
    return written(code, file, "a percentile distribution", error);
}

static hdr_timespec timespec_of(double seconds) {
    hdr_timespec t;
    t.tv_sec = (time_t) floor(seconds);
    t.tv_nsec = (long) ((seconds - floor(seconds)) * 1e9);
    return t;
}

plb_status plb_histogram_log_header(FILE *file, const char *comment, double start_utc_s,
                                    plb_error *error) {
    struct hdr_log_writer writer;
    hdr_timespec start = timespec_of(start_utc_s);
    errno = 0;
    hdr_log_writer_init(&writer);
    return written(hdr_log_write_header(&writer, file, comment, &start), file, "a histogram log",
                   error);
}

plb_status plb_histogram_log_line(const plb_histogram *histogram, FILE *file, const char *tag,
                                  double start_s, double length_s, plb_error *error) {
    char text[HDR_LOG_TAG_MAX_BUFFER_LEN];
    struct hdr_log_writer writer;
    struct hdr_log_entry entry = {.start_timestamp = timespec_of(start_s),
                                  .interval = timespec_of(length_s)};
    size_t length = tag ? strlen(tag) : 0;
    if (length >= sizeof text || (tag && strpbrk(tag, ", \r\n"))) {
        return plb_fail(error, PLB_E_ARGUMENT, NULL,
                        "tag '%s': expected no comma, space or line break and fewer than %zu bytes",
                        tag, sizeof text);
    }
    if (tag) memcpy(text, tag, length + 1);
    entry.tag = tag ? text : NULL;
    entry.tag_len = length;
    errno = 0;
    hdr_log_writer_init(&writer);
    return written(hdr_log_write_entry(&writer, file, &entry, histogram->hdr), file,
                   "a histogram log", error);
}
