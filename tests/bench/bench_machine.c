/* Nanoseconds per machine step, for programs that consist of one thing each; and per node, for
 * decoding them. Prints figures, and judges none.
 *
 *   bench_machine [REPETITIONS]
 *
 * Each figure is the median of the repetitions (default 21), with their quartiles. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <plutbench/machine.h>
#include <plutbench/measure.h>

#include "harness/machine/term.h"

#define REPETITION_NS 4000000u
#define ITEMS 2000 /* of the thing, in one program */

/* ---- Programs as text ---- */

typedef struct text {
    char *bytes;
    size_t length, capacity;
} text;

static void add(text *t, const char *part) {
    size_t length = strlen(part);
    if (t->length + length >= t->capacity) {
        t->capacity = 2 * (t->length + length) + 4096;
        t->bytes = realloc(t->bytes, t->capacity);
        if (t->bytes == NULL) abort();
    }
    memcpy(t->bytes + t->length, part, length + 1);
    t->length += length;
}

static void repeat(text *t, const char *part, unsigned count) {
    for (unsigned i = 0; i < count; i++) add(t, part);
}

/* `item` ITEMS times as the fields of a constructor, in a scope that `open` and `close` make. */
static void many(text *t, const char *open, const char *item, const char *close) {
    add(t, open);
    add(t, " (constr 0 ");
    repeat(t, item, ITEMS);
    add(t, ") ");
    add(t, close);
}

/* A variable that `count` bindings of one function are in front of. */
static void variables_behind_lets(text *t, unsigned count) {
    add(t, "[(lam x ");
    repeat(t, "[(lam y ", count);
    many(t, "", "x ", "");
    repeat(t, ") (con integer 2)]", count);
    add(t, ") (con integer 1)]");
}

/* A variable that `count` function calls are in front of. */
static void variables_behind_calls(text *t, unsigned count) {
    add(t, "[(lam x ");
    repeat(t, "[(lam k [k (con unit ())]) (lam y ", count);
    many(t, "", "x ", "");
    repeat(t, ")]", count);
    add(t, ") (con integer 1)]");
}

/* Calls of a function of `count` arguments, all at once. */
static void applications(text *t, unsigned count) {
    text item = {0};
    add(t, "[(lam f ");
    add(&item, "[f");
    repeat(&item, " (con integer 1)", count);
    add(&item, "] ");
    many(t, "", item.bytes, "");
    add(t, ") ");
    repeat(t, "(lam a ", count);
    add(t, "a");
    repeat(t, ")", count);
    add(t, "]");
    free(item.bytes);
}

/* Calls that leave a partial application in between. */
static void partial_applications(text *t, unsigned count) {
    (void) count;
    many(t, "[(lam f ", "[(lam g [g (con integer 2)]) [f (con integer 1)]] ",
         ") (lam a (lam b a))]");
}

static void lets(text *t, unsigned count) {
    repeat(t, "[(lam x ", count);
    add(t, "x");
    repeat(t, ") (con integer 1)]", count);
}

static void delays(text *t, unsigned count) {
    (void) count;
    many(t, "", "(force (delay (con unit ()))) ", "");
}

static void constructors(text *t, unsigned count) {
    text item = {0};
    add(&item, "(constr 1");
    repeat(&item, " x", count);
    add(&item, ") ");
    many(t, "[(lam x ", item.bytes, ") (con integer 1)]");
    free(item.bytes);
}

static void cases(text *t, unsigned count) {
    text item = {0};
    add(&item, "(case (constr 1");
    repeat(&item, " x", count);
    add(&item, ") x ");
    repeat(&item, "(lam a ", count);
    add(&item, count > 0 ? "a" : "x");
    repeat(&item, ")", count);
    add(&item, ") ");
    many(t, "[(lam x ", item.bytes, ") (con integer 1)]");
    free(item.bytes);
}

/* Down from ITEMS to 0 by self-application: what benchmark scripts are made of. */
static void countdown(text *t, unsigned count) {
    char begin[64];
    (void) snprintf(begin, sizeof begin, "[(lam go [go go (con integer %u)])", count);
    add(t, begin);
    add(t, " (lam self (lam n (force [(force (builtin ifThenElse)) [(builtin equalsInteger) n "
           "(con integer 0)] (delay (con unit ())) (delay [self self [(builtin subtractInteger) n "
           "(con integer 1)]])])))]");
}

