#include "results/utc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SECONDS_MOST 253402300799.0 /* the end of the year 9999 */

double plb_utc_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (double) now.tv_sec + (double) now.tv_nsec * 1e-9;
}

void plb_utc_text(double seconds, char text[PLB_UTC_BYTES]) {
    struct tm parts;
    text[0] = '\0';
    if (!(seconds >= 0 && seconds <= SECONDS_MOST)) return;
    time_t whole = (time_t) floor(seconds);
    int milliseconds = (int) ((seconds - floor(seconds)) * 1000);
    if (!gmtime_r(&whole, &parts)) return;
    size_t length = strftime(text, PLB_UTC_BYTES, "%Y-%m-%dT%H:%M:%S", &parts);
    (void) snprintf(text + length, PLB_UTC_BYTES - length, ".%03dZ", milliseconds);
}

static bool read_time(const char *text, struct tm *parts, double *fraction) {
    int read = 0;
    char *end;
    if (sscanf(text, "T%2d:%2d%n", &parts->tm_hour, &parts->tm_min, &read) != 2) return false;
    text += read;
    if (*text == ':') {
        double seconds = strtod(text + 1, &end);
        if (end < text + 3 || text[1] < '0' || text[1] > '9' || !(seconds >= 0 && seconds < 61)) {
            return false;
        }
        parts->tm_sec = (int) seconds;
        *fraction = seconds - floor(seconds);
        text = end;
    }
    return strcmp(text, "") == 0 || strcmp(text, "Z") == 0;
}

bool plb_utc_parse(const char *text, double *seconds) {
    struct tm parts = {0}, told;
    double fraction = 0;
    int read = 0;
    if (strlen(text) >= PLB_UTC_BYTES ||
        sscanf(text, "%4d-%2d-%2d%n", &parts.tm_year, &parts.tm_mon, &parts.tm_mday, &read) != 3 ||
        read != 10 || (text[read] != '\0' && !read_time(text + read, &parts, &fraction))) {
        return false;
    }
    parts.tm_year -= 1900;
    parts.tm_mon -= 1;
    told = parts;
    time_t whole = timegm(&parts);
    *seconds = (double) whole + fraction;
    /* What is out of its range was carried over. */
    return *seconds >= 0 && parts.tm_mday == told.tm_mday && parts.tm_mon == told.tm_mon &&
           parts.tm_hour == told.tm_hour && parts.tm_min == told.tm_min;
}
