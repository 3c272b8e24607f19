/* The report as one HTML file: page/page.html with styles, scripts, and the report as JSON put into
 * its places. Nothing of a run is ever part of the markup: scripts read the JSON, and write text.
 * The page's policy allows its own scripts, by their checksums, and no connection at all. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "harness/embedded.h"
#include "results/report/report.h"

static bool has_end(const char *name, const char *end) {
    size_t length = strlen(name), tail = strlen(end);
    return length >= tail && strcmp(name + length - tail, end) == 0;
}

/* Files whose names end so, in the order of their names. */
static void write_files(FILE *out, const struct plb_embedded_file *table, const char *end) {
    for (; table->name; table++) {
        if (has_end(table->name, end)) fwrite(table->bytes, 1, table->length, out);
    }
}

static plb_status write_script(FILE *out, plb_error *error) {
    (void) error;
    fputs("/*! uPlot, which is a part of this page:\n", out);
    write_files(out, plb_embedded_uplot, "LICENSE");
    fputs("*/\n", out);
    write_files(out, plb_embedded_uplot, ".js");
    fputc('\n', out);
    write_files(out, plb_embedded_report, ".js");
    return PLB_OK;
}

/* The script's checksum, as a Content-Security-Policy has it. */
static plb_status write_policy(FILE *out, plb_error *error) {
    char *script = NULL;
    size_t length = 0;
    unsigned char digest[crypto_hash_sha256_BYTES];
    char text[sodium_base64_ENCODED_LEN(crypto_hash_sha256_BYTES, sodium_base64_VARIANT_ORIGINAL)];
    FILE *whole = open_memstream(&script, &length);
    if (!whole) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a report");
    (void) write_script(whole, error);
    if (fclose(whole) != 0 || !script) {
        free(script);
        return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a report");
    }
    crypto_hash_sha256(digest, (const unsigned char *) script, length);
    sodium_bin2base64(text, sizeof text, digest, sizeof digest, sodium_base64_VARIANT_ORIGINAL);
    fprintf(out, "'sha256-%s'", text);
    free(script);
    return PLB_OK;
}

static void write_style(FILE *out) {
    write_files(out, plb_embedded_uplot, ".css");
    write_files(out, plb_embedded_report, ".css");
}

/* What the page shows: facts of runs are in their sections. Parts are shared with `report`. */
static json_t *shown_of(const json_t *report) {
    json_t *shown = json_copy((json_t *) report), *runs = json_array(), *run;
    size_t i;
    json_array_foreach(json_object_get(report, "runs"), i, run) {
        json_t *part = json_copy(run);
        (void) json_object_del(part, "facts");
        json_array_append_new(runs, part);
    }
    json_object_set_new(shown, "runs", runs);
    return shown;
}

/* JSON whose text can't end the script element that it is in, nor begin anything else. */
static plb_status write_data(FILE *out, const json_t *report, plb_error *error) {
    json_t *shown = shown_of(report);
    char *text = json_dumps(shown, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENSURE_ASCII);
    json_decref(shown);
    if (!text) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a report");
    for (const char *c = text; *c; c++) {
        if (*c == '<' || *c == '>' || *c == '&') {
            fprintf(out, "\\u%04x", (unsigned) *c);
        } else {
            fputc(*c, out);
        }
    }
    free(text);
    return PLB_OK;
}

static void write_title(FILE *out, const json_t *report) {
    for (const char *c = plb_string_at(report, "title"); *c; c++) {
        switch (*c) {
        case '<': fputs("&lt;", out); break;
        case '>': fputs("&gt;", out); break;
        case '&': fputs("&amp;", out); break;
        default: fputc(*c, out);
        }
    }
}

/* What is put in the place of "{{NAME}}". */
static plb_status fill(FILE *out, const char *place, size_t length, const json_t *report,
                       plb_error *error) {
    if (length == 5 && memcmp(place, "title", 5) == 0) {
        write_title(out, report);
    } else if (length == 5 && memcmp(place, "style", 5) == 0) {
        write_style(out);
    } else if (length == 6 && memcmp(place, "script", 6) == 0) {
        return write_script(out, error);
    } else if (length == 6 && memcmp(place, "policy", 6) == 0) {
        return write_policy(out, error);
    } else if (length == 4 && memcmp(place, "data", 4) == 0) {
        return write_data(out, report, error);
    }
    return PLB_OK;
}

plb_status plb_report_write_html(const json_t *report, FILE *out, plb_error *error) {
    static const char begin[] = "{{", end[] = "}}";
    const struct plb_embedded_file *page = plb_embedded_find(plb_embedded_report, "page.html");
    const char *at = (const char *) page->bytes;
    plb_status status = PLB_OK;
    while (status == PLB_OK) {
        const char *place = strstr(at, begin);
        const char *after = place ? strstr(place, end) : NULL;
        if (!after) break;
        fwrite(at, 1, (size_t) (place - at), out);
        place += strlen(begin);
        status = fill(out, place, (size_t) (after - place), report, error);
        at = after + strlen(end);
    }
    fputs(at, out);
    return status;
}
