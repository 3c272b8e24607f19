/* Programs in the textual syntax (UntypedPlutusCore.Parser). One pass over the text makes a list
 * of nodes in prefix order, with variables resolved; a second one hands it to the builder, which
 * wants to know beforehand how many applications nest. */
#include <stdlib.h>
#include <string.h>

#include <plutbench/machine.h>

#include "harness/machine/availability.h"
#include "harness/machine/builtin.h"
#include "harness/machine/extra_builtins.h"
#include "harness/machine/output.h"
#include "harness/machine/term.h"
#include "harness/machine/text_constant.h"
#include "harness/machine/text_lexer.h"
#include "harness/machine/text_scope.h"

typedef enum node_kind {
    NODE_VAR,   /* number: de Bruijn index */
    NODE_LAM,   /* number: where its name is in the text, offset and length */
    NODE_APPLY, /* number: arguments */
    NODE_CONST, /* number: the value */
    NODE_DELAY,
    NODE_FORCE,
    NODE_ERROR,
    NODE_BUILTIN, /* number: its tag */
    NODE_CONSTR,  /* number: its tag; MEMBERs and END follow */
    NODE_CASE,    /* the scrutinee, MEMBERs and END follow */
    NODE_MEMBER,
    NODE_END
} node_kind;

typedef struct node {
    uint64_t number;
    node_kind kind;
} node;

/* A term that is open: what it waits for. */
typedef struct open_term {
    size_t node;    /* its node */
    size_t binding; /* LAM: for plb_scope_leave, */
    uint64_t outer; /* as is this */
    uint32_t count; /* terms read inside */
    node_kind kind;
} open_term;

typedef struct parser {
    plb_text text;
    plb_program *program;
    const plb_availability *available;
    plb_era era;
    plb_scope scope;
    node *nodes;
    size_t node_count, node_capacity;
    open_term *open;
    size_t open_count, open_capacity;
} parser;

static bool out_of_memory(parser *p) {
    return plb_text_fail(&p->text, p->text.at, PLB_E_MEMORY, "memory is short");
}

static bool add_node(parser *p, node_kind kind, uint64_t number) {
    if (!plb_grow((void **) &p->nodes, &p->node_capacity, p->node_count + 1, sizeof *p->nodes)) {
        return out_of_memory(p);
    }
    p->nodes[p->node_count++] = (node){number, kind};
    return true;
}

/* Add an inner node; terms that are read now belong to it. */
static bool open_node(parser *p, node_kind kind, uint64_t number) {
    if (!plb_grow((void **) &p->open, &p->open_capacity, p->open_count + 1, sizeof *p->open)) {
        return out_of_memory(p);
    }
    p->open[p->open_count++] = (open_term){.node = p->node_count, .kind = kind};
    return add_node(p, kind, number);
}

/* ---- Leaves ---- */

static bool read_var(parser *p) {
    const uint8_t *start = p->text.at;
    plb_text_name name;
    if (!plb_text_read_name(&p->text, &name)) return false;
    uint64_t index;
    switch (plb_scope_find(&p->scope, &name, &index)) {
    case PLB_SCOPE_BOUND: return add_node(p, NODE_VAR, index);
    case PLB_SCOPE_FREE:
        return plb_text_fail(
            &p->text, start, PLB_E_PARSE, "expected a variable that is bound, found '%.*s'",
            (int) (name.name.length < 80 ? name.name.length : 80), name.name.bytes);
    default: return out_of_memory(p);
    }
}

static bool read_builtin(parser *p) {
    const uint8_t *start = p->text.at;
    plb_text_span name = plb_text_identifier(&p->text);
    int length = (int) (name.length < 80 ? name.length : 80);
    int tag = plb_program_find_builtin(p->program, name.bytes, name.length);
    if (tag < 0) {
        return plb_text_fail(&p->text, start, PLB_E_PARSE,
                             "expected a builtin's name, found '%.*s'", length, name.bytes);
    }
    if (tag < PLB_BUILTIN_COUNT && !p->available->builtin[tag]) {
        return plb_text_fail(&p->text, start, PLB_E_UNAVAILABLE,
                             "builtin %s is not available in %s at this protocol version",
                             plb_builtins[tag].name, plb_language_name(p->era.language));
    }
    return plb_text_space(&p->text) && add_node(p, NODE_BUILTIN, (uint64_t) tag);
}

