/* Terms of the overhead's function: what they are called, and what they are at a design point. */
#include "calibrate/design/overhead_fit.h"

#include <stdio.h>
#include <string.h>

static void append(char *text, size_t size, const char *separator, const char *more) {
    size_t used = strlen(text);
    (void) snprintf(text + used, size - used, "%s%s", used > 0 ? separator : "", more);
}

/* ---- Names ---- */

static void name_term(plb_model_term *term) {
    char units[PLB_MODEL_NAME_BYTES] = "";
    size_t unit_count = 0;
    term->name[0] = '\0';
    for (size_t i = 0; i < term->part_count; i++) {
        const plb_factor_info *info = plb_factor_get(term->parts[i].factor);
        append(term->name, sizeof term->name, "*", info->name);
        if (term->parts[i].is_level) {
            append(term->name, sizeof term->name, "=", info->levels[term->parts[i].level]);
        } else {
            append(units, sizeof units, "*", info->unit);
            unit_count++;
        }
    }
    if (term->part_count == 0) {
        (void) snprintf(term->name, sizeof term->name, "1");
    }
    (void) snprintf(term->unit, sizeof term->unit, unit_count > 1 ? "ns/(%.110s)" : "ns%s%.110s",
                    unit_count > 1    ? units
                    : unit_count == 1 ? "/"
                                      : "",
                    units);
}

/* ---- Parsing ---- */

static plb_status bad_term(plb_error *error, const char *text, size_t length, const char *why) {
    return plb_fail(error, PLB_E_ARGUMENT, "model", "term '%.*s': %s",
                    (int) (length > 100 ? 100 : length), text, why);
}

static plb_status add_term(plb_model *model, const plb_model_term *term, plb_error *error) {
    plb_model_term *to = &model->terms[model->count];
    if (model->count == PLB_MODEL_TERMS) {
        return plb_fail(error, PLB_E_ARGUMENT, "model",
                        "expected at most %d terms (a factor with levels by name has one for each "
                        "but the first)",
                        PLB_MODEL_TERMS);
    }
    *to = *term;
    name_term(to);
    for (size_t i = 0; i < model->count; i++) {
        if (strcmp(model->terms[i].name, to->name) == 0) {
            return plb_fail(error, PLB_E_ARGUMENT, "model", "term '%s' is there twice", to->name);
        }
    }
    model->count++;
    return PLB_OK;
}

/* One term for each combination of levels but the first of each factor. */
static plb_status expand(plb_model *model, const plb_sweep *sweep, const plb_factor *factors,
                         size_t count, plb_error *error) {
    size_t chosen[PLB_MODEL_PARTS] = {0};
    for (size_t at = 0; at <= count;) {
        plb_model_term term = {.part_count = count};
        for (size_t i = 0; i < count; i++) {
            const plb_levels *levels = &sweep->varied[factors[i]];
            bool is_level = plb_factor_get(factors[i])->levels != NULL;
            term.parts[i].factor = factors[i];
            term.parts[i].is_level = is_level;
            term.parts[i].level = is_level ? levels->values[1 + chosen[i]] : 0;
        }
        plb_status status = add_term(model, &term, error);
        if (status != PLB_OK) {
            return status;
        }
        /* The next combination, counted up from the last factor. */
        for (at = 0; at < count; at++) {
            size_t i = count - 1 - at;
            bool is_level = plb_factor_get(factors[i])->levels != NULL;
            if (is_level && ++chosen[i] < sweep->varied[factors[i]].count - 1) {
                break;
            }
            chosen[i] = 0;
        }
        if (at == count) {
            return PLB_OK;
        }
    }
    return PLB_OK;
}

static const char *skip_space(const char *text) { return text + strspn(text, " \t"); }

static plb_status parse_factor(const char *text, size_t length, const plb_sweep *sweep,
                               bool loops_calibrated, plb_factor *factor, plb_error *error) {
    *factor = plb_factor_find(text, length);
    if (*factor == PLB_FACTOR_COUNT) {
        return bad_term(error, text, length,
                        "expected 1 or what is varied, such as calls or calls*script-bytes");
    }
    bool calibrated = *factor == PLB_FACTOR_LOOPS && loops_calibrated;
    if (sweep->varied[*factor].count < 2 && !calibrated) {
        return bad_term(error, text, length, "it is not varied");
    }
    return PLB_OK;
}

static plb_status parse_term(plb_model *model, const char *text, size_t length,
                             const plb_sweep *sweep, bool loops_calibrated, plb_error *error) {
    plb_factor factors[PLB_MODEL_PARTS] = {0};
    size_t count = 0;
    if (length == 1 && *text == '1') {
        return expand(model, sweep, factors, 0, error);
    }
    for (const char *at = text, *end = text + length; at <= end;) {
        const char *star = memchr(at, '*', (size_t) (end - at));
        size_t size = (size_t) ((star != NULL ? star : end) - at);
        const char *begin = at;
        at += size + 1;
        while (size > 0 && strchr(" \t", begin[0]) != NULL) {
            begin++;
            size--;
        }
        while (size > 0 && strchr(" \t", begin[size - 1]) != NULL) {
            size--;
        }
        if (count == PLB_MODEL_PARTS) {
            return bad_term(error, text, length, "expected a product of at most four factors");
        }
        plb_status status =
            parse_factor(begin, size, sweep, loops_calibrated, &factors[count++], error);
        if (status != PLB_OK) {
            return status;
        }
    }
    return expand(model, sweep, factors, count, error);
}

static plb_status parse_text(plb_model *model, const char *text, const plb_sweep *sweep,
                             bool loops_calibrated, plb_error *error) {
    for (const char *at = text;; at++) {
        at = skip_space(at);
        size_t length = strcspn(at, "+");
        const char *next = at + length;
        while (length > 0 && strchr(" \t", at[length - 1]) != NULL) {
            length--;
        }
        plb_status status = parse_term(model, at, length, sweep, loops_calibrated, error);
        if (status != PLB_OK || *next == '\0') {
            return status;
        }
        at = next;
    }
}

static plb_status take_all(plb_model *model, const plb_sweep *sweep, plb_error *error) {
    plb_status status = expand(model, sweep, NULL, 0, error);
    for (unsigned i = 0; i < PLB_FACTOR_COUNT && status == PLB_OK; i++) {
        plb_factor factor = (plb_factor) i;
        if (sweep->varied[i].count > 1) {
            status = expand(model, sweep, &factor, 1, error);
        }
    }
    return status;
}

plb_status plb_model_parse(plb_model *model, const char *text, const plb_sweep *sweep,
                           bool loops_calibrated, plb_error *error) {
    *model = (plb_model){0};
    plb_status status = text != NULL ? parse_text(model, text, sweep, loops_calibrated, error)
                                     : take_all(model, sweep, error);
    for (size_t i = 0; i < model->count; i++) {
        append(model->text, sizeof model->text, " + ", model->terms[i].name);
    }
    return status;
}

/* ---- Values ---- */

double plb_model_value(const plb_model_term *term, const uint64_t settings[PLB_FACTOR_COUNT]) {
    double product = 1;
    for (size_t i = 0; i < term->part_count; i++) {
        uint64_t value = settings[term->parts[i].factor];
        product *= !term->parts[i].is_level ? (double) value : value == term->parts[i].level;
    }
    return product;
}
