#include "tests/property/naive_cek.h"

#include <stdlib.h>
#include <string.h>

/* ---- Memory ---- */

#define BLOCK_BYTES ((size_t) 1 << 20)

typedef struct naive_block {
    struct naive_block *older;
    size_t size;
    uint64_t bytes[];
} naive_block;

void *naive_alloc(naive_arena *arena, size_t bytes) {
    bytes = (bytes + 15) & ~(size_t) 15;
    if (arena->blocks == NULL || arena->blocks->size - arena->used < bytes) {
        size_t size = bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES;
        naive_block *block = malloc(sizeof *block + size);
        if (block == NULL) abort();
        block->older = arena->blocks;
        block->size = size;
        arena->blocks = block;
        arena->used = 0;
    }
    void *at = (uint8_t *) arena->blocks->bytes + arena->used;
    arena->used += bytes;
    return memset(at, 0, bytes);
}

void naive_release(naive_arena *arena) {
    while (arena->blocks != NULL) {
        naive_block *block = arena->blocks;
        arena->blocks = block->older;
        free(block);
    }
    arena->used = 0;
}

naive_term *naive_new(naive_arena *arena, naive_kind kind, uint64_t number, size_t children) {
    naive_term *term = naive_alloc(arena, sizeof *term);
    term->kind = kind;
    term->number = number;
    term->count = children;
    term->children = naive_alloc(arena, children * sizeof *term->children);
    return term;
}

/* ---- Values, environments, frames ---- */

typedef struct naive_env {
    const naive_value *value;
    const struct naive_env *rest;
} naive_env;

typedef struct naive_list {
    const naive_value *value;
    struct naive_list *rest;
} naive_list;

typedef enum value_kind {
    VALUE_CONST,
    VALUE_LAM,
    VALUE_DELAY,
    VALUE_BUILTIN,
    VALUE_CONSTR
} value_kind;

struct naive_value {
    plb_closure as_argument; /* what a builtin gets for a value that is no constant: see wrap() */
    value_kind kind;
    plb_value constant;
    const naive_term *body; /* LAM, DELAY */
    const naive_env *env;
    uint64_t number; /* BUILTIN: id; CONSTR: tag */
    unsigned forces; /* BUILTIN */
    size_t count;    /* BUILTIN: arguments so far; CONSTR: fields */
    const naive_value **items;
};

typedef enum frame_kind {
    FRAME_NONE,
    FRAME_FORCE,          /* (force _) */
    FRAME_AWAIT_FUNCTION, /* [_ (M, env)] */
    FRAME_AWAIT_ARGUMENT, /* [V _] */
    FRAME_AWAIT_VALUES,   /* [_ V1 .. Vn] */
    FRAME_CONSTR,         /* (constr i V0 .. _ (Mj, env) ..) */
    FRAME_CASE            /* (case _ (M0 .. Mn, env)) */
} frame_kind;

typedef struct naive_frame {
    frame_kind kind;
    const naive_term *term; /* the argument, or the whole CONSTR or CASE */
    const naive_env *env;
    const naive_value *function;
    naive_list *values; /* AWAIT_VALUES: in order */
    size_t done;        /* CONSTR: fields computed so far, in items */
    const naive_value **items;
    struct naive_frame *outer;
} naive_frame;

typedef struct naive_machine {
    naive_arena *arena;
    plb_machine *host;
    const plb_availability *available;
    const plb_cost_model *model;
    plb_exunits limit;
    uint64_t counters[PLB_STEP_COUNT];
    uint64_t unspent; /* steps since the last spending */
    naive_outcome outcome;
    naive_frame *frames;
    bool computing; /* (term, env) is computed; otherwise `value` is returned */
    const naive_term *term;
    const naive_env *env;
    const naive_value *value;
} naive_machine;

static naive_value *new_value(naive_machine *m, value_kind kind) {
    naive_value *value = naive_alloc(m->arena, sizeof *value);
    value->kind = kind;
    return value;
}

static const naive_value *constant_value(naive_machine *m, plb_value constant) {
    naive_value *value = new_value(m, VALUE_CONST);
    value->constant = constant;
    return value;
}

