#include "tests/property/random_term.h"

#include <stdlib.h>
#include <string.h>

uint64_t random_next(random_source *source) {
    uint64_t z = source->state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

uint64_t random_below(random_source *source, uint64_t limit) { return random_next(source) % limit; }

/* ---- Types ---- */

typedef enum type_kind {
    TYPE_INT,
    TYPE_BOOL,
    TYPE_UNIT,
    TYPE_STRING,
    TYPE_DATA,
    TYPE_INTS,   /* list integer */
    TYPE_PAIR,   /* pair integer (list integer) */
    TYPE_DATAS,  /* list data */
    TYPE_CONSTR, /* pair integer (list data) */
    TYPE_GROUND_COUNT,
    TYPE_DELAY = TYPE_GROUND_COUNT,
    TYPE_FUN,
    TYPE_SUM,
    TYPE_SELF /* of a loop's own closure: never looked for */
} type_kind;

/* parts: DELAY: what comes of forcing it; FUN: argument, result; SUM: alternatives, each of which
 * is a SUM whose parts are the fields. */
typedef struct type {
    type_kind kind;
    size_t count;
    const struct type **parts;
} type;

static const type ground[TYPE_GROUND_COUNT] = {
    {TYPE_INT, 0, NULL},    {TYPE_BOOL, 0, NULL},  {TYPE_UNIT, 0, NULL},
    {TYPE_STRING, 0, NULL}, {TYPE_DATA, 0, NULL},  {TYPE_INTS, 0, NULL},
    {TYPE_PAIR, 0, NULL},   {TYPE_DATAS, 0, NULL}, {TYPE_CONSTR, 0, NULL}};
static const type self_type = {TYPE_SELF, 0, NULL};
#define INT (&ground[TYPE_INT])
#define BOOL (&ground[TYPE_BOOL])

static bool same_type(const type *a, const type *b) {
    if (a == b) return true;
    if (a->kind != b->kind || a->count != b->count) return false;
    for (size_t i = 0; i < a->count; i++) {
        if (!same_type(a->parts[i], b->parts[i])) return false;
    }
    return true;
}

/* ---- The generator ---- */

enum { SCOPE_MAX = 4096 };

/* A binder in scope. A loop's closure s stands for [s s] of type `recursion`. */
typedef struct binder {
    const type *type;
    const type *recursion;
} binder;

typedef struct generator {
    random_source *source;
    naive_arena *arena;
    plb_program *program;
    plb_type ints, pair;
    binder scope[SCOPE_MAX];
    size_t depth;
    unsigned loops; /* around this place */
} generator;

static naive_term *generate(generator *g, const type *wanted, int fuel);

static uint64_t below(generator *g, uint64_t limit) { return random_below(g->source, limit); }
static bool chance(generator *g, unsigned percent) { return random_chance(g->source, percent); }

static const type *new_type(generator *g, type_kind kind, size_t count) {
    type *t = naive_alloc(g->arena, sizeof *t);
    t->kind = kind;
    t->count = count;
    t->parts = naive_alloc(g->arena, count * sizeof *t->parts);
    return t;
}

static const type *random_type(generator *g, unsigned depth) {
    if (depth == 0 || chance(g, 45))
        return &ground[chance(g, 50) ? 0 : below(g, TYPE_GROUND_COUNT)];
    switch (below(g, 4)) {
    case 0: {
        const type *t = new_type(g, TYPE_DELAY, 1);
        t->parts[0] = random_type(g, depth - 1);
        return t;
    }
    case 1: {
        const type *t = new_type(g, TYPE_SUM, 1 + below(g, 3));
        for (size_t i = 0; i < t->count; i++) {
            t->parts[i] = new_type(g, TYPE_SUM, below(g, chance(g, 3) ? 70 : 4));
            for (size_t j = 0; j < t->parts[i]->count; j++) {
                t->parts[i]->parts[j] = random_type(g, depth - 1);
            }
        }
        return t;
    }
    default: {
        const type *t = new_type(g, TYPE_FUN, 2);
        t->parts[0] = random_type(g, depth - 1);
        t->parts[1] = random_type(g, depth - 1);
        return t;
    }
    }
}

static const type *function(generator *g, const type *argument, const type *result) {
    const type *t = new_type(g, TYPE_FUN, 2);
    t->parts[0] = argument;
    t->parts[1] = result;
    return t;
}

static const type *functions(generator *g, const type *const *arguments, size_t count,
                             const type *result) {
    for (size_t i = count; i-- > 0;) result = function(g, arguments[i], result);
    return result;
}

/* ---- Terms by hand ---- */

static naive_term *leaf(generator *g, naive_kind kind, uint64_t number) {
    return naive_new(g->arena, kind, number, 0);
}

static naive_term *unary(generator *g, naive_kind kind, naive_term *body) {
    naive_term *term = naive_new(g->arena, kind, 0, 1);
    term->children[0] = body;
    return term;
}

static naive_term *apply(generator *g, naive_term *head, naive_term *argument) {
    naive_term *term = naive_new(g->arena, NAIVE_APPLY, 0, 2);
    term->children[0] = head;
    term->children[1] = argument;
    return term;
}

static naive_term *constant(generator *g, plb_value value) {
    if (value == PLB_NO_VALUE) abort();
    naive_term *term = leaf(g, NAIVE_CONST, 0);
    term->constant = value;
    return term;
}

static naive_term *builtin(generator *g, const char *name) {
    int id = plb_builtin_find(name, strlen(name));
    if (id < 0) abort();
    naive_term *term = leaf(g, NAIVE_BUILTIN, (uint64_t) id);
    for (unsigned i = 0; i < plb_builtins[id].forces; i++) term = unary(g, NAIVE_FORCE, term);
    return term;
}

static naive_term *variable(generator *g, size_t level) {
    return leaf(g, NAIVE_VAR, g->depth - level);
}

/* Opens a binder; close it with g->depth--. Level of the binder. */
static size_t bind(generator *g, const type *t, const type *recursion) {
    if (g->depth == SCOPE_MAX) abort();
    g->scope[g->depth] = (binder){t, recursion};
    return g->depth++;
}

/* ---- Constants ---- */

static plb_value random_integer(generator *g) {
    uint64_t limbs[3];
    switch (below(g, 12)) {
    case 0: return plb_make_int(&g->program->heap, (int64_t) random_next(g->source));
    case 1:
        for (int i = 0; i < 3; i++) limbs[i] = random_next(g->source);
        return plb_make_integer(&g->program->heap, chance(g, 50), limbs, 3);
    case 2: return plb_make_int(&g->program->heap, INT64_MIN >> below(g, 4));
    case 3: return plb_make_int(&g->program->heap, PLB_SMALL_MAX + (int64_t) below(g, 3) - 1);
    default: return plb_small((int64_t) below(g, 8) - 2);
    }
}

static plb_value random_ints(generator *g) {
    plb_value items[6];
    size_t count = below(g, 6);
    for (size_t i = 0; i < count; i++) items[i] = random_integer(g);
    return plb_make_list(&g->program->heap, PLB_TYPE_INTEGER, items, count);
}

static plb_value random_data(generator *g, unsigned depth);

static plb_value random_datas(generator *g, unsigned depth) {
    plb_value items[3];
    size_t count = depth == 0 ? 0 : below(g, 4);
    for (size_t i = 0; i < count; i++) items[i] = random_data(g, depth - 1);
    return plb_make_list(&g->program->heap, PLB_TYPE_DATA, items, count);
}

static plb_value random_data(generator *g, unsigned depth) {
    plb_region *heap = &g->program->heap;
    plb_value list = random_datas(g, depth);
    switch (below(g, 4)) {
    case 0: return plb_make_data_constr(heap, plb_small((int64_t) below(g, 9)), list);
    case 1: return plb_make_data_items(heap, PLB_KIND_DATA_LIST, list);
    case 2: return plb_make_data_items(heap, PLB_KIND_DATA_MAP, PLB_NIL(PLB_TYPE_PAIR_DATA_DATA));
    default: return plb_make_data_leaf(heap, PLB_KIND_DATA_I, random_integer(g));
    }
}

static plb_value random_constant(generator *g, type_kind kind) {
    plb_region *heap = &g->program->heap;
    switch (kind) {
    case TYPE_BOOL: return plb_bool(chance(g, 50));
    case TYPE_UNIT: return PLB_UNIT;
    case TYPE_STRING:
        return plb_make_bytes(heap, PLB_KIND_STRING, (const uint8_t *) "abc\xc3\xa9", below(g, 4));
    case TYPE_DATA: return random_data(g, 2);
    case TYPE_INTS: return random_ints(g);
    case TYPE_DATAS: return random_datas(g, 2);
    case TYPE_CONSTR:
        return plb_make_pair(heap, PLB_TYPE_PAIR_INT_LIST_DATA, random_integer(g),
                             random_datas(g, 1));
    case TYPE_PAIR: return plb_make_pair(heap, g->pair, random_integer(g), random_ints(g));
    default: return random_integer(g);
    }
}

/* ---- Introductions ---- */

/* Lambdas for as many of the arguments as chance has it; the last one may be followed by a term
 * that is a function for another reason. */
static naive_term *introduce_function(generator *g, const type *wanted, int fuel) {
    bind(g, wanted->parts[0], NULL);
    const type *rest = wanted->parts[1];
    bool further = rest->kind == TYPE_FUN && chance(g, 85);
    naive_term *body = further ? introduce_function(g, rest, fuel) : generate(g, rest, fuel);
    g->depth--;
    return unary(g, NAIVE_LAM, body);
}

static naive_term *introduce(generator *g, const type *wanted, int fuel) {
    if (wanted->kind < TYPE_GROUND_COUNT) return constant(g, random_constant(g, wanted->kind));
    if (wanted->kind == TYPE_DELAY) {
        return unary(g, NAIVE_DELAY, generate(g, wanted->parts[0], fuel));
    }
    if (wanted->kind == TYPE_FUN) return introduce_function(g, wanted, fuel);
    size_t tag = below(g, wanted->count);
    const type *fields = wanted->parts[tag];
    naive_term *term = naive_new(g->arena, NAIVE_CONSTR, tag, fields->count);
    for (size_t i = 0; i < fields->count; i++) {
        term->children[i] = generate(g, fields->parts[i], fuel / (int) (fields->count + 1));
    }
    return term;
}

/* A variable of the type, NULL when chance or the scope has none. */
static naive_term *pick_variable(generator *g, const type *wanted) {
    if (g->depth == 0) return NULL;
    size_t start = below(g, g->depth);
    if (chance(g, 60)) start = g->depth - 1 - below(g, g->depth < 6 ? g->depth : 6);
    for (size_t i = 0; i < g->depth && i < 200; i++) {
        size_t level = (start + g->depth - i) % g->depth;
        if (same_type(g->scope[level].type, wanted)) return variable(g, level);
        const type *recursion = g->scope[level].recursion;
        if (recursion != NULL && same_type(recursion, wanted) && chance(g, 10)) {
            return apply(g, variable(g, level), variable(g, level));
        }
    }
    return NULL;
}

/* ---- Eliminations ---- */

static size_t random_width(generator *g) {
    static const uint16_t wide[] = {8, 31, 32, 33, 34, 63, 64, 65, 254, 255, 256, 257, 300};
    if (chance(g, 3)) return wide[below(g, sizeof wide / sizeof wide[0])];
    return 1 + below(g, 4);
}

/* [(lam x1 .. xn body) a1 .. an], in one of the ways to write it. */
static naive_term *generate_let(generator *g, const type *wanted, int fuel) {
    size_t count = random_width(g);
    naive_term **arguments = naive_alloc(g->arena, count * sizeof *arguments);
    const type **types = naive_alloc(g->arena, count * sizeof *types);
    for (size_t i = 0; i < count; i++) {
        types[i] = count > 8 ? INT : random_type(g, 3);
        arguments[i] = generate(g, types[i], count > 8 ? 0 : fuel / (int) (count + 1));
    }
    naive_term *head;
    if (chance(g, 70)) {
        for (size_t i = 0; i < count; i++) bind(g, types[i], NULL);
        head = generate(g, wanted, fuel / 2);
        g->depth -= count;
        for (size_t i = 0; i < count; i++) {
            head = unary(g, NAIVE_LAM, head);
            if (chance(g, 2)) head = unary(g, NAIVE_FORCE, unary(g, NAIVE_DELAY, head));
        }
    } else {
        head = generate(g, functions(g, types, count, wanted), fuel / 2);
    }
    for (size_t i = 0; i < count; i++) head = apply(g, head, arguments[i]);
    return head;
}

/* [(lam x [(lam y body) b]) a]: bindings that follow each other. */
static naive_term *generate_lets(generator *g, const type *wanted, int fuel) {
    naive_term *arguments[6];
    size_t count = 1 + below(g, 6);
    for (size_t i = 0; i < count; i++) {
        const type *t = random_type(g, 2);
        arguments[i] = generate(g, t, fuel / 4);
        bind(g, t, NULL);
    }
    naive_term *term = generate(g, wanted, fuel / 2);
    for (size_t i = count; i-- > 0;) {
        g->depth--;
        term = apply(g, unary(g, NAIVE_LAM, term), arguments[i]);
    }
    return term;
}

static naive_term *generate_application(generator *g, const type *wanted, int fuel) {
    const type *types[3] = {NULL, NULL, NULL};
    size_t count = 1 + below(g, 3);
    for (size_t i = 0; i < count; i++) types[i] = random_type(g, 2);
    naive_term *term = generate(g, functions(g, types, count, wanted), fuel / 2);
    for (size_t i = 0; i < count; i++) {
        term = apply(g, term, generate(g, types[i], fuel / (int) (count + 1)));
    }
    return term;
}

/* A branch for fields: mostly lambdas, but any function does. */
static naive_term *generate_branch(generator *g, const type *const *fields, size_t count,
                                   const type *wanted, int fuel) {
    const type *t = functions(g, fields, count, wanted);
    if (count > 0 && chance(g, 80)) return introduce_function(g, t, fuel);
    return generate(g, t, fuel);
}

static naive_term *generate_case(generator *g, const type *wanted, int fuel) {
    static const type *const int_fields[] = {&ground[TYPE_INT], &ground[TYPE_INTS]};
    static const type *const constr_fields[] = {&ground[TYPE_INT], &ground[TYPE_DATAS]};
    static const type *const data_fields[] = {&ground[TYPE_DATA], &ground[TYPE_DATAS]};
    const type *scrutinee = random_type(g, 2);
    while (scrutinee->kind == TYPE_FUN || scrutinee->kind == TYPE_DELAY ||
           scrutinee->kind == TYPE_STRING || scrutinee->kind == TYPE_DATA) {
        scrutinee = random_type(g, 2);
    }
    bool is_list = scrutinee->kind == TYPE_INTS || scrutinee->kind == TYPE_DATAS;
    bool is_pair = scrutinee->kind == TYPE_PAIR || scrutinee->kind == TYPE_CONSTR;
    size_t branches = scrutinee->kind == TYPE_SUM    ? scrutinee->count
                      : scrutinee->kind == TYPE_INT  ? 1 + below(g, 6)
                      : scrutinee->kind == TYPE_BOOL ? 2
                      : is_list                      ? 1 + below(g, 2)
                                                     : 1;
    naive_term *term = naive_new(g->arena, NAIVE_CASE, 0, 1 + branches);
    term->children[0] = generate(g, scrutinee, fuel / 3);
    for (size_t i = 0; i < branches; i++) {
        const type *const *fields = scrutinee->kind == TYPE_DATAS    ? data_fields
                                    : scrutinee->kind == TYPE_CONSTR ? constr_fields
                                                                     : int_fields;
        size_t count = 0;
        if (scrutinee->kind == TYPE_SUM) {
            fields = scrutinee->parts[i]->parts;
            count = scrutinee->parts[i]->count;
        } else if (is_pair || (is_list && i == 0)) {
            count = 2;
        }
        int share = fuel / (int) (branches + 1);
        term->children[1 + i] = generate_branch(g, fields, count, wanted, share);
    }
    return term;
}

/* Builtins on ground types. */
typedef struct signature {
    const char *name;
    type_kind result;
    int arguments[3]; /* type_kind, -1 for none */
} signature;

static const signature signatures[] = {
    {"addInteger", TYPE_INT, {TYPE_INT, TYPE_INT, -1}},
    {"subtractInteger", TYPE_INT, {TYPE_INT, TYPE_INT, -1}},
    {"multiplyInteger", TYPE_INT, {TYPE_INT, TYPE_INT, -1}},
    {"divideInteger", TYPE_INT, {TYPE_INT, TYPE_INT, -1}},
    {"expModInteger", TYPE_INT, {TYPE_INT, TYPE_INT, TYPE_INT}},
    {"equalsInteger", TYPE_BOOL, {TYPE_INT, TYPE_INT, -1}},
    {"lessThanInteger", TYPE_BOOL, {TYPE_INT, TYPE_INT, -1}},
    {"equalsString", TYPE_BOOL, {TYPE_STRING, TYPE_STRING, -1}},
    {"equalsData", TYPE_BOOL, {TYPE_DATA, TYPE_DATA, -1}},
    {"appendString", TYPE_STRING, {TYPE_STRING, TYPE_STRING, -1}},
    {"headList", TYPE_INT, {TYPE_INTS, -1, -1}},
    {"tailList", TYPE_INTS, {TYPE_INTS, -1, -1}},
    {"nullList", TYPE_BOOL, {TYPE_INTS, -1, -1}},
    {"mkCons", TYPE_INTS, {TYPE_INT, TYPE_INTS, -1}},
    {"dropList", TYPE_INTS, {TYPE_INT, TYPE_INTS, -1}},
    {"fstPair", TYPE_INT, {TYPE_PAIR, -1, -1}},
    {"sndPair", TYPE_INTS, {TYPE_PAIR, -1, -1}},
    {"headList", TYPE_DATA, {TYPE_DATAS, -1, -1}},
    {"tailList", TYPE_DATAS, {TYPE_DATAS, -1, -1}},
    {"nullList", TYPE_BOOL, {TYPE_DATAS, -1, -1}},
    {"mkCons", TYPE_DATAS, {TYPE_DATA, TYPE_DATAS, -1}},
    {"fstPair", TYPE_INT, {TYPE_CONSTR, -1, -1}},
    {"sndPair", TYPE_DATAS, {TYPE_CONSTR, -1, -1}},
    {"iData", TYPE_DATA, {TYPE_INT, -1, -1}},
    {"unIData", TYPE_INT, {TYPE_DATA, -1, -1}},
    {"constrData", TYPE_DATA, {TYPE_INT, TYPE_DATAS, -1}},
    {"listData", TYPE_DATA, {TYPE_DATAS, -1, -1}},
    {"unConstrData", TYPE_CONSTR, {TYPE_DATA, -1, -1}},
    {"unListData", TYPE_DATAS, {TYPE_DATA, -1, -1}},
};
enum { SIGNATURE_COUNT = sizeof signatures / sizeof signatures[0] };

static size_t signature_arity(const signature *s) {
    size_t arity = 0;
    while (arity < 3 && s->arguments[arity] >= 0) arity++;
    return arity;
}

/* The signature's builtin applied to its first arguments, if what is left is `wanted`. */
static naive_term *generate_builtin(generator *g, const type *wanted, int fuel) {
    const signature *s = &signatures[below(g, SIGNATURE_COUNT)];
    size_t arity = signature_arity(s);
    for (unsigned attempt = 0; attempt < 2 * SIGNATURE_COUNT; attempt++) {
        const type *left = &ground[s->result];
        size_t given = arity;
        while (!same_type(left, wanted) && given > 0) {
            left = function(g, &ground[s->arguments[--given]], left);
        }
        if (same_type(left, wanted)) {
            naive_term *term = builtin(g, s->name);
            for (size_t i = 0; i < given; i++) {
                term = apply(g, term, generate(g, &ground[s->arguments[i]], fuel / 2));
            }
            return term;
        }
        s = &signatures[below(g, SIGNATURE_COUNT)];
        arity = signature_arity(s);
    }
    return introduce(g, wanted, fuel);
}

/* A builtin that gives one of its arguments back, which may be anything. */
static naive_term *generate_choice(generator *g, const type *wanted, int fuel) {
    static const struct {
        const char *name;
        type_kind first;
        unsigned others;
    } choices[] = {{"ifThenElse", TYPE_BOOL, 2}, {"ifThenElse", TYPE_BOOL, 2},
                   {"trace", TYPE_STRING, 1},    {"chooseUnit", TYPE_UNIT, 1},
                   {"chooseList", TYPE_INTS, 2}, {"chooseData", TYPE_DATA, 5}};
    size_t which = below(g, sizeof choices / sizeof choices[0]);
    naive_term *term = builtin(g, choices[which].name);
    /* Under another name, forced but not applied, or applied in part. */
    bool named = chance(g, 20);
    bool in_part = chance(g, 50);
    naive_term *first = generate(g, &ground[choices[which].first], fuel / 3);
    naive_term *bound = in_part ? apply(g, term, first) : term;
    if (named) {
        bind(g, &self_type, NULL);
        term = variable(g, g->depth - 1);
        if (!in_part) first = generate(g, &ground[choices[which].first], fuel / 3);
    }
    if (!named || !in_part) term = apply(g, term, first);
    for (unsigned i = 0; i < choices[which].others; i++) {
        term = apply(g, term, generate(g, wanted, fuel / (int) (choices[which].others + 1)));
    }
    if (!named) return term;
    g->depth--;
    return apply(g, unary(g, NAIVE_LAM, term), bound);
}

/* [(lam s [s s]) (lam s i acc body) n start]: body counts i down and changes acc. */
static naive_term *generate_loop(generator *g, const type *wanted, int fuel) {
    if (g->loops >= 2) return generate_let(g, wanted, fuel);
    naive_term *start = generate(g, wanted, fuel / 4);
    const type *own = function(g, INT, function(g, wanted, wanted));
    size_t s = bind(g, &self_type, own);
    size_t i = bind(g, INT, NULL);
    size_t acc = bind(g, wanted, NULL);
    g->loops++;
    naive_term *less = apply(g, builtin(g, "subtractInteger"), variable(g, i));
    less = apply(g, less, constant(g, plb_small(1)));
    naive_term *again = apply(g, variable(g, s), variable(g, s));
    again = apply(g, apply(g, again, less), generate(g, wanted, fuel / 3));
    naive_term *zero = apply(g, builtin(g, "lessThanInteger"), variable(g, i));
    zero = apply(g, zero, constant(g, plb_small(1)));
    naive_term *body;
    if (chance(g, 50)) {
        body = naive_new(g->arena, NAIVE_CASE, 0, 3);
        body->children[0] = zero;
        body->children[1] = again;
        body->children[2] = variable(g, acc);
    } else {
        body = apply(g, apply(g, builtin(g, "ifThenElse"), zero),
                     unary(g, NAIVE_DELAY, variable(g, acc)));
        body = unary(g, NAIVE_FORCE, apply(g, body, unary(g, NAIVE_DELAY, again)));
    }
    g->loops--;
    g->depth -= 3;
    for (int k = 0; k < 3; k++) body = unary(g, NAIVE_LAM, body);
    bind(g, &self_type, NULL);
    naive_term *twice = apply(g, variable(g, g->depth - 1), variable(g, g->depth - 1));
    g->depth--;
    naive_term *term = apply(g, unary(g, NAIVE_LAM, twice), body);
    term = apply(g, term, constant(g, plb_small((int64_t) below(g, chance(g, 5) ? 200 : 12))));
    return apply(g, term, start);
}

static naive_term *generate(generator *g, const type *wanted, int fuel) {
    naive_term *term = NULL;
    if (chance(g, fuel > 0 ? 20 : 60)) term = pick_variable(g, wanted);
    if (term != NULL) return term;
    if (fuel <= 0 || g->depth > SCOPE_MAX - 1024) return introduce(g, wanted, 0);
    fuel--;
    uint64_t draw = below(g, 1000);
    if (draw < 4) return leaf(g, NAIVE_ERROR, 0);
    if (draw < 8) return generate(g, random_type(g, 2), fuel);
    if (draw < 150) return generate_let(g, wanted, fuel);
    if (draw < 250) return generate_lets(g, wanted, fuel);
    if (draw < 380) return generate_application(g, wanted, fuel);
    if (draw < 480) return generate_case(g, wanted, fuel);
    if (draw < 600) return generate_builtin(g, wanted, fuel);
    if (draw < 700) return generate_choice(g, wanted, fuel);
    if (draw < 760) return generate_loop(g, wanted, fuel);
    if (draw < 830) {
        const type *delayed = new_type(g, TYPE_DELAY, 1);
        delayed->parts[0] = wanted;
        return unary(g, NAIVE_FORCE, generate(g, delayed, fuel));
    }
    return introduce(g, wanted, fuel);
}

/* ---- Damage ---- */

/* Something else in the place of the term; whatever is bound in it stays bound. */
static naive_term *damage(generator *g, naive_term *term) {
    switch (below(g, 12)) {
    case 0: return leaf(g, NAIVE_ERROR, 0);
    case 1: return constant(g, random_constant(g, (type_kind) below(g, TYPE_GROUND_COUNT)));
    case 2: return leaf(g, NAIVE_BUILTIN, below(g, 52));
    case 3: return builtin(g, signatures[below(g, SIGNATURE_COUNT)].name);
    case 4: return unary(g, NAIVE_FORCE, term);
    case 5: return unary(g, NAIVE_DELAY, term);
    case 6: return apply(g, term, constant(g, random_integer(g)));
    case 7: return apply(g, builtin(g, "trace"), term);
    case 8:
        if (term->kind == NAIVE_APPLY) return term->children[below(g, 2)];
        if (term->kind == NAIVE_FORCE || term->kind == NAIVE_DELAY) return term->children[0];
        return unary(g, NAIVE_FORCE, unary(g, NAIVE_DELAY, term));
    case 9:
        if (term->kind == NAIVE_CONSTR) term->number = below(g, 4) == 0 ? UINT64_MAX : below(g, 4);
        return term;
    case 10:
        if ((term->kind == NAIVE_CASE || term->kind == NAIVE_CONSTR) && term->count > 1) {
            term->count--;
        }
        return term;
    default: {
        naive_term *constr = naive_new(g->arena, NAIVE_CONSTR, below(g, 3), 1);
        constr->children[0] = term;
        return constr;
    }
    }
}

static naive_term *damage_one(generator *g, naive_term *term) {
    naive_term **at = &term;
    while ((*at)->count > 0 && !chance(g, 12)) at = &(*at)->children[below(g, (*at)->count)];
    *at = damage(g, *at);
    return term;
}

naive_term *random_term(random_source *source, naive_arena *arena, plb_program *program,
                        unsigned parameters, plb_value *arguments) {
    generator *g = naive_alloc(arena, sizeof *g);
    g->source = source;
    g->arena = arena;
    g->program = program;
    g->ints = plb_types_list(&program->types, PLB_TYPE_INTEGER);
    g->pair = plb_types_pair(&program->types, PLB_TYPE_INTEGER, g->ints);
    const type *wanted = random_type(g, 3);
    for (unsigned i = parameters; i-- > 0;) {
        type_kind kind = (type_kind) below(g, TYPE_INTS);
        wanted = function(g, &ground[kind], wanted);
        arguments[i] = random_constant(g, kind);
    }
    naive_term *term = generate(g, wanted, 4 + (int) below(g, 60));
    if (chance(g, 40)) term = damage_one(g, term);
    while (chance(g, 10)) term = damage_one(g, term);
    return term;
}

/* ---- Building ---- */

static void emit_application(random_source *source, plb_program *program, const naive_term *term) {
    uint32_t count = 0;
    for (const naive_term *t = term; t->kind == NAIVE_APPLY; t = t->children[0]) count++;
    if (source != NULL && random_chance(source, 30)) {
        count = 1 + (uint32_t) random_below(source, count);
    }
    const naive_term **arguments = malloc(count * sizeof *arguments);
    if (arguments == NULL) abort();
    for (uint32_t i = count; i-- > 0; term = term->children[0]) arguments[i] = term->children[1];
    plb_build_apply(program, count);
    random_emit(source, program, term);
    for (uint32_t i = 0; i < count; i++) random_emit(source, program, arguments[i]);
    free(arguments);
}

static void emit_lambdas(random_source *source, plb_program *program, const naive_term *term) {
    uint32_t count = 0;
    while (term->kind == NAIVE_LAM && (count == 0 || source == NULL || random_chance(source, 70))) {
        term = term->children[0];
        count++;
    }
    if (source == NULL || random_chance(source, 40)) {
        plb_build_lams(program, count);
    } else {
        const char *name = random_chance(source, 50) ? "x" : NULL;
        for (uint32_t i = 0; i < count; i++) plb_build_lam(program, name);
    }
    random_emit(source, program, term);
}

static void emit_members(random_source *source, plb_program *program, const naive_term *term,
                         size_t first) {
    for (size_t i = first; i < term->count; i++) {
        plb_build_member(program);
        random_emit(source, program, term->children[i]);
    }
    plb_build_end(program);
}

void random_emit(random_source *source, plb_program *program, const naive_term *term) {
    switch (term->kind) {
    case NAIVE_VAR: plb_build_var(program, term->number); return;
    case NAIVE_CONST: plb_build_const(program, term->constant); return;
    case NAIVE_ERROR: plb_build_error_term(program); return;
    case NAIVE_BUILTIN: plb_build_builtin(program, (unsigned) term->number); return;
    case NAIVE_LAM: emit_lambdas(source, program, term); return;
    case NAIVE_APPLY: emit_application(source, program, term); return;
    case NAIVE_DELAY:
        plb_build_delay(program);
        random_emit(source, program, term->children[0]);
        return;
    case NAIVE_FORCE:
        plb_build_force(program);
        random_emit(source, program, term->children[0]);
        return;
    case NAIVE_CONSTR:
        plb_build_constr(program, term->number);
        emit_members(source, program, term, 0);
        return;
    case NAIVE_CASE:
        plb_build_case(program);
        random_emit(source, program, term->children[0]);
        emit_members(source, program, term, 1);
        return;
    }
}
