#include "calibrate/cli/scales.h"

#include <stdlib.h>
#include <string.h>

int cli_read_scales(const cli_command *command, const cli_texts *texts, bool has_hint,
                    plb_scale *scales, size_t *count) {
    plb_error error;
    bool is_auto = texts->count > 0 && strcmp(texts->items[0], "auto") == 0;
    *count = 0;
    if (has_hint && !is_auto) {
        return cli_complain(command, CLI_USAGE, "--hint is for --scale auto");
    }
    if (is_auto && texts->count == 1) {
        return -1;
    }
    if (texts->count > PLB_SCALES_MAX) {
        return cli_complain(command, CLI_USAGE, "--scale: expected at most %d of them",
                            PLB_SCALES_MAX);
    }
    for (size_t i = 0; i < texts->count; i++) {
        if (strcmp(texts->items[i], "auto") == 0) {
            return cli_complain(command, CLI_USAGE, "--scale: expected auto or factors, got both");
        }
        if (plb_scale_parse(texts->items[i], &scales[i], &error) != PLB_OK) {
            return cli_complain(command, CLI_USAGE, "--scale: %s", error.message);
        }
    }
    *count = texts->count;
    return -1;
}

int cli_read_rate(const cli_command *command, const char *text, bool poisson, double *rate) {
    char *end = NULL;
    *rate = 0;
    if (text == NULL) {
        return !poisson ? -1 : cli_complain(command, CLI_USAGE, "--poisson belongs to --rate");
    }
    size_t length = strspn(text, "0123456789.");
    *rate = strtod(text, &end);
    if (length == 0 || end != text + length || !(*rate > 0 && *rate <= 1e6) ||
        (*end != '\0' && strcmp(end, "/s") != 0)) {
        return cli_complain(command, CLI_USAGE,
                            "--rate: expected more than 0 and at most 1000000 a second, such as "
                            "100 or 100/s, got '%s'",
                            text);
    }
    return -1;
}
