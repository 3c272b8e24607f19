/* A scale for people and as JSON. */
#include <math.h>
#include <stdio.h>

#include "calibrate/scale/scale.h"
#include "results/format.h"
#include "results/json.h"

/* ---- JSON ---- */

static json_t *builtin_json(const plb_machine_scale_builtin *b) {
    json_t *o = json_object();
    json_object_set_new(o, "benchmark", json_string(b->name));
    json_object_set_new(o, "library", json_string(b->library));
    json_object_set_new(o, "points", json_integer((json_int_t) b->points));
    json_object_set_new(o, "left_out", json_integer((json_int_t) b->left_out));
    json_object_set_new(o, "factor", plb_json_number(b->factor));
    json_object_set_new(o, "low", plb_json_number(b->low));
    json_object_set_new(o, "high", plb_json_number(b->high));
    json_object_set_new(o, "point_spread", plb_json_number(b->point_spread));
    json_object_set_new(o, "deviation", plb_json_number(b->deviation));
    json_object_set_new(o, "factor_without", plb_json_number(b->without));
    return o;
}

static json_t *library_json(const plb_machine_scale_library *l) {
    json_t *o = json_object();
    json_object_set_new(o, "library", json_string(l->name));
    json_object_set_new(o, "builtins", json_integer((json_int_t) l->builtins));
    json_object_set_new(o, "factor", plb_json_number(l->factor));
    json_object_set_new(o, "factor_without", plb_json_number(l->without));
    return o;
}

static json_t *scale_json(const plb_machine_scale *scale) {
    json_t *o = json_object(), *builtins = json_array(), *libraries = json_array();
    for (size_t i = 0; i < scale->builtin_count; i++)
        json_array_append_new(builtins, builtin_json(&scale->builtins[i]));
    for (size_t i = 0; i < scale->library_count; i++)
        json_array_append_new(libraries, library_json(&scale->libraries[i]));
    json_object_set_new(o, "factor", plb_json_number(scale->factor));
    json_object_set_new(o, "low", plb_json_number(scale->low));
    json_object_set_new(o, "high", plb_json_number(scale->high));
    json_object_set_new(o, "level", json_real(0.95));
    json_object_set_new(o, "of", json_string("own time over reference time"));
    json_object_set_new(o, "method",
                        json_string("Hodges-Lehmann location of builtins' median ratios, bootstrap "
                                    "over builtins"));
    json_object_set_new(o, "spread", plb_json_number(scale->spread));
    json_object_set_new(o, "spread_limit", plb_json_number(scale->spread_limit));
    json_object_set_new(o, "heterogeneity", plb_json_number(scale->heterogeneity));
    json_object_set_new(o, "agrees", json_boolean(scale->agrees));
    json_object_set_new(o, "points", json_integer((json_int_t) scale->points));
    json_object_set_new(o, "resamples", json_integer(scale->resamples));
    json_object_set_new(o, "seed", json_integer((json_int_t) scale->seed));
    json_object_set_new(o, "builtins", builtins);
    json_object_set_new(o, "libraries", libraries);
    return o;
}

plb_status plb_machine_scale_json(const plb_machine_scale *scale, char **text, plb_error *error) {
    return plb_json_take_text(scale_json(scale), text, error);
}

/* ---- Text ---- */

static void print_builtin(FILE *out, const plb_machine_scale_builtin *b) {
    char interval[PLB_FORMAT_BYTES], without[PLB_FORMAT_BYTES];
    plb_print_left(out, b->name, 34);
    plb_print_left(out, b->library, 14);
    if (b->points == 0) {
        fputs("      no points of equal sizes on both sides\n", out);
        return;
    }
    (void) snprintf(interval, sizeof interval, "[%.3f, %.3f]", b->low, b->high);
    (void) snprintf(without, sizeof without, "%.3f", b->without);
    fprintf(out, "%6zu%8.3f  ", b->points, b->factor);
    plb_print_left(out, interval, 16);
    fprintf(out, "%+6.0f %%%9s\n", 100 * b->deviation, without);
}

static void print_head(FILE *out, const plb_machine_scale *scale) {
    fprintf(out,
            "scale: what takes the reference machine 1 takes this one %.4g [%.4g, %.4g] (95 %%)\n",
            scale->factor, scale->low, scale->high);
    fprintf(out,
            "  %zu points of %zu builtins of %zu libraries, which spread by %.1f %% (up to %.0f %% "
            "is allowed for)\n\n",
            scale->points, scale->used, scale->library_count, 100 * scale->spread,
            100 * scale->spread_limit);
}

static void print_libraries(FILE *out, const plb_machine_scale *scale) {
    for (size_t i = 0; i < scale->library_count; i++) {
        const plb_machine_scale_library *l = &scale->libraries[i];
        fputs("  ", out);
        plb_print_left(out, l->name, 16);
        fprintf(out, "alone %.3f, the scale without it %.3f\n", l->factor, l->without);
    }
}

plb_status plb_machine_scale_text(const plb_machine_scale *scale, char **text, plb_error *error) {
    size_t length = 0;
    *text = NULL;
    FILE *out = open_memstream(text, &length);
    if (out != NULL) {
        print_head(out, scale);
        fputs("  benchmark                         library       points  factor  95 % interval     "
              "  off  without\n",
              out);
        for (size_t i = 0; i < scale->builtin_count; i++) {
            fputs("  ", out);
            print_builtin(out, &scale->builtins[i]);
        }
        fputc('\n', out);
        print_libraries(out, scale);
    }
    return plb_text_close(out, text, error);
}
