#include "results/compare/compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/measure/statistics.h"

#define LEVEL 0.05
#define FLAGS_BYTES 512
#define NAME_BYTES 512
#define DIFFERENT_PACE 0.005 /* above which a note is made of it */

const char *plb_compare_verdict_name(plb_compare_verdict verdict, bool is_time) {
    static const char *const names[PLB_COMPARE_VERDICTS][2] = {
        [PLB_COMPARE_SAME] = {"within noise", "within noise"},
        [PLB_COMPARE_LESS] = {"lower", "faster"},
        [PLB_COMPARE_MORE] = {"higher", "slower"},
        [PLB_COMPARE_UNKNOWN] = {"unknown", "unknown"},
    };
    return (unsigned) verdict < PLB_COMPARE_VERDICTS ? names[verdict][is_time] : "unknown";
}

/* ---- Whether they compare ---- */

static plb_status check_side(const plb_compare_side *sides, size_t side,
                             const plb_compare_options *options, plb_error *error) {
    const plb_compare_side *s = &sides[side];
    const plb_run *first = sides[0].runs[0];
    plb_status status = PLB_OK;
    for (size_t i = 0; i < s->run_count && status == PLB_OK; i++) {
        status = plb_run_is_whole(s->runs[i], error);
        if (status == PLB_OK) {
            status = plb_runs_are_kin(first, s->runs[i], options->across_versions, error);
        }
        /* Whatever sides may differ in, the runs of a batch may not. */
        if (status == PLB_OK) status = plb_runs_are_kin(s->runs[0], s->runs[i], false, error);
    }
    if (status == PLB_OK) status = plb_runs_share_machine(s->runs, s->run_count, error);
    if (status == PLB_OK && !(s->scale > 0) && !plb_same_machine(first, s->runs[0])) {
        status = plb_fail(error, PLB_E_ARGUMENT, plb_run_called(s->runs[0]),
                          "was measured on another machine than %s: times of two machines compare "
                          "through a scale only (--scale, docs/scale.md)",
                          plb_run_called(first));
    }
    return status;
}

static plb_status check_distinct(const plb_compare_side *sides, size_t count, size_t runs,
                                 plb_error *error) {
    const plb_run **all = calloc(runs + 1, sizeof *all);
    if (!all) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for runs");
    for (size_t i = 0, at = 0; i < count; at += sides[i++].run_count) {
        memcpy(all + at, sides[i].runs, sides[i].run_count * sizeof *all);
    }
    plb_status status = plb_runs_are_distinct(all, runs, error);
    free(all);
    return status;
}

static plb_status check(const plb_compare_side *sides, size_t count,
                        const plb_compare_options *options, plb_error *error) {
    size_t runs = 0;
    if (count < 2 || count > PLB_COMPARE_SIDES_MAX) {
        return plb_fail(error, PLB_E_ARGUMENT, NULL,
                        "expected 2 to %d runs or batches to compare, not %zu",
                        PLB_COMPARE_SIDES_MAX, count);
    }
    for (size_t i = 0; i < count; i++) {
        runs += sides[i].run_count;
        if (sides[i].run_count > 0) continue;
        return plb_fail(error, PLB_E_ARGUMENT, sides[i].name, "there is no run in the batch");
    }
    if (runs > PLB_COMPARE_RUNS_MAX) {
        return plb_fail(error, PLB_E_ARGUMENT, NULL, "expected at most %d runs, not %zu",
                        PLB_COMPARE_RUNS_MAX, runs);
    }
    plb_status status = check_distinct(sides, count, runs, error);
    for (size_t i = 0; i < count && status == PLB_OK; i++) {
        status = check_side(sides, i, options, error);
    }
    return status;
}

/* ---- Facts of sides ---- */

static const char *flags_of(const plb_compare_side *side, plb_kept_texts *kept) {
    char text[FLAGS_BYTES] = "";
    size_t length = 0;
    for (unsigned flag = 0; flag < PLB_FLAG_COUNT; flag++) {
        const char *name = plb_flag_name((plb_flag) flag);
        size_t runs = 0;
        for (size_t i = 0; i < side->run_count; i++) {
            const plb_run_facts *f = plb_run_get_facts(side->runs[i]);
            bool has = false;
            for (size_t k = 0; k < f->flag_count; k++) has |= strcmp(f->flags[k], name) == 0;
            runs += has;
        }
        if (runs == 0 || length >= sizeof text) continue;
        length += (size_t) snprintf(text + length, sizeof text - length, "%s%s (%zu)",
                                    length > 0 ? ", " : "", name, runs);
    }
    return plb_keep_text(kept, "%s", text);
}

