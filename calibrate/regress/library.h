/* A libplutbench by its public functions: the one that this is a part of, or another one that is
 * loaded beside it, such as an older one. */
#ifndef PLB_REGRESS_LIBRARY_H
#define PLB_REGRESS_LIBRARY_H

#include <plutbench/machine.h>
#include <plutbench/plugins.h>
#include <plutbench/version.h>

typedef struct plb_gate_library {
    void *handle;               /* NULL: this one */
    const plb_plugins *plugins; /* that its programs use; of this one only, may be NULL */
    const char *(*version)(void);
    const struct plb_build *(*build_info)(void);
    plb_program *(*program_new)(size_t byte_cap);
    void (*program_free)(plb_program *program);
    plb_status (*program_load)(plb_program *program, plb_era era, plb_format format,
                               const uint8_t *bytes, size_t length, plb_language *language,
                               plb_error *error);
    plb_status (*program_apply)(plb_program *result, const plb_program *function,
                                const plb_program *argument, plb_error *error);
    plb_machine *(*machine_new)(size_t byte_cap);
    void (*machine_free)(plb_machine *machine);
    plb_status (*machine_run)(plb_machine *machine, const plb_evaluation *evaluation,
                              plb_outcome *outcome);
    plb_status (*machine_result)(const plb_machine *machine, plb_program *result, plb_error *error);
    plb_cost_model *(*cost_model_default)(plb_era era);
    void (*cost_model_free)(plb_cost_model *model);
} plb_gate_library;

/* This one, whose programs know the builtins of `plugins` (may be NULL). */
void plb_gate_library_own(plb_gate_library *library, const plb_plugins *plugins);

/* Load another one. That its structures are the same is taken from its version, which must be the
 * same up to its last number, and tried on a small program.
 * Errors: PLB_E_ARGUMENT, with the file and what was expected. */
plb_status plb_gate_library_open(plb_gate_library *library, const char *file, plb_error *error);
void plb_gate_library_close(plb_gate_library *library);

/* Its program_new, with the plug-ins. */
plb_program *plb_gate_program_new(const plb_gate_library *library, size_t byte_cap);

/* Version and revision, "0.1.0 (0d5d360)". */
void plb_gate_library_name(const plb_gate_library *library, char *text, size_t bytes);

#endif