/* ---- Builtins: the same call over and over, on constants ---- */

#define DATA "(con data (Constr 1 [I 5, B #00]))"
#define BYTES "(con bytestring #000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f)"

static const char *const builtin_calls[] = {
    "[(builtin addInteger) (con integer 20) (con integer 22)] ",
    "[(builtin multiplyInteger) (con integer 20) (con integer 22)] ",
    "[(builtin divideInteger) (con integer 200) (con integer 7)] ",
    "[(builtin equalsInteger) (con integer 20) (con integer 22)] ",
    "[(builtin lessThanInteger) (con integer 20) (con integer 22)] ",
    "[(builtin addInteger) (con integer 123456789012345678901234567890) (con integer 22)] ",
    "[(force (builtin ifThenElse)) (con bool True) (con unit ()) (con unit ())] ",
    "[(builtin equalsByteString) " BYTES " " BYTES "] ",
    "[(builtin appendByteString) " BYTES " " BYTES "] ",
    "[(force (builtin headList)) (con (list integer) [1, 2, 3])] ",
    "[(force (builtin tailList)) (con (list integer) [1, 2, 3])] ",
    "[(force (force (builtin fstPair))) (con (pair integer integer) (1, 2))] ",
    "[(builtin unConstrData) " DATA "] ",
    "[(builtin unIData) (con data (I 5))] ",
    "[(builtin equalsData) " DATA " " DATA "] ",
    "[(builtin sha2_256) " BYTES "] ",
    "[(builtin blake2b_256) " BYTES "] ",
};

#define BUILTIN_CALLS (sizeof builtin_calls / sizeof *builtin_calls)

static void builtins(text *t, unsigned index) { many(t, "", builtin_calls[index], ""); }

static const char *builtin_label(unsigned index) {
    static char label[64];
    const char *name = strstr(builtin_calls[index], "(builtin ") + 9;
    (void) snprintf(label, sizeof label, "call %.*s%s", (int) strcspn(name, ")"), name,
                    strstr(builtin_calls[index], "12345678901") != NULL ? ", large" : "");
    return label;
}

/* ---- Timing ---- */

typedef struct bench {
    plb_machine *machine;
    plb_cost_model *costs;
    plb_program *program;
    uint8_t *flat;
    size_t flat_length;
    unsigned repetitions;
    double *samples;
} bench;

static const plb_era era = {PLB_LANGUAGE_NEWEST, 0};

static void die(const char *what, const char *why) {
    fprintf(stderr, "bench_machine: %s: %s\n", what, why);
    exit(1);
}

static uint64_t evaluate(bench *b) {
    plb_evaluation evaluation = {
        .program = b->program, .cost_model = b->costs, .era = era, .limit = {INT64_MAX, INT64_MAX}};
    plb_outcome outcome;
    if (plb_machine_run(b->machine, &evaluation, &outcome) != PLB_OK) {
        die("evaluation", outcome.message);
    }
    return outcome.steps;
}

static uint64_t decode(bench *b) {
    plb_error error;
    if (plb_program_decode_flat(b->program, era, b->flat, b->flat_length, &error) != PLB_OK) {
        die("decoding", error.message);
    }
    return 1;
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *) a;
    double y = *(const double *) b;
    return (x > y) - (x < y);
}

/* Median and quartiles of the time of one pass, over `units`. */
static void measure(bench *b, uint64_t (*pass)(bench *b), double units, double quartiles[3]) {
    uint64_t passes = 0;
    uint64_t begun = plb_clock_now_ns();
    do { /* which warms up, too */
        (void) pass(b);
        passes++;
    } while (plb_clock_now_ns() - begun < REPETITION_NS);
    for (unsigned i = 0; i < b->repetitions; i++) {
        begun = plb_clock_now_ns();
        for (uint64_t k = 0; k < passes; k++) (void) pass(b);
        b->samples[i] = (double) (plb_clock_now_ns() - begun) / (double) passes / units;
    }
    qsort(b->samples, b->repetitions, sizeof *b->samples, by_size);
    for (unsigned i = 0; i < 3; i++) {
        quartiles[i] = b->samples[(i + 1) * (b->repetitions - 1) / 4];
    }
}

