/* The CEK machine on compact terms.
 *
 * Results, budgets and the order of everything observable are those of the reference's
 * UntypedPlutusCore.Evaluation.Machine.Cek. What is different is how much is done at once: a run
 * of applications evaluates all the arguments that its function is known to take and binds them
 * together, so that no partial application and no closure of an inner lambda is made on the way.
 *
 * Registers: `ip` the word being computed, (`env`, `bound`) its environment, `sp` the frame stack
 * (growing downwards in the machine's region). A frame's first word has its kind in the low 8 bits,
 * then `bound` (16 bits), then what the kind wants. */
#include <string.h>

#include "harness/machine/builtin_apply.h"
#include "harness/machine/case_constant.h"
#include "harness/machine/environment.h"
#include "harness/machine/machine_internal.h"

enum frame_kind {
    FRAME_DONE,     /* 1 word */
    FRAME_FORCE,    /* 1 word */
    FRAME_ARGUMENT, /* ip of the APPLY, env, function; first, wanted, index: an argument is being
                       computed, those before it are above the frame */
    FRAME_CALL,     /* ip of the CALL, env; index: likewise */
    FRAME_CHOICE,   /* ip of a forced CALL whose first argument chooses between delays, env */
    FRAME_REST,     /* ip of the APPLY, env; first: a function is being computed that is applied to
                       the arguments from there on */
    FRAME_VALUES,   /* values, count: a function is being computed that is applied to them */
    FRAME_SCRIPT,   /* values, count: the same for the script's arguments, each a (con ...) */
    FRAME_CONSTR,   /* ip of the CONSTR, env, object; index: a field is being computed */
    FRAME_CASE      /* ip of the CASE, env */
};

/* Fields of a frame's first word. */
#define FRAME_WORD(kind, bound) ((uint64_t) (kind) | (uint64_t) (bound) << 8)
#define FRAME_INDEX(n) ((uint64_t) (n) << 24)  /* 8 bits: argument being computed */
#define FRAME_WANTED(n) ((uint64_t) (n) << 32) /* 8 bits: arguments the function takes */
#define FRAME_FIRST(n) ((uint64_t) (n) << 40)  /* 24 bits: first argument of this round */
static inline unsigned frame_kind(uint64_t word) { return (unsigned) word & 0xff; }
static inline uint32_t frame_bound(uint64_t word) { return (uint32_t) (word >> 8) & 0xffff; }
static inline uint32_t frame_index(uint64_t word) { return (uint32_t) (word >> 24) & 0xff; }
static inline uint32_t frame_wanted(uint64_t word) { return (uint32_t) (word >> 32) & 0xff; }
static inline uint32_t frame_first(uint64_t word) { return (uint32_t) (word >> 40); }

/* evaluate_profiled.c compiles this file again with PLB_PROFILED: then every step says in
 * machine->activity what it is and where. */
#ifdef PLB_PROFILED
#define plb_machine_evaluate plb_machine_evaluate_profiled
#define ACTIVITY(what, at)                                                                         \
    __atomic_store_n(machine->activity, PLB_ACTIVITY(what, (at) -code), __ATOMIC_RELAXED)
/* `function` is a builtin that may be about to run. */
#define ACTIVITY_OF(function, at)                                                                  \
    do {                                                                                           \
        builtin_view active;                                                                       \
        if (open_builtin(machine, function, &active)) {                                            \
            ACTIVITY(PLB_ACTIVITY_BUILTIN + active.id, at);                                        \
        }                                                                                          \
    } while (0)
#else
#define ACTIVITY(what, at) ((void) 0)
#define ACTIVITY_OF(function, at) ((void) 0)
#endif

#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
#define UNREACHABLE() __builtin_unreachable()

/* How many of `offered` arguments a function takes without running any code: a lambda as many as
 * lambdas follow each other, a builtin up to its arity, anything else one (and then fails). */
