/* The baseline that a run leaves. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <plutbench/version.h>

#include "calibrate/regress/gate.h"

typedef struct updating {
    const plb_gate *gate;
    const plb_baseline *old; /* may be NULL */
    bool all;
    bool same_machine; /* the old one's times are comparable with the new ones */
    double pace;       /* that new times are multiplied by, to be as the old ones are */
    plb_baseline *made;
    plb_gate_update *changes;
} updating;

static bool has_times(const plb_baseline_item *item) {
    for (int q = 0; q < PLB_GATE_QUANTITIES; q++)
        if (item->times[q].ns > 0) return true;
    return false;
}

static bool any_times(const plb_baseline *baseline) {
    for (size_t i = 0; i < baseline->count; i++)
        if (has_times(&baseline->items[i])) return true;
    return false;
}

/* Whether a row says that the old time holds no more. What is undecided is no reason. */
static bool is_changed(const plb_gate *gate, const char *name) {
    for (size_t i = 0; i < gate->report.row_count; i++) {
        const plb_gate_row *row = &gate->report.rows[i];
        if (row->verdict != PLB_GATE_SAME && row->verdict != PLB_GATE_UNDECIDED &&
            strcmp(row->name, name) == 0) {
            return true;
        }
    }
    return false;
}

static void at_old_pace(plb_baseline_item *item, double pace) {
    for (int q = 0; q < PLB_GATE_QUANTITIES; q++) {
        item->times[q].ns *= pace;
        item->times[q].low_ns *= pace;
        item->times[q].high_ns *= pace;
    }
}

static void take_times(plb_baseline_item *item, const plb_baseline_item *from) {
    memcpy(item->times, from->times, sizeof item->times);
    memcpy(item->measured, from->measured, sizeof item->measured);
}

/* An item that was measured now: budgets as found, times old or new. */
static void add_item(updating *u, const plb_gate_item *found) {
    plb_baseline_item *item = &u->made->items[u->made->count++];
    const plb_baseline_item *before = plb_baseline_find(u->old, found->found.name);
    *item = found->found;
    bool same_thing = before != NULL && strcmp(before->sha256, item->sha256) == 0;
    bool keep = same_thing && has_times(before) && u->same_machine &&
                (!has_times(item) || !is_changed(u->gate, item->name));
    if (keep) {
        take_times(item, before);
    } else {
        at_old_pace(item, u->pace);
    }
    bool budgets_equal = before != NULL;
    for (int v = 0; v < PLB_GATE_VARIANTS && budgets_equal; v++)
        budgets_equal = plb_gate_same_budget(&before->budgets[v], &item->budgets[v]);
    bool times_equal = keep || (before != NULL && !has_times(before) && !has_times(item));
    if (before == NULL) {
        u->changes->added++;
    } else if (budgets_equal && times_equal && same_thing) {
        u->changes->kept++;
    } else {
        u->changes->replaced++;
    }
}

static bool is_measured(const plb_gate *gate, const char *name) {
    for (size_t i = 0; i < gate->items.count; i++)
        if (gate->items.list[i].runs && strcmp(gate->items.list[i].found.name, name) == 0)
            return true;
    return false;
}

static plb_status add_old(updating *u, plb_error *error) {
    for (size_t i = 0; u->old != NULL && i < u->old->count; i++) {
        const plb_baseline_item *before = &u->old->items[i];
        if (is_measured(u->gate, before->name)) continue;
        if (u->all) {
            u->changes->removed++;
        } else if (has_times(before) && !u->same_machine) {
            return plb_fail(error, PLB_E_ARGUMENT, before->name,
                            "its time in the baseline is another machine's: expected all of it to "
                            "be measured");
        } else {
            u->made->items[u->made->count++] = *before;
            u->changes->kept++;
        }
    }
    return PLB_OK;
}

/* ---- What describes it ---- */

