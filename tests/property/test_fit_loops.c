/* The loop count that is found equals that of an exhaustive search, for synthetic costs of every
 * kind, and takes few evaluations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <plutbench/calibrate.h>

static uint64_t random_state = 88172645463325252u;

static uint64_t random_word(void) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

static int64_t random_below(int64_t limit) { return (int64_t) (random_word() % (uint64_t) limit); }

/* ---- Costs ---- */

/* a, b, c: what the shape makes of them. Everything saturates, and nothing falls. */
typedef struct curve {
    int64_t (*shape)(const struct curve *curve, int64_t n);
    int64_t a, b, c;
} curve;

static int64_t plus(int64_t x, int64_t y) {
    int64_t sum;
    return __builtin_add_overflow(x, y, &sum) ? INT64_MAX : sum;
}

static int64_t times(int64_t x, int64_t y) {
    int64_t product;
    return __builtin_mul_overflow(x, y, &product) ? INT64_MAX : product;
}

static int64_t linear(const curve *f, int64_t n) { return plus(f->a, times(f->b, n)); }

/* The first loop has a price of its own. */
static int64_t dear_start(const curve *f, int64_t n) {
    return n == 0 ? f->a : plus(plus(f->a, f->c), times(f->b, n));
}

/* Every c loops one step of b. */
static int64_t stairs(const curve *f, int64_t n) {
    return plus(f->a, times(f->b, n / (f->c % 50 + 1)));
}

static int64_t quadratic(const curve *f, int64_t n) {
    return plus(linear(f, n), times(f->c % 100 + 1, times(n, n)));
}

/* From c on, loops cost twelve times as much. */
static int64_t kink_up(const curve *f, int64_t n) {
    return plus(linear(f, n), n > f->c ? times(11 * f->b, n - f->c) : 0);
}

/* From c on, loops cost a fiftieth. */
static int64_t kink_down(const curve *f, int64_t n) {
    return n <= f->c ? linear(f, n) : plus(linear(f, f->c), times(f->b, (n - f->c) / 50));
}

/* For c loops the price stays; then it rises again. */
static int64_t plateau(const curve *f, int64_t n) {
    int64_t start = f->c / 2 + 2;
    return linear(f, n <= start ? n : n <= start + f->c ? start : n - f->c);
}

/* Nothing at all for c loops. */
static int64_t late(const curve *f, int64_t n) { return n <= f->c ? f->a : linear(f, n - f->c); }

/* A word more where the counter gets another bit, as integers have in the cost model. */
static int64_t words(const curve *f, int64_t n) {
    int64_t bits = n == 0 ? 0 : 64 - __builtin_clzll((unsigned long long) n);
    return plus(linear(f, n), times(f->c, bits));
}

static int64_t exponential(const curve *f, int64_t n) {
    return n > 61 ? INT64_MAX : plus(f->a, times(f->b, (int64_t) 1 << n));
}

/* As linear as rounding allows. */
static int64_t fractions(const curve *f, int64_t n) {
    return plus(f->a, times(n, f->b) / 7 + times(n, f->c) / 13);
}

static int64_t nothing(const curve *f, int64_t n) {
    (void) n;
    return f->a;
}

static const struct {
    const char *name;
    int64_t (*shape)(const curve *curve, int64_t n);
} shapes[] = {
    {"linear", linear},       {"dear start", dear_start},
    {"stairs", stairs},       {"quadratic", quadratic},
    {"kink up", kink_up},     {"kink down", kink_down},
    {"plateau", plateau},     {"late", late},
    {"words", words},         {"exponential", exponential},
    {"fractions", fractions},
};

#define SHAPES (sizeof shapes / sizeof *shapes)

/* ---- The search under test ---- */

typedef struct subject {
    curve steps, memory;
    uint32_t evaluations;
    int64_t fails_at; /* evaluation fails from this count on; 0: never */
    plb_status failure;
} subject;

static plb_exunits cost_at(const subject *s, int64_t n) {
    return (plb_exunits){.memory = s->memory.shape(&s->memory, n),
                         .steps = s->steps.shape(&s->steps, n)};
}

static plb_status cost(void *context, int64_t loops, plb_exunits *exunits, plb_error *error) {
    subject *s = context;
    s->evaluations++;
    if (s->failure != PLB_OK && loops >= s->fails_at) {
        return plb_fail(error, s->failure, NULL, "fails at %lld", (long long) loops);
    }
    *exunits = cost_at(s, loops);
    return PLB_OK;
}