static uint64_t count_nodes(const plb_program *program) {
    plb_walk walk;
    plb_walk_event event = {.kind = PLB_WALK_DONE};
    uint64_t count = 0;
    plb_walk_begin(&walk, program, 0);
    while (plb_walk_next(&walk, &event) && event.kind != PLB_WALK_DONE) {
        if (event.kind == PLB_WALK_APPLY) {
            count += event.count;
        } else {
            count += event.kind < PLB_WALK_MEMBER;
        }
    }
    plb_walk_free(&walk);
    return count;
}

static void run(bench *b, const char *label, void (*write)(text *t, unsigned count),
                unsigned count) {
    text t = {0};
    plb_error error;
    double eval[3];
    double load[3];
    add(&t, "(program 1.1.0 ");
    write(&t, count);
    add(&t, ")");
    if (plb_program_parse_text(b->program, era, t.bytes, t.length, &error) != PLB_OK ||
        plb_program_encode_flat(b->program, &b->flat, &b->flat_length, &error) != PLB_OK) {
        die(label, error.message);
    }
    (void) decode(b);
    uint64_t nodes = count_nodes(b->program);
    uint64_t steps = evaluate(b);
    measure(b, decode, (double) nodes, load);
    measure(b, evaluate, (double) steps, eval);
    printf("%-34s %8llu %8.2f [%6.2f, %6.2f] %10llu %8.2f [%6.2f, %6.2f]\n", label,
           (unsigned long long) steps, eval[1], eval[0], eval[2], (unsigned long long) nodes,
           load[1], load[0], load[2]);
    free(b->flat);
    free(t.bytes);
}

int main(int argc, char **argv) {
    static const struct {
        const char *label;
        void (*write)(text *t, unsigned count);
        unsigned count;
    } programs[] = {
        {"variable, nearest", variables_behind_lets, 0},
        {"variable behind 8 lets", variables_behind_lets, 8},
        {"variable behind 16 lets", variables_behind_lets, 16},
        {"variable behind 64 lets", variables_behind_lets, 64},
        {"variable behind 1 call", variables_behind_calls, 1},
        {"variable behind 4 calls", variables_behind_calls, 4},
        {"variable behind 16 calls", variables_behind_calls, 16},
        {"application, 1 argument", applications, 1},
        {"application, 2 arguments", applications, 2},
        {"application, 3 arguments", applications, 3},
        {"application, 4 arguments", applications, 4},
        {"partial application", partial_applications, 0},
        {"let chain of 10", lets, 10},
        {"let chain of 2000", lets, ITEMS},
        {"force of delay", delays, 0},
        {"constr of 1", constructors, 1},
        {"constr of 4", constructors, 4},
        {"case of constr of 0", cases, 0},
        {"case of constr of 2", cases, 2},
        {"case of constr of 4", cases, 4},
        {"count down", countdown, ITEMS},
    };
    bench b = {
        .machine = plb_machine_new(0),
        .costs = plb_cost_model_default(era),
        .program = plb_program_new(0),
        .repetitions = argc > 1 ? (unsigned) strtoul(argv[1], NULL, 10) : 21,
    };
    if (b.repetitions < 3 || b.repetitions > 100000) die("REPETITIONS", "expected 3 to 100000");
    b.samples = calloc(b.repetitions, sizeof *b.samples);
    if (b.machine == NULL || b.costs == NULL || b.program == NULL || b.samples == NULL) {
        die("beginning", "out of memory");
    }
    printf("%-34s %8s %26s %10s %26s\n", "", "", "ns a step", "", "decoding, ns a node");
    printf("%-34s %8s %8s %17s %10s %8s %17s\n", "program", "steps", "median", "[quartiles]",
           "nodes", "median", "[quartiles]");
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        run(&b, programs[i].label, programs[i].write, programs[i].count);
    }
    for (unsigned i = 0; i < BUILTIN_CALLS; i++) run(&b, builtin_label(i), builtins, i);
    free(b.samples);
    plb_program_free(b.program);
    plb_cost_model_free(b.costs);
    plb_machine_free(b.machine);
    return 0;
}