static plb_status fill_facts(const plb_compare_side *side, plb_kept_texts *kept,
                             plb_compare_facts *facts, plb_error *error) {
    double *paces = calloc(side->run_count, sizeof *paces);
    if (!paces) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for runs");
    size_t count = 0;
    char name[NAME_BYTES];
    plb_copy_shown(name, sizeof name, side->name);
    *facts = (plb_compare_facts){.name = plb_keep_text(kept, "%s", name),
                                 .runs = side->run_count,
                                 .first = "",
                                 .last = "",
                                 .scale = side->scale > 0 ? side->scale : 1,
                                 .flags = flags_of(side, kept)};
    for (size_t i = 0; i < side->run_count; i++) {
        const char *began = plb_run_get_facts(side->runs[i])->started_utc;
        double pace = plb_run_pace(side->runs[i]);
        if (pace > 0) paces[count++] = pace;
        if (i == 0 || strcmp(began, facts->first) < 0) facts->first = began;
        if (i == 0 || strcmp(began, facts->last) > 0) facts->last = began;
    }
    facts->first = plb_keep_text(kept, "%s", facts->first);
    facts->last = plb_keep_text(kept, "%s", facts->last);
    if (count == side->run_count) {
        facts->pace_ns = plb_median_of(paces, count);
        plb_sort_numbers(paces, count);
        facts->pace_low_ns = paces[0];
        facts->pace_high_ns = paces[count - 1];
    }
    free(paces);
    return PLB_OK;
}

static plb_status find_facts(plb_comparison *c, const plb_compare_side *sides, size_t count,
                             plb_error *error) {
    c->sides = calloc(count, sizeof *c->sides);
    if (!c->sides) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for sides");
    plb_status status = PLB_OK;
    for (size_t i = 0; i < count && status == PLB_OK; i++) {
        status = fill_facts(&sides[i], &c->kept, &c->sides[i], error);
    }
    c->report.sides = c->sides;
    c->report.side_count = count;
    return status;
}

/* ---- What else differs ---- */

static bool gather_side(const plb_compare_side *side, size_t index, plb_gathering *inputs,
                        plb_gathering *exact) {
    for (size_t i = 0; i < side->run_count; i++) {
        if (!plb_gather_inputs(inputs, index, side->runs[i])) return false;
        if (!plb_gather_exact(exact, index, side->runs[i])) return false;
    }
    return true;
}

static bool take_exact(plb_comparison *c) {
    size_t sides = c->report.side_count;
    c->exact = calloc(c->gathered_count + 1, sizeof *c->exact);
    if (!c->exact) return false;
    for (size_t i = 0; i < c->gathered_count; i++) {
        const plb_compare_input *from = &c->gathered[i];
        c->exact[i] = (plb_compare_exact){from->name, from->values, false};
        for (size_t k = 1; k < sides; k++) {
            c->exact[i].differs |= strcmp(from->values[0], from->values[k]) != 0;
        }
        c->report.exact_changed += c->exact[i].differs;
    }
    c->report.exact = c->exact;
    c->report.exact_count = c->gathered_count;
    return true;
}

static plb_status gather_all(plb_comparison *c, const plb_compare_side *sides, size_t count,
                             plb_error *error) {
    plb_gathering inputs, exact = {NULL, count};
    bool good = plb_gathering_begin(&inputs, count) && plb_gathering_begin(&exact, count);
    for (size_t i = 0; i < count && good; i++) good = gather_side(&sides[i], i, &inputs, &exact);
    good = good &&
           plb_gathering_tell(&inputs, false, &c->kept, &c->inputs, &c->report.input_count) &&
           plb_gathering_tell(&exact, true, &c->kept, &c->gathered, &c->gathered_count) &&
           take_exact(c);
    c->report.inputs = c->inputs;
    plb_gathering_end(&inputs);
    plb_gathering_end(&exact);
    return good ? PLB_OK : plb_fail(error, PLB_E_MEMORY, NULL, "no memory for inputs");
}

/* ---- The pace ---- */

static void choose_pace(plb_comparison *c, bool no_pace) {
    bool known = true;
    for (size_t i = 0; i < c->report.side_count; i++) known &= c->sides[i].pace_ns > 0;
    c->report.pace_ns = known && !no_pace ? c->sides[0].pace_ns : 0;
}

static bool paces_differ(const plb_comparison *c) {
    double low = c->sides[0].pace_low_ns, high = c->sides[0].pace_high_ns;
    for (size_t i = 1; i < c->report.side_count; i++) {
        low = fmin(low, c->sides[i].pace_low_ns);
        high = fmax(high, c->sides[i].pace_high_ns);
    }
    return low > 0 && high / low - 1 > DIFFERENT_PACE;
}

/* ---- Notes ---- */

static bool note(plb_comparison *c, const char *text) {
    return plb_add_note(&c->notes, &c->report.note_count, text);
}

