/* A figure along runs, and where it changes. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/compare/timeline.h"

#define OUTSIDE 0.05
#define LABEL_BYTES 20     /* of a time: without its fraction */
#define LEAST_OF_SEGMENT 2 /* one run that is off is no new level */

const char *plb_timeline_by_name(plb_timeline_by by) {
    static const char *const names[PLB_TIMELINE_ORDERS] = {"time", "revision", "version",
                                                           "protocol-version"};
    return (unsigned) by < PLB_TIMELINE_ORDERS ? names[by] : "unknown";
}

/* ---- Which runs ---- */

static bool note(plb_timeline *t, const char *text) {
    return plb_add_note(&t->notes, &t->report.note_count, text);
}

static plb_status no_memory(plb_error *error) {
    return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a timeline");
}

/* Those that are whole and have the metric; the rest is noted. */
static plb_status choose_runs(plb_timeline *t, const plb_run *const *runs, size_t count,
                              plb_error *error) {
    size_t unfinished = 0, without = 0;
    for (size_t i = 0; i < count; i++) {
        if (plb_run_is_whole(runs[i], NULL) != PLB_OK) {
            unfinished++;
        } else if (!plb_run_get_figure(runs[i], t->report.metric)) {
            without++;
        } else {
            t->runs[t->run_count++].run = runs[i];
        }
    }
    if (t->run_count == 0) {
        return plb_fail(error, PLB_E_ARGUMENT, t->report.metric,
                        "none of %zu runs that are complete has this figure (plutbench results "
                        "show lists a run's)",
                        count - unfinished);
    }
    bool good = true;
    if (unfinished > 0) {
        good &= note(t, plb_keep_text(&t->kept, "Runs that are left out, not being complete: %zu.",
                                      unfinished));
    }
    if (without > 0) {
        good &= note(
            t, plb_keep_text(&t->kept, "Runs that are left out, not having it: %zu.", without));
    }
    return good ? PLB_OK : no_memory(error);
}

static plb_status check_runs(const plb_timeline *t, plb_error *error) {
    const plb_run **runs = calloc(t->run_count, sizeof *runs);
    if (!runs) return no_memory(error);
    bool across_versions = t->report.by == PLB_TIMELINE_PROTOCOL_VERSION;
    plb_status status = PLB_OK;
    for (size_t i = 0; i < t->run_count; i++) runs[i] = t->runs[i].run;
    for (size_t i = 1; i < t->run_count && status == PLB_OK; i++) {
        const plb_run_figure *figure = plb_run_get_figure(runs[i], t->report.metric);
        status = plb_runs_are_kin(runs[0], runs[i], across_versions, error);
        if (status == PLB_OK && strcmp(figure->unit, t->report.unit) != 0) {
            status = plb_fail(error, PLB_E_ARGUMENT, plb_run_called(runs[i]),
                              "can't be compared: its %s is in %s, not in %s", t->report.metric,
                              figure->unit, t->report.unit);
        }
    }
    if (status == PLB_OK) status = plb_runs_share_machine(runs, t->run_count, error);
    if (status == PLB_OK) status = plb_runs_are_distinct(runs, t->run_count, error);
    free(runs);
    return status;
}

/* ---- Their order ---- */

static const char *key_of(const plb_run_facts *f, plb_timeline_by by) {
    return by == PLB_TIMELINE_REVISION  ? f->revision
           : by == PLB_TIMELINE_VERSION ? f->version
                                        : f->id;
}

static bool belong_together(const plb_run *a, const plb_run *b, plb_timeline_by by) {
    const plb_run_facts *l = plb_run_get_facts(a), *r = plb_run_get_facts(b);
    if (by == PLB_TIMELINE_PROTOCOL_VERSION) return l->protocol_version == r->protocol_version;
    return strcmp(key_of(l, by), key_of(r, by)) == 0;
}

static int by_time(const void *a, const void *b) {
    const plb_timeline_run *l = a, *r = b;
    const plb_run_facts *of_l = plb_run_get_facts(l->run), *of_r = plb_run_get_facts(r->run);
    int order = strcmp(of_l->started_utc, of_r->started_utc);
    return order != 0 ? order : strcmp(of_l->id, of_r->id);
}