#define TYPE_NODES_MAX 128 /* more than any era's bound that is one */

/* Whether the type has at most `max` nodes: see plb_availability, constant_type_max. */
static bool type_within(const plb_types *types, plb_type type, uint64_t max) {
    plb_type stack[TYPE_NODES_MAX];
    size_t count = 1;
    uint64_t nodes = 0;
    stack[0] = type;
    while (count > 0) {
        plb_type_node top = plb_type_get(types, stack[--count]);
        nodes += top.tag == PLB_TAG_ATOM ? 1 : top.tag == PLB_TAG_PAIR ? 3 : 2;
        if (nodes > max || count + 2 > TYPE_NODES_MAX) return false;
        if (top.tag == PLB_TAG_PAIR) stack[count++] = top.second;
        if (top.tag != PLB_TAG_ATOM) stack[count++] = top.first;
    }
    return true;
}

static bool read_constant(parser *p) {
    const uint8_t *start = p->text.at;
    plb_types *types = &p->program->types;
    uint64_t max = p->available->constant_type_max;
    plb_value value = plb_text_constant(&p->text, &p->program->heap, types);
    if (value == PLB_NO_VALUE) return false;
    if (max != UINT64_MAX && !type_within(types, plb_type_of(types, value), max)) {
        return plb_text_fail(&p->text, start, PLB_E_UNAVAILABLE,
                             "a constant of so large a type is not available in this protocol "
                             "version");
    }
    return add_node(p, NODE_CONST, value);
}

/* ---- Inner terms ---- */

#define NAME_LENGTH_BITS 24

static bool read_lam(parser *p) {
    plb_text_name name;
    const uint8_t *start = p->text.at;
    if (!plb_text_read_name(&p->text, &name)) return false;
    uint64_t offset = (uint64_t) ((const uint8_t *) name.name.bytes - p->text.start);
    if (name.name.length >> NAME_LENGTH_BITS != 0 || offset >> (64 - NAME_LENGTH_BITS) != 0) {
        return plb_text_fail(&p->text, start, PLB_E_UNSUPPORTED, "expected a shorter name");
    }
    size_t binding;
    uint64_t outer;
    if (!plb_scope_enter(&p->scope, &name, &binding, &outer) ||
        !open_node(p, NODE_LAM, offset << NAME_LENGTH_BITS | name.name.length)) {
        return out_of_memory(p);
    }
    p->open[p->open_count - 1].binding = binding;
    p->open[p->open_count - 1].outer = outer;
    return true;
}

/* constr and case exist from Plutus Core 1.1.0 on. */
static bool check_sums(parser *p, const uint8_t *start, const char *what) {
    const uint64_t *v = p->program->version;
    if (v[0] > 1 || (v[0] == 1 && v[1] >= 1)) return true;
    return plb_text_fail(&p->text, start, PLB_E_UNAVAILABLE,
                         "'%s' is not allowed before version 1.1.0", what);
}

static bool read_constr(parser *p, const uint8_t *start) {
    plb_text_span digits;
    uint64_t tag;
    if (!check_sums(p, start, "constr")) return false;
    start = p->text.at;
    if (!plb_text_digits(&p->text, &digits)) return false;
    if (!plb_text_to_u64(digits, &tag)) {
        return plb_text_fail(&p->text, start, PLB_E_PARSE, "expected a tag below 2^64");
    }
    return plb_text_space(&p->text) && open_node(p, NODE_CONSTR, tag);
}

static bool read_case(parser *p, const uint8_t *start) {
    return check_sums(p, start, "case") && open_node(p, NODE_CASE, 0);
}

typedef enum progress { FAILED, OPENED, COMPLETE } progress;

static progress opened(bool ok) { return ok ? OPENED : FAILED; }
static progress leaf(parser *p, bool ok) {
    return ok && plb_text_require(&p->text, ")") ? COMPLETE : FAILED;
}

