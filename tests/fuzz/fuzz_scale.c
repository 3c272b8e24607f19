/* A set, reference times and own times, with lines of "---" between them: errors with a place, or a
 * scale that is finite and within its interval, or refused; and what it makes of the own times. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <plutbench/scale.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PARTS 3

static void check_error(plb_status status, const plb_error *error) {
    if (status == PLB_OK || error->status != status || error->message[0] == '\0') abort();
}

/* The parts of the input; those that are missing are empty. */
static void split(const char *text, size_t length, const char *part[PARTS], size_t size[PARTS]) {
    static const char line[] = "---\n";
    for (size_t i = 0; i < PARTS; i++) {
        const char *next = i + 1 < PARTS ? memmem(text, length, line, strlen(line)) : NULL;
        part[i] = text;
        size[i] = next != NULL ? (size_t) (next - text) : length;
        size_t used = next != NULL ? size[i] + strlen(line) : length;
        text += used;
        length -= used;
    }
}

static void check_scale(const plb_machine_scale *scale, const plb_benching *own) {
    char *text = NULL;
    plb_benching *scaled = NULL;
    if (!(scale->factor > 0) || !isfinite(scale->factor)) abort();
    if (!(scale->low <= scale->factor) || !(scale->factor <= scale->high)) abort();
    if (!(scale->spread >= 0) || scale->agrees != (scale->spread <= scale->spread_limit)) abort();
    if (plb_machine_scale_text(scale, &text, NULL) != PLB_OK) abort();
    free(text);
    if (plb_machine_scale_json(scale, &text, NULL) != PLB_OK) abort();
    free(text);
    bool applied = plb_machine_scale_apply(scale, own, &scaled, NULL) == PLB_OK;
    if (applied != scale->agrees) abort();
    if (applied && plb_benching_rows(scaled) != plb_benching_rows(own)) abort();
    plb_benching_free(scaled);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const char *part[PARTS];
    size_t length[PARTS];
    plb_machine_scale_set *set = NULL;
    plb_benching *times[2] = {NULL, NULL};
    plb_machine_scale *scale = NULL;
    plb_error error = {.status = PLB_OK};
    split((const char *) data, size, part, length);
    plb_status status = plb_machine_scale_set_parse(&set, "set", part[0], length[0], &error);
    for (size_t i = 0; i < 2 && status == PLB_OK; i++)
        status = plb_benching_parse(&times[i], "csv", part[i + 1], length[i + 1], &error);
    if (status == PLB_OK) {
        const plb_machine_scale_options options = {.resamples = 20};
        status = plb_machine_scale_make(&scale, times[0], times[1], set, &options, &error);
    }
    if (status != PLB_OK) check_error(status, &error);
    if (scale != NULL) check_scale(scale, times[1]);
    plb_machine_scale_free(scale);
    plb_benching_free(times[0]);
    plb_benching_free(times[1]);
    plb_machine_scale_set_free(set);
    return 0;
}
