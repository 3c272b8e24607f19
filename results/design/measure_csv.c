/* measure.csv: a line a design point, for R (read.csv) and Python (pandas.read_csv). */
#include <math.h>

#include "results/design/measure.h"

/* Columns are called as the factors, with '_' for '-': names of variables in R and Python. */
static void print_name(FILE *out, const char *name) {
    for (; *name; name++) fputc(*name == '-' ? '_' : *name, out);
}

static void print_number(FILE *out, double number) {
    if (isfinite(number)) {
        fprintf(out, "%.9g", number);
    } else {
        fputs("NA", out);
    }
}

/* Figures with an interval, which are three columns. */
static const char *const figures[] = {
    "call_ns", "twin_ns", "overhead_ns", "overhead_per_call_ns", "null_ns", "residual_ns"};

static void print_heads(FILE *out, const plb_sweep_summary *s) {
    fputs("point", out);
    for (size_t f = 0; f < s->factor_count; f++) {
        fputc(',', out);
        print_name(out, s->factors[f].name);
    }
    fputs(",own_script_bytes,own_datum_bytes,own_datum_nodes,transaction_bytes,charged_memory,"
          "charged_steps,"
          "fee_lovelace",
          out);
    for (size_t k = 0; k < sizeof figures / sizeof *figures; k++) {
        fprintf(out, ",%s,%s_low,%s_high", figures[k], figures[k], figures[k]);
    }
    fputs(",noise_floor_ns,resolved,fitted_ns\n", out);
}

static void print_estimate(FILE *out, const plb_estimate *e) {
    const double numbers[] = {e->value, e->low, e->high};
    for (size_t k = 0; k < 3; k++) {
        fputc(',', out);
        print_number(out, e->method != NULL ? numbers[k] : (double) NAN);
    }
}

static void print_point(FILE *out, const plb_sweep_summary *s, size_t index) {
    const plb_sweep_point *p = &s->points[index];
    plb_estimate per_call = plb_sweep_per_call(p);
    char text[PLB_FORMAT_BYTES];
    fprintf(out, "%zu", index + 1);
    for (size_t f = 0; f < s->factor_count; f++) {
        plb_sweep_value_text(&s->factors[f], p->settings[f], text);
        fprintf(out, ",%s", text[0] != '\0' ? text : "NA");
    }
    fprintf(out, ",%llu,%llu,%llu,%llu,%lld,%lld,%llu", (unsigned long long) p->script_bytes,
            (unsigned long long) p->datum_bytes, (unsigned long long) p->datum_nodes,
            (unsigned long long) p->size_bytes, (long long) p->charged.memory,
            (long long) p->charged.steps, (unsigned long long) p->fee);
    const plb_estimate *const estimates[] = {&p->call_ns, &p->twin_ns, &p->overhead_ns,
                                             &per_call,   &p->null_ns, &p->residual_ns};
    for (size_t k = 0; k < sizeof estimates / sizeof *estimates; k++) {
        print_estimate(out, estimates[k]);
    }
    fputc(',', out);
    print_number(out, p->noise_floor_ns);
    bool known = p->overhead_ns.method != NULL;
    fprintf(out, ",%s,", !known ? "NA" : p->resolved ? "TRUE" : "FALSE");
    print_number(out, p->residual_ns.method != NULL ? p->fitted_ns : (double) NAN);
    fputc('\n', out);
}

plb_status plb_sweep_summary_csv(const plb_sweep_summary *summary, char **text, plb_error *error) {
    size_t length = 0;
    *text = NULL;
    FILE *out = open_memstream(text, &length);
    if (out) {
        print_heads(out, summary);
        for (size_t i = 0; i < summary->point_count; i++) print_point(out, summary, i);
    }
    return plb_text_close(out, text, error);
}
