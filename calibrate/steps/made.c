/* Programs that are mostly of one kind of step. None of them is what a compiler makes: together
 * they only have to differ so strongly in what they do that each kind's share shows.
 *
 * A body is evaluated many times, in one of two frames: as the fields of a constr, or bound by
 * applied lambdas; and the frame once, or again and again by a loop without builtins: a function
 * that applies another ten times, to itself or to the frame. */
#include <stdio.h>
#include <stdlib.h>

#include "calibrate/steps/set.h"
#include "results/format.h"

#define BODIES 16 /* in a frame */
#define LETS 6    /* of them, where each deepens the environment by a variable */

/* Free in all of them are u (unit), i (an integer of a whole word, as sweeps of builtins have it),
 * b (a boolean), p (a pair), d (a delayed term), k (a constr), f, f2 (functions of one and two
 * arguments). */
typedef struct body {
    const char *name, *text;
} body;

static const body bodies[] = {
    {"const", "(con integer 1)"},
    {"var", "u"},
    {"lam", "(lam a a)"},
    {"lams", "(lam a (lam b (lam c a)))"},
    {"delay", "(delay u)"},
    {"force-delay", "(force (delay u))"},
    {"force", "(force d)"},
    {"apply", "[f u]"},
    {"apply-two", "[f2 u u]"},
    {"apply-part", "[f2 u]"},
    {"let", "[(lam a a) u]"},
    {"builtin", "(builtin addInteger)"},
    {"builtin-forced", "(force (builtin ifThenElse))"},
    {"builtin-part", "[(builtin addInteger) i]"},
    {"call-add", "[(builtin addInteger) i i]"},
    {"call-less", "[(builtin lessThanInteger) i i]"},
    {"call-if", "[(force (builtin ifThenElse)) b u u]"},
    {"call-first", "[(force (force (builtin fstPair))) p]"},
    {"constr", "(constr 1)"},
    {"constr-fields", "(constr 0 u u u)"},
    {"case", "(case k u u u)"},
    {"case-constr", "(case (constr 0) u)"},
    {"case-fields", "(case (constr 0 u u) (lam a (lam b a)))"},
};

static const body smallest[] = {
    {"unit", "(con unit ())"},
    {"lam", "(lam x x)"},
    {"delay", "(delay (con unit ()))"},
    {"builtin", "(builtin addInteger)"},
    {"constr", "(constr 0)"},
    {"apply", "[(lam x x) (con unit ())]"},
    {"force", "(force (delay (con unit ())))"},
    {"case", "(case (constr 0) (con unit ()))"},
    {"let", "[(lam x [(lam y [(lam z x) y]) x]) (con unit ())]"},
};

static void print_fields(FILE *out, const char *text) {
    fputs("(constr 0", out);
    for (int i = 0; i < BODIES; i++) fprintf(out, " %s", text);
    fputs(")", out);
}

static void print_lets(FILE *out, const char *text) {
    for (int i = 0; i < LETS; i++) fprintf(out, "[(lam v%d ", i);
    fputs("u", out);
    for (int i = 0; i < LETS; i++) fprintf(out, ") %s]", text);
}

typedef struct frame {
    const char *name;
    void (*print)(FILE *out, const char *text);
} frame;

static const frame frames[] = {{"fields", print_fields}, {"lets", print_lets}};

/* The frame 10 to the power of `loops` times. */
static void print_program(FILE *out, const frame *around, const char *text, int loops) {
    fputs("(program 1.1.0 [(lam u (lam i (lam b (lam p (lam d (lam k (lam f (lam f2 (lam ten ",
          out);
    for (int i = 0; i < loops; i++) fputs("[ten ", out);
    if (loops > 0) fputs("(lam u [(lam ignored u) ", out);
    around->print(out, text);
    if (loops > 0) fputs("])", out);
    for (int i = 1; i < loops; i++) fputs("]", out);
    fputs(loops > 0 ? " u])))))))))" : ")))))))))", out);
    fputs(" (con unit ()) (con integer 8000000000000000000) (con bool True) (con (pair integer "
          "integer) (1, 2))"
          " (delay (con unit ())) (constr 1) (lam a a) (lam a (lam b a))"
          " (lam g (lam u [g [g [g [g [g [g [g [g [g [g u]]]]]]]]]]))])",
          out);
}

static plb_status add(plb_step_set *set, const frame *around, const body *what, int loops,
                      plb_error *error) {
    static const int repeats[] = {1, 10, 100};
    char name[PLB_STEP_NAME_BYTES], *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    snprintf(name, sizeof name, "steps/%s-%s/%d", what->name, around->name, repeats[loops]);
    if (out != NULL) print_program(out, around, what->text, loops);
    plb_status status = plb_text_close(out, &text, error);
    if (status == PLB_OK) status = plb_step_set_add_text(set, name, text, length, error);
    free(text);
    return status;
}

static plb_status add_smallest(plb_step_set *set, const body *what, plb_error *error) {
    char name[PLB_STEP_NAME_BYTES], text[256];
    snprintf(name, sizeof name, "steps/smallest-%s", what->name);
    int length = snprintf(text, sizeof text, "(program 1.1.0 %s)", what->text);
    return plb_step_set_add_text(set, name, text, (size_t) length, error);
}

plb_status plb_step_set_add_made(plb_step_set *set, plb_error *error) {
    plb_status status = PLB_OK;
    for (size_t i = 0; i < sizeof smallest / sizeof *smallest && status == PLB_OK; i++)
        status = add_smallest(set, &smallest[i], error);
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
        for (size_t f = 0; f < sizeof frames / sizeof *frames; f++)
            for (int loops = 0; loops <= 2 && status == PLB_OK; loops++)
                status = add(set, &frames[f], &bodies[i], loops, error);
    return status;
}
