/* Sets of benchmarks that scales rest on. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/scale/scale.h"
#include "harness/machine/cost_data.h"

enum { BENCHMARK, NO_OP, LIBRARY, COLUMNS };

typedef struct set_reader {
    const char *name;
    unsigned line;
    plb_machine_scale_set *set;
    plb_error *error;
} set_reader;

static plb_status expected(const set_reader *r, const char *what, plb_piece got) {
    char where[PLB_ERROR_WHERE_BYTES];
    (void) snprintf(where, sizeof where, "%.200s:%u", r->name, r->line);
    return plb_fail(r->error, PLB_E_PARSE, where, "expected %s, got '%.*s'", what,
                    (int) (got.length > 60 ? 60 : got.length), got.length > 0 ? got.at : "");
}

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

/* The next word of a line; nothing when there is none. */
static plb_piece next_word(plb_piece *line) {
    while (line->length > 0 && is_blank(line->at[0]))
        *line = (plb_piece){line->at + 1, line->length - 1};
    plb_piece word = {line->at, 0};
    while (word.length < line->length && !is_blank(line->at[word.length])) word.length++;
    *line = (plb_piece){line->at + word.length, line->length - word.length};
    return word;
}

static plb_status take_name(const set_reader *r, plb_piece word, const char *what,
                            char out[PLB_BENCH_NAME_BYTES]) {
    if (word.length == 0 || word.length >= PLB_BENCH_NAME_BYTES) return expected(r, what, word);
    for (size_t i = 0; i < word.length; i++)
        if (word.at[i] < '!' || word.at[i] > '~' || word.at[i] == '/')
            return expected(r, what, word);
    memcpy(out, word.at, word.length);
    out[word.length] = '\0';
    return PLB_OK;
}

/* `line` without its comment. */
static plb_status read_line(set_reader *r, plb_piece line) {
    static const char *const what[COLUMNS] = {
        "the name of a benchmark, such as Sha2_256", "the no-op to subtract, such as Nop1o",
        "the library that the time is spent in, such as libsodium"};
    plb_machine_scale_set *set = r->set;
    plb_piece word = next_word(&line);
    if (word.length == 0) return PLB_OK;
    if (set->count == PLB_SCALE_BUILTINS_MAX) return expected(r, "at most 64 benchmarks", word);
    plb_machine_scale_entry *entry = &set->entries[set->count];
    char *const columns[COLUMNS] = {entry->benchmark, entry->no_op, entry->library};
    for (unsigned c = 0; c < COLUMNS; c++) {
        plb_status status = take_name(r, word, what[c], columns[c]);
        if (status != PLB_OK) return status;
        word = next_word(&line);
    }
    if (word.length > 0) return expected(r, "three columns", word);
    for (size_t i = 0; i < set->count; i++)
        if (strcmp(set->entries[i].benchmark, entry->benchmark) == 0)
            return expected(r, "each benchmark once",
                            (plb_piece){entry->benchmark, strlen(entry->benchmark)});
    set->count++;
    return PLB_OK;
}

static size_t count_libraries(const plb_machine_scale_set *set) {
    size_t libraries = 0;
    for (size_t i = 0; i < set->count; i++) {
        size_t before = 0;
        while (strcmp(set->entries[before].library, set->entries[i].library) != 0) before++;
        libraries += before == i;
    }
    return libraries;
}

static plb_status read_set(set_reader *r, plb_piece text) {
    plb_piece line, content;
    while (plb_piece_next(&text, '\n', &line)) {
        r->line++;
        (void) plb_piece_next(&line, '#', &content);
        plb_status status = read_line(r, content);
        if (status != PLB_OK) return status;
    }
    size_t libraries = count_libraries(r->set);
    if (r->set->count >= PLB_SCALE_BUILTINS_LEAST && libraries >= PLB_SCALE_LIBRARIES_LEAST)
        return PLB_OK;
    return plb_fail(r->error, PLB_E_PARSE, r->name,
                    "expected at least %d benchmarks of at least %d libraries, got %zu of %zu",
                    PLB_SCALE_BUILTINS_LEAST, PLB_SCALE_LIBRARIES_LEAST, r->set->count, libraries);
}

plb_status plb_machine_scale_set_parse(plb_machine_scale_set **set, const char *name,
                                       const char *text, size_t length, plb_error *error) {
    set_reader r = {.name = name != NULL ? name : "scale set", .error = error};
    *set = NULL;
    r.set = calloc(1, sizeof *r.set);
    if (r.set == NULL) return plb_fail(error, PLB_E_MEMORY, name, "no memory for a scale set");
    plb_status status = read_set(&r, (plb_piece){text, length});
    if (status != PLB_OK) {
        plb_machine_scale_set_free(r.set);
        return status;
    }
    *set = r.set;
    return PLB_OK;
}

plb_machine_scale_set *plb_machine_scale_set_default(void) {
    static const char name[] = "scale_set.txt";
    const struct plb_embedded_file *file = plb_embedded_find(plb_embedded_calibrate, name);
    plb_machine_scale_set *set = NULL;
    if (file == NULL) return NULL;
    (void) plb_machine_scale_set_parse(&set, name, (const char *) file->bytes, file->length, NULL);
    return set;
}

void plb_machine_scale_set_free(plb_machine_scale_set *set) { free(set); }

size_t plb_machine_scale_set_count(const plb_machine_scale_set *set) { return set->count; }

bool plb_machine_scale_set_get(const plb_machine_scale_set *set, size_t index,
                               const char **benchmark, const char **no_op) {
    if (index >= set->count) return false;
    *benchmark = set->entries[index].benchmark;
    *no_op = set->entries[index].no_op;
    return true;
}