static int by_point(const void *a, const void *b) {
    const plb_timeline_run *l = a, *r = b;
    if (l->point != r->point) return l->point < r->point ? -1 : 1;
    return by_time(a, b);
}

static int by_protocol_version(const void *a, const void *b) {
    const plb_timeline_run *l = a, *r = b;
    int64_t of_l = plb_run_get_facts(l->run)->protocol_version;
    int64_t of_r = plb_run_get_facts(r->run)->protocol_version;
    return of_l != of_r ? (of_l < of_r ? -1 : 1) : by_time(a, b);
}

/* Points are numbered by their first runs, and runs put in the order of points. */
static void order_runs(plb_timeline *t) {
    size_t points = 0;
    bool versions = t->report.by == PLB_TIMELINE_PROTOCOL_VERSION;
    qsort(t->runs, t->run_count, sizeof *t->runs, versions ? by_protocol_version : by_time);
    for (size_t i = 0; i < t->run_count; i++) {
        size_t k = 0;
        while (k < i && !belong_together(t->runs[k].run, t->runs[i].run, t->report.by)) k++;
        t->runs[i].point = k < i ? t->runs[k].point : points++;
    }
    t->report.point_count = points;
    qsort(t->runs, t->run_count, sizeof *t->runs, by_point);
}

/* ---- Points ---- */

static void choose_pace(plb_timeline *t, bool no_pace) {
    bool known = plb_unit_is_time(t->report.unit);
    for (size_t i = 0; i < t->run_count; i++) known &= plb_run_pace(t->runs[i].run) > 0;
    t->report.pace_ns = known && !no_pace ? plb_run_pace(t->runs[0].run) : 0;
}

static plb_measured value_of(const plb_timeline *t, const plb_run *run) {
    plb_estimate e = plb_run_get_figure(run, t->report.metric)->estimate;
    e = plb_estimate_at_pace(e, t->report.pace_ns > 0 ? plb_run_pace(run) : 0, t->report.pace_ns);
    return plb_measured_of(&e);
}

static const char *label_of(plb_timeline *t, const plb_run *run) {
    const plb_run_facts *f = plb_run_get_facts(run);
    const char *const texts[PLB_TIMELINE_ORDERS] = {[PLB_TIMELINE_TIME] = f->started_utc,
                                                    [PLB_TIMELINE_REVISION] = f->revision,
                                                    [PLB_TIMELINE_VERSION] = f->version};
    char shown[LABEL_BYTES];
    if (t->report.by == PLB_TIMELINE_PROTOCOL_VERSION) {
        return plb_keep_text(&t->kept, "%lld", (long long) f->protocol_version);
    }
    plb_copy_shown(shown, sizeof shown, texts[t->report.by]);
    return plb_keep_text(&t->kept, "%s", shown);
}

static bool make_points(plb_timeline *t, double stated) {
    size_t begin = 0;
    plb_measured *values = calloc(t->run_count, sizeof *values);
    if (!values) return false;
    for (size_t p = 0; p < t->report.point_count; p++) {
        size_t end = begin;
        for (; end < t->run_count && t->runs[end].point == p; end++) {
            values[end - begin] = value_of(t, t->runs[end].run);
        }
        plb_compare_level level;
        plb_batch_mean batch = plb_batch_mean_of(values, end - begin);
        const plb_between between = {0, 0, stated * fabs(batch.mean.value)};
        plb_measured mean = plb_level_of(&batch, end - begin, &between, &level);
        t->points[p] = (plb_timeline_point){
            .label = label_of(t, t->runs[begin].run),
            .began =
                plb_keep_text(&t->kept, "%s", plb_run_get_facts(t->runs[begin].run)->started_utc),
            .runs = end - begin,
            .value = level.mean};
        t->values[p] = mean.value;
        t->errors[p] = mean.error;
        begin = end;
    }
    free(values);
    return !t->kept.short_of_memory;
}

