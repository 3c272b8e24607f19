/* Programs to be timed, inside. */
#ifndef PLB_STEPS_SET_H
#define PLB_STEPS_SET_H

#include <plutbench/steps.h>

/* Everything is in the newest era, as a sweep's programs are. */
#define PLB_STEP_ERA ((plb_era){PLB_LANGUAGE_NEWEST, 0})

typedef struct plb_step_entry {
    char name[PLB_STEP_NAME_BYTES];
    uint8_t *flat;
    size_t length;
    uint64_t bytes;                 /* of a machine's memory that it takes */
    int64_t charge, builtin_charge; /* in steps, by version E */
    uint64_t steps[PLB_TALLY_STEPS], calls[PLB_TALLY_BUILTINS];
} plb_step_entry;

struct plb_step_set {
    plb_step_entry *entries;
    size_t count, room;
    plb_program *program; /* decoded into, again and again */
    plb_machine *machine;
    plb_cost_model *model;
};

/* PLB_E_ARGUMENT, with what was expected, for a name that no table of times can have. */
plb_status plb_step_name_check(const char *name, plb_error *error);
/* How much of a name is that of its family. */
size_t plb_step_family_length(const char *name);

/* Bytes that suffice for a program of so many bytes of flat. */
size_t plb_step_program_bytes(const plb_step_entry *entry);

/* Take the last program out again. */
void plb_step_set_drop(plb_step_set *set);

/* Parse and put in. Errors: those of plb_step_set_add, PLB_E_PARSE. */
plb_status plb_step_set_add_text(plb_step_set *set, const char *name, const char *text,
                                 size_t length, plb_error *error);

#endif
