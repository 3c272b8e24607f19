#include "harness/machine/machine_internal.h"

#include <stdlib.h>
#include <string.h>

#include "harness/machine/cost_shapes.h"
#include "harness/machine/extra_builtins.h"
#include "harness/machine/measure.h"

plb_machine *plb_machine_new(size_t byte_cap) {
    plb_machine *machine = calloc(1, sizeof *machine);
    if (machine == NULL) {
        return NULL;
    }
    if (!plb_region_init(&machine->region, byte_cap != 0 ? byte_cap : PLB_DEFAULT_BYTE_CAP) ||
        !plb_types_init(&machine->types)) {
        plb_machine_free(machine);
        return NULL;
    }
    return machine;
}

void plb_machine_free(plb_machine *machine) {
    if (machine != NULL) {
        plb_region_free(&machine->region);
        plb_types_free(&machine->types);
        free(machine);
    }
}

/* ---- What builtins need ---- */

plb_variant plb_machine_variant(const plb_machine *machine) { return machine->variant; }
plb_region *plb_machine_region(plb_machine *machine) { return &machine->region; }
plb_types *plb_machine_types(plb_machine *machine) { return &machine->types; }

bool plb_machine_log(plb_machine *machine, const uint8_t *text, size_t length) {
    plb_log_entry *entry = plb_region_alloc(&machine->region, sizeof *entry + length + 1);
    if (entry == NULL) {
        return false;
    }
    entry->previous = machine->last_log;
    entry->length = length;
    if (length > 0) {
        memcpy(entry->text, text, length);
    }
    entry->text[length] = '\0';
    machine->last_log = entry;
    machine->log_count++;
    return true;
}

plb_value plb_builtin_fail(plb_machine *machine, const char *reason) {
    machine->reason = reason;
    return PLB_NO_VALUE;
}

plb_value plb_builtin_out_of_memory(plb_machine *machine) {
    machine->failure = PLB_E_MEMORY;
    machine->reason = "the evaluation reached the machine's byte cap";
    return PLB_NO_VALUE;
}

/* ---- Budget ---- */

/* What is left of one resource; false when the limit forbids it. */
static bool take(int64_t *remaining, int64_t limit, int64_t cost) {
    if (cost <= *remaining) {
        *remaining = plb_sat_sub(*remaining, cost);
        return true;
    }
    if (limit == INT64_MAX) { /* counting: saturate */
        *remaining = 0;
        return true;
    }
    return false;
}

bool plb_machine_charge_odd(plb_machine *machine, plb_exunits cost) {
    plb_exunits before = machine->remaining;
    bool steps = take(&machine->remaining.steps, machine->limit.steps, cost.steps);
    bool memory = take(&machine->remaining.memory, machine->limit.memory, cost.memory);
    if (steps && memory) {
        return true;
    }
    machine->remaining = before;
    machine->overspent = cost;
    machine->failure = PLB_E_BUDGET;
    machine->reason = steps ? "the script ran out of memory units" : "the script ran out of steps";
    return false;
}

static void add_cost(plb_exunits *sum, plb_exunits cost) {
    sum->steps = plb_sat_add(sum->steps, cost.steps);
    sum->memory = plb_sat_add(sum->memory, cost.memory);
}

bool plb_machine_charge_steps(plb_machine *machine) {
    for (int kind = 0; kind < PLB_STEP_COUNT; kind++) {
        uint64_t count = machine->pending_steps[kind];
        if (count == 0) {
            continue;
        }
        machine->pending_steps[kind] = 0;
        machine->steps_charged += count;
        const plb_exunits *step = &machine->cost_model->step[kind];
        plb_exunits cost = {.memory = plb_sat_mul((int64_t) count, step->memory),
                            .steps = plb_sat_mul((int64_t) count, step->steps)};
        if (machine->tally != NULL) {
            machine->tally->step_count[kind] += count;
            add_cost(&machine->tally->step_cost[kind], cost);
        }
        if (!plb_machine_charge(machine, cost)) {
            return false;
        }
    }
    return true;
}

/* `measure` is the builtin's own way to measure, NULL: the row's. Inlined where it is always NULL.
 */