/* ---- Changes ---- */

/* What points claim for themselves: noise is no less. */
static double claimed_noise(const plb_timeline *t) {
    double squares = 0, count = 0;
    for (size_t i = 0; i < t->report.point_count; i++) {
        if (!isfinite(t->errors[i])) continue;
        squares += t->errors[i] * t->errors[i];
        count++;
    }
    return count > 0 ? sqrt(squares / count) : 0;
}

/* The mean of a segment; its error is from the noise of all of them. */
static plb_measured segment_mean(const plb_timeline *t, size_t first, size_t count,
                                 double freedom) {
    double mean = 0;
    for (size_t i = first; i < first + count; i++) mean += t->values[i] / (double) count;
    return (plb_measured){mean, t->report.noise / sqrt((double) count), freedom};
}

static bool gather_change(plb_timeline *t, size_t before, size_t after,
                          plb_timeline_change *change) {
    plb_gathering inputs;
    bool good = plb_gathering_begin(&inputs, 2);
    for (size_t i = 0; i < t->run_count && good; i++) {
        size_t segment = t->points[t->runs[i].point].segment;
        if (segment != before && segment != after) continue;
        good = plb_gather_inputs(&inputs, segment == after, t->runs[i].run);
    }
    plb_compare_input *list = NULL;
    good = good && plb_gathering_tell(&inputs, false, &t->kept, &list, &change->input_count);
    change->inputs = list;
    plb_gathering_end(&inputs);
    return good;
}

static bool make_change(plb_timeline *t, size_t index, double freedom) {
    plb_timeline_change *change = &t->changes[index];
    const plb_timeline_segment *a = &t->segments[index], *b = &t->segments[index + 1];
    plb_measured before = segment_mean(t, a->first, a->count, freedom);
    plb_measured after = segment_mean(t, b->first, b->count, freedom);
    plb_measured size = plb_measured_difference(after, before);
    size.freedom = freedom;
    *change = (plb_timeline_change){.at = b->first};
    plb_segmentation_place(t->values, a->first, b->first + b->count, t->report.noise,
                           &change->earliest, &change->latest);
    change->size = plb_estimate_of(size, a->count + b->count, "difference of segments' means");
    double half = plb_measured_half(size, OUTSIDE) / fabs(before.value);
    change->change = size.value / fabs(before.value);
    change->low = change->change - half;
    change->high = change->change + half;
    return gather_change(t, index, index + 1, change);
}

static bool make_segments(plb_timeline *t, const size_t *starts, double freedom) {
    for (size_t s = 0; s < t->report.segment_count; s++) {
        size_t first = starts[s];
        size_t end = s + 1 < t->report.segment_count ? starts[s + 1] : t->report.point_count;
        t->segments[s] = (plb_timeline_segment){.first = first, .count = end - first};
        t->segments[s].level = plb_estimate_of(segment_mean(t, first, end - first, freedom),
                                               end - first, "mean of a segment's points");
        for (size_t i = first; i < end; i++) t->points[i].segment = s;
    }
    for (size_t s = 0; s + 1 < t->report.segment_count; s++) {
        t->report.change_count = s + 1;
        if (!make_change(t, s, freedom)) return false;
    }
    return true;
}

static plb_status find_changes(plb_timeline *t, plb_error *error) {
    size_t count = t->report.point_count;
    plb_segmentation levels = {1, claimed_noise(t), plb_segmentation_penalty(count)};
    size_t *starts = calloc(count + 1, sizeof *starts);
    if (!starts) return no_memory(error);
    plb_status status = PLB_OK;
    if (count >= PLB_TIMELINE_LEAST) {
        status = plb_segmentation_find(t->values, count, LEAST_OF_SEGMENT, levels.noise, starts,
                                       &levels, error);
    } else if (!note(t, "Fewer than four points: no change points are looked for.")) {
        status = no_memory(error);
    }
    t->report.noise = levels.noise;
    t->report.penalty = levels.penalty;
    t->report.segment_count = levels.segments;
    /* The median absolute deviation is worth about a third of the values. */
    double freedom = fmax(2, (double) count / 3);
    if (status == PLB_OK && !make_segments(t, starts, freedom)) status = no_memory(error);
    free(starts);
    return status;
}

