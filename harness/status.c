#include <plutbench/status.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *plb_status_name(plb_status status) {
    static const char *const names[] = {
        [PLB_OK] = "success",
        [PLB_E_ARGUMENT] = "argument-error",
        [PLB_E_IO] = "io-error",
        [PLB_E_PARSE] = "parse-error",
        [PLB_E_UNAVAILABLE] = "unavailable",
        [PLB_E_COST_MODEL] = "cost-model-error",
        [PLB_E_EVALUATION] = "evaluation-failure",
        [PLB_E_BUDGET] = "out-of-budget",
        [PLB_E_MEMORY] = "out-of-memory",
        [PLB_E_LEDGER] = "ledger-failure",
        [PLB_E_UNSUPPORTED] = "unsupported",
        [PLB_E_MEASURE] = "measurement-error",
        [PLB_E_INTERRUPTED] = "interrupted",
    };
    size_t index = (size_t) status;
    return index < sizeof names / sizeof *names ? names[index] : "unknown";
}

/* Messages quote their input, and are one line all the same. */
static void make_one_line(char *text) {
    for (; *text != '\0'; text++) {
        if ((unsigned char) *text < ' ' || *text == 0x7f) *text = ' ';
    }
}

plb_status plb_fail(plb_error *error, plb_status status, const char *where, const char *format,
                    ...) {
    if (error == NULL) {
        return status;
    }
    va_list arguments;
    va_start(arguments, format);
    error->status = status;
    (void) snprintf(error->where, sizeof error->where, "%s", where != NULL ? where : "");
    (void) vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    make_one_line(error->where);
    make_one_line(error->message);
    return status;
}

plb_status plb_error_prefix(plb_error *error, const char *outer) {
    if (error == NULL) {
        return PLB_E_ARGUMENT;
    }
    char inner[PLB_ERROR_WHERE_BYTES];
    memcpy(inner, error->where, sizeof inner);
    if (inner[0] == '\0') {
        (void) snprintf(error->where, sizeof error->where, "%s", outer);
    } else if (snprintf(error->where, sizeof error->where, "%s: %s", outer, inner) < 0) {
        error->where[0] = '\0';
    }
    return error->status;
}