static const char *pace_note(plb_comparison *c, bool no_pace) {
    if (c->report.pace_ns > 0) {
        return plb_keep_text(
            &c->kept,
            "Times are at one pace, %.1f ns for 1000 multiplications, which is %s's: "
            "clock frequencies change from run to run (--no-pace: as they were "
            "taken).",
            c->report.pace_ns, c->sides[0].name);
    }
    if (!no_pace) return "Times are as they were taken: not every run tells its pace.";
    return paces_differ(c)
               ? "Times are as they were taken, and the clock frequency was not the same: "
                 "a difference may be that of the clock."
               : "Times are as they were taken, whatever the clock frequency was.";
}

static bool write_notes(plb_comparison *c, const plb_compare_options *options) {
    bool stated = false, borrowed = false, batches = false, good;
    size_t fewest = 0;
    for (size_t i = 0; i < c->report.row_count; i++) {
        const plb_compare_row *row = &c->rows[i];
        stated |= row->before.between_stated || row->after.between_stated;
        borrowed |= row->before.between_borrowed || row->after.between_borrowed;
    }
    for (size_t i = 0; i < c->report.side_count; i++) {
        batches |= c->sides[i].runs > 1;
        if (c->sides[i].runs > 1 && (fewest == 0 || c->sides[i].runs < fewest)) {
            fewest = c->sides[i].runs;
        }
    }
    good = note(c, pace_note(c, options->no_pace));
    if (stated) {
        good &= note(c, plb_keep_text(&c->kept,
                                      "Single runs are taken to differ by %.2g %% (a standard "
                                      "deviation) beyond their own intervals; batches tell "
                                      "(docs/compare.md).",
                                      100 * c->report.between_runs));
    }
    if (borrowed) good &= note(c, "Single runs are taken to vary as the batches do.");
    if (batches && fewest < 4) {
        good &=
            note(c, plb_keep_text(&c->kept,
                                  "A batch of %zu runs says little of what varies between runs: "
                                  "its intervals are wide. Six or more are better.",
                                  fewest));
    }
    if (c->missing > 0) {
        good &= note(c, plb_keep_text(&c->kept, "%zu figure%s left out: not every side has %s.",
                                      c->missing, c->missing == 1 ? " is" : "s are",
                                      c->missing == 1 ? "it" : "them"));
    }
    if (c->report.verdicts[PLB_COMPARE_UNKNOWN] > 0) {
        good &= note(c, "What has no interval (percentiles of a single run without samples) is "
                        "unknown.");
    }
    return good && !c->kept.short_of_memory;
}

/* ---- All of it ---- */

static plb_status make(plb_comparison *c, const plb_compare_side *sides, size_t count,
                       const plb_compare_options *options, plb_error *error) {
    c->report.tolerance = options->tolerance;
    c->report.between_runs =
        options->between_runs > 0 ? options->between_runs : PLB_COMPARE_BETWEEN_RUNS;
    c->report.level = LEVEL;
    plb_status status = find_facts(c, sides, count, error);
    if (status == PLB_OK) {
        choose_pace(c, options->no_pace);
        status = plb_compare_rows(c, sides, count, options, error);
    }
    if (status == PLB_OK) status = gather_all(c, sides, count, error);
    if (status == PLB_OK && !write_notes(c, options)) {
        status = plb_fail(error, PLB_E_MEMORY, NULL, "no memory for notes");
    }
    c->report.notes = c->notes;
    return status;
}

plb_status plb_compare(const plb_compare_side *sides, size_t count,
                       const plb_compare_options *options, plb_comparison **comparison,
                       plb_error *error) {
    const plb_compare_options none = {.figures = NULL};
    if (!options) options = &none;
    *comparison = NULL;
    plb_status status = check(sides, count, options, error);
    if (status != PLB_OK) return status;
    plb_comparison *made = calloc(1, sizeof *made);
    if (!made) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a comparison");
    status = make(made, sides, count, options, error);
    if (status != PLB_OK) {
        plb_comparison_free(made);
        return status;
    }
    *comparison = made;
    return PLB_OK;
}

void plb_comparison_free(plb_comparison *c) {
    if (!c) return;
    plb_compare_inputs_free(c->inputs, c->report.input_count);
    plb_compare_inputs_free(c->gathered, c->gathered_count);
    free(c->exact);
    free(c->sides);
    free(c->rows);
    free(c->notes);
    plb_kept_texts_free(&c->kept);
    free(c);
}

const plb_comparison_report *plb_comparison_told(const plb_comparison *c) { return &c->report; }

bool plb_comparison_regressed(const plb_comparison *c) {
    bool slower = false;
    for (size_t i = 0; i < c->report.row_count; i++) {
        slower |= c->rows[i].is_time && c->rows[i].verdict == PLB_COMPARE_MORE;
    }
    return slower;
}

bool plb_comparison_differs(const plb_comparison *c) {
    return c->report.verdicts[PLB_COMPARE_LESS] + c->report.verdicts[PLB_COMPARE_MORE] +
               c->report.exact_changed >
           0;
}
