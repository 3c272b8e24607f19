#include "calibrate/cli/terminal.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <plutbench/measure.h>

#define WIDTH_LEAST 20 /* narrower than that, nothing is laid out */
#define WIDTH_MOST 1000

int cli_terminal_width(FILE *stream) {
    struct winsize size = {0};
    int file = fileno(stream);
    if (file < 0 || isatty(file) == 0) {
        return 0;
    }
    const char *columns = getenv("COLUMNS");
    long width = columns != NULL ? strtol(columns, NULL, 10) : 0;
    if (width <= 0 && ioctl(file, TIOCGWINSZ, &size) == 0) {
        width = size.ws_col;
    }
    width = width > 0 ? width : 80;
    return (int) (width < WIDTH_LEAST ? WIDTH_LEAST : width > WIDTH_MOST ? WIDTH_MOST : width);
}

const char *cli_style(FILE *stream, cli_look look) {
    static const char *const codes[] = {[CLI_PLAIN] = "\033[0m",
                                        [CLI_HEAD] = "\033[1m",
                                        [CLI_WARNING] = "\033[33m",
                                        [CLI_ALARM] = "\033[31m",
                                        [CLI_FAINT] = "\033[2m"};
    const char *no_color = getenv("NO_COLOR"), *terminal = getenv("TERM");
    int file = fileno(stream);
    bool wanted = no_color == NULL || no_color[0] == '\0';
    bool able = terminal != NULL && terminal[0] != '\0' && strcmp(terminal, "dumb") != 0;
    return wanted && able && file >= 0 && isatty(file) != 0 ? codes[look] : "";
}

/* ---- Progress ---- */

static struct {
    bool shown;
    uint64_t at_ns; /* when it was drawn last */
} line;

bool cli_has_progress(void) { return isatty(STDERR_FILENO) != 0; }

/* Bytes of the longest beginning of `text` that has at most `columns` characters. */
static int beginning(const char *text, int columns) {
    int bytes = 0;
    for (; text[bytes] != '\0'; bytes++) {
        bool starts = ((unsigned char) text[bytes] & 0xc0) != 0x80;
        if (starts && columns-- == 0) break;
    }
    return bytes;
}

static void draw(const char *text) {
    int width = cli_terminal_width(stderr);
    if (width == 0) return;
    fprintf(stderr, "\r\033[K%.*s", beginning(text, width - 1), text);
    (void) fflush(stderr);
    line.shown = true;
    line.at_ns = plb_clock_now_ns();
}

void cli_show_progress_line(const char *format, ...) {
    char text[512];
    va_list arguments;
    if (!cli_has_progress()) return;
    va_start(arguments, format);
    (void) vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    draw(text);
}

void cli_show_share(double done, double elapsed_s, const char *format, ...) {
    char what[384], left[CLI_DURATION_BYTES], text[512];
    va_list arguments;
    if (!cli_has_progress()) return;
    if (line.shown && plb_clock_now_ns() - line.at_ns < 100000000) return;
    va_start(arguments, format);
    (void) vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    double left_s = done > 0 ? elapsed_s * (1 - done) / done : (double) INFINITY;
    if (isfinite(left_s)) {
        cli_format_duration(left_s, left);
        (void) snprintf(text, sizeof text, "%3.0f %%, %s left  %s", 100 * done, left, what);
    } else {
        (void) snprintf(text, sizeof text, "%3.0f %%  %s", 100 * done, what);
    }
    draw(text);
}

void cli_clear_progress(void) {
    if (!line.shown) return;
    fputs("\r\033[K", stderr);
    (void) fflush(stderr);
    line.shown = false;
}

void cli_format_duration(double seconds, char text[CLI_DURATION_BYTES]) {
    double s = fmin(fmax(seconds, 0), 1e8); /* three years */
    unsigned whole = (unsigned) ceil(s);
    if (whole < 60) {
        (void) snprintf(text, CLI_DURATION_BYTES, "%u s", whole);
    } else if (whole < 3600) {
        (void) snprintf(text, CLI_DURATION_BYTES, "%u min %u s", whole / 60, whole % 60);
    } else {
        (void) snprintf(text, CLI_DURATION_BYTES, "%u h %u min", whole / 3600, whole % 3600 / 60);
    }
}