static inline __attribute__((always_inline)) bool
builtin_cost(plb_machine *machine, unsigned id, const plb_builtin_cost *model,
             plb_extra_measure_fn measure, const plb_value *args, plb_exunits *cost) {
    const plb_builtin *row = &machine->builtins[id];
    int64_t sizes[PLB_BUILTIN_MAX_ARITY];
    for (unsigned i = 0; i < row->arity; i++) {
        if ((model->size_mask >> i & 1) != 0) {
            sizes[i] = measure != NULL
                           ? measure(machine, i, args[i])
                           : plb_measure_argument(args[i], (plb_measure) row->measures[i],
                                                  machine->variant);
            if (sizes[i] < 0) {
                if (measure == NULL || machine->reason == NULL)
                    (void) plb_builtin_out_of_memory(machine);
                return false;
            }
        }
    }
    cost->steps = plb_costing_apply(&model->steps, sizes);
    cost->memory = plb_costing_apply(&model->memory, sizes);
    return true;
}

/* A builtin that is not in the table. */
static __attribute__((noinline)) bool charge_extra(plb_machine *machine, unsigned id,
                                                   const plb_value *args) {
    const plb_extra_builtins *extras = machine->program->extras;
    unsigned index = id - PLB_BUILTIN_COUNT;
    const plb_builtin_cost *model = &extras->costs[index];
    plb_exunits cost = model->unit;
    if (!model->constant &&
        !builtin_cost(machine, id, model, extras->measures[index], args, &cost)) {
        return false;
    }
    if (machine->tally != NULL) {
        machine->tally->extra_count[index]++;
        add_cost(&machine->tally->extra_cost[index], cost);
    }
    return plb_machine_charge(machine, cost);
}

bool plb_machine_charge_builtin(plb_machine *machine, unsigned id, const plb_value *args) {
    if (__builtin_expect(id >= PLB_BUILTIN_COUNT, 0)) return charge_extra(machine, id, args);
    const plb_builtin_cost *model = &machine->cost_model->builtin[id];
    plb_exunits cost = model->unit;
    if (!model->constant && !builtin_cost(machine, id, model, NULL, args, &cost)) {
        return false;
    }
    if (machine->tally != NULL) {
        machine->tally->builtin_count[id]++;
        add_cost(&machine->tally->builtin_cost[id], cost);
    }
    return plb_machine_charge(machine, cost);
}

/* ---- Running ---- */

static void reset(plb_machine *machine, const plb_evaluation *evaluation,
                  const plb_availability *available) {
    plb_region_reset(&machine->region);
    machine->variant = available->variant;
    machine->cost_model = evaluation->cost_model;
    machine->limit = evaluation->limit;
    machine->limit.steps = machine->limit.steps < 0 ? 0 : machine->limit.steps;
    machine->limit.memory = machine->limit.memory < 0 ? 0 : machine->limit.memory;
    machine->remaining = machine->limit;
    machine->overspent = (plb_exunits){0, 0};
    memset(machine->pending_steps, 0, sizeof machine->pending_steps);
    machine->steps_charged = 0;
    machine->tally = evaluation->tally;
    machine->failure = PLB_OK;
    machine->reason = NULL;
    machine->result = PLB_NO_VALUE;
    machine->program = evaluation->program;
    machine->builtins = evaluation->program->builtins;
    machine->last_log = NULL;
    machine->log_count = 0;
    if (machine->tally != NULL) {
        memset(machine->tally, 0, sizeof *machine->tally);
    }
}

static bool charge_startup(plb_machine *machine) {
    const plb_exunits *startup = &machine->cost_model->startup;
    if (machine->tally != NULL) {
        machine->tally->startup = *startup;
    }
    return plb_machine_charge(machine, *startup);
}

/* Beyond the limit, what was asked for last counts as spent: so does the reference report it. */
static plb_exunits spent(const plb_machine *machine) {
    plb_exunits sum = {
        .memory = plb_sat_sub(machine->limit.memory, machine->remaining.memory),
        .steps = plb_sat_sub(machine->limit.steps, machine->remaining.steps),
    };
    add_cost(&sum, machine->overspent);
    return sum;
}

static plb_status report(const plb_machine *machine, plb_outcome *outcome) {
    uint64_t pending = 0;
    for (int kind = 0; kind < PLB_STEP_COUNT; kind++) {
        pending += machine->pending_steps[kind];
    }
    const plb_region *region = &machine->region;
    outcome->status = machine->failure;
    outcome->spent = spent(machine);
    outcome->steps = machine->steps_charged + pending;
    outcome->bytes = (size_t) (region->low - region->base);
    outcome->message[0] = '\0';
    if (machine->failure != PLB_OK) {
        plb_error error;
        const char *reason = machine->reason != NULL ? machine->reason : "a builtin failed";
        (void) plb_fail(&error, machine->failure, NULL, "%s", reason);
        memcpy(outcome->message, error.message, sizeof outcome->message);
    }
    return machine->failure;
}