/* A term in parentheses; keywords in the reference's order, constr before con. */
static progress read_keyword(parser *p) {
    plb_text *text = &p->text;
    const uint8_t *start = text->at;
    if (plb_text_symbol(text, "builtin")) return leaf(p, read_builtin(p));
    if (plb_text_symbol(text, "lam")) return opened(read_lam(p));
    if (plb_text_symbol(text, "constr")) return opened(read_constr(p, start));
    if (plb_text_symbol(text, "con")) return leaf(p, read_constant(p));
    if (plb_text_symbol(text, "delay")) return opened(open_node(p, NODE_DELAY, 0));
    if (plb_text_symbol(text, "force")) return opened(open_node(p, NODE_FORCE, 0));
    if (plb_text_symbol(text, "error")) return leaf(p, add_node(p, NODE_ERROR, 0));
    if (plb_text_symbol(text, "case")) return opened(read_case(p, start));
    plb_text_expected(text, "builtin, lam, constr, con, delay, force, error or case");
    return FAILED;
}

static progress read_term(parser *p) {
    plb_text *text = &p->text;
    if (plb_text_symbol(text, "[")) return opened(open_node(p, NODE_APPLY, 0));
    if (plb_text_symbol(text, "(")) return read_keyword(p);
    uint8_t next = plb_text_peek(text);
    bool letter = (next | 32) >= 'a' && (next | 32) <= 'z';
    if (!letter && next != '_' && next != '`') {
        plb_text_expected(text, "a term");
        return FAILED;
    }
    return read_var(p) ? COMPLETE : FAILED;
}

/* ---- Closing ---- */

static bool close_apply(parser *p, const open_term *open) {
    if (open->count < 2) return plb_text_expected(&p->text, "an argument of the application");
    p->nodes[open->node].number = open->count - 1;
    return plb_text_require(&p->text, "]");
}

static bool close_list(parser *p, const open_term *open) {
    if (open->kind == NODE_CONSTR && open->count > p->available->constr_max_fields) {
        return plb_text_fail(&p->text, p->text.at, PLB_E_UNAVAILABLE,
                             "constr with %u fields is not available in this protocol version",
                             (unsigned) open->count);
    }
    return add_node(p, NODE_END, 0) && plb_text_require(&p->text, ")");
}

/* After a term was completed or opened: close what ends here. *more: another term comes next. */
static bool close_ended(parser *p, progress last, bool *more) {
    while (p->open_count > 0) {
        open_term *open = &p->open[p->open_count - 1];
        if (last == COMPLETE) open->count++;
        last = COMPLETE;
        uint8_t next = plb_text_peek(&p->text);
        bool ok = true;
        *more = true;
        switch (open->kind) {
        case NODE_APPLY:
            if (next != ']') return true;
            ok = close_apply(p, open);
            break;
        case NODE_CONSTR:
        case NODE_CASE:
            if (open->kind == NODE_CASE && open->count == 0) return true; /* the scrutinee */
            if (next != ')') return add_node(p, NODE_MEMBER, 0);
            if (open->kind == NODE_CASE) open->count--;
            ok = close_list(p, open);
            break;
        case NODE_LAM:
            if (open->count == 0) return true;
            plb_scope_leave(&p->scope, open->binding, open->outer);
            ok = plb_text_require(&p->text, ")");
            break;
        default:
            if (open->count == 0) return true;
            ok = plb_text_require(&p->text, ")");
            break;
        }
        if (!ok) return false;
        p->open_count--;
    }
    *more = false;
    return true;
}

/* ---- Programs ---- */

static bool read_version_part(parser *p, uint64_t *part) {
    plb_text_span digits;
    if (!plb_text_digits(&p->text, &digits)) return false;
    return plb_text_to_u64(digits, part) ||
           plb_text_fail(&p->text, p->text.at, PLB_E_UNSUPPORTED,
                         "expected a version number below 2^64 before this");
}

