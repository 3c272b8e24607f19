/* What the program knows of the terminal it may run in: width, colours, the line of progress.
 *
 * Nothing of it shows where a stream is no terminal: output that is redirected has its full width,
 * no colour, and no progress. */
#ifndef PLB_CLI_TERMINAL_H
#define PLB_CLI_TERMINAL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <plutbench/status.h>

/* Columns of the terminal behind `stream`: COLUMNS where it is set, else what the terminal says,
 * else
 * 80. 0: it is no terminal. */
int cli_terminal_width(FILE *stream);

typedef enum cli_look { CLI_PLAIN, CLI_HEAD, CLI_WARNING, CLI_ALARM, CLI_FAINT } cli_look;

/* What to print for text to look so from there on: "" unless `stream` is a terminal that has
 * colours and whoever sits there has not said NO_COLOR (no-color.org). */
const char *cli_style(FILE *stream, cli_look look);

/* ---- Progress: one line on standard error that overwrites itself, and goes away ---- */

/* Whether there is somebody to see it. */
bool cli_has_progress(void);
/* Show a line instead of the one before, cut to the width. Nothing without a terminal. */
void cli_show_progress_line(const char *format, ...) PLB_PRINTF(1, 2);
/* The same, of which the share `done` (0 to 1) is done after `elapsed_s`: with the time left, by
 * rule of three. At most ten times a second, so that it may be called as often as one likes. */
void cli_show_share(double done, double elapsed_s, const char *format, ...) PLB_PRINTF(3, 4);
/* Take the line away. Whatever prints on a terminal does so first. */
void cli_clear_progress(void);

#define CLI_DURATION_BYTES 32
/* "45 s", "3 min 20 s", "2 h 5 min". */
void cli_format_duration(double seconds, char text[CLI_DURATION_BYTES]);

#endif
