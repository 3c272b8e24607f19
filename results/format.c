#include "results/format.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

plb_time_unit plb_time_unit_for(double ns) {
    static const plb_time_unit units[] = {{"s", 1e9}, {"ms", 1e6}, {"µs", 1e3}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (fabs(ns) >= units[i].ns) return units[i];
    }
    return (plb_time_unit){"ns", 1};
}

/* Decimals that show `digits` significant digits of `value`. */
static int decimals_for(double value, int digits) {
    if (!(fabs(value) > 0) || !isfinite(value)) return 0;
    int decimals = digits - 1 - (int) floor(log10(fabs(value)));
    return decimals < 0 ? 0 : decimals > 9 ? 9 : decimals;
}

void plb_format_time(double ns, char text[PLB_FORMAT_BYTES]) {
    plb_time_unit unit = plb_time_unit_for(ns);
    double value = ns / unit.ns;
    int decimals = decimals_for(value, 4);
    if (unit.ns <= 1 && decimals > 1) decimals = 1;
    snprintf(text, PLB_FORMAT_BYTES, "%.*f %s", decimals, value, unit.name);
}

void plb_format_estimate(const plb_estimate *estimate, double scale, const char *unit,
                         char value[PLB_FORMAT_BYTES], char interval[PLB_FORMAT_BYTES]) {
    double half = (estimate->high - estimate->low) / 2 / scale;
    int decimals = decimals_for(half > 0 ? half : estimate->value / scale, half > 0 ? 2 : 4);
    if (decimals > 6) decimals = 6;
    snprintf(value, PLB_FORMAT_BYTES, "%.*f %s", decimals, estimate->value / scale, unit);
    snprintf(interval, PLB_FORMAT_BYTES, "[%.*f, %.*f]", decimals, estimate->low / scale, decimals,
             estimate->high / scale);
}

void plb_format_estimate_ns(const plb_estimate *estimate, char value[PLB_FORMAT_BYTES],
                            char interval[PLB_FORMAT_BYTES]) {
    double size = fmax(fabs(estimate->value), fmin(fabs(estimate->low), fabs(estimate->high)));
    plb_time_unit unit = plb_time_unit_for(size);
    plb_format_estimate(estimate, unit.ns, unit.name, value, interval);
}

static int decimals_of_change(double half) { return half < 0.001 ? 2 : half < 0.1 ? 1 : 0; }

void plb_format_change(double ratio, double half, char text[PLB_FORMAT_BYTES]) {
    if (!isfinite(ratio)) {
        (void) snprintf(text, PLB_FORMAT_BYTES, "-");
    } else {
        (void) snprintf(text, PLB_FORMAT_BYTES, "%+.*f %%", decimals_of_change(half), 100 * ratio);
    }
}

void plb_format_change_interval(double low, double high, char text[PLB_FORMAT_BYTES]) {
    double half = (high - low) / 2;
    int decimals = decimals_of_change(half);
    if (!isfinite(half)) {
        (void) snprintf(text, PLB_FORMAT_BYTES, "-");
    } else {
        (void) snprintf(text, PLB_FORMAT_BYTES, "[%+.*f, %+.*f]", decimals, 100 * low, decimals,
                        100 * high);
    }
}

void plb_format_integer(int64_t number, char text[PLB_FORMAT_BYTES]) {
    char plain[32];
    snprintf(plain, sizeof plain, "%lld", (long long) number);
    size_t length = strlen(plain), out = 0;
    for (size_t i = 0; i < length; i++) {
        size_t rest = length - i;
        bool first = i == 0 || plain[i - 1] == '-';
        if (rest % 3 == 0 && !first) text[out++] = ',';
        text[out++] = plain[i];
    }
    text[out] = '\0';
}

int plb_text_width(const char *text) {
    int width = 0;
    for (; *text; text++) width += ((unsigned char) *text & 0xc0) != 0x80;
    return width;
}

void plb_print_left(FILE *out, const char *text, int width) {
    fputs(text, out);
    for (int i = plb_text_width(text); i < width; i++) fputc(' ', out);
}

void plb_print_right(FILE *out, const char *text, int width) {
    for (int i = plb_text_width(text); i < width; i++) fputc(' ', out);
    fputs(text, out);
}

void plb_print_wrapped(FILE *out, const char *text, int column, int indent) {
    while (*text) {
        size_t length = strcspn(text, " ");
        char word[512];
        snprintf(word, sizeof word, "%.*s", (int) length, text);
        int width = plb_text_width(word);
        if (column > indent && column + 1 + width > PLB_TEXT_WIDTH) {
            fprintf(out, "\n%*s", indent, "");
            column = indent;
        } else if (column > indent) {
            fputc(' ', out);
            column++;
        }
        fputs(word, out);
        column += width;
        text += length;
        text += strspn(text, " ");
    }
    fputc('\n', out);
}

plb_status plb_text_close(FILE *out, char **text, plb_error *error) {
    if (out && fclose(out) == 0 && *text) return PLB_OK;
    free(*text);
    *text = NULL;
    return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for text");
}
