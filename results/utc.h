/* Times of day, as they are written: "2026-04-27T12:34:56.789Z". */
#ifndef PLB_RESULTS_UTC_H
#define PLB_RESULTS_UTC_H

#include <stdbool.h>

#define PLB_UTC_BYTES 32

/* Now, in seconds since 1970. */
double plb_utc_now(void);

/* "" for what is no year of four digits. */
void plb_utc_text(double seconds, char text[PLB_UTC_BYTES]);

/* A day, with or without a time behind 'T' (to the minute, second or less) and a 'Z' behind that.
 * False for anything else. */
bool plb_utc_parse(const char *text, double *seconds);

#endif
