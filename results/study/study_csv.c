/* Tables of a study, for R or Python: NA where something is not known. And all its files. */
#include <math.h>
#include <stdlib.h>

#include "results/folder.h"
#include "results/format.h"
#include "results/study/study.h"

#define NORMAL_975 1.959963984540054

static void put_number(FILE *out, double value) {
    if (isfinite(value)) {
        fprintf(out, ",%.9g", value);
    } else {
        fputs(",NA", out);
    }
}

static void put_text(FILE *out, const char *text) {
    fprintf(out, ",%s", text != NULL && text[0] != '\0' ? text : "NA");
}

/* ---- Builtins ---- */

static void put_at(FILE *out, const plb_study_at *at) {
    bool there = at->point[0] != '\0';
    put_text(out, at->point);
    put_number(out, there ? at->ratio : NAN);
    put_number(out, there ? at->low : NAN);
    put_number(out, there ? at->high : NAN);
}

static void put_charge(FILE *out, const plb_study_charge *c) {
    bool there = c->points > 0;
    put_number(out, there ? c->median : NAN);
    put_number(out, there ? c->under : NAN);
    put_number(out, there ? c->under_resolved : NAN);
    put_number(out, there ? c->over_resolved : NAN);
    put_at(out, &c->most_under);
    put_at(out, &c->most_over);
}

#define CHARGE_COLUMNS(name)                                                                       \
    "," name "_median," name "_under," name "_under_resolved," name "_over_resolved," name         \
    "_most_under_point," name "_most_under," name "_most_under_low," name "_most_under_high," name \
    "_most_over_point," name "_most_over," name "_most_over_low," name "_most_over_high"

plb_status plb_study_builtins_csv(const plb_study_summary *s, char **text, plb_error *error) {
    size_t length = 0;
    *text = NULL;
    FILE *out = open_memstream(text, &length);
    if (out == NULL) return plb_text_close(out, text, error);
    fputs("builtin,benchmark,outcome,old_shape,new_shape,points,ratio,ratio_low,ratio_high,"
          "resolved,patched,"
          "over_median_builtin,least_point,least,most_point,most" CHARGE_COLUMNS("old")
              CHARGE_COLUMNS("new") "\n",
          out);
    for (size_t i = 0; i < s->builtin_count; i++) {
        const plb_study_builtin *b = &s->builtins[i];
        bool there = b->points > 0;
        fprintf(out, "%s,%s,%s", b->name, b->benchmark, plb_study_fate_name(b->fate));
        put_text(out, b->old_shape);
        put_text(out, b->new_shape);
        fprintf(out, ",%zu", b->points);
        put_number(out, b->ratio.value);
        put_number(out, b->ratio.method != NULL ? b->ratio.low : NAN);
        put_number(out, b->ratio.method != NULL ? b->ratio.high : NAN);
        put_text(out, b->ratio.method == NULL ? NULL : b->resolved ? "TRUE" : "FALSE");
        put_text(out, b->patched ? "TRUE" : "FALSE");
        put_number(out, plb_study_relative(s, b));
        put_text(out, b->least.point);
        put_number(out, there ? b->least.ratio : NAN);
        put_text(out, b->most.point);
        put_number(out, there ? b->most.ratio : NAN);
        put_charge(out, &b->old_charge);
        put_charge(out, &b->new_charge);
        fputc('\n', out);
    }
    return plb_text_close(out, text, error);
}

/* ---- Programs ---- */

static double ratio(int64_t before, int64_t after) {
    return before > 0 ? (double) after / (double) before : NAN;
}

