#include "results/run/samples_format.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "results/run/checked_line.h"

#define FORMAT "plutbench-samples"
#define VERSION 1
#define ALIGNMENT 64

/* Of a row. */
enum { AT = 0, ROUND = 8, EPOCH = 12, PROCESS = 16, KIND = 18, SAMPLES = 20, CHECKSUM_BYTES = 4 };

/* ---- The line of JSON ---- */

static void set_sizes(plb_samples_header *header, const char *line, size_t length) {
    header->bytes = length;
    header->row_bytes = SAMPLES + 4 * header->subject_count + CHECKSUM_BYTES;
    header->crc = plb_crc32(0, line, length);
}

static json_t *header_json(const plb_samples_header *header) {
    json_t *subjects = json_array();
    for (size_t i = 0; i < header->subject_count; i++) {
        json_array_append_new(subjects, json_string(header->subjects[i]));
    }
    return json_pack("{s:s, s:i, s:s, s:f, s:I, s:o}", "format", FORMAT, "version", VERSION, "run",
                     header->run, "start_utc_s", header->start_utc_s, "clock_start_ns",
                     (json_int_t) header->clock_start_ns, "subjects", subjects);
}

plb_status plb_samples_header_text(plb_samples_header *header, char **line, plb_error *error) {
    json_t *json = header_json(header);
    char *text = json ? json_dumps(json, JSON_SORT_KEYS | JSON_REAL_PRECISION(17)) : NULL;
    size_t length = text ? strlen(text) : 0;
    size_t padded = (length + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    char *made = text && padded <= PLB_SAMPLES_HEADER_MOST ? realloc(text, padded + 1) : NULL;
    json_decref(json);
    *line = made;
    if (!made) {
        free(text);
        return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for the names of all subjects");
    }
    memset(made + length, ' ', padded - length);
    memcpy(made + padded - 1, "\n", 2);
    set_sizes(header, made, padded);
    return PLB_OK;
}

static bool read_subjects(plb_samples_header *header, const json_t *subjects) {
    size_t count = json_array_size(subjects);
    header->subjects = calloc(count, sizeof *header->subjects);
    if (!header->subjects) return false;
    for (; header->subject_count < count; header->subject_count++) {
        const char *name = json_string_value(json_array_get(subjects, header->subject_count));
        char *copy = strdup(name ? name : "");
        if (!copy) return false;
        header->subjects[header->subject_count] = copy;
    }
    return true;
}

static plb_status read_members(plb_samples_header *header, const char *name, json_t *root,
                               plb_error *error) {
    const char *format = NULL, *run = NULL;
    int version = 0;
    json_int_t clock_start_ns = 0;
    json_t *subjects = NULL;
    if (json_unpack(root, "{s:s, s:i}", "format", &format, "version", &version) != 0 ||
        strcmp(format, FORMAT) != 0) {
        return plb_fail(error, PLB_E_PARSE, name, "expected a file of samples");
    }
    if (version != VERSION) {
        return plb_fail(error, PLB_E_UNSUPPORTED, name,
                        "expected version %d of the form of samples, got %d", VERSION, version);
    }
    if (json_unpack(root, "{s:s, s:F, s:I, s:o}", "run", &run, "start_utc_s", &header->start_utc_s,
                    "clock_start_ns", &clock_start_ns, "subjects", &subjects) != 0 ||
        strlen(run) >= sizeof header->run || clock_start_ns < 0 || json_array_size(subjects) < 1 ||
        json_array_size(subjects) > PLB_SAMPLES_SUBJECTS_MOST) {
        return plb_fail(error, PLB_E_PARSE, name,
                        "expected run, start, and 1 to %d subjects in its first line",
                        PLB_SAMPLES_SUBJECTS_MOST);
    }
    memcpy(header->run, run, strlen(run) + 1);
    header->clock_start_ns = (uint64_t) clock_start_ns;
    return read_subjects(header, subjects)
               ? PLB_OK
               : plb_fail(error, PLB_E_MEMORY, name, "no memory for its subjects");
}

plb_status plb_samples_header_parse(plb_samples_header *header, const char *name, const char *bytes,
                                    size_t length, plb_error *error) {
    memset(header, 0, sizeof *header);
    size_t room = length < PLB_SAMPLES_HEADER_MOST ? length : PLB_SAMPLES_HEADER_MOST;
    const char *end = room > 0 ? memchr(bytes, '\n', room) : NULL;
    size_t line = end ? (size_t) (end - bytes) + 1 : 0;
    json_t *root = line > 0 ? json_loadb(bytes, line, JSON_REJECT_DUPLICATES, NULL) : NULL;
    if (!root) {
        return plb_fail(error, PLB_E_PARSE, name, "expected a line of JSON at its beginning");
    }
    plb_status status = read_members(header, name, root, error);
    json_decref(root);
    if (status == PLB_OK) {
        set_sizes(header, bytes, line);
    } else {
        plb_samples_header_free(header);
    }
    return status;
}

void plb_samples_header_free(plb_samples_header *header) {
    for (size_t i = 0; i < header->subject_count; i++) free(header->subjects[i]);
    free(header->subjects);
    memset(header, 0, sizeof *header);
}

/* ---- Rows ---- */

static void put(uint8_t *bytes, uint64_t value, size_t width) {
    for (size_t i = 0; i < width; i++) bytes[i] = (uint8_t) (value >> 8 * i);
}

static uint64_t get(const uint8_t *bytes, size_t width) {
    uint64_t value = 0;
    for (size_t i = 0; i < width; i++) value |= (uint64_t) bytes[i] << 8 * i;
    return value;
}

void plb_samples_row_pack(const plb_samples_header *header, const plb_sample_row *row,
                          uint8_t *bytes) {
    uint64_t at;
    memcpy(&at, &row->at_s, sizeof at);
    put(bytes + AT, at, 8);
    put(bytes + ROUND, row->round, 4);
    put(bytes + EPOCH, row->epoch, 4);
    put(bytes + PROCESS, row->process, 2);
    put(bytes + KIND, (uint64_t) row->kind, 2);
    for (size_t i = 0; i < header->subject_count; i++) {
        uint32_t ns;
        memcpy(&ns, &row->ns[i], sizeof ns);
        put(bytes + SAMPLES + 4 * i, ns, 4);
    }
    size_t checked = header->row_bytes - CHECKSUM_BYTES;
    put(bytes + checked, plb_crc32(header->crc, bytes, checked), CHECKSUM_BYTES);
}

bool plb_samples_row_unpack(const plb_samples_header *header, const uint8_t *bytes, float *ns,
                            plb_sample_row *row) {
    size_t checked = header->row_bytes - CHECKSUM_BYTES;
    uint64_t at = get(bytes + AT, 8), kind = get(bytes + KIND, 2);
    if (get(bytes + checked, CHECKSUM_BYTES) != plb_crc32(header->crc, bytes, checked) ||
        kind >= PLB_ROW_KINDS) {
        return false;
    }
    for (size_t i = 0; i < header->subject_count; i++) {
        uint32_t sample = (uint32_t) get(bytes + SAMPLES + 4 * i, 4);
        memcpy(&ns[i], &sample, sizeof sample);
    }
    *row = (plb_sample_row){.kind = (plb_row_kind) kind,
                            .process = (uint32_t) get(bytes + PROCESS, 2),
                            .round = (uint32_t) get(bytes + ROUND, 4),
                            .epoch = (uint32_t) get(bytes + EPOCH, 4),
                            .ns = ns};
    memcpy(&row->at_s, &at, sizeof at);
    return true;
}
