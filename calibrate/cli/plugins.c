#include "calibrate/cli/plugins.h"

#include <stdlib.h>

#include "calibrate/cli/page.h"

plb_status cli_load_plugins(plb_plugins **plugins, const cli_texts *files, plb_error *error) {
    *plugins = NULL;
    return files->count > 0 ? plb_plugins_load(plugins, files->items, files->count, error) : PLB_OK;
}

plb_status cli_note_plugins(const cli_texts *files, plb_input *items, size_t *count,
                            plb_error *error) {
    plb_status status = PLB_OK;
    for (size_t i = 0; i < files->count && status == PLB_OK; i++) {
        uint8_t *bytes = NULL;
        size_t length = 0;
        status = cli_read_file(files->items[i], &bytes, &length, error);
        if (status == PLB_OK) {
            status = plb_input_describe(&items[(*count)++], "plug-in", files->items[i], bytes,
                                        length, error);
        }
        free(bytes);
    }
    return status;
}

plb_status cli_cost_model_with_plugins(plb_cost_model **model, plb_era era, const char *path,
                                       plb_plugins *plugins, plb_error *error) {
    uint8_t *bytes = NULL;
    size_t length = 0;
    if (path == NULL || plugins == NULL) return cli_cost_model(model, era, path, error);
    plb_status status = cli_read_file(path, &bytes, &length, error);
    if (status == PLB_OK) {
        status = plb_cost_model_load_with_plugins(model, era, path, (const char *) bytes, length,
                                                  plugins, error);
    }
    free(bytes);
    return status;
}

/* ---- Watched processes ---- */

typedef struct watched {
    int (*work)(void *context);
    void *context;
} watched;

/* In the other process, which ends without closing what is laid out for a terminal. */
static int work_to_the_end(void *context) {
    const watched *w = context;
    int code = w->work(w->context);
    cli_page_flush();
    return code;
}

int cli_watch(const cli_command *command, plb_plugins *plugins, bool again,
              int (*work)(void *context), void *context) {
    if (plugins == NULL) return work(context);
    watched w = {work, context};
    /* Each time a builtin less is left to fail. */
    for (size_t tries = plb_plugins_builtin_count(plugins) + 1; tries > 0; tries--) {
        plb_error error;
        int code = CLI_FAILED;
        plb_status status = plb_plugins_watch(plugins, work_to_the_end, &w, &code, &error);
        if (status == PLB_OK) return code;
        if (!again || status != PLB_E_EVALUATION) return cli_error(command, &error);
    }
    return cli_complain(command, CLI_FAILED, "plug-ins fail again and again");
}
