/* Figures, percentiles and conditions of a sampling, for people. */
#include "results/sampling_text.h"

#include "results/format.h"

#define INTERVAL_WIDTH 20

void plb_print_label(FILE *out, const char *label) {
    fputs("  ", out);
    plb_print_left(out, label, PLB_LABEL_WIDTH);
}

void plb_print_figure(FILE *out, const char *label, const char *value, const char *interval,
                      const char *remark) {
    plb_print_label(out, label);
    plb_print_right(out, value, PLB_VALUE_WIDTH);
    if (*interval) fputs("  ", out);
    if (*remark) {
        plb_print_left(out, interval, INTERVAL_WIDTH);
        fprintf(out, "  %s", remark);
    } else {
        fputs(interval, out);
    }
    fputc('\n', out);
}

void plb_print_estimate(FILE *out, const char *label, const plb_estimate *e, const char *remark) {
    char value[PLB_FORMAT_BYTES], interval[PLB_FORMAT_BYTES];
    plb_format_estimate_ns(e, value, interval);
    plb_print_figure(out, label, value, interval, remark);
}

void plb_print_known(FILE *out, const char *label, const plb_estimate *e, const char *remark) {
    if (e->method) {
        plb_print_estimate(out, label, e, remark);
    } else {
        plb_print_figure(out, label, "unknown", "", "too few samples");
    }
}

static double percent(int64_t part, int64_t whole) {
    return whole > 0 ? 100 * (double) part / (double) whole : 0;
}

void plb_print_share(FILE *out, const char *label, int64_t part, int64_t whole, const char *unit) {
    char a[PLB_FORMAT_BYTES], b[PLB_FORMAT_BYTES];
    plb_format_integer(part, a);
    plb_format_integer(whole, b);
    plb_print_label(out, label);
    fprintf(out, "%s of %s %s (%.2f %%)\n", a, b, unit, percent(part, whole));
}

void plb_print_percentile_heads(FILE *out) {
    static const char *const heads[] = {"p50", "p90", "p99", "p99.9", "max"};
    plb_print_label(out, "");
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) plb_print_right(out, heads[i], 12);
    plb_print_right(out, "samples", 10);
    fputc('\n', out);
}

void plb_print_percentiles(FILE *out, const char *label, const plb_histogram *histogram) {
    plb_percentiles p;
    char text[PLB_FORMAT_BYTES];
    plb_histogram_percentiles(histogram, &p);
    const double values[] = {p.p50_ns, p.p90_ns, p.p99_ns, p.p999_ns, p.max_ns};
    plb_print_label(out, label);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        plb_format_time(values[i], text);
        plb_print_right(out, text, 12);
    }
    plb_format_integer((int64_t) p.count, text);
    plb_print_right(out, text, 10);
    fputc('\n', out);
}

void plb_print_conditions(FILE *out, const plb_sampling *sampling) {
    const plb_sampling_facts *f = plb_sampling_get_facts(sampling);
    char rounds[PLB_FORMAT_BYTES], warm_up[PLB_FORMAT_BYTES];
    size_t samples = 0, mild = 0, severe = 0;
    for (size_t i = 0; i < f->subject_count; i++) {
        const plb_outliers *o = &plb_sampling_subject(sampling, i)->outliers;
        samples += o->count;
        mild += o->low_mild + o->high_mild;
        severe += o->low_severe + o->high_severe;
    }
    plb_format_integer((int64_t) f->rounds, rounds);
    plb_format_integer((int64_t) f->warm_up_rounds, warm_up);
    char why[128];
    switch (f->stop) {
    case PLB_STOP_PRECISION:
        snprintf(why, sizeof why, "until the interval was within %g %%", 100 * f->precision_asked);
        break;
    case PLB_STOP_TIME: snprintf(why, sizeof why, "until the time was spent"); break;
    case PLB_STOP_ROUNDS: snprintf(why, sizeof why, "until all rounds were taken"); break;
    case PLB_STOP_INTERRUPTED: snprintf(why, sizeof why, "until it was interrupted"); break;
    }
    plb_print_label(out, "measured");
    fprintf(out, "%s rounds in %.1f s, %s; %s of them warm-up\n", rounds,
            (double) f->elapsed_ns * 1e-9, why, warm_up);
    if (f->epochs > 1) {
        char disturbed[PLB_FORMAT_BYTES];
        plb_format_integer((int64_t) f->disturbed_rounds, disturbed);
        fprintf(out, "  %*s%u processes, %u layouts; figures go without %s disturbed rounds\n",
                PLB_LABEL_WIDTH, "", f->processes, f->epochs, disturbed);
    }
    plb_print_label(out, "outliers");
    fprintf(out, "%.2f %% mild, %.2f %% severe; none dropped\n",
            percent((int64_t) mild, (int64_t) samples),
            percent((int64_t) severe, (int64_t) samples));
    plb_print_label(out, "machine");
    fprintf(out, "%s, %d CPUs%s", f->after.cpu_model[0] ? f->after.cpu_model : "unknown processor",
            f->after.cpu_count, f->after.hypervisor ? ", virtual" : "");
    if (f->cpu >= 0) fprintf(out, ", pinned to CPU %d", f->cpu);
    fputc('\n', out);
    if (f->pace_ns > 0) {
        plb_print_label(out, "pace");
        fprintf(out, "%.1f ns for 1000 dependent multiplications\n", f->pace_ns);
    }
}

void plb_print_warnings(FILE *out, plb_flags flags) {
    for (unsigned flag = 0; flag < PLB_FLAG_COUNT; flag++) {
        if (!(flags >> flag & 1)) continue;
        fputs("  warning: ", out);
        plb_print_wrapped(out, plb_flag_advice((plb_flag) flag), 11, 11);
    }
}
