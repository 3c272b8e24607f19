#include "calibrate/cli/sides.h"

#include <glob.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SEPARATOR "vs"

void cli_sides_free(cli_sides *sides) {
    for (size_t i = 0; i < sides->run_count; i++) plb_run_free(sides->runs[i]);
    for (size_t i = 0; i < sides->count; i++) free(sides->names[i]);
    free(sides->runs);
    free(sides->names);
    free(sides->starts);
    *sides = (cli_sides){.runs = NULL};
}

const plb_run *const *cli_side_runs(const cli_sides *sides, size_t side, size_t *count) {
    size_t end = side + 1 < sides->count ? sides->starts[side + 1] : sides->run_count;
    *count = end - sides->starts[side];
    return (const plb_run *const *) (sides->runs + sides->starts[side]);
}

/* ---- Reading ---- */

static plb_status begin_side(cli_sides *s, const char *name, size_t length, plb_error *error) {
    char **names = realloc(s->names, (s->count + 1) * sizeof *names);
    if (names != NULL) s->names = names;
    size_t *starts = realloc(s->starts, (s->count + 1) * sizeof *starts);
    if (starts != NULL) s->starts = starts;
    char *copy = strndup(name, length);
    if (names == NULL || starts == NULL || copy == NULL) {
        free(copy);
        return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for runs");
    }
    s->starts[s->count] = s->run_count;
    s->names[s->count++] = copy;
    return PLB_OK;
}

static plb_status add_run(cli_sides *s, const cli_store_choice *store, const char *word,
                          plb_error *error) {
    if (s->run_count == PLB_COMPARE_RUNS_MAX) {
        return plb_fail(error, PLB_E_ARGUMENT, word, "more than %d runs", PLB_COMPARE_RUNS_MAX);
    }
    plb_run **runs = realloc(s->runs, (s->run_count + 1) * sizeof *runs);
    if (runs == NULL) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for runs");
    s->runs = runs;
    plb_status status = cli_read_run(store, word, &s->runs[s->run_count], error);
    if (status == PLB_OK) s->run_count++;
    return status;
}

static bool has_file(const char *folder, const char *name) {
    char path[PATH_MAX];
    int length = snprintf(path, sizeof path, "%s/%s", folder, name);
    return length > 0 && (size_t) length < sizeof path && access(path, F_OK) == 0;
}

static bool is_folder(const char *path) {
    struct stat found;
    return stat(path, &found) == 0 && S_ISDIR(found.st_mode);
}

static bool has_run(const char *folder) {
    return has_file(folder, PLB_RUN_PLAN_FILE) || has_file(folder, PLB_RUN_MANIFEST_FILE);
}

static bool is_pattern(const char *word) { return strpbrk(word, "*?[") != NULL; }

/* All folders that a pattern matches; `strict`: each has to be a run. */
static plb_status add_matching(cli_sides *s, const cli_store_choice *store, const char *pattern,
                               bool strict, plb_error *error) {
    glob_t found = {.gl_pathc = 0};
    size_t before = s->run_count;
    plb_status status = PLB_OK;
    if (glob(pattern, 0, NULL, &found) == GLOB_NOSPACE) {
        status = plb_fail(error, PLB_E_MEMORY, pattern, "no memory for names");
    }
    for (size_t i = 0; i < found.gl_pathc && status == PLB_OK; i++) {
        bool wanted = strict ? is_folder(found.gl_pathv[i]) : has_run(found.gl_pathv[i]);
        if (wanted) status = add_run(s, store, found.gl_pathv[i], error);
    }
    globfree(&found);
    if (status == PLB_OK && s->run_count == before) {
        status = plb_fail(error, PLB_E_ARGUMENT, pattern, "there is no run of that name");
    }
    return status;
}

/* A folder of runs' folders, or a run. */
static plb_status add_word(cli_sides *s, const cli_store_choice *store, const char *word,
                           plb_error *error) {
    if (is_pattern(word) && !is_folder(word)) return add_matching(s, store, word, true, error);
    if (!is_folder(word) || has_run(word)) return add_run(s, store, word, error);
    char pattern[PATH_MAX];
    int length = snprintf(pattern, sizeof pattern, "%s/*", word);
    if (length < 0 || (size_t) length >= sizeof pattern) {
        return plb_fail(error, PLB_E_ARGUMENT, word, "the path is too long");
    }
    return add_matching(s, store, pattern, false, error);
}

/* ---- Sides ---- */

/* What stands behind "NAME=", when there is no such folder. */
static const char *behind_name(const char *word) {
    const char *equals = strchr(word, '=');
    return equals == NULL || equals == word || is_folder(word) ? word : equals + 1;
}

static plb_status add_side(cli_sides *s, const cli_store_choice *store, const char *word,
                           plb_error *error) {
    const char *what = behind_name(word);
    size_t length = what > word ? (size_t) (what - word) - 1 : strlen(word);
    plb_status status = begin_side(s, word, length, error);
    return status == PLB_OK ? add_word(s, store, what, error) : status;
}

/* Words from `first` to the next separator, or the end, in one side named by the first of them. */
static plb_status add_group(cli_sides *s, const cli_store_choice *store, const cli_texts *words,
                            size_t *at, plb_error *error) {
    const char *first = words->items[*at];
    const char *what = behind_name(first);
    size_t length = what > first ? (size_t) (what - first) - 1 : strlen(first);
    plb_status status = begin_side(s, first, length, error);
    for (size_t i = *at; i < words->count && status == PLB_OK; i++, (*at)++) {
        if (strcmp(words->items[i], SEPARATOR) == 0) break;
        status =
            add_word(s, store, i == 0 || words->items[i] == first ? what : words->items[i], error);
    }
    return status;
}

static bool has_separator(const cli_texts *words) {
    bool found = false;
    for (size_t i = 0; i < words->count; i++) found |= strcmp(words->items[i], SEPARATOR) == 0;
    return found;
}

static plb_status add_groups(cli_sides *s, const cli_store_choice *store, const cli_texts *words,
                             plb_error *error) {
    plb_status status = PLB_OK;
    for (size_t at = 0; status == PLB_OK;) {
        if (at == words->count || strcmp(words->items[at], SEPARATOR) == 0) {
            return plb_fail(error, PLB_E_ARGUMENT, NULL, "expected runs on both sides of '%s'",
                            SEPARATOR);
        }
        status = add_group(s, store, words, &at, error);
        if (at == words->count) break;
        at++;
    }
    return status;
}

plb_status cli_read_sides(const cli_store_choice *store, const cli_texts *words,
                          const cli_texts *batches, cli_sides *sides, plb_error *error) {
    plb_status status = PLB_OK;
    if (has_separator(words)) {
        status = add_groups(sides, store, words, error);
    } else {
        for (size_t i = 0; i < words->count && status == PLB_OK; i++) {
            status = add_side(sides, store, words->items[i], error);
        }
    }
    for (size_t i = 0; i < batches->count && status == PLB_OK; i++) {
        const char *batch = batches->items[i];
        status = strchr(batch, '=') != NULL
                     ? add_side(sides, store, batch, error)
                     : plb_fail(error, PLB_E_ARGUMENT, batch, "--batch: expected NAME=PATTERN");
    }
    return status;
}

plb_status cli_read_line_of_runs(const cli_store_choice *store, const cli_texts *words,
                                 cli_sides *sides, plb_error *error) {
    plb_status status = begin_side(sides, "", 0, error);
    for (size_t i = 0; i < words->count && status == PLB_OK; i++) {
        status = add_word(sides, store, words->items[i], error);
    }
    return status;
}
