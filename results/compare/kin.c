/* Which runs compare at all. */
#include <stdlib.h>
#include <string.h>

#include "results/compare/compare.h"
#include "results/run/run.h"

#define ID_DIGITS 12

const char *plb_run_called(const plb_run *run) {
    const plb_run_facts *f = plb_run_get_facts(run);
    const char *slash = strrchr(f->path, '/');
    return slash && slash[1] ? slash + 1 : f->id;
}

double plb_run_pace(const plb_run *run) {
    const json_t *sampling = json_object_get(run->summary, "sampling");
    double pace = json_number_value(json_object_get(sampling, "pace_ns"));
    return pace > 0 ? pace : 0;
}

/* ---- Completeness ---- */

plb_status plb_run_is_whole(const plb_run *run, plb_error *error) {
    static const char *const why[PLB_RUN_STATES] = {
        [PLB_RUN_PARTIAL] = "was interrupted: its figures are of what there was by then",
        [PLB_RUN_INCOMPLETE] = "was not finished: it has no figures (plutbench results check)"};
    const plb_run_facts *f = plb_run_get_facts(run);
    if (f->state != PLB_RUN_COMPLETE) {
        return plb_fail(error, PLB_E_ARGUMENT, plb_run_called(run), "can't be compared: it %s",
                        why[f->state]);
    }
    return PLB_OK;
}

static int by_id(const void *a, const void *b) {
    const plb_run *const *l = a, *const *r = b;
    return strcmp(plb_run_get_facts(*l)->id, plb_run_get_facts(*r)->id);
}

plb_status plb_runs_are_distinct(const plb_run *const *runs, size_t count, plb_error *error) {
    const plb_run **sorted = calloc(count + 1, sizeof *sorted);
    if (!sorted) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for runs");
    memcpy(sorted, runs, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, by_id);
    const plb_run *twice = NULL;
    for (size_t i = 1; i < count && !twice; i++) {
        if (by_id(&sorted[i - 1], &sorted[i]) == 0) twice = sorted[i];
    }
    free(sorted);
    return twice ? plb_fail(error, PLB_E_ARGUMENT, plb_run_called(twice),
                            "the same run (%.*s) is there twice", ID_DIGITS,
                            plb_run_get_facts(twice)->id)
                 : PLB_OK;
}

/* ---- Kind ---- */

typedef struct trait {
    const char *name;
    size_t offset; /* of a text in plb_run_facts */
} trait;

static const trait traits[] = {
    {"command", offsetof(plb_run_facts, command)},
    {"script", offsetof(plb_run_facts, script)},
    {"language", offsetof(plb_run_facts, language)},
    {"strategy", offsetof(plb_run_facts, strategy)},
    {"target", offsetof(plb_run_facts, target)},
};

static const char *text_at(const plb_run_facts *facts, size_t offset) {
    const char *text;
    memcpy(&text, (const char *) facts + offset, sizeof text);
    return *text ? text : "none";
}

static plb_status refuse(const plb_run *a, const plb_run *b, const char *what, const char *of_a,
                         const char *of_b, plb_error *error) {
    return plb_fail(error, PLB_E_ARGUMENT, plb_run_called(b),
                    "can't be compared with %s: another %s, %.80s, not %.80s", plb_run_called(a),
                    what, of_b, of_a);
}

plb_status plb_runs_are_kin(const plb_run *a, const plb_run *b, bool across_versions,
                            plb_error *error) {
    const plb_run_facts *of_a = plb_run_get_facts(a), *of_b = plb_run_get_facts(b);
    for (size_t i = 0; i < sizeof traits / sizeof *traits; i++) {
        const char *l = text_at(of_a, traits[i].offset), *r = text_at(of_b, traits[i].offset);
        if (strcmp(l, r) != 0) return refuse(a, b, traits[i].name, l, r, error);
    }
    if (of_a->protocol_version != of_b->protocol_version && !across_versions) {
        return plb_fail(error, PLB_E_ARGUMENT, plb_run_called(b),
                        "can't be compared with %s: protocol version %lld, not %lld "
                        "(--across-versions compares them)",
                        plb_run_called(a), (long long) of_b->protocol_version,
                        (long long) of_a->protocol_version);
    }
    return PLB_OK;
}

/* ---- Machines ---- */

const char *plb_run_machine(const plb_run *run) {
    const plb_run_facts *f = plb_run_get_facts(run);
    return *f->machine_id ? f->machine_id : f->machine;
}

bool plb_same_machine(const plb_run *a, const plb_run *b) {
    return strcmp(plb_run_machine(a), plb_run_machine(b)) == 0;
}

plb_status plb_runs_share_machine(const plb_run *const *runs, size_t count, plb_error *error) {
    for (size_t i = 1; i < count; i++) {
        if (plb_same_machine(runs[0], runs[i])) continue;
        return plb_fail(error, PLB_E_ARGUMENT, plb_run_called(runs[i]),
                        "was measured on another machine than %s: runs of one batch or timeline "
                        "are of one machine",
                        plb_run_called(runs[0]));
    }
    return PLB_OK;
}