static inline uint32_t appetite(const plb_machine *machine, const uint32_t *code,
                                plb_value function, uint32_t offered) {
    uint32_t takes = 1;
    if (plb_pointer_tag(function) == PLB_PTR_LAMBDA) {
        takes = plb_lam_run(code[plb_closure_of(function)->position]);
    } else {
        builtin_view view;
        if (open_builtin(machine, function, &view) && view.forces == view.row->forces) {
            takes = view.row->arity - view.count;
        }
    }
    return takes < offered ? takes : offered;
}

/* The argument (2 or 3) of a forced ifThenElse or chooseList that `condition` chooses, charged;
 * 0: to be done the long way. */
static inline unsigned choose_argument(plb_machine *machine, unsigned id, plb_value condition) {
    plb_value v = id == QUICK_IF_THEN_ELSE
                      ? quick_choice(condition, plb_small(2), plb_small(3))
                      : quick_list_choice(condition, plb_small(2), plb_small(3));
    return v != PLB_NO_VALUE && quick_charge(machine, id) ? (unsigned) plb_small_int(v) : 0;
}

/* The CALL at `ip`, under a force, is a choice between two delays. */
static inline bool is_choice(const uint32_t *code, const uint32_t *ip) {
    unsigned id = plb_call_builtin(*ip);
    return (id == QUICK_IF_THEN_ELSE || id == QUICK_CHOOSE_LIST) &&
           plb_word_op(code[ip[2]]) == PLB_OP_DELAY && plb_word_op(code[ip[3]]) == PLB_OP_DELAY;
}

