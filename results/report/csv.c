/* Every figure of every run, a line each: what is wanted for further work. */
#include <math.h>
#include <string.h>

#include "results/report/report.h"

static void write_text(FILE *out, const char *text) {
    bool quoted = strpbrk(text, ",\"\n\r") != NULL;
    if (quoted) fputc('"', out);
    for (; *text; text++) {
        if (*text == '"') fputc('"', out);
        fputc(*text, out);
    }
    if (quoted) fputc('"', out);
}

static void write_number(FILE *out, double number) {
    if (isfinite(number)) {
        fprintf(out, ",%.9g", number);
    } else {
        fputs(",NA", out);
    }
}

static const char *const texts[] = {"id",      "command",  "script", "started_utc",
                                    "machine", "revision", "version"};

static void write_figure(FILE *out, const json_t *facts, const json_t *figure) {
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *text = plb_string_at(facts, texts[i]);
        write_text(out, *text ? text : "NA");
        fputc(',', out);
    }
    write_text(out, plb_string_at(figure, "name"));
    fputc(',', out);
    write_text(out, plb_string_at(figure, "unit"));
    write_number(out, plb_number_at(figure, "value"));
    write_number(out, plb_number_at(figure, "low"));
    write_number(out, plb_number_at(figure, "high"));
    write_number(out, plb_number_at(figure, "level"));
    fputc(',', out);
    write_text(out, plb_string_at(figure, "method"));
    fputc('\n', out);
}

plb_status plb_report_write_csv(const json_t *report, FILE *out, plb_error *error) {
    const json_t *run, *figure;
    size_t i, k;
    (void) error;
    fputs(
        "run,command,script,started_utc,machine,revision,version,figure,unit,value,low,high,level,"
        "method\n",
        out);
    json_array_foreach(plb_json_at(report, "runs"), i, run) {
        const json_t *facts = plb_json_at(run, "facts");
        json_array_foreach(plb_json_at(facts, "figures"), k, figure) {
            write_figure(out, facts, figure);
        }
    }
    return PLB_OK;
}
