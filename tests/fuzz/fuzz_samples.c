/* Any bytes as a file of samples: refused, or rows that make sense. A fuzzer does not find
 * checksums, so that the input is also taken as rows behind a good first line, each of which gets
 * the right one. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "results/run/checked_line.h"
#include "results/run/samples_format.h"

#define SUBJECTS 2

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int see_row(void *context, const plb_sample_row *row) {
    ++*(uint64_t *) context;
    if ((unsigned) row->kind >= PLB_ROW_KINDS) abort();
    return 0;
}

static void see_samples(plb_samples *samples, size_t size) {
    const plb_samples_facts *facts = plb_samples_get_facts(samples);
    uint64_t rows = 0;
    plb_sample_series series;
    if (plb_samples_visit(samples, see_row, &rows, NULL) != PLB_OK) abort();
    if (rows != facts->rows || facts->rounds > rows || facts->trailing_bytes > size) abort();
    if (plb_samples_series(samples, 1 << 20, &series, NULL) != PLB_OK) return;
    if (series.count > facts->rounds) abort();
    for (size_t i = 0; i < series.subject_count; i++) {
        for (size_t r = 0; r < series.count; r++) {
            if (series.bases[i] == PLB_BASIS_ALL && series.series[i][r] < 0) abort();
        }
    }
    plb_sample_series_free(&series);
}

static void read_file(const void *bytes, size_t size) {
    char path[64];
    plb_samples *samples = NULL;
    plb_error error = {.status = PLB_OK};
    int file = memfd_create("samples", 0);
    if (file < 0 || write(file, bytes, size) != (ssize_t) size) abort();
    (void) snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    if (plb_samples_open(path, &samples, &error) == PLB_OK) {
        see_samples(samples, size);
    } else if (error.message[0] == '\0' || error.where[0] == '\0') {
        abort();
    }
    plb_samples_free(samples);
    (void) close(file);
}

/* The input as the contents of rows. */
static void read_rows(const uint8_t *data, size_t size) {
    char call[] = "call", twin[] = "twin", *names[] = {call, twin}, *line = NULL;
    plb_samples_header header = {.subjects = names, .subject_count = SUBJECTS, .run = "0"};
    if (plb_samples_header_text(&header, &line, NULL) != PLB_OK) return;
    size_t checked = header.row_bytes - 4, rows = size / checked;
    uint8_t *file = malloc(header.bytes + rows * header.row_bytes + 1);
    if (!file) abort();
    memcpy(file, line, header.bytes);
    for (size_t i = 0; i < rows; i++) {
        uint8_t *row = file + header.bytes + i * header.row_bytes;
        memcpy(row, data + i * checked, checked);
        row[18] %= PLB_ROW_KINDS + 1;
        row[19] = 0;
        uint32_t sum = plb_crc32(header.crc, row, checked);
        for (size_t b = 0; b < 4; b++) row[checked + b] = (uint8_t) (sum >> 8 * b);
    }
    read_file(file, header.bytes + rows * header.row_bytes);
    free(file);
    free(line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    read_file(data, size);
    read_rows(data, size);
    return 0;
}
