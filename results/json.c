#include "results/json.h"

#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST_DIGITS 18 /* always fit in 64 bits */

/* Length of an integer literal at `text` that may not fit in 64 bits, else 0. */
static size_t long_integer(const char *text, const char *end) {
    const char *at = text;
    if (at < end && *at == '-') at++;
    const char *digits = at;
    while (at < end && isdigit((unsigned char) *at)) at++;
    if (at - digits <= LONGEST_DIGITS || *digits == '0') return 0;
    if (at < end && (*at == '.' || *at == 'e' || *at == 'E')) return 0;
    return (size_t) (at - text);
}

/* End of the string literal that begins at `text`. */
static const char *skip_string(const char *text, const char *end) {
    for (text++; text < end && *text != '"'; text++) {
        if (*text == '\\' && text + 1 < end) text++;
    }
    return text < end ? text + 1 : end;
}

/* End of a number, so that its fraction or exponent is not taken for an integer. */
static const char *skip_number(const char *text, const char *end) {
    while (text < end && (isalnum((unsigned char) *text) || strchr("+-.", *text))) text++;
    return text;
}

static char *append(char *out, const char *from, size_t length) {
    memcpy(out, from, length);
    return out + length;
}

/* Long integers become strings. */
static char *quote_integers(const char *text, size_t length, size_t *quoted_length) {
    const char *end = text + length;
    size_t per_integer = strlen(PLB_JSON_INTEGER) + 2;
    char *quoted = malloc(length + (length / LONGEST_DIGITS + 1) * per_integer + 1), *out = quoted;
    for (const char *at = text; quoted && at < end;) {
        const char *next = at + 1;
        size_t integer = 0;
        if (*at == '"') {
            next = skip_string(at, end);
        } else if (*at == '-' || isdigit((unsigned char) *at)) {
            integer = long_integer(at, end);
            next = integer ? at + integer : skip_number(at, end);
        }
        if (integer) out = append(out, "\"" PLB_JSON_INTEGER, per_integer - 1);
        out = append(out, at, (size_t) (next - at));
        if (integer) *out++ = '"';
        at = next;
    }
    if (quoted) *quoted_length = (size_t) (out - quoted);
    return quoted;
}

/* And back again, in place. */
static void unquote_integers(char *text) {
    const char *mark = "\"" PLB_JSON_INTEGER;
    size_t length = strlen(mark);
    char *out = text;
    for (const char *at = text; *at;) {
        const char *next = *at == '"' ? skip_string(at, at + strlen(at)) : at + 1;
        size_t digits = 0;
        if (*at == '"' && strncmp(at, mark, length) == 0) digits = long_integer(at + length, next);
        bool integer = digits > 0 && at + length + digits + 1 == next;
        const char *from = integer ? at + length : at;
        size_t bytes = (size_t) (next - from) - (integer ? 1 : 0);
        memmove(out, from, bytes);
        out += bytes;
        at = next;
    }
    *out = '\0';
}

plb_status plb_json_load(const char *where, const char *text, size_t length, json_t **value,
                         plb_error *error) {
    json_error_t at;
    size_t quoted_length = 0;
    char *quoted = quote_integers(text, length, &quoted_length);
    if (!quoted) return plb_fail(error, PLB_E_MEMORY, where, "no memory for JSON");
    *value = json_loadb(quoted, quoted_length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &at);
    free(quoted);
    if (*value) return PLB_OK;
    return plb_fail(error, PLB_E_PARSE, where, "expected JSON: %s in line %d", at.text, at.line);
}

char *plb_json_text(const json_t *value) {
    char *text = json_dumps(value, JSON_INDENT(2) | JSON_SORT_KEYS | JSON_ENCODE_ANY |
                                       JSON_REAL_PRECISION(15));
    if (!text) return NULL;
    unquote_integers(text);
    size_t length = strlen(text);
    char *whole = realloc(text, length + 2);
    if (!whole) {
        free(text);
        return NULL;
    }
    memcpy(whole + length, "\n", 2);
    return whole;
}

plb_status plb_json_take_text(json_t *value, char **text, plb_error *error) {
    *text = plb_json_text(value);
    json_decref(value);
    return *text ? PLB_OK : plb_fail(error, PLB_E_MEMORY, NULL, "no memory for JSON");
}

json_t *plb_json_number(double value) {
    if (!isfinite(value)) return json_null();
    if (fabs(value) < 1e15 && value == floor(value)) return json_integer((json_int_t) value);
    return json_real(value);
}

