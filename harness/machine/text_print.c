/* Programs in the textual syntax, on one line. Binders keep their names, each with its depth as
 * the unique (x-0), so that an inner one never takes the place of an outer one of the same name;
 * where no binder has a name, they are i0, i1, ... by depth. */
#include "harness/machine/text_print.h"

#include <stdlib.h>

#include <plutbench/machine.h>

#include "harness/machine/builtin.h"
#include "harness/machine/term.h"
#include "harness/machine/text_lexer.h"

/* A free variable's unique is beyond every binder's depth. */
#define FREE_UNIQUE 0x100000000u

/* What is open around the current term. */
enum {
    OPEN_OTHER,
    OPEN_LAM,
    OPEN_APPLY,
    OPEN_APPLY_HEAD /* an application at the head of another one: [f a b] is [[f a] b] */
};

typedef struct printer {
    plb_output out;
    const plb_program *program;
    uint32_t *binders; /* positions of the lambdas around */
    size_t binder_count, binder_capacity;
    uint8_t *open;
    size_t open_count, open_capacity;
    bool at_head; /* an application has just been opened */
} printer;

static void print_name(printer *p, size_t level) {
    const char *name = plb_program_binder_name(p->program, p->binders[level]);
    if (!name || *name == '\0') {
        plb_output_byte(&p->out, 'i');
        plb_output_uint(&p->out, level);
    } else if (plb_text_is_plain_name(name)) {
        plb_output_text(&p->out, name);
    } else {
        plb_output_byte(&p->out, '`');
        plb_output_text(&p->out, name);
        plb_output_byte(&p->out, '`');
    }
    if (p->program->name_count > 0) {
        plb_output_byte(&p->out, '-');
        plb_output_uint(&p->out, level);
    }
}

static void print_var(printer *p, uint64_t index) {
    if (index >= 1 && index <= p->binder_count) {
        print_name(p, p->binder_count - (size_t) index);
        return;
    }
    uint64_t beyond = index - p->binder_count; /* 0 stays what it is: no index at all */
    plb_output_text(&p->out, "free");
    plb_output_uint(&p->out, index == 0 ? 0 : beyond);
    if (p->program->name_count > 0) {
        plb_output_byte(&p->out, '-');
        plb_output_uint(&p->out, FREE_UNIQUE + (index == 0 ? 0 : beyond));
    }
}

static void open_term(printer *p, uint8_t kind, const char *text) {
    if (!plb_grow((void **) &p->open, &p->open_capacity, p->open_count + 1, 1)) {
        p->out.failed = true;
        return;
    }
    p->open[p->open_count++] = kind;
    plb_output_text(&p->out, text);
}

static void open_lam(printer *p, uint32_t position) {
    if (!plb_grow((void **) &p->binders, &p->binder_capacity, p->binder_count + 1,
                  sizeof *p->binders)) {
        p->out.failed = true;
        return;
    }
    p->binders[p->binder_count++] = position;
    open_term(p, OPEN_LAM, "(lam ");
    print_name(p, p->binder_count - 1);
    plb_output_byte(&p->out, ' ');
}

static void close_term(printer *p) {
    uint8_t kind = p->open[--p->open_count];
    if (kind == OPEN_LAM) p->binder_count--;
    if (kind != OPEN_APPLY_HEAD) plb_output_byte(&p->out, kind == OPEN_APPLY ? ']' : ')');
}

static void open_apply(printer *p, bool at_head) {
    open_term(p, at_head ? OPEN_APPLY_HEAD : OPEN_APPLY, at_head ? "" : "[");
    p->at_head = true;
}

static void print_event(printer *p, const plb_walk_event *event) {
    plb_output *out = &p->out;
    bool at_head = p->at_head;
    p->at_head = false;
    switch (event->kind) {
    case PLB_WALK_VAR: print_var(p, event->number); break;
    case PLB_WALK_LAM: open_lam(p, event->position); break;
    case PLB_WALK_APPLY: open_apply(p, at_head); break;
    case PLB_WALK_DELAY: open_term(p, OPEN_OTHER, "(delay "); break;
    case PLB_WALK_FORCE: open_term(p, OPEN_OTHER, "(force "); break;
    case PLB_WALK_CASE: open_term(p, OPEN_OTHER, "(case "); break;
    case PLB_WALK_CONSTR:
        open_term(p, OPEN_OTHER, "(constr ");
        plb_output_uint(out, event->number);
        break;
    case PLB_WALK_CONST:
        plb_output_text(out, "(con ");
        plb_print_type_of(out, &p->program->types, event->constant);
        plb_output_byte(out, ' ');
        plb_print_constant(out, event->constant);
        plb_output_byte(out, ')');
        break;
    case PLB_WALK_BUILTIN:
        plb_output_text(out, "(builtin ");
        plb_output_text(out, p->program->builtins[event->number].name);
        plb_output_byte(out, ')');
        break;
    case PLB_WALK_ERROR: plb_output_text(out, "(error)"); break;
    case PLB_WALK_MEMBER:
    case PLB_WALK_ARGUMENT: plb_output_byte(out, ' '); break;
    case PLB_WALK_LIST_END:
    case PLB_WALK_CLOSE: close_term(p); break;
    case PLB_WALK_DONE: break;
    }
}

static void print_program(printer *p) {
    plb_output *out = &p->out;
    const uint64_t *version = p->program->version;
    plb_output_text(out, "(program ");
    for (int i = 0; i < 3; i++) {
        plb_output_uint(out, version[i]);
        plb_output_byte(out, i < 2 ? '.' : ' ');
    }
    plb_walk walk;
    plb_walk_event event = {.kind = PLB_WALK_LIST_END};
    plb_walk_begin(&walk, p->program, 0);
    while (!out->failed && event.kind != PLB_WALK_DONE) {
        if (!plb_walk_next(&walk, &event)) {
            out->failed = true;
            break;
        }
        print_event(p, &event);
    }
    plb_walk_free(&walk);
    plb_output_byte(out, ')');
}

plb_status plb_program_print(const plb_program *program, size_t byte_cap, char **text,
                             size_t *length, plb_error *error) {
    printer p = {.program = program};
    plb_output_begin(&p.out, byte_cap);
    size_t cap = p.out.cap;
    print_program(&p);
    free(p.binders);
    free(p.open);
    uint8_t *bytes;
    size_t count;
    if (!plb_output_take(&p.out, &bytes, &count)) {
        return plb_fail(error, PLB_E_MEMORY, NULL, "the text does not fit in %zu bytes", cap);
    }
    *text = (char *) bytes;
    if (length) *length = count;
    return PLB_OK;
}
