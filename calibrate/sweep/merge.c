/* Sweeps of shards, or several of the same points, put together. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/sweep/sweep.h"

/* The grid that a folder's sweep is of, checked against its journal. */
static plb_status read_grid(const char *directory, const plb_plugins *plugins,
                            const plb_journal_head *head, plb_grid **grid, plb_error *error) {
    char *text = NULL, sha256[PLB_SHA256_TEXT_BYTES], path[PATH_MAX];
    size_t length = 0;
    *grid = NULL;
    int written = snprintf(path, sizeof path, "%s/" PLB_SWEEP_GRID_FILE, directory);
    if (written < 0 || (size_t) written >= sizeof path) {
        return plb_fail(error, PLB_E_IO, directory, "the name of the folder is too long");
    }
    plb_status status = plb_sweep_read_file(path, &text, &length, error);
    if (status == PLB_OK)
        status = plb_grid_read_with_plugins(grid, plugins, path, text, length, NULL, 0, UINT64_MAX,
                                            error);
    free(text);
    if (status == PLB_OK) status = plb_grid_checksum(*grid, sha256, error);
    if (status == PLB_OK &&
        (strcmp(sha256, head->grid_sha256) != 0 || head->points != plb_grid_count(*grid))) {
        status = plb_fail(error, PLB_E_PARSE, path, "it is not the grid that the journal is of");
    }
    if (status != PLB_OK) {
        plb_grid_free(*grid);
        *grid = NULL;
    }
    return status;
}

static plb_status check_same(const char *directory, const plb_journal_head *first,
                             const plb_journal_head *head, plb_error *error) {
    if (strcmp(first->grid_sha256, head->grid_sha256) != 0 || first->points != head->points) {
        return plb_fail(error, PLB_E_ARGUMENT, directory,
                        "its sweep is of another grid than the first folder's");
    }
    if (strcmp(first->cpu, head->cpu) != 0) {
        return plb_fail(error, PLB_E_ARGUMENT, directory,
                        "its sweep is of another machine (%s) than the first folder's (%s): times "
                        "of two machines do not add up",
                        head->cpu, first->cpu);
    }
    return PLB_OK;
}

/* All visits of `from`, in a journal and in the sweep. */
static plb_status add_visits(plb_builtin_sweep *sweep, plb_journal *journal,
                             const plb_journal_contents *from, plb_error *error) {
    double last_s = 0;
    plb_status status = plb_journal_session(journal, from->start_utc_s, from->dropped, error);
    sweep->journal.sessions++;
    for (size_t i = 0; i < from->count && status == PLB_OK; i++) {
        plb_visit visit = from->visits[i];
        if ((double) visit.at_s > last_s) last_s = (double) visit.at_s;
        visit.at_s += (float) sweep->facts.elapsed_s;
        status = plb_journal_keep(&sweep->journal, &visit)
                     ? plb_journal_visit(journal, &visit, error)
                     : plb_fail(error, PLB_E_MEMORY, NULL, "no memory for more visits");
        if (status == PLB_OK) plb_sweep_count_visit(sweep, &visit);
    }
    sweep->facts.elapsed_s += last_s;
    sweep->facts.sessions += from->sessions;
    sweep->facts.dropped += from->dropped;
    if (sweep->facts.start_utc_s <= 0 || from->start_utc_s < sweep->facts.start_utc_s)
        sweep->facts.start_utc_s = from->start_utc_s;
    return status;
}

typedef struct merging {
    const char *const *directories;
    size_t count;
    const plb_plugins *plugins;
    plb_journal_contents *contents;
    plb_journal *journal;
    plb_builtin_sweep *sweep;
} merging;

static plb_status read_all(merging *m, plb_error *error) {
    plb_status status = PLB_OK;
    for (size_t i = 0; i < m->count && status == PLB_OK; i++) {
        status = plb_journal_read(m->directories[i], &m->contents[i], 0, error);
        if (status == PLB_OK)
            status =
                check_same(m->directories[i], &m->contents[0].head, &m->contents[i].head, error);
    }
    return status;
}

/* The journal of the whole, in a folder that has none yet. */
static plb_status begin_journal(merging *m, const char *directory, const plb_journal_head *head,
                                const plb_grid *grid, plb_error *error) {
    plb_results *results;
    plb_journal_contents found;
    char *text;
    size_t length;
    plb_status status = plb_results_open(directory, &results, error);
    if (status != PLB_OK) return status;
    status = plb_journal_open(&m->journal, directory, &found, error);
    if (status == PLB_OK && (found.any || found.torn)) {
        status = plb_fail(error, PLB_E_ARGUMENT, directory,
                          "it has a sweep already: expected a folder for the merged one");
    }
    plb_journal_contents_free(&found);
    if (status == PLB_OK) status = plb_grid_text(grid, &text, &length, error);
    if (status == PLB_OK) {
        status = plb_results_write(results, PLB_SWEEP_GRID_FILE, text, length, error);
        free(text);
    }
    plb_results_close(results);
    return status == PLB_OK ? plb_journal_head_line(m->journal, head, error) : status;
}

static plb_status merge_all(merging *m, const char *directory, double precision, plb_error *error) {
    plb_grid *grid;
    plb_status status = read_all(m, error);
    if (status == PLB_OK)
        status = read_grid(m->directories[0], m->plugins, &m->contents[0].head, &grid, error);
    if (status != PLB_OK) return status;
    plb_journal_head head = m->contents[0].head;
    head.shard = head.shards = 1;
    status = plb_sweep_begin(&m->sweep, grid, &head, error);
    if (status != PLB_OK) {
        plb_grid_free(grid);
        return status;
    }
    m->sweep->own_grid = grid;
    m->sweep->facts.stop = PLB_SWEEP_MERGED;
    m->sweep->facts.precision = precision > 0 ? precision : 0.01;
    status = begin_journal(m, directory, &head, grid, error);
    for (size_t i = 0; i < m->count && status == PLB_OK; i++)
        status = add_visits(m->sweep, m->journal, &m->contents[i], error);
    if (status == PLB_OK) status = plb_journal_flush(m->journal, error);
    plb_environment_read(&m->sweep->facts.before, "");
    m->sweep->facts.after = m->sweep->facts.before;
    memcpy(m->sweep->facts.after.cpu_model, head.cpu, sizeof head.cpu);
    return status == PLB_OK ? plb_sweep_conclude(m->sweep, error) : status;
}

plb_status plb_builtin_sweep_merge(const char *const *directories, size_t count,
                                   const char *directory, double precision,
                                   plb_builtin_sweep **sweep, plb_error *error) {
    return plb_builtin_sweep_merge_with_plugins(directories, count, NULL, directory, precision,
                                                sweep, error);
}

plb_status plb_builtin_sweep_merge_with_plugins(const char *const *directories, size_t count,
                                                const plb_plugins *plugins, const char *directory,
                                                double precision, plb_builtin_sweep **sweep,
                                                plb_error *error) {
    merging m = {.directories = directories, .count = count, .plugins = plugins};
    *sweep = NULL;
    if (count == 0) {
        return plb_fail(error, PLB_E_ARGUMENT, NULL, "expected folders of sweeps to merge");
    }
    m.contents = calloc(count, sizeof *m.contents);
    if (m.contents == NULL) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory to merge");
    plb_status status = merge_all(&m, directory, precision, error);
    for (size_t i = 0; i < count; i++) plb_journal_contents_free(&m.contents[i]);
    free(m.contents);
    plb_journal_close(m.journal);
    if (status == PLB_OK) {
        *sweep = m.sweep;
    } else {
        plb_builtin_sweep_free(m.sweep);
    }
    return status;
}
