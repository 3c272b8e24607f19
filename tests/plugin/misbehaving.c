/* A plug-in that is wrong in one way: the one that the macro MISBEHAVES names (cmake/PlbTests.cmake
 * builds it with each). Otherwise it has one builtin, wrong : integer -> integer. */
#include <plutbench/plugin.h>
#include <stdlib.h>
#include <string.h>

enum {
    WELL,
    ABI,
    SMALL,
    SMALL_BUILTIN,
    NOTHING,
    NO_NAME,
    NO_BUILTINS,
    TAKEN,
    TAKEN_BENCHMARK,
    ODD_NAME,
    ARITY,
    FORCES,
    TYPE,
    RESULT_TYPE,
    MEASURE,
    NO_MEASURE,
    SHAPE,
    COSTING,
    NO_RUN,
    NO_GENERATOR,
    FIT_SHAPE,
    GRID,
    LOAD_CRASH,
    LOAD_LOOP,
    UNLOAD_CRASH,
    RUN_CRASH,
    RUN_ABORT,
    RUN_EXIT,
    RUN_LOOP,
    RUN_FAILS,
    RUN_NONE,
    RUN_WRONG_TYPE,
    RUN_GARBAGE,
    GENERATE_CRASH,
    GENERATE_FAILS,
    GENERATE_TYPE,
    GENERATE_SIZE,
    GENERATE_NOTHING,
    GENERATE_RANDOM,
    MEASURE_CRASH,
    MEASURE_NEGATIVE,
    /* These well with the smallest arguments, and wrong with larger ones. */
    LATER_CRASH,
    LATER_EXIT,
    LATER_LOOP,
    LATER_FAILS,
    LATER_SIZE
};
#define IS(what) (MISBEHAVES == (what))

static volatile int always = 1;

static void crash(void) {
    uintptr_t nowhere = 8 * (uintptr_t) always;
    *(volatile char *) nowhere = 0;
}

static void loop(void) {
    while (always) {}
}

static plb_plugin_value run_wrongly(plb_plugin_call *call) {
    if (IS(RUN_CRASH) || IS(LATER_CRASH)) crash();
    if (IS(RUN_ABORT)) abort();
    if (IS(RUN_EXIT) || IS(LATER_EXIT)) exit(0);
    if (IS(RUN_LOOP) || IS(LATER_LOOP)) loop();
    if (IS(RUN_FAILS) || IS(LATER_FAILS)) return call->host->fail(call, "no such luck");
    if (IS(RUN_NONE)) return PLB_PLUGIN_NONE;
    if (IS(RUN_WRONG_TYPE)) return call->host->make_bool(call, true);
    if (IS(RUN_GARBAGE)) return 64;
    return call->host->make_int64(call, 1);
}

static plb_plugin_value run(plb_plugin_call *call, const plb_plugin_value *arguments) {
    int64_t n;
    bool later = MISBEHAVES >= LATER_CRASH;
    if (later && call->host->read_int64(call, arguments[0], &n) && n < 10)
        return call->host->make_int64(call, n);
    return run_wrongly(call);
}

static bool generate(plb_plugin_call *call, const uint64_t *sizes, uint64_t seed,
                     plb_plugin_value *arguments) {
    int64_t n = (int64_t) sizes[0];
    (void) seed;
    if (IS(GENERATE_CRASH)) crash();
    if (IS(GENERATE_FAILS)) return call->host->fail(call, "nothing to give") != PLB_PLUGIN_NONE;
    if (IS(GENERATE_NOTHING)) return true;
    if (IS(GENERATE_RANDOM)) {
        static int64_t sign = 1;
        n = n * (sign = -sign);
    }
    if (IS(GENERATE_SIZE) || (IS(LATER_SIZE) && n > 10)) n++;
    arguments[0] =
        IS(GENERATE_TYPE) ? call->host->make_unit(call) : call->host->make_int64(call, n);
    return true;
}

static int64_t measure(plb_plugin_call *call, unsigned argument, plb_plugin_value v) {
    int64_t n;
    (void) argument;
    if (IS(MEASURE_CRASH)) crash();
    if (IS(MEASURE_NEGATIVE)) return -1;
    return call->host->read_int64(call, v, &n) ? n : -1;
}

#define OWN_MEASURE (IS(NO_MEASURE) || IS(MEASURE_CRASH) || IS(MEASURE_NEGATIVE))

static const plb_plugin_builtin builtins[] = {
    {
        .name = IS(TAKEN)             ? "addInteger"
                : IS(TAKEN_BENCHMARK) ? "unitTerm"
                : IS(ODD_NAME)        ? "add-integer"
                                      : "wrong",
        .forces = IS(FORCES) ? 16 : 0,
        .arity = IS(ARITY) ? 7 : 1,
        .arguments = {IS(TYPE)      ? "(list)"
                      : IS(MEASURE) ? "bytestring"
                                    : "integer"},
        .result = IS(RESULT_TYPE) ? "number" : "integer",
        .measures = {OWN_MEASURE ? PLB_PLUGIN_OWN : PLB_PLUGIN_LITERAL},
        .measure = IS(NO_MEASURE) ? NULL : measure,
        .run = IS(NO_RUN) ? NULL : run,
        .steps = {IS(SHAPE)     ? "linear_in_w"
                  : IS(COSTING) ? "linear_in_y"
                                : "linear_in_x",
                  {1000, 10}},
        .memory = {"constant_cost", {1}},
        .generate = IS(NO_GENERATOR) ? NULL : generate,
        .sizes = {{.least = 1, .most = 100}},
        .grid = IS(GRID) ? "1..1000:100" : "1..20",
        .fit = {.shape = IS(FIT_SHAPE) ? "straight" : NULL},
    },
};

static const plb_plugin plugin = {
    .abi = IS(ABI) ? PLB_PLUGIN_ABI + 1 : PLB_PLUGIN_ABI,
    .size = IS(SMALL) ? 8 : sizeof plugin,
    .builtin_size = IS(SMALL_BUILTIN) ? 16 : sizeof *builtins,
    .name = IS(NO_NAME) ? "two\nlines" : "misbehaving",
    .version = "0",
    .builtins = builtins,
    .builtin_count = IS(NO_BUILTINS) ? 0 : 1,
};

__attribute__((constructor)) static void load(void) {
    if (IS(LOAD_CRASH)) crash();
    if (IS(LOAD_LOOP)) loop();
}

__attribute__((destructor)) static void unload(void) {
    if (IS(UNLOAD_CRASH)) crash();
}

const plb_plugin *plb_plugin_entry(void) { return IS(NOTHING) ? NULL : &plugin; }
