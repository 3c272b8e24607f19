/* Submissions at a rate: as JSON, as text for people, as files. */

#include "results/folder.h"
#include "results/format.h"
#include "results/json.h"
#include "results/sampling_text.h"

#define NAME_BYTES 200

bool plb_rate_partial(const plb_rate_summary *s) {
    for (size_t i = 0; i < s->count; i++) {
        if (plb_loaded_facts(s->figures[i].loaded)->stop == PLB_STOP_INTERRUPTED) return true;
    }
    return false;
}

plb_flags plb_rate_flags(const plb_rate_summary *s) {
    plb_flags flags = 0;
    for (size_t i = 0; i < s->count; i++) flags |= plb_loaded_facts(s->figures[i].loaded)->flags;
    return flags;
}

/* The times of a load, and what they are. */
static const struct time_row {
    const char *name, *label;
    const plb_histogram *(*histogram)(const plb_loaded *loaded);
} rows[] = {
    {"latency", "latency", plb_loaded_latency},
    {"service", "service", plb_loaded_service},
    {"service-corrected", "service, corrected", plb_loaded_corrected},
};

#define ROWS (sizeof rows / sizeof *rows)

/* ---- JSON ---- */

static json_t *times_json(const plb_histogram *histogram) {
    plb_percentiles p;
    if (!histogram) return json_null();
    plb_histogram_percentiles(histogram, &p);
    json_t *o = plb_json_percentiles(&p);
    json_object_set_new(o, "count", json_integer((json_int_t) p.count));
    return o;
}

static json_t *figures_json(const plb_rate_figures *f) {
    const plb_load_facts *facts = plb_loaded_facts(f->loaded);
    const struct {
        const char *key;
        uint64_t value;
    } counts[] = {
        {"intended", facts->intended},
        {"submitted", facts->submitted},
        {"late", facts->late},
        {"backlog_most", facts->backlog_most},
        {"backlog_end", facts->backlog_end},
        {"seed", facts->seed},
    };
    json_t *o = json_object();
    json_object_set_new(o, "label", json_string(f->label));
    json_object_set_new(o, "rate_achieved", plb_json_number(facts->rate_achieved));
    json_object_set_new(o, "rate_capacity", plb_json_number(facts->rate_capacity));
    json_object_set_new(o, "utilisation", plb_json_number(facts->utilisation));
    json_object_set_new(o, "saturated", json_boolean(facts->saturated));
    json_object_set_new(o, "elapsed_s", plb_json_number((double) facts->elapsed_ns * 1e-9));
    json_object_set_new(o, "stopped_by", json_string(plb_stop_name(facts->stop)));
    json_object_set_new(o, "flags", plb_json_flags(facts->flags));
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        json_object_set_new(o, counts[i].key, json_integer((json_int_t) counts[i].value));
    }
    for (size_t i = 0; i < ROWS; i++) {
        json_object_set_new(o, rows[i].name, times_json(rows[i].histogram(f->loaded)));
    }
    return o;
}

json_t *plb_json_rate(const plb_rate_summary *s) {
    json_t *o = json_object();
    json_object_set_new(o, "script", json_string(s->script));
    json_object_set_new(o, "rate_asked", plb_json_number(s->rate));
    json_object_set_new(o, "arrivals", json_string(s->poisson ? "poisson" : "equal intervals"));
    json_object_set_new(o, "partial", json_boolean(plb_rate_partial(s)));
    for (size_t i = 0; i < s->count; i++) {
        json_object_set_new(o, s->figures[i].name, figures_json(&s->figures[i]));
    }
    return o;
}

/* ---- Text ---- */

static void counts_part(FILE *out, const plb_load_facts *facts) {
    char submitted[PLB_FORMAT_BYTES], intended[PLB_FORMAT_BYTES], late[PLB_FORMAT_BYTES],
        most[PLB_FORMAT_BYTES], end[PLB_FORMAT_BYTES];
    plb_format_integer((int64_t) facts->submitted, submitted);
    plb_format_integer((int64_t) facts->intended, intended);
    plb_format_integer((int64_t) facts->late, late);
    plb_format_integer((int64_t) facts->backlog_most, most);
    plb_format_integer((int64_t) facts->backlog_end, end);
    plb_print_label(out, "  submitted");
    fprintf(out, "%s of %s intended: %.6g/s, at most %.6g/s could be; %s late\n", submitted,
            intended, facts->rate_achieved, facts->rate_capacity, late);
    plb_print_label(out, "  busy");
    fprintf(out, "%.1f %% of the time; at most %s waiting in line, %s at the end\n",
            100 * facts->utilisation, most, end);
}

