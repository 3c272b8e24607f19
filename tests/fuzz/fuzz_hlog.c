/* Any bytes as an HDR log: an error with a line, or histograms that are written and read to the
 * same counts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <plutbench/measure.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct copies {
    plb_histogram *sum;
    FILE *file;
} copies;

static int copy(void *context, const plb_histogram_log_entry *entry) {
    copies *c = context;
    if (plb_histogram_count(entry->histogram) > UINT64_MAX / 4) abort();
    if (plb_histogram_count(c->sum) + plb_histogram_count(entry->histogram) > INT64_MAX) return 1;
    plb_histogram_add(c->sum, entry->histogram);
    return plb_histogram_log_line(entry->histogram, c->file, NULL, 0, 1, NULL) != PLB_OK;
}

static int count(void *context, const plb_histogram_log_entry *entry) {
    *(uint64_t *) context += plb_histogram_count(entry->histogram);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = NULL;
    size_t length = 0;
    uint64_t again = 0;
    plb_error error = {.status = PLB_OK};
    copies c = {plb_histogram_new(), open_memstream(&text, &length)};
    if (!c.sum || !c.file) abort();
    plb_histogram_log_visitor first = {&c, copy}, second = {&again, count};
    plb_status status = plb_histogram_log_read((const char *) data, size, &first, &error);
    if (status != PLB_OK && (error.status != status || error.message[0] == '\0')) abort();
    if (fclose(c.file) != 0) abort();
    if (plb_histogram_log_read(text, length, &second, &error) != PLB_OK) abort();
    if (status == PLB_OK && again != plb_histogram_count(c.sum)) abort();
    plb_histogram_free(c.sum);
    free(text);
    return 0;
}
