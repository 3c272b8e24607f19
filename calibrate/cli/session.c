#include "calibrate/cli/session.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/cli/terminal.h"

volatile sig_atomic_t cli_interrupted;

static void on_interrupt(int signal_number) { cli_interrupted = signal_number; }

void cli_catch_interrupts(void) {
    struct sigaction action = {.sa_handler = on_interrupt, .sa_flags = (int) SA_RESETHAND};
    (void) sigaction(SIGINT, &action, NULL);
    (void) sigaction(SIGTERM, &action, NULL);
}

void cli_show_progress(void *context, const plb_progress *progress) {
    const char *known = context;
    char precision[96] = "";
    double elapsed_s = (double) progress->elapsed_ns * 1e-9;
    double most_s = (double) progress->time_budget_ns * 1e-9;
    if (progress->phase == PLB_PHASE_DONE) {
        cli_clear_progress();
        return;
    }
    if (progress->phase == PLB_PHASE_PREPARING) {
        cli_show_progress_line("preparing ...");
        return;
    }
    if (isfinite(progress->precision)) {
        (void) snprintf(precision, sizeof precision, ", %.60s%sknown to %.1f %%",
                        known != NULL ? known : "", known != NULL ? " " : "",
                        100 * progress->precision);
    }
    cli_show_share(most_s > 0 ? fmin(elapsed_s / most_s, 1) : 0, elapsed_s,
                   "(at most)  sampling: %llu rounds%s", (unsigned long long) progress->rounds,
                   precision);
}

cli_progress cli_progress_shown(void) { return cli_has_progress() ? cli_show_progress : NULL; }

/* The command line with the program's name, and NULL at the end; malloc'ed. */
static char **whole_command_line(int argument_count, char *const *arguments) {
    size_t count = (size_t) argument_count;
    char **all = calloc(count + 2, sizeof *all);
    if (all != NULL) {
        all[0] = (char *) "plutbench";
        memcpy(all + 1, arguments, count * sizeof *all);
    }
    return all;
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
    return whole_command_line(argument_count, arguments);
}

plb_status cli_begin_run(plb_results *results, int argument_count, char *const *arguments,
                         char *options, const cli_inputs *inputs, plb_run_writer **run,
                         plb_error *error) {
    char **command_line = whole_command_line(argument_count, arguments);
    plb_run_plan plan = {
        .command = arguments[0],
        .argument_count = argument_count + 1,
        .arguments = command_line,
        .options = options,
        .inputs = inputs->items,
        .input_count = inputs->count,
    };
    plb_status status = command_line != NULL && options != NULL
                            ? plb_run_begin(results, &plan, run, error)
                            : plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a run");
    free(command_line);
    free(options);
    return status;
}

plb_status cli_write_manifest_of(plb_results *results, int argument_count, char *const *arguments,
                                 const char *options, const plb_input *inputs, size_t input_count,
                                 const plb_sampling *sampling, plb_error *error) {
    char **command_line = whole_command_line(argument_count, arguments);
    if (command_line == NULL) {
        return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a manifest");
    }
    plb_manifest manifest = {
        .options = options,
        .argument_count = argument_count + 1,
        .arguments = command_line,
        .inputs = inputs,
        .input_count = input_count,
        .sampling = sampling,
    };
    plb_status status = plb_results_manifest(results, &manifest, error);
    free(command_line);
    return status;
}

plb_status cli_write_manifest(plb_results *results, int argument_count, char *const *arguments,
                              const char *options, const cli_inputs *inputs,
                              const plb_sampling *sampling, plb_error *error) {
    return cli_write_manifest_of(results, argument_count, arguments, options, inputs->items,
                                 inputs->count, sampling, error);
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