json_t *plb_json_flags(plb_flags flags) {
    json_t *list = json_array();
    for (unsigned f = 0; f < PLB_FLAG_COUNT; f++) {
        if (!(flags >> f & 1)) continue;
        json_array_append_new(list, json_pack("{s:s, s:s}", "name", plb_flag_name((plb_flag) f),
                                              "advice", plb_flag_advice((plb_flag) f)));
    }
    return list;
}

/* Texts are null where they are empty, numbers where they are negative: unknown. */
static json_t *known_text(const char *text) { return text[0] ? json_string(text) : json_null(); }

static json_t *known_number(double value) {
    return value < 0 ? json_null() : plb_json_number(value);
}

json_t *plb_json_environment(const plb_environment *e) {
    static const char *const turbo[] = {NULL, "off", "on"};
    json_t *o = json_object();
    json_object_set_new(o, "cpu_model", known_text(e->cpu_model));
    json_object_set_new(o, "microcode", known_text(e->microcode));
    json_object_set_new(o, "machine_id", known_text(e->machine_id));
    json_object_set_new(o, "kernel", known_text(e->kernel));
    json_object_set_new(o, "governor", known_text(e->governor));
    json_object_set_new(o, "clock_source", known_text(e->clocksource));
    json_object_set_new(o, "transparent_huge_pages", known_text(e->huge_pages));
    json_object_set_new(o, "isolated_cpus", known_text(e->isolated));
    json_object_set_new(o, "address_randomisation", known_number(e->address_randomisation));
    json_object_set_new(o, "swap_used_bytes", known_number(e->swap_used_bytes));
    json_object_set_new(o, "cpus_online", known_number(e->cpu_count));
    json_object_set_new(o, "cpus_allowed", known_number(e->cpus_allowed));
    json_object_set_new(o, "cpu", known_number(e->cpu));
    json_object_set_new(o, "turbo", e->turbo ? json_string(turbo[e->turbo]) : json_null());
    json_object_set_new(o, "hypervisor", json_boolean(e->hypervisor));
    json_object_set_new(o, "simultaneous_multithreading",
                        e->simultaneous_threads < 0 ? json_null()
                                                    : json_boolean(e->simultaneous_threads > 0));
    json_object_set_new(o, "memory_bytes", known_number(e->memory_bytes));
    json_object_set_new(o, "cgroup_cpus", known_number(e->cgroup_cpus));
    json_object_set_new(o, "cgroup_memory_bytes", known_number(e->cgroup_memory_bytes));
    json_object_set_new(o, "load_1min", known_number(e->load_1min));
    json_object_set_new(o, "cpu_busy_s", known_number(e->cpu_busy_s));
    json_object_set_new(o, "cpu_total_s", known_number(e->cpu_total_s));
    json_object_set_new(o, "cpu_steal_s", known_number(e->cpu_steal_s));
    json_object_set_new(o, "own_cpu_s", known_number(e->own_cpu_s));
    json_object_set_new(o, "throttled_periods", known_number(e->throttled_periods));
    json_object_set_new(o, "context_switches", known_number(e->context_switches));
    json_object_set_new(o, "preemptions", known_number(e->preemptions));
    json_object_set_new(o, "minor_page_faults", known_number(e->minor_faults));
    json_object_set_new(o, "major_page_faults", known_number(e->major_faults));
    return o;
}

json_t *plb_json_estimate(const plb_estimate *e, const char *unit) {
    json_t *o = json_object();
    json_object_set_new(o, "value", plb_json_number(e->value));
    json_object_set_new(o, "low", plb_json_number(e->low));
    json_object_set_new(o, "high", plb_json_number(e->high));
    json_object_set_new(o, "unit", json_string(unit));
    json_object_set_new(o, "level", plb_json_number(e->level));
    json_object_set_new(o, "method", json_string(e->method ? e->method : ""));
    json_object_set_new(o, "degrees_of_freedom",
                        e->freedom > 0 ? plb_json_number(e->freedom) : json_null());
    json_object_set_new(o, "rounds", json_integer((json_int_t) e->count));
    json_object_set_new(o, "block_length_rounds", plb_json_number(e->block_length));
    json_object_set_new(o, "resamples", json_integer(e->resamples));
    return o;
}

json_t *plb_json_known(const plb_estimate *estimate) {
    return estimate->method ? plb_json_estimate(estimate, "ns") : json_null();
}