/* A file's name may have anything in it. */
static void put_quoted(FILE *out, const char *text) {
    fputc('"', out);
    for (; *text != '\0'; text++) {
        if (*text == '"') fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

plb_status plb_study_programs_csv(const plb_study_summary *s, char **text, plb_error *error) {
    size_t length = 0;
    *text = NULL;
    FILE *out = open_memstream(text, &length);
    if (out == NULL) return plb_text_close(out, text, error);
    fputs("program,language,protocol_version,old_steps,new_steps,steps_ratio,steps_ratio_low,steps_"
          "ratio_high,old_memory,new_memory,"
          "memory_ratio,old_fee_lovelace,new_fee_lovelace\n",
          out);
    for (size_t i = 0; i < s->program_count; i++) {
        const plb_study_program *p = &s->programs[i];
        const plb_study_era *e = &s->eras[p->era];
        put_quoted(out, p->name);
        fprintf(out, ",%s", plb_language_name(e->era.language));
        if (e->parameters > 0) {
            fprintf(out, ",%u", e->era.protocol_version);
        } else {
            fputs(",NA", out);
        }
        fprintf(out, ",%lld,%lld", (long long) p->old_units.steps, (long long) p->new_units.steps);
        double steps = ratio(p->old_units.steps, p->new_units.steps);
        put_number(out, steps);
        put_number(out, steps * exp(-NORMAL_975 * p->deviation));
        put_number(out, steps * exp(NORMAL_975 * p->deviation));
        fprintf(out, ",%lld,%lld", (long long) p->old_units.memory,
                (long long) p->new_units.memory);
        put_number(out, ratio(p->old_units.memory, p->new_units.memory));
        fprintf(out, ",%llu,%llu\n", (unsigned long long) p->old_fee,
                (unsigned long long) p->new_fee);
    }
    return plb_text_close(out, text, error);
}

/* ---- The catalogue ---- */

static void put_fits(FILE *out, const plb_study_fits *f) {
    const int64_t values[] = {f->loops,           f->transactions_per_block,
                              f->loops_per_block, f->used.steps,
                              f->used.memory,     (int64_t) f->fee};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        if (f->possible) {
            fprintf(out, ",%lld", (long long) values[i]);
        } else {
            fputs(",NA", out);
        }
    }
}

#define FITS_COLUMNS(name)                                                                         \
    "," name "_loops," name "_tx_per_block," name "_loops_per_block," name "_steps," name          \
    "_memory," name "_fee_lovelace"

plb_status plb_study_catalogue_csv(const plb_study_summary *s, char **text, plb_error *error) {
    size_t length = 0;
    *text = NULL;
    FILE *out = open_memstream(text, &length);
    if (out == NULL) return plb_text_close(out, text, error);
    fputs("script,language,protocol_version,strategy" FITS_COLUMNS("old") FITS_COLUMNS(
              "new") ",same_call_steps_ratio,same_call_memory_ratio,same_call_fee_ratio\n",
          out);
    for (size_t i = 0; i < s->script_count; i++) {
        const plb_study_script *c = &s->scripts[i];
        fprintf(out, "%s,%s,%u,%s", c->name, plb_language_name(c->language), c->protocol_version,
                c->strategy);
        put_fits(out, &c->before);
        put_fits(out, &c->after);
        put_number(out, c->comparable ? ratio(c->old_units.steps, c->new_units.steps) : NAN);
        put_number(out, c->comparable ? ratio(c->old_units.memory, c->new_units.memory) : NAN);
        put_number(out, c->comparable ? ratio((int64_t) c->old_fee, (int64_t) c->new_fee) : NAN);
        fputc('\n', out);
    }
    return plb_text_close(out, text, error);
}

/* ---- All files ---- */

plb_status plb_results_study(plb_results *results, const plb_study_summary *summary,
                             plb_error *error) {
    static const struct {
        const char *name;
        plb_status (*text)(const plb_study_summary *summary, char **text, plb_error *error);
    } files[] = {
        {"study.txt", plb_study_text},
        {"study.json", plb_study_json},
        {"study.md", plb_study_markdown},
        {"builtins.csv", plb_study_builtins_csv},
        {"programs.csv", plb_study_programs_csv},
        {"catalogue.csv", plb_study_catalogue_csv},
    };
    plb_status status = PLB_OK;
    for (size_t i = 0; i < sizeof files / sizeof *files && status == PLB_OK; i++) {
        char *text = NULL;
        status = files[i].text(summary, &text, error);
        status = plb_results_keep(results, files[i].name, status, text, error);
    }
    return status;
}