static unsigned over(plb_exunits used, plb_exunits target) {
    return (used.steps > target.steps ? PLB_LIMIT_STEPS : 0u) |
           (used.memory > target.memory ? PLB_LIMIT_MEMORY : 0u);
}

/* Upwards, one by one; -1 when not even zero loops fit. */
static int64_t exhaustive(const subject *s, plb_exunits target, int64_t most) {
    int64_t n = -1;
    while (n < most && over(cost_at(s, n + 1), target) == 0) n++;
    return n;
}

static uint32_t log2_of(int64_t n) {
    uint32_t bits = 0;
    for (; n > 0; n /= 2) bits++;
    return bits;
}

static bool same(plb_exunits a, plb_exunits b) {
    return a.memory == b.memory && a.steps == b.steps;
}

/* The count is `expected`, and everything that is said of it is so. Returns evaluations. */
static uint32_t assert_fits(subject *s, plb_exunits target, int64_t expected, const char *name) {
    plb_loop_fit fit;
    plb_error error = {0};
    s->evaluations = 0;
    plb_status status = plb_fit_loops(cost, s, target, &fit, &error);
    if (expected < 1) {
        if (status != PLB_E_BUDGET) fail_msg("%s: status %d: %s", name, status, error.message);
        assert_non_null(strstr(error.message, "not even one loop fits"));
        return s->evaluations;
    }
    if (status != PLB_OK) fail_msg("%s: %s", name, error.message);
    if (fit.loops != expected) {
        fail_msg("%s: %lld loops, expected %lld", name, (long long) fit.loops,
                 (long long) expected);
    }
    assert_int_equal(fit.limiting, over(cost_at(s, expected + 1), target));
    assert_true(same(fit.used, cost_at(s, expected)));
    assert_true(same(fit.at_zero, cost_at(s, 0)));
    assert_true(same(fit.at_one, cost_at(s, 1)));
    assert_int_equal(fit.evaluations, s->evaluations);
    return s->evaluations;
}

/* ---- Properties ---- */

/* Beyond this an exhaustive search takes too long for a test. */
#define MOST 3000

static curve random_curve(size_t shape) {
    return (curve){shapes[shape].shape, random_below(1000), random_below(40) + 1,
                   random_below(MOST)};
}

/* A target that is the price of some count, or near it. */
static int64_t random_target(const curve *f) {
    int64_t price = f->shape(f, random_below(MOST - 1) + 1);
    return random_below(3) == 0 ? price : plus(price, random_below(60) - 30);
}

/* The steps rise by one curve, the memory by another: either may run out first. */
static void test_equals_exhaustive_search(void **state) {
    (void) state;
    uint32_t by_steps = 0;
    uint32_t by_memory = 0;
    uint32_t by_both = 0;
    for (int i = 0; i < 60000; i++) {
        size_t a = (size_t) random_below(SHAPES);
        size_t b = (size_t) random_below(SHAPES);
        subject s = {.steps = random_curve(a), .memory = random_curve(b)};
        plb_exunits target = {random_target(&s.memory), random_target(&s.steps)};
        char name[80];
        (void) snprintf(name, sizeof name, "case %d: steps %s, memory %s", i, shapes[a].name,
                        shapes[b].name);
        int64_t expected = exhaustive(&s, target, 4 * MOST);
        if (expected == 4 * MOST) continue;
        uint32_t evaluations = assert_fits(&s, target, expected, name);
        if (evaluations > 2 * log2_of(expected) + 12) {
            fail_msg("%s: %u evaluations to find %lld", name, evaluations, (long long) expected);
        }
        unsigned limiting = over(cost_at(&s, expected + 1), target);
        by_steps += limiting == PLB_LIMIT_STEPS;
        by_memory += limiting == PLB_LIMIT_MEMORY;
        by_both += limiting == (PLB_LIMIT_STEPS | PLB_LIMIT_MEMORY);
    }
    assert_true(by_steps > 1000 && by_memory > 1000 && by_both > 10);
}

/* Two evaluations to see the line, two to prove what it says. */
static void test_linear_takes_four(void **state) {
    (void) state;
    for (int i = 0; i < 100000; i++) {
        subject s = {
            .steps = {linear, random_below(1 << 30), random_below(1 << 26) + 1, 0},
            .memory = {linear, random_below(1 << 20), random_below(1 << 12) + 1, 0},
        };
        int64_t n = random_below(1000000) + 2;
        plb_exunits target = cost_at(&s, n);
        bool steps_limit = random_below(2) == 0;
        /* One resource ends at n, exactly or almost; the other one later. */
        int64_t *limited = steps_limit ? &target.steps : &target.memory;
        int64_t *free_one = steps_limit ? &target.memory : &target.steps;
        *limited += random_below(steps_limit ? s.steps.b : s.memory.b);
        *free_one = plus(*free_one, random_below(1 << 30));
        int64_t by_steps = (target.steps - s.steps.a) / s.steps.b;
        int64_t by_memory = (target.memory - s.memory.a) / s.memory.b;
        int64_t expected = by_steps < by_memory ? by_steps : by_memory;
        assert_int_equal(assert_fits(&s, target, expected, "linear"), 4);
    }
}

