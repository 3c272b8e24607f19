/* What this machine can resolve, and what to do about it. */
#include <jansson.h>
#include <signal.h>
#include <stdlib.h>

#include <plutbench/measure.h>

#include "calibrate/cli/cli.h"
#include "results/json.h"

typedef struct doctor_options {
    double time_s;
    uint64_t seed;
    bool pin;
    bool json;
} doctor_options;

#define FIELD(name) offsetof(doctor_options, name)
static const cli_option options[] = {
    {"time", "TIME", "of all measurements together (default: 5s)", CLI_TIME, FIELD(time_s), NULL},
    {"seed", "N", "of orders and bootstrap (default: from the clock)", CLI_COUNT, FIELD(seed),
     NULL},
    {"pin", NULL, "keep the measuring thread on one processor", CLI_FLAG, FIELD(pin), NULL},
    {"json", NULL, "print one JSON object", CLI_FLAG, FIELD(json), NULL},
    {NULL, NULL, NULL, CLI_FLAG, 0, NULL},
};

static json_t *finding_json(const plb_finding *f) {
    json_t *o = json_pack("{s:s, s:s, s:s}", "subject", f->subject, "severity",
                          plb_severity_name(f->severity), "value", f->value);
    json_object_set_new(o, "advice", f->advice[0] != '\0' ? json_string(f->advice) : json_null());
    return o;
}

static json_t *resolution_json(const plb_resolution *r) {
    json_t *o = json_object();
    json_object_set_new(o, "workload", json_string(r->workload));
    json_object_set_new(o, "submission_ns", plb_json_number(r->submission_ns));
    json_object_set_new(o, "null_ns",
                        r->null_ns.method != NULL ? plb_json_estimate(&r->null_ns, "ns")
                                                  : json_null());
    json_object_set_new(o, "half_width_in_a_minute_ns", plb_json_number(r->in_a_minute_ns));
    return o;
}

static void print_json(const plb_diagnosis *d) {
    json_t *findings = json_array();
    json_t *resolutions = json_array();
    for (size_t i = 0; i < d->finding_count; i++) {
        json_array_append_new(findings, finding_json(&d->findings[i]));
    }
    for (int i = 0; i < 2; i++) {
        json_array_append_new(resolutions, resolution_json(&d->resolutions[i]));
    }
    json_t *clock = json_pack("{s:s, s:f, s:f}", "source", d->clock.source, "resolution_ns",
                              d->clock.resolution_ns, "read_ns", d->clock.read_ns);
    json_t *gaps =
        json_pack("{s:f, s:f, s:I, s:f, s:f}", "watched_ns", d->gaps.watched_ns, "threshold_ns",
                  d->gaps.threshold_ns, "count", (json_int_t) d->gaps.count, "lost_ns",
                  d->gaps.lost_ns, "longest_ns", d->gaps.longest_ns);
    cli_print_json(json_pack("{s:o, s:o, s:f, s:o, s:o, s:o}", "findings", findings, "resolutions",
                             resolutions, "placement_spread", d->placement_spread, "clock", clock,
                             "gaps", gaps, "environment", plb_json_environment(&d->after)));
}

static void print_text(const plb_diagnosis *d) {
    unsigned warnings = 0;
    for (size_t i = 0; i < d->finding_count; i++) {
        const plb_finding *f = &d->findings[i];
        printf("%-8s %-18s %s\n", plb_severity_name(f->severity), f->subject, f->value);
        if (f->advice[0] != '\0') {
            printf("%-27s -> %s\n", "", f->advice);
        }
        warnings += f->severity == PLB_WARNING;
    }
    if (warnings == 0) {
        printf("\nNothing on this machine stands in the way of a good measurement.\n");
    } else {
        printf("\n%u warning%s: figures will have wider intervals, and runs may differ, until %s "
               "dealt with.\n",
               warnings, warnings == 1 ? "" : "s", warnings == 1 ? "it is" : "they are");
    }
}

static int run(const cli_command *command, int argc, char **argv) {
    doctor_options given = {0};
    cli_texts none;
    int code = cli_parse(command, argc, argv, &given, 0, 0, &none);
    free(none.items);
    if (code >= 0) {
        return code;
    }
    plb_diagnosis_config config = {.time_s = given.time_s, .seed = given.seed, .pin = given.pin};
    plb_diagnosis diagnosis;
    plb_error error;
    if (plb_diagnose(&config, &diagnosis, &error) != PLB_OK) {
        return cli_error(command, &error);
    }
    if (given.json) {
        print_json(&diagnosis);
    } else {
        print_text(&diagnosis);
    }
    return CLI_OK;
}

const cli_command cli_doctor = {
    .name = "doctor",
    .arguments = "",
    .summary = "what this machine can resolve, and what to do about what is in the way",
    .examples = "  plutbench doctor\n  plutbench doctor --time 30s --pin --json\n",
    .options = options,
    .run = run,
};
