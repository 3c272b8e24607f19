#include "calibrate/cli/session.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

volatile sig_atomic_t cli_interrupted;

static void on_interrupt(int signal_number) { cli_interrupted = signal_number; }

void cli_catch_interrupts(void) {
    struct sigaction action = {.sa_handler = on_interrupt, .sa_flags = (int) SA_RESETHAND};
    (void) sigaction(SIGINT, &action, NULL);
    (void) sigaction(SIGTERM, &action, NULL);
}

void cli_show_progress(void *context, const plb_progress *progress) {
    const char *known = context;
    if (progress->phase == PLB_PHASE_DONE) {
        fputs("\r\033[K", stderr);
    } else if (progress->phase == PLB_PHASE_PREPARING) {
        fputs("\r\033[Kpreparing ...", stderr);
    } else {
        fprintf(stderr, "\r\033[Ksampling: %.0f of at most %.0f s, %llu rounds",
                (double) progress->elapsed_ns / 1e9, (double) progress->time_budget_ns / 1e9,
                (unsigned long long) progress->rounds);
        if (isfinite(progress->precision)) {
            fprintf(stderr, ", %s%sknown to %.1f %%", known != NULL ? known : "",
                    known != NULL ? " " : "", 100 * progress->precision);
        }
    }
    (void) fflush(stderr);
}

cli_progress cli_progress_shown(void) {
    return isatty(STDERR_FILENO) != 0 ? cli_show_progress : NULL;
}

char **cli_arguments_again(int argument_count, char *const *arguments) {
    size_t count = (size_t) argument_count;
    for (size_t i = 1; i < count; i++) {
        const char *equals = strchr(arguments[i], '=');
        const char *value = equals != NULL ? equals + 1 : arguments[i];
        if (strcmp(value, "-") == 0 || strncmp(value, "/dev/", 5) == 0 ||
            strncmp(value, "/proc/", 6) == 0) {
            return NULL;
        }
    }
    char **all = calloc(count + 2, sizeof *all);
    if (all != NULL) {
        all[0] = (char *) "plutbench";
        memcpy(all + 1, arguments, count * sizeof *all);
    }
    return all;
}

plb_status cli_write_manifest(plb_results *results, int argument_count, char *const *arguments,
                              const char *options, const cli_inputs *inputs,
                              const plb_sampling *sampling, plb_error *error) {
    size_t count = (size_t) argument_count;
    char program[] = "plutbench";
    char **command_line = calloc(count + 1, sizeof *command_line);
    if (command_line == NULL) {
        return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a manifest");
    }
    command_line[0] = program;
    memcpy(command_line + 1, arguments, count * sizeof *command_line);
    plb_manifest manifest = {
        .options = options,
        .argument_count = argument_count + 1,
        .arguments = command_line,
        .inputs = inputs->items,
        .input_count = inputs->count,
        .sampling = sampling,
    };
    plb_status status = plb_results_manifest(results, &manifest, error);
    free(command_line);
    return status;
}

int cli_end(const cli_command *command, plb_status status, const plb_error *error,
            const cli_inputs *inputs, bool partial, const char *out) {
    if (status != PLB_OK) {
        (void) cli_error(command, error);
        return inputs->failure != 0 ? inputs->failure : CLI_FAILED;
    }
    if (partial) {
        return cli_complain(command, CLI_FAILED, "interrupted: the result is partial%s%s",
                            out != NULL ? "; what was measured is in " : "",
                            out != NULL ? out : "");
    }
    return CLI_OK;
}
