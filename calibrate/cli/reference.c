#include "calibrate/cli/reference.h"

#include <stdlib.h>

int cli_check_reference(const cli_command *command, const cli_reference *given) {
    if (given->set == NULL || given->times != NULL) return CLI_OK;
    return cli_complain(command, CLI_USAGE, "--scale-set goes with --reference CSV");
}

static plb_status read_file(const char *role, const char *path, plb_input *inputs, size_t *count,
                            uint8_t **bytes, size_t *length, plb_error *error) {
    plb_status status = cli_read_file(path, bytes, length, error);
    return status == PLB_OK
               ? plb_input_describe(&inputs[(*count)++], role, path, *bytes, *length, error)
               : status;
}

static plb_status read_set(const char *path, plb_input *inputs, size_t *count,
                           plb_machine_scale_set **set, plb_error *error) {
    if (path == NULL) {
        *set = plb_machine_scale_set_default();
        return *set != NULL ? PLB_OK : plb_fail(error, PLB_E_MEMORY, "scale", "out of memory");
    }
    uint8_t *bytes = NULL;
    size_t length = 0;
    plb_status status = read_file("scale-set", path, inputs, count, &bytes, &length, error);
    if (status == PLB_OK)
        status = plb_machine_scale_set_parse(set, path, (const char *) bytes, length, error);
    free(bytes);
    return status;
}

static plb_status read_times(const char *path, plb_input *inputs, size_t *count,
                             plb_benching **times, plb_error *error) {
    uint8_t *bytes = NULL;
    size_t length = 0;
    plb_status status = read_file("reference", path, inputs, count, &bytes, &length, error);
    if (status == PLB_OK)
        status = plb_benching_parse(times, path, (const char *) bytes, length, error);
    free(bytes);
    return status;
}

plb_status cli_load_reference(const cli_reference *given, plb_input *inputs, size_t *count,
                              cli_reference_data *data, plb_error *error) {
    *data = (cli_reference_data){NULL, NULL};
    if (given->times == NULL) return PLB_OK;
    plb_status status = read_set(given->set, inputs, count, &data->set, error);
    return status == PLB_OK ? read_times(given->times, inputs, count, &data->times, error) : status;
}

void cli_free_reference(cli_reference_data *data) {
    plb_benching_free(data->times);
    plb_machine_scale_set_free(data->set);
}

plb_status cli_make_scale(const cli_reference_data *data, const plb_benching *own,
                          plb_machine_scale **scale, plb_error *error) {
    plb_status status = plb_machine_scale_make(scale, data->times, own, data->set, NULL, error);
    if (status != PLB_OK) {
        plb_machine_scale_free(*scale);
        *scale = NULL;
    }
    return status;
}
