/* Cells as text, for the formats that are read as they are. */
#include <math.h>
#include <string.h>

#include "results/format.h"
#include "results/report/report.h"

static plb_estimate estimate_of(const json_t *cell) {
    return (plb_estimate){.value = plb_number_at(cell, "value"),
                          .low = plb_number_at(cell, "low"),
                          .high = plb_number_at(cell, "high")};
}

static void show_figure(const json_t *cell, const char *unit, char text[PLB_CELL_BYTES]) {
    plb_estimate estimate = estimate_of(cell);
    char value[PLB_FORMAT_BYTES], interval[PLB_FORMAT_BYTES];
    const json_t *own = json_object_get(cell, "unit");
    if (strcmp(own ? plb_string_at(cell, "unit") : unit, "ns") == 0) {
        plb_format_estimate_ns(&estimate, value, interval);
    } else {
        plb_format_estimate(&estimate, 1, "", value, interval);
        value[strcspn(value, " ")] = '\0';
    }
    (void) snprintf(text, PLB_CELL_BYTES, "%s %s", value, interval);
}

static void show_number(double number, const char *unit, char text[PLB_CELL_BYTES]) {
    char shown[PLB_FORMAT_BYTES];
    if (strcmp(unit, "ns") == 0) {
        plb_format_time(number, shown);
    } else if (number == floor(number) && fabs(number) < 1e15) {
        plb_format_integer((int64_t) number, shown);
    } else {
        (void) snprintf(shown, sizeof shown, "%.4g", number);
    }
    (void) snprintf(text, PLB_CELL_BYTES, "%s", shown);
}

/* Cut where a character begins, control characters being spaces. */
static void show_text(const char *from, char text[PLB_CELL_BYTES]) {
    size_t length = strlen(from);
    if (length >= PLB_CELL_BYTES) {
        length = PLB_CELL_BYTES - 1;
        while (length > 0 && ((unsigned char) from[length] & 0xc0) == 0x80) length--;
    }
    for (size_t i = 0; i < length; i++) text[i] = (unsigned char) from[i] < ' ' ? ' ' : from[i];
    text[length] = '\0';
}

void plb_cell_show(const json_t *cell, const char *unit, char text[PLB_CELL_BYTES]) {
    text[0] = '\0';
    if (json_is_string(cell)) {
        show_text(json_string_value(cell), text);
    } else if (json_is_boolean(cell)) {
        show_text(json_is_true(cell) ? "yes" : "no", text);
    } else if (json_is_number(cell)) {
        show_number(json_number_value(cell), unit, text);
    } else if (plb_is_estimate(cell)) {
        show_figure(cell, unit, text);
    } else if (json_is_object(cell)) {
        show_text(plb_string_at(cell, "text"), text);
    }
}