static void times_part(FILE *out, const plb_rate_figures *f) {
    for (size_t i = 0; i < ROWS; i++) {
        char label[64];
        const plb_histogram *histogram = rows[i].histogram(f->loaded);
        snprintf(label, sizeof label, "  %s", rows[i].label);
        if (histogram) {
            plb_print_percentiles(out, label, histogram);
        } else {
            plb_print_label(out, label);
            fputs("has no limit: waiting times only grow\n", out);
        }
    }
}

static void warn(FILE *out, const plb_rate_summary *s) {
    for (size_t i = 0; i < s->count; i++) {
        const plb_load_facts *facts = plb_loaded_facts(s->figures[i].loaded);
        if (!facts->saturated) continue;
        fprintf(out,
                "  warning: saturated: %s can't be served at %.6g/s: ask for less "
                "than %.6g/s\n",
                s->figures[i].label, facts->rate_asked, facts->rate_capacity);
    }
    plb_print_warnings(out, plb_rate_flags(s));
}

plb_status plb_rate_text(const plb_rate_summary *s, char **text, plb_error *error) {
    size_t length = 0;
    *text = NULL;
    FILE *out = open_memstream(text, &length);
    if (out) {
        fprintf(out, "%s at %.6g/s, %s%s\n\n", s->script, s->rate,
                s->poisson ? "as of independent users (Poisson)" : "at equal intervals",
                plb_rate_partial(s) ? ": PARTIAL, interrupted" : "");
        plb_print_percentile_heads(out);
        for (size_t i = 0; i < s->count; i++) {
            fprintf(out, "  %s\n", s->figures[i].label);
            times_part(out, &s->figures[i]);
            counts_part(out, plb_loaded_facts(s->figures[i].loaded));
        }
        fputs("  Latency is from the intended time, and so has the waiting; "
              "corrected is what a\n"
              "  closed loop would tell after correcting for coordinated omission.\n",
              out);
        warn(out, s);
    }
    return plb_text_close(out, text, error);
}

/* ---- Files ---- */

static plb_status fill_log(void *context, FILE *file, plb_error *error) {
    const plb_rate_summary *s = context;
    plb_status status =
        plb_histogram_log_header(file, "plutbench, nanoseconds, open loop", s->start_utc_s, error);
    for (size_t i = 0; i < s->count && status == PLB_OK; i++) {
        const plb_rate_figures *f = &s->figures[i];
        for (size_t k = 0; k < ROWS && status == PLB_OK; k++) {
            char tag[NAME_BYTES];
            const plb_histogram *histogram = rows[k].histogram(f->loaded);
            snprintf(tag, sizeof tag, "%s-%s", f->name, rows[k].name);
            if (!histogram) continue;
            status = plb_histogram_log_line(histogram, file, tag, 0,
                                            (double) plb_loaded_facts(f->loaded)->elapsed_ns * 1e-9,
                                            error);
        }
    }
    return status;
}

static plb_status write_percentiles(plb_results *results, const char *safe,
                                    const plb_rate_figures *f, plb_error *error) {
    plb_status status = PLB_OK;
    for (size_t k = 0; k < ROWS && status == PLB_OK; k++) {
        char name[3 * NAME_BYTES];
        const plb_histogram *histogram = rows[k].histogram(f->loaded);
        if (!histogram) continue;
        snprintf(name, sizeof name, "%s-rate-%s-%s.hgrm", safe, f->name, rows[k].name);
        status = plb_results_percentiles(results, name, histogram, error);
    }
    return status;
}

plb_status plb_results_rate(plb_results *results, const plb_rate_summary *s, plb_error *error) {
    char safe[NAME_BYTES], name[2 * NAME_BYTES];
    char *text = NULL;
    plb_status status = plb_json_take_text(plb_json_rate(s), &text, error);
    status = plb_results_keep(results, "rate.json", status, text, error);
    plb_results_safe_name(s->script, safe, sizeof safe);
    snprintf(name, sizeof name, "%s-rate.hlog", safe);
    if (status == PLB_OK) {
        status = plb_results_stream(results, name, fill_log, (void *) (uintptr_t) s, error);
    }
    for (size_t i = 0; i < s->count && status == PLB_OK; i++) {
        status = write_percentiles(results, safe, &s->figures[i], error);
    }
    return status;
}
