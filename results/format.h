/* Figures as people read them. */
#ifndef PLB_RESULTS_FORMAT_H
#define PLB_RESULTS_FORMAT_H

#include <plutbench/results.h>

#define PLB_FORMAT_BYTES 96

/* A unit of time that suits `ns`: its name, and how many nanoseconds it has. */
typedef struct plb_time_unit {
    const char *name;
    double ns;
} plb_time_unit;

plb_time_unit plb_time_unit_for(double ns);

/* "12.34 µs": four significant digits. */
void plb_format_time(double ns, char text[PLB_FORMAT_BYTES]);

/* "12.340 µs" and "[12.296, 12.385]", as many decimals as the interval supports. */
void plb_format_estimate_ns(const plb_estimate *estimate, char value[PLB_FORMAT_BYTES],
                            char interval[PLB_FORMAT_BYTES]);
/* The same for figures in another unit, divided by `scale` first. */
void plb_format_estimate(const plb_estimate *estimate, double scale, const char *unit,
                         char value[PLB_FORMAT_BYTES], char interval[PLB_FORMAT_BYTES]);

/* "+1.2 %" of a ratio, as many decimals as half an interval of `half` supports, and
 * "[+0.8, +1.6]"; "-" for what is not finite. */
void plb_format_change(double ratio, double half, char text[PLB_FORMAT_BYTES]);
void plb_format_change_interval(double low, double high, char text[PLB_FORMAT_BYTES]);

/* "9,998,123,456". */
void plb_format_integer(int64_t number, char text[PLB_FORMAT_BYTES]);

/* Width in columns of UTF-8 text without combining characters. */
int plb_text_width(const char *text);

/* Text in a column of `width`, at its left or its right; longer text is printed whole. */
void plb_print_left(FILE *out, const char *text, int width);
void plb_print_right(FILE *out, const char *text, int width);

/* Columns of running text. */
#define PLB_TEXT_WIDTH 96

/* Words of `text`, from `column` on, in lines of at most PLB_TEXT_WIDTH, further ones indented. */
void plb_print_wrapped(FILE *out, const char *text, int column, int indent);

/* Close what open_memstream(text, ...) returned, NULL included. PLB_E_MEMORY, and *text NULL, when
 * memory was short on the way. */
plb_status plb_text_close(FILE *out, char **text, plb_error *error);

#endif