static void set_library(plb_baseline *b) {
    const struct plb_build *build = plb_build_info();
    size_t count = 0;
    const struct plb_library *libraries = plb_libraries(&count);
    plb_baseline_today(b->written);
    plb_baseline_set_text(b->version, build->version);
    plb_baseline_set_text(b->revision, build->revision);
    plb_baseline_set_text(b->compiler, build->compiler);
    plb_baseline_set_text(b->flags, build->flags);
    for (size_t i = 0; i < count && i < PLB_BASELINE_LIBRARIES_MAX; i++) {
        plb_baseline_library *l = &b->libraries[b->library_count++];
        plb_baseline_set_text(l->name, libraries[i].name);
        plb_baseline_set_text(l->version, libraries[i].version);
    }
}

/* The checksum of the program, so that what was measured can be told from what is now. */
static void set_checksum(plb_baseline *b) {
    FILE *file = fopen("/proc/self/exe", "rb");
    char *bytes = NULL;
    size_t length = 0;
    plb_input input;
    if (file == NULL) return;
    FILE *copy = open_memstream(&bytes, &length);
    char block[65536];
    for (size_t got; copy != NULL && (got = fread(block, 1, sizeof block, file)) > 0;)
        (void) fwrite(block, 1, got, copy);
    if (copy != NULL && fclose(copy) == 0 &&
        plb_input_describe(&input, "program", "program", bytes, length, NULL) == PLB_OK) {
        memcpy(b->program_sha256, input.sha256, sizeof b->program_sha256);
    }
    (void) fclose(file);
    free(bytes);
}

static void copy_head(plb_baseline *to, const plb_baseline *from) {
    plb_baseline copy = *from;
    copy.libraries = to->libraries;
    copy.items = to->items;
    copy.count = to->count;
    copy.scale = to->scale;
    copy.scale_count = to->scale_count;
    memcpy(to->libraries, from->libraries, from->library_count * sizeof *to->libraries);
    *to = copy;
}

/* Times that were kept are those of the old machine's description, pace and scale. */
static void set_head(updating *u) {
    const plb_gate *g = u->gate;
    plb_baseline *b = u->made;
    const plb_gate_update *c = u->changes;
    bool unchanged = u->old != NULL && c->replaced + c->added + c->removed == 0;
    bool old_machine = u->old != NULL && u->same_machine;
    if (unchanged) {
        copy_head(b, u->old);
    } else {
        set_library(b);
        set_checksum(b);
        b->machine = old_machine ? u->old->machine : g->machine;
    }
    bool old_scale = old_machine && u->old->scale_count > 0;
    const plb_baseline_item *scale = old_scale ? u->old->scale : g->scale;
    b->scale_count = old_scale ? u->old->scale_count : g->scale_count;
    for (size_t i = 0; i < b->scale_count; i++) b->scale[i] = scale[i];
}

plb_status plb_gate_baseline(const plb_gate *gate, const plb_baseline *old, bool all,
                             plb_baseline **updated, plb_gate_update *changes, plb_error *error) {
    const plb_gate_report *r = &gate->report;
    size_t old_count = old != NULL ? old->count : 0;
    size_t old_scale = old != NULL ? old->scale_count : 0;
    updating u = {gate, old, all, true, 1, NULL, changes};
    *changes = (plb_gate_update){.kept = 0};
    *updated = NULL;
    if (old != NULL && r->mode != PLB_GATE_BUDGETS) {
        bool timed = any_times(old); /* or its machine is of none */
        u.same_machine = timed && plb_baseline_same_machine(&old->machine, &gate->machine);
        if (u.same_machine && r->pace_ratio > 0) u.pace = 1 / r->pace_ratio;
        changes->rewritten = timed && !u.same_machine;
    }
    u.made = plb_baseline_new(gate->items.count + old_count,
                              gate->scale_count > old_scale ? gate->scale_count : old_scale);
    if (u.made == NULL) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a baseline");
    for (size_t i = 0; i < gate->items.count; i++)
        if (gate->items.list[i].runs) add_item(&u, &gate->items.list[i]);
    plb_status status = add_old(&u, error);
    if (status != PLB_OK) {
        plb_baseline_free(u.made);
        return status;
    }
    set_head(&u);
    plb_baseline_sort(u.made);
    *updated = u.made;
    return PLB_OK;
}