/* The program can't run at all, whatever its arguments. */
static const char *refusal(const plb_program *program) {
    switch (program->defect) {
    case PLB_OK: return NULL;
    case PLB_E_UNAVAILABLE: return "the language has no such version of Plutus Core";
    default: return "the script has a free variable";
    }
}

bool plb_machine_start(plb_machine *machine, const plb_evaluation *evaluation) {
    const plb_program *program = evaluation->program;
    reset(machine, evaluation, plb_availability_of(evaluation->era));
    if (plb_program_length(program) == 0) {
        machine->failure = PLB_E_ARGUMENT;
        machine->reason = "the program is empty: nothing was decoded into it";
    } else if (program->defect != PLB_OK) {
        machine->failure = program->defect;
        machine->reason = refusal(program);
    } else if (!plb_types_copy(&machine->types, &program->types)) {
        (void) plb_builtin_out_of_memory(machine);
    } else {
        return charge_startup(machine);
    }
    return false;
}

static void evaluate_watched(plb_machine *machine, const plb_evaluation *evaluation,
                             const plb_value *arguments, size_t count) {
    machine->activity = evaluation->activity;
    uint64_t before = __atomic_load_n(machine->activity, __ATOMIC_RELAXED);
    plb_machine_evaluate_profiled(machine, evaluation->program,
                                  plb_availability_of(evaluation->era), arguments, count);
    __atomic_store_n(machine->activity, before, __ATOMIC_RELAXED);
}

plb_status plb_machine_finish(plb_machine *machine, const plb_evaluation *evaluation,
                              const plb_value *arguments, size_t count, plb_outcome *outcome) {
    if (machine->failure == PLB_OK && evaluation->activity == NULL) {
        plb_machine_evaluate(machine, evaluation->program, plb_availability_of(evaluation->era),
                             arguments, count);
    } else if (machine->failure == PLB_OK) {
        evaluate_watched(machine, evaluation, arguments, count);
    }
    return report(machine, outcome);
}

plb_status plb_machine_run_values(plb_machine *machine, const plb_evaluation *evaluation,
                                  const plb_value *arguments, size_t count, plb_outcome *outcome) {
    (void) plb_machine_start(machine, evaluation);
    return plb_machine_finish(machine, evaluation, arguments, count, outcome);
}

/* The constant that a program consists of. */
static bool constant_of(const plb_program *program, plb_value *value) {
    if (plb_program_length(program) != 1 ||
        plb_word_op(plb_program_code(program)[0]) != PLB_OP_CONST ||
        program->types.count > PLB_TYPE_FIXED_COUNT) {
        return false;
    }
    *value = program->constants[plb_word_operand(plb_program_code(program)[0])];
    return true;
}

plb_status plb_machine_run(plb_machine *machine, const plb_evaluation *evaluation,
                           plb_outcome *outcome) {
    enum { FEW = 8 };
    size_t count = evaluation->argument_count;
    plb_value few[FEW];
    plb_value *arguments = count <= FEW ? few : calloc(count, sizeof *arguments);
    plb_status status = PLB_OK;
    plb_error error = {.status = PLB_OK};
    if (arguments == NULL) {
        status = plb_fail(&error, PLB_E_MEMORY, NULL, "no memory for %zu arguments", count);
    }
    for (size_t i = 0; i < count && status == PLB_OK; i++) {
        if (!constant_of(evaluation->arguments[i], &arguments[i])) {
            status = plb_fail(&error, PLB_E_ARGUMENT, NULL,
                              "argument %zu is no data or simple constant: use plb_program_apply",
                              i + 1);
        }
    }
    if (status == PLB_OK) {
        status = plb_machine_run_values(machine, evaluation, arguments, count, outcome);
    } else {
        *outcome = (plb_outcome){.status = status};
        memcpy(outcome->message, error.message, sizeof outcome->message);
    }
    if (arguments != few) {
        free(arguments);
    }
    return status;
}

bool plb_machine_result_is_unit(const plb_machine *machine) { return machine->result == PLB_UNIT; }

size_t plb_machine_log_count(const plb_machine *machine) { return machine->log_count; }

const char *plb_machine_log_line(const plb_machine *machine, size_t index, size_t *length) {
    if (index >= machine->log_count) {
        return NULL;
    }
    const plb_log_entry *entry = machine->last_log;
    for (size_t i = machine->log_count - 1; i > index; i--) {
        entry = entry->previous;
    }
    if (length != NULL) {
        *length = entry->length;
    }
    return entry->text;
}