static bool read_version(parser *p) {
    const uint8_t *start = p->text.at;
    uint64_t *v = p->program->version;
    for (int i = 0; i < 3; i++) {
        if (i > 0) {
            if (plb_text_peek(&p->text) != '.') {
                return plb_text_expected(&p->text, "a version such as 1.1.0");
            }
            p->text.at++;
        }
        if (!read_version_part(p, &v[i])) return false;
    }
    bool is_1_0 = v[0] == 1 && v[1] == 0 && v[2] == 0;
    bool is_1_1 = v[0] == 1 && v[1] == 1 && v[2] == 0;
    if (p->era.language != PLB_LANGUAGE_NEWEST && !(is_1_0 && p->available->core_1_0_0) &&
        !(is_1_1 && p->available->core_1_1_0)) {
        return plb_text_fail(&p->text, start, PLB_E_UNAVAILABLE,
                             "Plutus Core %llu.%llu.%llu is not available in %s at this protocol "
                             "version",
                             (unsigned long long) v[0], (unsigned long long) v[1],
                             (unsigned long long) v[2], plb_language_name(p->era.language));
    }
    return plb_text_space(&p->text);
}

static bool read_body(parser *p) {
    bool more = true;
    while (more) {
        progress last = read_term(p);
        if (last == FAILED || p->text.status != PLB_OK || !close_ended(p, last, &more)) {
            return false;
        }
    }
    return true;
}

static bool read_program(parser *p) {
    plb_text *text = &p->text;
    if (!plb_text_space(text) || !plb_text_require(text, "(") ||
        !plb_text_require(text, "program") || !read_version(p) || !read_body(p) ||
        !plb_text_require(text, ")")) {
        return false;
    }
    return text->at == text->end || plb_text_expected(text, "nothing more");
}

/* ---- Building ---- */

static plb_build_next build_lam(parser *p, uint64_t name) {
    char inline_name[128];
    const uint8_t *bytes = p->text.start + (name >> NAME_LENGTH_BITS);
    size_t length = (size_t) (name & (((uint64_t) 1 << NAME_LENGTH_BITS) - 1));
    char *copy = length < sizeof inline_name ? inline_name : malloc(length + 1);
    if (!copy) return PLB_BUILD_FAILED;
    memcpy(copy, bytes, length);
    copy[length] = '\0';
    plb_build_next next = plb_build_lam(p->program, copy);
    if (copy != inline_name) free(copy);
    return next;
}

static plb_build_next build_node(parser *p, size_t *at) {
    plb_program *program = p->program;
    const node *n = &p->nodes[*at];
    switch (n->kind) {
    case NODE_VAR: return plb_build_var(program, n->number);
    case NODE_LAM: return build_lam(p, n->number);
    case NODE_CONST: return plb_build_const(program, n->number);
    case NODE_DELAY: return plb_build_delay(program);
    case NODE_FORCE: return plb_build_force(program);
    case NODE_ERROR: return plb_build_error_term(program);
    case NODE_BUILTIN: return plb_build_builtin(program, (unsigned) n->number);
    case NODE_CONSTR: return plb_build_constr(program, n->number);
    case NODE_CASE: return plb_build_case(program);
    case NODE_MEMBER: return plb_build_member(program);
    case NODE_END: return plb_build_end(program);
    case NODE_APPLY: break;
    }
    /* An application at the head of another one continues it: [[f a] b] is [f a b]. */
    uint64_t count = n->number;
    while (p->nodes[*at + 1].kind == NODE_APPLY) count += p->nodes[++*at].number;
    return count > UINT32_MAX ? PLB_BUILD_FAILED : plb_build_apply(program, (uint32_t) count);
}

static plb_status build_program(parser *p) {
    for (size_t i = 0; i < p->node_count; i++) {
        if (build_node(p, &i) != PLB_BUILD_FAILED) continue;
        plb_status status = plb_build_error(p->program, p->text.error);
        return status != PLB_OK ? status
                                : plb_fail(p->text.error, PLB_E_MEMORY, NULL, "memory is short");
    }
    return PLB_OK;
}

plb_status plb_program_parse_text(plb_program *program, plb_era era, const char *text,
                                  size_t length, plb_error *error) {
    parser p = {.program = program, .era = era, .available = plb_availability_of(era)};
    plb_build_begin(program);
    if (!p.available->language) {
        return plb_fail(error, PLB_E_UNAVAILABLE, NULL,
                        "%s is not available in protocol version %u",
                        plb_language_name(era.language), era.protocol_version);
    }
    plb_scope_begin(&p.scope);
    bool ok = plb_text_open(&p.text, text, length, error) && read_program(&p);
    plb_status status = ok ? build_program(&p) : p.text.status;
    plb_scope_free(&p.scope);
    free(p.nodes);
    free(p.open);
    return status;
}