void plb_machine_evaluate(plb_machine *machine, const plb_program *program,
                          const plb_availability *available, const plb_value *arguments,
                          size_t argument_count) {
    const uint32_t *const code = plb_program_code(program);
    const plb_value *const constants = program->constants;
    plb_region *const region = &machine->region;
    uint64_t *const steps = machine->pending_steps;
    const uint32_t *ip = code;
    plb_env *env = (plb_env *) (uintptr_t) &plb_empty_env;
    uint32_t bound = 0;
    uint64_t *sp = (uint64_t *) (void *) region->high;
    uint32_t slack = PLB_SLIPPAGE;
    plb_value v;

    /* Shared by the paths of application. */
    const uint32_t *apply = NULL;   /* the APPLY whose arguments are being taken */
    plb_value function;             /* what is applied */
    uint32_t first, wanted, index;  /* of its arguments: this round's first, how many, next */
    const plb_value *values = NULL; /* arguments that are values already */
    uint64_t value_count;
    bool script_arguments;

#define FAIL(why)                                                                                  \
    do {                                                                                           \
        machine->reason = (why);                                                                   \
        goto failed;                                                                               \
    } while (0)

#define STEP(kind) STEP_AT(kind, ip)
#define STEP_AT(kind, at)                                                                          \
    do {                                                                                           \
        ACTIVITY(PLB_ACTIVITY_STEP + (kind), at);                                                  \
        steps[kind]++;                                                                             \
        if (UNLIKELY(--slack == 0)) {                                                              \
            if (!plb_machine_charge_steps(machine)) {                                              \
                goto stopped;                                                                      \
            }                                                                                      \
            slack = PLB_SLIPPAGE;                                                                  \
        }                                                                                          \
    } while (0)

#define STEPS(kind, count)                                                                         \
    do {                                                                                           \
        ACTIVITY(PLB_ACTIVITY_STEP + (kind), ip);                                                  \
        uint32_t steps_left = (count);                                                             \
        if (LIKELY(slack > steps_left)) {                                                          \
            steps[kind] += steps_left;                                                             \
            slack -= steps_left;                                                                   \
        } else {                                                                                   \
            for (; steps_left > 0; steps_left--) {                                                 \
                STEP(kind);                                                                        \
            }                                                                                      \
        }                                                                                          \
    } while (0)

/* The applications, forces and the builtin of a CALL. */
#define CALL_STEPS(word)                                                                           \
    do {                                                                                           \
        const uint32_t call_arity = plb_call_arity(word), call_forces = plb_call_forces(word);     \
        ACTIVITY(PLB_ACTIVITY_STEP + PLB_STEP_APPLY, ip);                                          \
        if (LIKELY(slack > call_arity + call_forces + 1)) {                                        \
            steps[PLB_STEP_APPLY] += call_arity;                                                   \
            steps[PLB_STEP_FORCE] += call_forces;                                                  \
            steps[PLB_STEP_BUILTIN]++;                                                             \
            slack -= call_arity + call_forces + 1;                                                 \
        } else {                                                                                   \
            STEPS(PLB_STEP_APPLY, call_arity);                                                     \
            STEPS(PLB_STEP_FORCE, call_forces);                                                    \
            STEP(PLB_STEP_BUILTIN);                                                                \
        }                                                                                          \
    } while (0)

/* Make room for `words` below sp. */
#define PUSH(words)                                                                                \
    do {                                                                                           \
        if (UNLIKELY((uint8_t *) sp < region->low + (size_t) (words) *8)) {                        \
            goto out_of_memory;                                                                    \
        }                                                                                          \
        sp -= (words);                                                                             \
    } while (0)
#define POP(words) (sp += (words))

/* A frame that goes on at `node` in this environment: three words. */
#define PUSH_PLACE(word, node)                                                                     \
    do {                                                                                           \
        PUSH(3);                                                                                   \
        sp[0] = (word);                                                                            \
        sp[1] = (uint64_t) (uintptr_t) (node);                                                     \
        sp[2] = (uint64_t) (uintptr_t) env;                                                        \
    } while (0)
#define POP_PLACE(node)                                                                            \
    do {                                                                                           \
        bound = frame_bound(sp[0]);                                                                \
        (node) = (const uint32_t *) (uintptr_t) sp[1];                                             \
        env = (plb_env *) (uintptr_t) sp[2];                                                       \
        POP(3);                                                                                    \
    } while (0)
/* A frame for values that a function is yet to be applied to. */
#define PUSH_VALUES(kind)                                                                          \
    do {                                                                                           \
        PUSH(3);                                                                                   \
        sp[0] = (kind);                                                                            \
        sp[1] = (uint64_t) (uintptr_t) values;                                                     \
        sp[2] = value_count;                                                                       \
    } while (0)
/* Whoever allocates must know where the stack is. */
#define SYNC_STACK() (region->high = (uint8_t *) sp)

/* The value of a word whose operation is simple, with its step. */
#define SIMPLE_VALUE(out, at)                                                                      \
    do {                                                                                           \
        const uint32_t simple_word = *(at);                                                        \
        if (LIKELY(plb_word_op(simple_word) == PLB_OP_VAR)) {                                      \
            STEP_AT(PLB_STEP_VAR, at);                                                             \
            (out) = plb_env_lookup(env, bound, plb_word_operand(simple_word));                     \
            break;                                                                                 \
        }                                                                                          \
        switch (plb_word_op(simple_word)) {                                                        \
        case PLB_OP_CONST:                                                                         \
            STEP_AT(PLB_STEP_CONST, at);                                                           \
            (out) = constants[plb_word_operand(simple_word)];                                      \
            break;                                                                                 \
        case PLB_OP_BUILTIN:                                                                       \
            STEP_AT(PLB_STEP_BUILTIN, at);                                                         \
            (out) = plb_builtin_value(plb_word_operand(simple_word), 0);                           \
            break;                                                                                 \
        default: {                                                                                 \
            bool simple_lam = plb_word_op(simple_word) == PLB_OP_LAM;                              \
            if (simple_lam) {                                                                      \
                STEP_AT(PLB_STEP_LAM, at);                                                         \
            } else {                                                                               \
                STEP_AT(PLB_STEP_DELAY, at);                                                       \
            }                                                                                      \
            uint32_t simple_at = (uint32_t) ((at) -code) + (simple_lam ? 0 : 1);                   \
            SYNC_STACK();                                                                          \
            (out) = plb_make_closure(region, simple_lam ? PLB_PTR_LAMBDA : PLB_PTR_DELAY,          \
                                     simple_at, env, bound);                                       \
            if (UNLIKELY((out) == PLB_NO_VALUE)) {                                                 \
                goto out_of_memory;                                                                \
            }                                                                                      \
        }                                                                                          \
        }                                                                                          \
    } while (0)

#define IS_SIMPLE(word) (((word) &0xff) < PLB_OP_SIMPLE_END)

    PUSH(1);
    sp[0] = FRAME_DONE;
    if (argument_count > 0) {
        PUSH(3);
        sp[0] = FRAME_SCRIPT;
        sp[1] = (uint64_t) (uintptr_t) arguments;
        sp[2] = argument_count;
        for (size_t i = 0; i < argument_count; i++) {
            STEP(PLB_STEP_APPLY);
        }
    }

compute:
    switch (plb_word_op(*ip)) {
    case PLB_OP_VAR:
    case PLB_OP_CONST:
    case PLB_OP_LAM:
    case PLB_OP_DELAY:
    case PLB_OP_BUILTIN: SIMPLE_VALUE(v, ip); goto returned;

    case PLB_OP_SIMPLE_END: /* VAR_WIDE: index 0, or more binders than any program can have */
        STEP(PLB_STEP_VAR);
        FAIL("a variable is free");

    case PLB_OP_ERROR: FAIL("the script called error");

    case PLB_OP_FORCE:
        STEP(PLB_STEP_FORCE);
        ip++;
        if (IS_SIMPLE(*ip)) {
            SIMPLE_VALUE(v, ip);
            goto force;
        }
        if (plb_word_op(*ip) == PLB_OP_CALL && is_choice(code, ip)) {
            CALL_STEPS(*ip);
            const uint32_t *condition = code + ip[1];
            if (IS_SIMPLE(*condition)) {
                SIMPLE_VALUE(v, condition);
                goto choice;
            }
            PUSH_PLACE(FRAME_WORD(FRAME_CHOICE, bound), ip);
            ip = condition;
            goto compute;
        }
        PUSH(1);
        sp[0] = FRAME_FORCE;
        goto compute;

    case PLB_OP_APPLY: {
        uint32_t count = plb_word_operand(*ip);
        STEPS(PLB_STEP_APPLY, count);
        apply = ip;
        first = 0;
        ip += 1 + count;
        if (plb_word_op(*ip) == PLB_OP_LAM) {
            goto let;
        }
        if (IS_SIMPLE(*ip)) {
            SIMPLE_VALUE(function, ip);
            goto take_arguments;
        }
        PUSH_PLACE(FRAME_WORD(FRAME_REST, bound) | FRAME_FIRST(0), apply);
        goto compute;
    }

    case PLB_OP_CALL: {
        CALL_STEPS(*ip);
        PUSH(plb_call_arity(*ip));
        index = 0;
        goto call_arguments;
    }

    case PLB_OP_CONSTR: {
        uint32_t count = plb_word_operand(*ip);
        STEP(PLB_STEP_CONSTR);
        SYNC_STACK();
        plb_constr *constr = plb_region_take(region, sizeof *constr + count * sizeof(plb_value));
        if (UNLIKELY(constr == NULL)) {
            goto out_of_memory;
        }
        constr->head = (plb_object){PLB_KIND_CONSTR, 0, 0, count};
        constr->tag = ip[1] | (uint64_t) ip[2] << 32;
        v = plb_from_object(constr);
        apply = ip;
        first = 0;
        goto constr_fields;
    }

    case PLB_OP_CASE:
        STEP(PLB_STEP_CASE);
        apply = ip;
        ip += 2;
        if (IS_SIMPLE(*ip)) {
            SIMPLE_VALUE(v, ip);
            ip = apply;
            goto choose;
        }
        PUSH_PLACE(FRAME_WORD(FRAME_CASE, bound), apply);
        goto compute;
    }
    UNREACHABLE(); /* the builder writes no other operation */

let: /* [(lam x ... body) a ...]: bind without making a closure; ip is at the lambda */
    STEP(PLB_STEP_LAM);
    wanted = plb_lam_run(*ip);
    if (wanted > plb_word_operand(*apply)) {
        wanted = plb_word_operand(*apply);
    }
    function = PLB_NO_VALUE; /* the lambda at the APPLY's head, in this environment */
    PUSH(wanted);
    index = 0;
    goto next_argument;

take_arguments: /* apply `function` to the arguments of `apply` from `first` on */
    wanted = appetite(machine, code, function, plb_word_operand(*apply) - first);
    PUSH(wanted);
    index = 0;

next_argument: /* arguments 0 .. index-1 of this round are in sp[] */
    for (;;) {
        const uint32_t *argument = code + apply[1 + first + index];
        if (!IS_SIMPLE(*argument)) {
            PUSH(1);
            sp[0] = function;
            PUSH_PLACE(FRAME_WORD(FRAME_ARGUMENT, bound) | FRAME_INDEX(index) |
                           FRAME_WANTED(wanted) | FRAME_FIRST(first),
                       apply);
            ip = argument;
            goto compute;
        }
        SIMPLE_VALUE(sp[index], argument);
    have_argument:
        if (++index == wanted) {
            break;
        }
        /* An inner lambda is computed once its outer one has its argument. */
        if (function == PLB_NO_VALUE || plb_pointer_tag(function) == PLB_PTR_LAMBDA) {
            STEP_AT(PLB_STEP_LAM, apply);
        }
    }
    /* All arguments of this round are in sp[0 .. wanted-1]. */
    {
        uint32_t taken = first + wanted;
        bool more = taken < plb_word_operand(*apply);
        plb_env *caller = env;
        uint32_t caller_bound = bound;
        if (function == PLB_NO_VALUE) {
            ip = apply + 1 + plb_word_operand(*apply);
        } else if (plb_pointer_tag(function) == PLB_PTR_LAMBDA) {
            const plb_closure *closure = plb_closure_of(function);
            ip = code + closure->position;
            env = closure->env;
            bound = closure->env_length;
        } else {
            SYNC_STACK();
            ACTIVITY_OF(function, apply);
            v = apply_builtin(machine, function, sp, wanted);
            if (UNLIKELY(v == PLB_NO_VALUE)) {
                goto builtin_failed;
            }
            ACTIVITY(PLB_ACTIVITY_STEP + PLB_STEP_APPLY, apply);
            POP(wanted);
            first = taken;
            function = v;
            if (more) {
                goto take_arguments;
            }
            goto returned;
        }
        SYNC_STACK();
        if (UNLIKELY(!plb_env_bind(region, &env, &bound, sp, wanted, plb_lam_room(*ip)))) {
            goto out_of_memory;
        }
        ip += wanted;
        POP(wanted);
        if (more) {
            PUSH(3);
            sp[0] = FRAME_WORD(FRAME_REST, caller_bound) | FRAME_FIRST(taken);
            sp[1] = (uint64_t) (uintptr_t) apply;
            sp[2] = (uint64_t) (uintptr_t) caller;
        }
        goto compute;
    }

call_arguments : /* of the CALL at ip, from `index` on; room for all of them is at sp */
{
    const uint32_t arity = plb_call_arity(*ip);
    for (; index < arity; index++) {
        const uint32_t *argument = code + ip[1 + index];
        if (!IS_SIMPLE(*argument)) {
            PUSH_PLACE(FRAME_WORD(FRAME_CALL, bound) | FRAME_INDEX(index), ip);
            ip = argument;
            goto compute;
        }
        SIMPLE_VALUE(sp[index], argument);
    }
    SYNC_STACK();
    ACTIVITY(PLB_ACTIVITY_BUILTIN + plb_call_builtin(*ip), ip);
    v = run_builtin(machine, plb_call_builtin(*ip), sp);
    if (UNLIKELY(v == PLB_NO_VALUE)) {
        goto builtin_failed;
    }
    ACTIVITY(PLB_ACTIVITY_STEP + PLB_STEP_APPLY, ip);
    POP(arity);
    goto returned;
}

choice : /* of the forced CALL at ip, by v: go on in a delay's body without making the delay */
{
    STEPS(PLB_STEP_DELAY, 2);
    ACTIVITY(PLB_ACTIVITY_BUILTIN + plb_call_builtin(*ip), ip);
    unsigned chosen = choose_argument(machine, plb_call_builtin(*ip), v);
    if (UNLIKELY(chosen == 0)) {
        plb_value args[3] = {v, plb_small(2), plb_small(3)};
        SYNC_STACK();
        v = run_any_builtin(machine, plb_call_builtin(*ip), args);
        if (UNLIKELY(v == PLB_NO_VALUE)) {
            goto builtin_failed;
        }
        chosen = (unsigned) plb_small_int(v);
    }
    ip = code + ip[chosen] + 1;
    goto compute;
}

constr_fields : /* of the CONSTR at `apply` into the object v, from `first` on */
{
    plb_constr *constr = (plb_constr *) (void *) plb_object_of(v);
    const uint32_t *table = code + apply[3];
    for (; first < constr->head.size; first++) {
        const uint32_t *field = code + table[first];
        if (!IS_SIMPLE(*field)) {
            PUSH(1);
            sp[0] = v;
            PUSH_PLACE(FRAME_WORD(FRAME_CONSTR, bound) | FRAME_FIRST(first), apply);
            ip = field;
            goto compute;
        }
        SIMPLE_VALUE(constr->fields[first], field);
    }
    goto returned;
}

returned: /* v goes to the frame on top */
    switch (frame_kind(sp[0])) {
    case FRAME_DONE:
        if (!plb_machine_charge_steps(machine)) {
            goto stopped;
        }
        machine->result = v;
        return;

    case FRAME_FORCE: POP(1); goto force;

    case FRAME_ARGUMENT:
        index = frame_index(sp[0]);
        wanted = frame_wanted(sp[0]);
        first = frame_first(sp[0]);
        function = sp[3];
        POP_PLACE(apply);
        POP(1);
        sp[index] = v;
        goto have_argument;

    case FRAME_CALL:
        index = frame_index(sp[0]);
        POP_PLACE(ip);
        sp[index++] = v;
        goto call_arguments;

    case FRAME_CHOICE: POP_PLACE(ip); goto choice;

    case FRAME_REST:
        function = v;
        first = frame_first(sp[0]);
        POP_PLACE(apply);
        goto take_arguments;

    case FRAME_VALUES:
    case FRAME_SCRIPT:
        script_arguments = frame_kind(sp[0]) == FRAME_SCRIPT;
        values = (const plb_value *) (uintptr_t) sp[1];
        value_count = sp[2];
        POP(3);
        function = v;
        goto apply_values;

    case FRAME_CONSTR: {
        first = frame_first(sp[0]);
        plb_value constr = sp[3];
        POP_PLACE(apply);
        POP(1);
        ((plb_constr *) (void *) plb_object_of(constr))->fields[first++] = v;
        v = constr;
        goto constr_fields;
    }

    case FRAME_CASE: POP_PLACE(ip); goto choose;
    }
    UNREACHABLE();

force: /* v */
    if (LIKELY(plb_pointer_tag(v) == PLB_PTR_DELAY)) {
        const plb_closure *closure = plb_closure_of(v);
        ip = code + closure->position;
        env = closure->env;
        bound = closure->env_length;
        goto compute;
    }
    if (plb_is_imm(v, PLB_IMM_BUILTIN)) {
        unsigned id = plb_builtin_value_id(v);
        unsigned forces = plb_builtin_value_forces(v);
        if (forces < machine->builtins[id].forces) {
            v = plb_builtin_value(id, forces + 1);
            goto returned;
        }
    }
    FAIL("something that is not delayed was forced");

choose : /* the branch of the CASE at ip for v, in this environment */
{
    uint32_t branches = plb_word_operand(*ip);
    const uint32_t *table = code + ip[1];
    uint64_t branch;
    if (LIKELY(plb_has_kind(v, PLB_KIND_CONSTR))) {
        const plb_constr *constr = (const plb_constr *) (const void *) plb_object_of(v);
        branch = constr->tag;
        values = constr->fields;
        value_count = constr->head.size;
        if (UNLIKELY(branch >= branches)) {
            FAIL("case has no branch for the tag of a constr");
        }
    } else {
        plb_case_choice choice;
        if (!plb_is_constant(v)) {
            FAIL("case on something that is neither constr nor constant");
        }
        if (!available->case_on_constants) {
            FAIL("case on a constant is not available before protocol version 11");
        }
        const char *problem = plb_case_constant(v, branches, &choice);
        if (problem != NULL) {
            FAIL(problem);
        }
        branch = choice.branch;
        value_count = choice.field_count;
        if (value_count > 0) {
            SYNC_STACK();
            plb_value *fields = plb_region_take(region, sizeof choice.fields);
            if (UNLIKELY(fields == NULL)) {
                goto out_of_memory;
            }
            memcpy(fields, choice.fields, sizeof choice.fields);
            values = fields;
        }
    }
    ip = code + table[branch];
    if (value_count == 0) {
        goto compute;
    }
    if (LIKELY(plb_word_op(*ip) == PLB_OP_LAM)) {
        uint32_t run = plb_lam_run(*ip);
        uint32_t count = value_count < run ? (uint32_t) value_count : run;
        STEPS(PLB_STEP_LAM, count);
        SYNC_STACK();
        if (UNLIKELY(!plb_env_bind(region, &env, &bound, values, count, plb_lam_room(*ip)))) {
            goto out_of_memory;
        }
        ip += count;
        values += count;
        value_count -= count;
        if (value_count == 0) {
            goto compute;
        }
    }
    PUSH_VALUES(FRAME_VALUES);
    goto compute;
}

apply_values: /* `function` to values[0 .. value_count-1]; at least one */
    if (plb_pointer_tag(function) == PLB_PTR_LAMBDA) {
        const plb_closure *closure = plb_closure_of(function);
        ip = code + closure->position;
        env = closure->env;
        bound = closure->env_length;
        uint32_t run = plb_lam_run(*ip);
        uint32_t count = value_count < run ? (uint32_t) value_count : run;
        for (uint32_t i = 0; i < count; i++) {
            if (i > 0) {
                STEP(PLB_STEP_LAM);
            }
            if (script_arguments) {
                STEP(PLB_STEP_CONST);
            }
        }
        SYNC_STACK();
        if (UNLIKELY(!plb_env_bind(region, &env, &bound, values, count, plb_lam_room(*ip)))) {
            goto out_of_memory;
        }
        ip += count;
        values += count;
        value_count -= count;
        if (value_count > 0) {
            PUSH_VALUES(script_arguments ? FRAME_SCRIPT : FRAME_VALUES);
        }
        goto compute;
    }
    if (script_arguments) {
        STEP(PLB_STEP_CONST);
    }
    SYNC_STACK();
    ACTIVITY_OF(function, ip);
    v = apply_builtin(machine, function, values++, 1);
    if (UNLIKELY(v == PLB_NO_VALUE)) {
        goto builtin_failed;
    }
    if (--value_count > 0) {
        function = v;
        goto apply_values;
    }
    goto returned;

builtin_failed:
    if (machine->failure != PLB_OK) {
        return;
    }
failed:
    machine->failure = PLB_E_EVALUATION;
    return;

out_of_memory:
    machine->failure = PLB_E_MEMORY;
    machine->reason = "the evaluation reached the machine's byte cap";
    return;

stopped: /* machine->failure says why */
    return;
}