static naive_frame *push(naive_machine *m, frame_kind kind) {
    naive_frame *frame = naive_alloc(m->arena, sizeof *frame);
    frame->kind = kind;
    frame->outer = m->frames;
    m->frames = frame;
    return frame;
}

/* Every transition says whether the machine goes on. */
static bool compute(naive_machine *m, const naive_term *term, const naive_env *env) {
    m->computing = true;
    m->term = term;
    m->env = env;
    return true;
}

static bool give_back(naive_machine *m, const naive_value *value) {
    m->computing = false;
    m->value = value;
    return true;
}

static bool stop(naive_machine *m, plb_status status) {
    m->outcome.status = status;
    return false;
}

/* ---- Budget ---- */

static int64_t saturating_add(int64_t a, int64_t b) {
    int64_t sum;
    return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

static int64_t saturating_times(uint64_t count, int64_t cost) {
    int64_t product;
    return __builtin_mul_overflow(count, cost, &product) ? INT64_MAX : product;
}

static bool spend(naive_machine *m, plb_exunits cost) {
    plb_exunits *spent = &m->outcome.spent;
    spent->steps = saturating_add(spent->steps, cost.steps);
    spent->memory = saturating_add(spent->memory, cost.memory);
    bool within = m->limit.steps - spent->steps >= 0 && m->limit.memory - spent->memory >= 0;
    return within || stop(m, PLB_E_BUDGET);
}

static bool spend_accumulated(naive_machine *m) {
    for (int kind = 0; kind < PLB_STEP_COUNT; kind++) {
        plb_exunits one = m->model->step[kind];
        plb_exunits cost = {.memory = saturating_times(m->counters[kind], one.memory),
                            .steps = saturating_times(m->counters[kind], one.steps)};
        if (!spend(m, cost)) return false;
    }
    memset(m->counters, 0, sizeof m->counters);
    m->unspent = 0;
    return true;
}

/* stepAndMaybeSpend with defaultSlippage. */
static bool step(naive_machine *m, plb_step kind) {
    m->counters[kind]++;
    m->outcome.steps++;
    return ++m->unspent < 200 || spend_accumulated(m);
}

/* ---- Builtins ---- */

/* Builtins look at constants only, and pass on everything else: so the value itself stands in a
 * closure's place. */
static plb_value wrap(const naive_value *value) {
    if (value->kind == VALUE_CONST) return value->constant;
    return plb_from_object(&value->as_argument) | PLB_PTR_LAMBDA;
}

static const naive_value *unwrap(naive_machine *m, plb_value v) {
    if (plb_is_constant(v)) return constant_value(m, v);
    return (const naive_value *) (const void *) plb_closure_of(v);
}

static bool charge_builtin(naive_machine *m, unsigned id, const plb_value *args) {
    const plb_builtin *row = &plb_builtins[id];
    int64_t sizes[PLB_BUILTIN_MAX_ARITY] = {0};
    for (unsigned i = 0; i < row->arity; i++) {
        sizes[i] = plb_measure_size(args[i], (plb_measure) row->measures[i], m->host->variant);
    }
    plb_exunits cost = {.memory = plb_costing_apply(&m->model->builtin[id].memory, sizes),
                        .steps = plb_costing_apply(&m->model->builtin[id].steps, sizes)};
    return spend(m, cost);
}

static bool run_builtin(naive_machine *m, const naive_value *function) {
    const plb_builtin *row = &plb_builtins[function->number];
    plb_value args[PLB_BUILTIN_MAX_ARITY];
    for (unsigned i = 0; i < row->arity; i++) {
        args[i] = wrap(function->items[i]);
        if (!plb_arg_check(args[i], (plb_arg) row->args[i], m->host->variant)) {
            return stop(m, PLB_E_EVALUATION);
        }
    }
    if (!charge_builtin(m, (unsigned) function->number, args)) return false;
    plb_value result = row->run(m->host, args);
    if (result == PLB_NO_VALUE) return stop(m, PLB_E_EVALUATION);
    return give_back(m, unwrap(m, result));
}

static naive_value *copy_builtin(naive_machine *m, const naive_value *from, size_t count) {
    naive_value *value = new_value(m, VALUE_BUILTIN);
    value->number = from->number;
    value->forces = from->forces;
    value->count = count;
    value->items = naive_alloc(m->arena, count * sizeof *value->items);
    for (size_t i = 0; i < from->count; i++) value->items[i] = from->items[i];
    return value;
}

static bool apply(naive_machine *m, const naive_value *function, const naive_value *argument) {
    if (function->kind == VALUE_LAM) {
        naive_env *env = naive_alloc(m->arena, sizeof *env);
        env->value = argument;
        env->rest = function->env;
        return compute(m, function->body, env);
    }
    if (function->kind != VALUE_BUILTIN) return stop(m, PLB_E_EVALUATION);
    const plb_builtin *row = &plb_builtins[function->number];
    if (function->forces < row->forces) return stop(m, PLB_E_EVALUATION);
    naive_value *more = copy_builtin(m, function, function->count + 1);
    more->items[function->count] = argument;
    return more->count < row->arity ? give_back(m, more) : run_builtin(m, more);
}

static bool force(naive_machine *m, const naive_value *value) {
    if (value->kind == VALUE_DELAY) return compute(m, value->body, value->env);
    if (value->kind != VALUE_BUILTIN) return stop(m, PLB_E_EVALUATION);
    if (value->forces == plb_builtins[value->number].forces) return stop(m, PLB_E_EVALUATION);
    naive_value *forced = copy_builtin(m, value, value->count);
    forced->forces++;
    return give_back(m, forced);
}

/* ---- Case ---- */

/* The branch `index` of the frame's CASE, applied to `count` values. */
static bool branch_to(naive_machine *m, const naive_frame *frame, uint64_t index,
                      const naive_value *const *values, size_t count) {
    if (index >= frame->term->count - 1) return stop(m, PLB_E_EVALUATION);
    if (count > 0) {
        naive_frame *await = push(m, FRAME_AWAIT_VALUES);
        naive_list **end = &await->values;
        for (size_t i = 0; i < count; i++) {
            *end = naive_alloc(m->arena, sizeof **end);
            (*end)->value = values[i];
            end = &(*end)->rest;
        }
    }
    return compute(m, frame->term->children[1 + index], frame->env);
}

/* caseBuiltin of PlutusCore.Default.Universe. */
static bool case_constant(naive_machine *m, const naive_frame *frame, plb_value v) {
    size_t branches = frame->term->count - 1;
    const naive_value *parts[2];
    if (v == PLB_UNIT && branches == 1) return branch_to(m, frame, 0, NULL, 0);
    if (v == PLB_FALSE && (branches == 1 || branches == 2)) return branch_to(m, frame, 0, NULL, 0);
    if (v == PLB_TRUE && branches == 2) return branch_to(m, frame, 1, NULL, 0);
    int64_t n;
    if (plb_is_integer(v) && plb_int_to_i64(v, &n) && n >= 0) {
        return branch_to(m, frame, (uint64_t) n, NULL, 0);
    }
    if (plb_is_list(v) && (branches == 1 || branches == 2)) {
        if (plb_is_nil(v)) return branch_to(m, frame, 1, NULL, 0);
        parts[0] = constant_value(m, plb_cons_of(v)->first);
        parts[1] = constant_value(m, plb_cons_of(v)->rest);
        return branch_to(m, frame, 0, parts, 2);
    }
    if (plb_has_kind(v, PLB_KIND_PAIR) && branches == 1) {
        parts[0] = constant_value(m, plb_pair_of(v)->first);
        parts[1] = constant_value(m, plb_pair_of(v)->second);
        return branch_to(m, frame, 0, parts, 2);
    }
    return stop(m, PLB_E_EVALUATION);
}

static bool case_of(naive_machine *m, const naive_frame *frame, const naive_value *value) {
    if (value->kind == VALUE_CONSTR) {
        return branch_to(m, frame, value->number, value->items, value->count);
    }
    if (value->kind == VALUE_CONST && m->available->case_on_constants) {
        return case_constant(m, frame, value->constant);
    }
    return stop(m, PLB_E_EVALUATION);
}

/* ---- Transitions ---- */

static bool compute_variable(naive_machine *m, uint64_t index) {
    const naive_env *env = m->env;
    for (; env != NULL && index > 1; index--) env = env->rest;
    if (env == NULL || index == 0) return stop(m, PLB_E_EVALUATION);
    return give_back(m, env->value);
}

static bool compute_closure(naive_machine *m, value_kind kind) {
    naive_value *value = new_value(m, kind);
    value->body = m->term->children[0];
    value->env = m->env;
    return give_back(m, value);
}

static bool compute_constr(naive_machine *m) {
    const naive_term *term = m->term;
    if (term->count == 0) {
        naive_value *value = new_value(m, VALUE_CONSTR);
        value->number = term->number;
        return give_back(m, value);
    }
    naive_frame *frame = push(m, FRAME_CONSTR);
    frame->term = term;
    frame->env = m->env;
    frame->items = naive_alloc(m->arena, term->count * sizeof *frame->items);
    return compute(m, term->children[0], m->env);
}

static bool compute_step(naive_machine *m) {
    static const plb_step kinds[] = {
        [NAIVE_VAR] = PLB_STEP_VAR,         [NAIVE_LAM] = PLB_STEP_LAM,
        [NAIVE_APPLY] = PLB_STEP_APPLY,     [NAIVE_CONST] = PLB_STEP_CONST,
        [NAIVE_DELAY] = PLB_STEP_DELAY,     [NAIVE_FORCE] = PLB_STEP_FORCE,
        [NAIVE_BUILTIN] = PLB_STEP_BUILTIN, [NAIVE_CONSTR] = PLB_STEP_CONSTR,
        [NAIVE_CASE] = PLB_STEP_CASE,
    };
    const naive_term *term = m->term;
    naive_frame *frame;
    if (term->kind == NAIVE_ERROR) return stop(m, PLB_E_EVALUATION);
    if (!step(m, kinds[term->kind])) return false;
    switch (term->kind) {
    case NAIVE_VAR: return compute_variable(m, term->number);
    case NAIVE_CONST: return give_back(m, constant_value(m, term->constant));
    case NAIVE_LAM: return compute_closure(m, VALUE_LAM);
    case NAIVE_DELAY: return compute_closure(m, VALUE_DELAY);
    case NAIVE_CONSTR: return compute_constr(m);
    case NAIVE_FORCE: push(m, FRAME_FORCE); return compute(m, term->children[0], m->env);
    case NAIVE_APPLY:
        frame = push(m, FRAME_AWAIT_FUNCTION);
        frame->term = term->children[1];
        frame->env = m->env;
        return compute(m, term->children[0], m->env);
    case NAIVE_CASE:
        frame = push(m, FRAME_CASE);
        frame->term = term;
        frame->env = m->env;
        return compute(m, term->children[0], m->env);
    default: {
        naive_value *value = new_value(m, VALUE_BUILTIN);
        value->number = term->number;
        return give_back(m, value);
    }
    }
}

static bool return_to_constr(naive_machine *m, naive_frame *frame, const naive_value *value) {
    frame->items[frame->done++] = value;
    if (frame->done < frame->term->count) {
        m->frames = frame;
        return compute(m, frame->term->children[frame->done], frame->env);
    }
    naive_value *constr = new_value(m, VALUE_CONSTR);
    constr->number = frame->term->number;
    constr->count = frame->done;
    constr->items = frame->items;
    return give_back(m, constr);
}

static bool return_step(naive_machine *m) {
    const naive_value *value = m->value;
    naive_frame *frame = m->frames;
    if (frame->kind != FRAME_NONE) m->frames = frame->outer;
    switch (frame->kind) {
    case FRAME_NONE:
        if (spend_accumulated(m)) m->outcome.result = value;
        return false;
    case FRAME_FORCE: return force(m, value);
    case FRAME_AWAIT_FUNCTION: {
        naive_frame *next = push(m, FRAME_AWAIT_ARGUMENT);
        next->function = value;
        return compute(m, frame->term, frame->env);
    }
    case FRAME_AWAIT_ARGUMENT: return apply(m, frame->function, value);
    case FRAME_AWAIT_VALUES: {
        const naive_list *values = frame->values;
        if (values->rest != NULL) push(m, FRAME_AWAIT_VALUES)->values = values->rest;
        return apply(m, value, values->value);
    }
    case FRAME_CONSTR: return return_to_constr(m, frame, value);
    case FRAME_CASE: return case_of(m, frame, value);
    }
    return false;
}

static void reset_host(plb_machine *host, const plb_types *types, plb_variant variant) {
    plb_region_reset(&host->region);
    if (!plb_types_copy(&host->types, types)) abort();
    host->variant = variant;
    host->failure = PLB_OK;
    host->reason = NULL;
    host->last_log = NULL;
    host->log_count = 0;
}

naive_outcome naive_run(naive_arena *arena, plb_machine *host, const naive_term *term,
                        const plb_types *types, const plb_cost_model *model, plb_era era,
                        plb_exunits limit) {
    naive_machine m = {.arena = arena, .host = host, .model = model, .limit = limit};
    m.available = plb_availability_of(era);
    reset_host(host, types, m.available->variant);
    push(&m, FRAME_NONE);
    compute(&m, term, NULL);
    bool more = spend(&m, model->startup);
    while (more) more = m.computing ? compute_step(&m) : return_step(&m);
    return m.outcome;
}

/* ---- Discharge ---- */

typedef struct discharge {
    naive_arena *arena;
    size_t nodes_left;
} discharge;

static naive_term *discharge_value(discharge *d, const naive_value *value);

static naive_term *node(discharge *d, naive_kind kind, uint64_t number, size_t children) {
    if (d->nodes_left == 0) return NULL;
    d->nodes_left--;
    return naive_new(d->arena, kind, number, children);
}

/* The term with its free variables, as seen from under `shift` binders, taken from `env`. */
static naive_term *discharge_term(discharge *d, const naive_term *term, const naive_env *env,
                                  uint64_t shift) {
    if (term->kind == NAIVE_VAR && term->number > shift) {
        uint64_t index = term->number - shift;
        for (; env != NULL && index > 1; index--) env = env->rest;
        if (env != NULL) return discharge_value(d, env->value);
    }
    naive_term *copy = node(d, term->kind, term->number, term->count);
    if (copy == NULL) return NULL;
    copy->constant = term->constant;
    for (size_t i = 0; i < term->count; i++) {
        uint64_t inner = shift + (term->kind == NAIVE_LAM ? 1 : 0);
        copy->children[i] = discharge_term(d, term->children[i], env, inner);
        if (copy->children[i] == NULL) return NULL;
    }
    return copy;
}

static naive_term *discharge_builtin(discharge *d, const naive_value *value) {
    naive_term *term = node(d, NAIVE_BUILTIN, value->number, 0);
    for (unsigned i = 0; i < value->forces && term != NULL; i++) {
        naive_term *forced = node(d, NAIVE_FORCE, 0, 1);
        if (forced != NULL) forced->children[0] = term;
        term = forced;
    }
    for (size_t i = 0; i < value->count && term != NULL; i++) {
        naive_term *applied = node(d, NAIVE_APPLY, 0, 2);
        if (applied == NULL) return NULL;
        applied->children[0] = term;
        applied->children[1] = discharge_value(d, value->items[i]);
        term = applied->children[1] != NULL ? applied : NULL;
    }
    return term;
}

static naive_term *discharge_constr(discharge *d, const naive_value *value) {
    naive_term *term = node(d, NAIVE_CONSTR, value->number, value->count);
    for (size_t i = 0; term != NULL && i < value->count; i++) {
        term->children[i] = discharge_value(d, value->items[i]);
        if (term->children[i] == NULL) return NULL;
    }
    return term;
}

static naive_term *discharge_value(discharge *d, const naive_value *value) {
    naive_term *term;
    switch (value->kind) {
    case VALUE_CONST:
        term = node(d, NAIVE_CONST, 0, 0);
        if (term != NULL) term->constant = value->constant;
        return term;
    case VALUE_BUILTIN: return discharge_builtin(d, value);
    case VALUE_CONSTR: return discharge_constr(d, value);
    case VALUE_LAM:
    case VALUE_DELAY: break;
    }
    bool is_lam = value->kind == VALUE_LAM;
    term = node(d, is_lam ? NAIVE_LAM : NAIVE_DELAY, 0, 1);
    if (term == NULL) return NULL;
    term->children[0] = discharge_term(d, value->body, value->env, is_lam ? 1 : 0);
    return term->children[0] != NULL ? term : NULL;
}

naive_term *naive_discharge(naive_arena *arena, const naive_value *value, size_t node_limit) {
    discharge d = {arena, node_limit};
    return discharge_value(&d, value);
}