/* When the line says that one loop is all, the third evaluation proves it. */
static void test_one_loop_takes_three(void **state) {
    (void) state;
    subject s = {.steps = {linear, 100, 50, 0}, .memory = {linear, 10, 1, 0}};
    assert_int_equal(assert_fits(&s, (plb_exunits){1000, 150}, 1, "one loop"), 3);
    assert_int_equal(assert_fits(&s, (plb_exunits){1000, 199}, 1, "almost two"), 3);
    assert_int_equal(assert_fits(&s, (plb_exunits){1000, 200}, 2, "two"), 4);
}

/* Where the first loop costs more than the others (or the script starts otherwise with none), one
 * evaluation more. */
static void test_dear_start_takes_five(void **state) {
    (void) state;
    for (int i = 0; i < 1000; i++) {
        subject s = {.steps = {dear_start, 5000, random_below(1000) + 1, random_below(90000)},
                     .memory = {linear, 0, 1, 0}};
        int64_t n = random_below(100000) + 10;
        plb_exunits target = {INT64_MAX, cost_at(&s, n).steps};
        uint32_t evaluations = assert_fits(&s, target, n, "dear start");
        assert_true(evaluations <= 6);
    }
}

/* Counts that are too large for an exhaustive search: known from the formula. */
static void test_large_counts(void **state) {
    (void) state;
    for (int i = 0; i < 2000; i++) {
        int64_t n = random_below((int64_t) 1 << 34) + 1000;
        size_t shape = (size_t) random_below(SHAPES);
        if (shapes[shape].shape == exponential || shapes[shape].shape == quadratic) continue;
        curve f = {shapes[shape].shape, random_below(1 << 20), random_below(1 << 16) + 1,
                   random_below(n)};
        subject s = {.steps = f, .memory = {nothing, 0, 0, 0}};
        int64_t price = f.shape(&f, n);
        /* The last count of that price. */
        int64_t low = n;
        int64_t high = 4 * n + 1000000;
        while (high - low > 1) {
            int64_t middle = low + (high - low) / 2;
            if (f.shape(&f, middle) <= price) {
                low = middle;
            } else {
                high = middle;
            }
        }
        uint32_t evaluations = assert_fits(&s, (plb_exunits){0, price}, low, shapes[shape].name);
        assert_true(evaluations <= 3 * log2_of(low));
    }
}

static void test_quadratic_from_far(void **state) {
    (void) state;
    for (int64_t n = 1; n < ((int64_t) 1 << 30); n = n * 3 + 1) {
        subject s = {.steps = {quadratic, 7, 1, 0}, .memory = {nothing, 0, 0, 0}};
        plb_exunits target = {0, cost_at(&s, n).steps};
        uint32_t evaluations = assert_fits(&s, target, n, "quadratic");
        assert_true(evaluations <= 2 * log2_of(n) + 12);
    }
}

static void test_next_to_the_largest_integer(void **state) {
    (void) state;
    for (int i = 0; i < 5000; i++) {
        int64_t a = random_below(INT64_MAX / 2);
        int64_t b = random_below(INT64_MAX / 4) + 1;
        subject s = {.steps = {linear, a, b, 0}, .memory = {linear, 0, 1, 0}};
        plb_exunits target = {INT64_MAX, INT64_MAX - 1 - random_below(1000)};
        /* Costs saturate at INT64_MAX, which is over every target. */
        int64_t expected = (target.steps - a) / b;
        if (expected > (int64_t) 1 << 39) continue;
        assert_int_equal(assert_fits(&s, target, expected, "near the limit"), expected > 1    ? 4
                                                                              : expected == 1 ? 3
                                                                                              : 2);
        /* The same through a narrow middle: the line must not overflow either. */
        s.memory = (curve){stairs, 0, INT64_MAX / 5, 0};
        target.memory = INT64_MAX - 1;
        int64_t by_memory = target.memory / (INT64_MAX / 5);
        (void) assert_fits(&s, target, expected < by_memory ? expected : by_memory, "both");
    }
}

/* ---- Errors ---- */

