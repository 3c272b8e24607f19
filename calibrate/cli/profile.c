#include "calibrate/cli/profile.h"

#include <jansson.h>
#include <stdio.h>

#include "calibrate/cli/cli.h"
#include "results/format.h"
#include "results/json.h"

/* Seen less often, a kind of work has an upper bound only. */
#define LEAST_LOOKS 16

static double share(int64_t part, int64_t whole) {
    return whole > 0 ? (double) part / (double) whole : 0;
}

/* Pad UTF-8 text on the left. */
static void print_right(const char *text, int width) {
    printf("%*s%s", width > plb_text_width(text) ? width - plb_text_width(text) : 0, "", text);
}

static void print_row(const plb_profile *profile, const plb_profile_row *row) {
    char time[PLB_FORMAT_BYTES];
    char each[PLB_FORMAT_BYTES] = "";
    char ratio[PLB_FORMAT_BYTES] = "";
    bool is_known = row->looks >= LEAST_LOOKS;
    if (is_known) {
        plb_format_time(row->time_ns, time);
    } else {
        char most[PLB_FORMAT_BYTES];
        plb_format_time(row->share.high * profile->run_ns, most);
        (void) snprintf(time, sizeof time, "< %.80s", most);
    }
    if (is_known && row->count > 0) {
        plb_format_time(row->time_ns / (double) row->count, each);
    }
    if (is_known && row->charged.steps > 0) {
        (void) snprintf(ratio, sizeof ratio, "%.2f",
                        row->time_ns * 1000 / (double) row->charged.steps);
    }
    printf("  %-34s", row->name);
    print_right(time, 11);
    printf("  %5.1f %%  [%4.1f, %4.1f]  %10llu", 100 * row->share.value, 100 * row->share.low,
           100 * row->share.high, (unsigned long long) row->count);
    print_right(each, 11);
    printf("  %15lld  %5.1f %%  %6s\n", (long long) row->charged.steps,
           100 * share(row->charged.steps, profile->charged.steps), ratio);
}

void cli_print_profile(const plb_profile *profile) {
    char run[PLB_FORMAT_BYTES];
    plb_format_time(profile->run_ns, run);
    printf("profile: %s a run (median), %lld steps charged; %llu looks during %llu watched runs,\n"
           "which took %+.1f %% [%+.1f, %+.1f] longer than runs that nobody watches\n",
           run, (long long) profile->charged.steps, (unsigned long long) profile->looks,
           (unsigned long long) profile->runs, 100 * profile->slower_ns.value / profile->run_ns,
           100 * profile->slower_ns.low / profile->run_ns,
           100 * profile->slower_ns.high / profile->run_ns);
    printf("  %-34s%11s  %7s  %12s  %10s%11s  %15s  %7s  %6s\n", "", "time", "share", "95 %",
           "count", "each", "charged steps", "share", "ps/step");
    for (size_t i = 0; i < profile->row_count; i++) {
        print_row(profile, &profile->rows[i]);
    }
    if (profile->startup.steps > 0) {
        printf("  %-34s%11s  %7s  %12s  %10s%11s  %15lld  %5.1f %%\n",
               "start-up (no work of its own)", "", "", "", "", "",
               (long long) profile->startup.steps,
               100 * share(profile->startup.steps, profile->charged.steps));
    }
}

static json_t *row_json(const plb_profile_row *row) {
    json_t *o = json_object();
    json_object_set_new(o, "name", json_string(row->name));
    json_object_set_new(o, "is_builtin", json_boolean(row->is_builtin));
    json_object_set_new(o, "looks", json_integer((json_int_t) row->looks));
    json_object_set_new(o, "time_share", plb_json_estimate(&row->share, "1"));
    json_object_set_new(o, "time_ns", plb_json_number(row->time_ns));
    json_object_set_new(o, "count", json_integer((json_int_t) row->count));
    json_object_set_new(o, "charged_steps", json_integer(row->charged.steps));
    json_object_set_new(o, "charged_memory", json_integer(row->charged.memory));
    return o;
}

json_t *cli_profile_json(const plb_profile *profile) {
    json_t *rows = json_array();
    for (size_t i = 0; i < profile->row_count; i++) {
        json_array_append_new(rows, row_json(&profile->rows[i]));
    }
    json_t *o = json_object();
    json_object_set_new(o, "run_ns", plb_json_number(profile->run_ns));
    json_object_set_new(o, "slower_when_watched_ns", plb_json_estimate(&profile->slower_ns, "ns"));
    json_object_set_new(o, "looks", json_integer((json_int_t) profile->looks));
    json_object_set_new(o, "watched_runs", json_integer((json_int_t) profile->runs));
    json_object_set_new(o, "charged_steps", json_integer(profile->charged.steps));
    json_object_set_new(o, "charged_memory", json_integer(profile->charged.memory));
    json_object_set_new(o, "startup_steps", json_integer(profile->startup.steps));
    json_object_set_new(o, "rows", rows);
    return o;
}