/* ---- All of it ---- */

static bool allocate(plb_timeline *t, size_t count) {
    size_t room = count + 1;
    t->runs = calloc(room, sizeof *t->runs);
    t->points = calloc(room, sizeof *t->points);
    t->segments = calloc(room, sizeof *t->segments);
    t->changes = calloc(room, sizeof *t->changes);
    t->values = calloc(room, sizeof *t->values);
    t->errors = calloc(room, sizeof *t->errors);
    return t->runs && t->points && t->segments && t->changes && t->values && t->errors;
}

static bool note_pace(plb_timeline *t, bool no_pace) {
    if (!t->report.is_time) return true;
    if (t->report.pace_ns > 0) {
        return note(t, plb_keep_text(&t->kept,
                                     "Times are at one pace, %.1f ns for 1000 multiplications, the "
                                     "first run's (--no-pace: as they were taken).",
                                     t->report.pace_ns));
    }
    return note(t, no_pace ? "Times are as they were taken, whatever the clock frequency was."
                           : "Times are as they were taken: not every run tells its pace.");
}

static plb_status make(plb_timeline *t, const plb_run *const *runs, size_t count,
                       const plb_timeline_options *options, plb_error *error) {
    double stated = options->between_runs > 0 ? options->between_runs : PLB_COMPARE_BETWEEN_RUNS;
    t->report.by = options->by;
    plb_status status = choose_runs(t, runs, count, error);
    if (status != PLB_OK) return status;
    const char *unit = plb_run_get_figure(t->runs[0].run, t->report.metric)->unit;
    t->report.unit = plb_keep_text(&t->kept, "%s", unit);
    t->report.is_time = plb_unit_is_time(unit);
    status = check_runs(t, error);
    if (status != PLB_OK) return status;
    order_runs(t);
    choose_pace(t, options->no_pace);
    if (!note_pace(t, options->no_pace) || !make_points(t, stated)) return no_memory(error);
    status = find_changes(t, error);
    t->report.points = t->points;
    t->report.segments = t->segments;
    t->report.changes = t->changes;
    t->report.notes = t->notes;
    return status == PLB_OK && t->kept.short_of_memory ? no_memory(error) : status;
}

plb_status plb_timeline_make(const char *metric, const plb_run *const *runs, size_t count,
                             const plb_timeline_options *options, plb_timeline **timeline,
                             plb_error *error) {
    const plb_timeline_options none = {.by = PLB_TIMELINE_TIME};
    *timeline = NULL;
    if (count == 0 || count > PLB_SEGMENTATION_MOST) {
        return plb_fail(error, PLB_E_ARGUMENT, NULL, "expected 1 to %d runs, not %zu",
                        PLB_SEGMENTATION_MOST, count);
    }
    plb_timeline *made = calloc(1, sizeof *made);
    if (!made || !allocate(made, count)) {
        plb_timeline_free(made);
        return no_memory(error);
    }
    made->report.metric = plb_keep_text(&made->kept, "%s", metric);
    plb_status status = make(made, runs, count, options ? options : &none, error);
    if (status != PLB_OK) {
        plb_timeline_free(made);
        return status;
    }
    *timeline = made;
    return PLB_OK;
}

void plb_timeline_free(plb_timeline *t) {
    if (!t) return;
    for (size_t i = 0; i < t->report.change_count; i++) {
        plb_compare_inputs_free((plb_compare_input *) (uintptr_t) t->changes[i].inputs,
                                t->changes[i].input_count);
    }
    free(t->runs);
    free(t->points);
    free(t->segments);
    free(t->changes);
    free(t->values);
    free(t->errors);
    free(t->notes);
    plb_kept_texts_free(&t->kept);
    free(t);
}

const plb_timeline_report *plb_timeline_told(const plb_timeline *t) { return &t->report; }