static void test_nothing_fits(void **state) {
    (void) state;
    plb_loop_fit fit;
    plb_error error;
    subject s = {.steps = {linear, 100, 50, 0}, .memory = {linear, 10, 5, 0}};
    /* Not one. */
    assert_int_equal(plb_fit_loops(cost, &s, (plb_exunits){100, 149}, &fit, &error), PLB_E_BUDGET);
    assert_string_equal(error.message, "not even one loop fits in the budget: at 1 the script "
                                       "takes cpu 150, mem 15 of cpu 149, mem 100");
    assert_int_equal(s.evaluations, 2);
    /* Not even none, which is seen at once. */
    s.evaluations = 0;
    assert_int_equal(plb_fit_loops(cost, &s, (plb_exunits){9, 1000}, &fit, &error), PLB_E_BUDGET);
    assert_non_null(strstr(error.message, "at 0 the script takes cpu 100, mem 10"));
    assert_int_equal(s.evaluations, 1);
    assert_int_equal(plb_fit_loops(cost, &s, (plb_exunits){9, 1000}, &fit, NULL), PLB_E_BUDGET);
}

static void test_cost_without_the_counter(void **state) {
    (void) state;
    plb_loop_fit fit;
    plb_error error;
    subject s = {.steps = {nothing, 100, 0, 0}, .memory = {nothing, 10, 0, 0}};
    assert_int_equal(plb_fit_loops(cost, &s, (plb_exunits){1000, 1000}, &fit, &error),
                     PLB_E_ARGUMENT);
    assert_non_null(strstr(error.message, "does not depend on the loop counter"));
    assert_true(s.evaluations < 50);
    /* A stair is not the end. */
    s.steps = (curve){late, 100, 3, 1000};
    (void) assert_fits(&s, (plb_exunits){1000, 130}, 1010, "late");
}

static void test_failures_are_passed_on(void **state) {
    (void) state;
    static const int64_t counts[] = {0, 1, 2, 15};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        plb_loop_fit fit;
        plb_error error;
        subject s = {.steps = {linear, 100, 50, 0},
                     .memory = {linear, 10, 5, 0},
                     .fails_at = counts[i],
                     .failure = PLB_E_EVALUATION};
        char expected[32];
        (void) snprintf(expected, sizeof expected, "fails at %lld",
                        (long long) (counts[i] == 2    ? 18
                                     : counts[i] == 15 ? 18
                                                       : counts[i]));
        assert_int_equal(plb_fit_loops(cost, &s, (plb_exunits){1000, 1000}, &fit, &error),
                         PLB_E_EVALUATION);
        assert_string_equal(error.message, expected);
    }
}

/* Counts that can't be evaluated for their price are taken as too many. */
static void test_prices_beyond_telling(void **state) {
    (void) state;
    for (int i = 0; i < 2000; i++) {
        subject s = {.steps = {quadratic, random_below(1000), random_below(40) + 1, 5},
                     .memory = {nothing, 0, 0, 0},
                     .failure = PLB_E_BUDGET};
        int64_t n = random_below(MOST) + 1;
        plb_exunits target = {0, cost_at(&s, n).steps};
        s.fails_at = n + 1 + random_below(20);
        plb_loop_fit fit;
        plb_error error;
        s.evaluations = 0;
        assert_int_equal(plb_fit_loops(cost, &s, target, &fit, &error), PLB_OK);
        assert_int_equal(fit.loops, n);
        assert_true((fit.limiting & PLB_LIMIT_STEPS) != 0);
        assert_true(s.evaluations <= 2 * log2_of(n) + 12);
    }
    subject s = {.steps = {linear, 100, 50, 0},
                 .memory = {linear, 10, 5, 0},
                 .fails_at = 1,
                 .failure = PLB_E_BUDGET};
    plb_loop_fit fit;
    assert_int_equal(plb_fit_loops(cost, &s, (plb_exunits){1000, 1000}, &fit, NULL), PLB_E_BUDGET);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equals_exhaustive_search),
        cmocka_unit_test(test_linear_takes_four),
        cmocka_unit_test(test_one_loop_takes_three),
        cmocka_unit_test(test_dear_start_takes_five),
        cmocka_unit_test(test_large_counts),
        cmocka_unit_test(test_quadratic_from_far),
        cmocka_unit_test(test_next_to_the_largest_integer),
        cmocka_unit_test(test_nothing_fits),
        cmocka_unit_test(test_cost_without_the_counter),
        cmocka_unit_test(test_failures_are_passed_on),
        cmocka_unit_test(test_prices_beyond_telling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
