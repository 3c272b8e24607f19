/* The builtin value type against a model that does everything the slow and obvious way: an array
 * of entries in any order, searched from the front. Values grow far beyond one table, so that
 * trees grow, turn and become tables again. */
#include "harness/machine/assets.h"
#include "harness/machine/assets_sizes.h"
#include "tests/builtin_fixture.h"

enum { MODEL_MAX = 4000, KEY_MAX = 6 };

typedef struct model_entry {
    uint8_t policy[KEY_MAX], token[KEY_MAX];
    uint8_t policy_length, token_length;
    int64_t quantity;
} model_entry;

typedef struct model {
    model_entry entries[MODEL_MAX];
    size_t count;
} model;

/* ---- The model ---- */

static int compare_bytes(const uint8_t *a, size_t a_length, const uint8_t *b, size_t b_length) {
    for (size_t i = 0; i < a_length && i < b_length; i++) {
        if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
    }
    return a_length == b_length ? 0 : a_length < b_length ? -1 : 1;
}

static int compare_policies(const model_entry *x, const model_entry *y) {
    return compare_bytes(x->policy, x->policy_length, y->policy, y->policy_length);
}

static int compare_models(const void *a, const void *b) {
    const model_entry *x = a, *y = b;
    int order = compare_policies(x, y);
    return order != 0 ? order : compare_bytes(x->token, x->token_length, y->token, y->token_length);
}

static model_entry *model_find(model *m, const model_entry *entry) {
    for (size_t i = 0; i < m->count; i++) {
        if (compare_models(&m->entries[i], entry) == 0) return &m->entries[i];
    }
    return NULL;
}

static void model_put(model *m, const model_entry *entry) {
    model_entry *found = model_find(m, entry);
    if (entry->quantity == 0) {
        if (found != NULL) *found = m->entries[--m->count];
        return;
    }
    if (found == NULL) found = &m->entries[m->count++];
    *found = *entry;
}

/* ---- Both side by side ---- */

static plb_value policy_of(const model_entry *entry) {
    return bytes_value(entry->policy, entry->policy_length);
}

static plb_value token_of(const model_entry *entry) {
    return bytes_value(entry->token, entry->token_length);
}

/* How many policies and tokens there are to choose from. */
typedef struct shape {
    uint32_t policies, tokens;
    int64_t lowest; /* of quantities */
} shape;

/* A number as a key of varying length, so that some keys are prefixes of others. */
static uint8_t random_key(uint8_t key[KEY_MAX], uint32_t limit) {
    uint32_t number = random_below(limit);
    uint8_t length = (uint8_t) (number % 3 + (limit > 50 ? 2 : 0));
    memset(key, 0, KEY_MAX);
    key[0] = (uint8_t) (number >> 8);
    key[1] = (uint8_t) number;
    return length;
}

static model_entry random_entry(const shape *s) {
    model_entry entry;
    entry.policy_length = random_key(entry.policy, s->policies);
    entry.token_length = random_key(entry.token, s->tokens);
    entry.quantity = (int64_t) random_below(10) + s->lowest;
    return entry;
}

/* Of a sorted model: how many policies have how many tokens. */
static void count_sizes(const model *m, uint32_t policies_of[MODEL_MAX + 1]) {
    memset(policies_of, 0, (MODEL_MAX + 1) * sizeof *policies_of);
    size_t first = 0;
    for (size_t i = 1; i <= m->count; i++) {
        if (i < m->count && compare_policies(&m->entries[i], &m->entries[first]) == 0) continue;
        policies_of[i - first]++;
        first = i;
    }
}

static void check_sizes(const model *m, const plb_policy_sizes *sizes) {
    uint32_t policies_of[MODEL_MAX + 1];
    count_sizes(m, policies_of);
    size_t at = 0;
    for (uint32_t tokens = 1; tokens <= MODEL_MAX; tokens++) {
        if (policies_of[tokens] == 0) continue;
        assert_true(at < sizes->count);
        assert_int_equal(sizes->of[at].tokens, tokens);
        assert_int_equal(sizes->of[at].policies, policies_of[tokens]);
        at++;
    }
    assert_int_equal(at, sizes->count);
}

static void check_numbers(const model *m, const plb_assets *assets) {
    uint32_t policies = 0, largest = 0, tokens = 0, negatives = 0;
    for (size_t i = 0; i < m->count; i++) {
        bool new_policy = i == 0 || compare_policies(&m->entries[i], &m->entries[i - 1]) != 0;
        policies += new_policy;
        tokens = new_policy ? 1 : tokens + 1;
        if (tokens > largest) largest = tokens;
        negatives += m->entries[i].quantity < 0;
    }
    assert_int_equal(assets->head.size, m->count);
    assert_int_equal(assets->policies, policies);
    assert_int_equal(assets->largest_policy, largest);
    assert_int_equal(assets->negatives, negatives);
    check_sizes(m, assets->sizes);
}

/* No part of a tree is empty, or has more than 3 times the entries of the one next to it, and what
 * is said of a part is so. */
static void check_tree(const plb_assets *assets) {
    if (!assets->tree) return;
    const plb_assets_span *waiting[2 * PLB_ASSETS_DEPTH_MAX];
    const plb_assets_span *root = (const plb_assets_span *) (uintptr_t) assets->entries;
    size_t count = 0;
    assert_int_equal(root->size, assets->head.size);
    waiting[count++] = root;
    while (count > 0) {
        const plb_assets_span *span = waiting[--count];
        assert_true(span->size > 0);
        if (span->node == NULL) continue;
        const plb_assets_span *left = &span->node->left, *right = &span->node->right;
        assert_int_equal(span->size, left->size + right->size);
        assert_true(left->size <= 3 * right->size && right->size <= 3 * left->size);
        assert_true(span->first == left->first);
        assert_true(span->size > PLB_ASSETS_LEAF_MIN);
        waiting[count++] = left;
        waiting[count++] = right;
    }
}

static void assert_key(plb_value key, const uint8_t *bytes, size_t length) {
    const plb_bytes *got = plb_bytes_of(key);
    assert_int_equal(compare_bytes(got->bytes, got->head.size, bytes, length), 0);
}

/* Sorts the model. */
static void check(model *m, plb_value value) {
    qsort(m->entries, m->count, sizeof *m->entries, compare_models);
    check_numbers(m, plb_assets_of(made(value)));
    check_tree(plb_assets_of(value));
    plb_assets_cursor cursor;
    plb_assets_open(&cursor, value);
    for (size_t i = 0; i < m->count; i++) {
        const plb_asset *entry = plb_assets_next(&cursor);
        assert_non_null(entry);
        assert_key(entry->policy, m->entries[i].policy, m->entries[i].policy_length);
        assert_key(entry->token, m->entries[i].token, m->entries[i].token_length);
        int64_t quantity;
        assert_true(plb_int_to_i64(entry->quantity, &quantity));
        assert_int_equal(quantity, m->entries[i].quantity);
    }
    assert_null(plb_assets_next(&cursor));
}

static plb_value put(plb_value value, const model_entry *entry) {
    return made(
        CALL(insertCoin, policy_of(entry), token_of(entry), int_value(entry->quantity), value));
}

static plb_value empty_value(void) {
    return made(CALL(unValueData, plb_make_data_items(heap, PLB_KIND_DATA_MAP,
                                                      PLB_NIL(PLB_TYPE_PAIR_DATA_DATA))));
}

static plb_value fill(model *m, const shape *s, size_t inserts) {
    plb_value value = empty_value();
    m->count = 0;
    for (size_t i = 0; i < inserts; i++) {
        model_entry entry = random_entry(s);
        model_put(m, &entry);
        value = put(value, &entry);
    }
    return value;
}

static const shape shapes[] = {
    {1, 3000, -2}, /* one policy */
    {3000, 1, -2}, /* one token each */
    {60, 60, -2},  /* both */
    {5, 5, -5},    /* small */
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

static model *new_model(void) {
    model *m = calloc(1, sizeof *m);
    assert_non_null(m);
    return m;
}

static void inserting_and_deleting(void **state) {
    (void) state;
    model *m = new_model();
    for (size_t i = 0; i < SHAPES; i++) {
        plb_value value = fill(m, &shapes[i], 0);
        for (int step = 0; step < 3000; step++) {
            model_entry entry = random_entry(&shapes[i]);
            model_put(m, &entry);
            plb_value next = put(value, &entry);
            if (step % 50 == 0) check(m, next);
            value = next;
        }
        check(m, value);
        plb_value copy = made(plb_copy_constant(heap, value));
        check(m, copy);
        assert_int_equal(plb_constant_equal(copy, value), 1);
        /* the whole way down again, in random order */
        for (int step = 0; m->count > 0; step++) {
            model_entry entry = m->entries[random_below((uint32_t) m->count)];
            entry.quantity = 0;
            model_put(m, &entry);
            value = put(value, &entry);
            if (step % 50 == 0 || m->count < 4) check(m, value);
        }
        plb_region_reset(heap);
    }
    free(m);
}

static model_entry numbered_entry(uint32_t policy, uint32_t token, int64_t quantity) {
    model_entry entry = {.policy_length = 2, .token_length = 3, .quantity = quantity};
    entry.policy[0] = (uint8_t) (policy >> 8);
    entry.policy[1] = (uint8_t) policy;
    entry.token[1] = (uint8_t) (token >> 8);
    entry.token[2] = (uint8_t) token;
    return entry;
}

/* Policies of 1, 2 ... tokens: the largest loses one at a time, until nothing is left. */
static void the_largest_policy_shrinks(void **state) {
    (void) state;
    enum { POLICIES = 40 };
    model *m = new_model();
    plb_value value = empty_value();
    uint32_t tokens[POLICIES];
    for (uint32_t p = 0; p < POLICIES; p++) {
        tokens[p] = (p * 7) % POLICIES + 1;
        for (uint32_t t = 0; t < tokens[p]; t++) {
            model_entry entry = numbered_entry(p, t, 1);
            model_put(m, &entry);
            value = put(value, &entry);
        }
    }
    while (m->count > 0) {
        uint32_t largest = 0;
        for (uint32_t p = 1; p < POLICIES; p++) {
            if (tokens[p] > tokens[largest]) largest = p;
        }
        assert_int_equal(plb_assets_of(value)->largest_policy, tokens[largest]);
        model_entry entry = numbered_entry(largest, --tokens[largest], 0);
        model_put(m, &entry);
        value = put(value, &entry);
        check(m, value);
    }
    plb_region_reset(heap);
    free(m);
}

/* Always at the same end or in the same place, the hardest for a tree to stay balanced. */
static void one_sided_growth_and_decline(void **state) {
    (void) state;
    enum { ENTRIES = 3000 };
    model *m = new_model();
    for (uint32_t order = 0; order < 8; order++) {
        bool grows_down = (order & 1) != 0, shrinks_down = (order & 2) != 0;
        uint32_t middle = (order & 4) != 0 ? ENTRIES / 3 : 0;
        plb_value value = fill(m, &shapes[0], 0);
        for (uint32_t i = 0; i < ENTRIES; i++) {
            uint32_t number = ((grows_down ? ENTRIES - 1 - i : i) + middle) % ENTRIES;
            model_entry entry = numbered_entry(number / 50, number, 1);
            m->entries[m->count++] = entry;
            value = put(value, &entry);
            if (i % 100 == 0) check(m, value);
        }
        check(m, value);
        value = order % 3 == 0 ? made(plb_copy_constant(heap, value)) : value;
        for (uint32_t i = 0; i < ENTRIES; i++) {
            size_t at = shrinks_down ? m->count - 1 : middle % m->count;
            model_entry entry = m->entries[at];
            entry.quantity = 0;
            memmove(&m->entries[at], &m->entries[at + 1], (m->count - at - 1) * sizeof *m->entries);
            m->count--;
            value = put(value, &entry);
            if (i % 100 == 0) check(m, value);
        }
        assert_int_equal(plb_assets_of(value)->head.size, 0);
        plb_region_reset(heap);
    }
    free(m);
}

/* From table to table and within one, near and far. */
static void seeking(void **state) {
    (void) state;
    model *m = new_model();
    for (size_t i = 0; i < SHAPES; i++) {
        plb_value value = fill(m, &shapes[i], 2000);
        qsort(m->entries, m->count, sizeof *m->entries, compare_models);
        for (uint32_t stride = 1; stride < 1000; stride *= 3) {
            plb_assets_cursor cursor;
            plb_assets_open(&cursor, value);
            for (size_t j = random_below(stride); j < m->count; j += 1 + random_below(stride)) {
                plb_asset wanted = {policy_of(&m->entries[j]), token_of(&m->entries[j]), 0};
                const plb_asset *found = plb_assets_seek(&cursor, &wanted);
                assert_true(found != NULL && plb_assets_compare(found, &wanted) == 0);
                assert_true(found == plb_assets_find(value, wanted.policy, wanted.token));
                /* what is behind the cursor is not found again */
                if (random_below(4) == 0) assert_null(plb_assets_seek(&cursor, &wanted));
            }
        }
        plb_region_reset(heap);
    }
    free(m);
}

/* What a value shares with others does not change under them. */
static void older_values_stay_as_they_are(void **state) {
    (void) state;
    model *m = new_model(), *old = new_model();
    for (size_t i = 0; i < SHAPES; i++) {
        plb_value value = fill(m, &shapes[i], 1500), first = value;
        *old = *m;
        for (int step = 0; step < 1000; step++) {
            model_entry entry = random_entry(&shapes[i]);
            value = put(value, &entry);
        }
        check(old, first);
        plb_region_reset(heap);
    }
    free(m);
    free(old);
}

static void looking_up(void **state) {
    (void) state;
    model *m = new_model();
    for (size_t i = 0; i < SHAPES; i++) {
        plb_value value = fill(m, &shapes[i], 2000);
        for (int step = 0; step < 1000; step++) {
            model_entry entry = random_entry(&shapes[i]);
            const model_entry *found = model_find(m, &entry);
            plb_value quantity = CALL(lookupCoin, policy_of(&entry), token_of(&entry), value);
            assert_true(quantity == plb_small(found == NULL ? 0 : found->quantity));
        }
        plb_region_reset(heap);
    }
    free(m);
}

static void adding_up(void **state) {
    (void) state;
    model *a = new_model(), *b = new_model();
    for (size_t i = 0; i < SHAPES; i++) {
        for (size_t size = 1; size < 2000; size *= 3) {
            plb_value x = fill(a, &shapes[i], size), y = fill(b, &shapes[i], 1 + size / 2);
            for (size_t j = 0; j < b->count; j++) {
                model_entry entry = b->entries[j];
                const model_entry *found = model_find(a, &entry);
                if (found != NULL) entry.quantity += found->quantity;
                model_put(a, &entry);
            }
            check(a, CALL(unionValue, x, y));
            check(a, CALL(unionValue, y, x));
            plb_region_reset(heap);
        }
    }
    free(a);
    free(b);
}

static bool model_contains(model *whole, model *part) {
    for (size_t i = 0; i < part->count; i++) {
        const model_entry *found = model_find(whole, &part->entries[i]);
        if (found == NULL || found->quantity < part->entries[i].quantity) return false;
    }
    return true;
}

static void containing(void **state) {
    (void) state;
    model *whole = new_model(), *part = new_model();
    int yes = 0, no = 0;
    for (size_t i = 0; i < SHAPES; i++) {
        shape s = shapes[i];
        s.lowest = 1;
        for (int step = 0; step < 40; step++) {
            plb_value x = fill(whole, &s, 300), y = empty_value();
            part->count = 0;
            /* a part of the whole, small or large, at times with one entry too much */
            uint32_t parts = random_below(2) != 0 ? 5 : 250;
            for (uint32_t j = 0; j < parts; j++) {
                model_entry entry = whole->entries[random_below((uint32_t) whole->count)];
                entry.quantity = 1 + (int64_t) random_below((uint32_t) entry.quantity);
                entry.quantity += j == 0 && random_below(3) == 0 ? 10 : 0;
                model_put(part, &entry);
                y = put(y, &entry);
            }
            bool expected = model_contains(whole, part);
            assert_true(CALL(valueContains, x, y) == plb_bool(expected));
            yes += expected;
            no += !expected;
            plb_region_reset(heap);
        }
    }
    assert_true(yes > 20 && no > 20);
    free(whole);
    free(part);
}

static void scaling(void **state) {
    (void) state;
    model *m = new_model();
    for (size_t i = 0; i < SHAPES; i++) {
        for (int64_t factor = -3; factor <= 3; factor++) {
            plb_value value = fill(m, &shapes[i], 400);
            for (size_t j = 0; j < m->count; j++) {
                m->entries[j].quantity *= factor;
            }
            if (factor == 0) m->count = 0;
            check(m, CALL(scaleValue, int_value(factor), value));
            plb_region_reset(heap);
        }
    }
    free(m);
}

static void there_and_back_through_data(void **state) {
    (void) state;
    model *m = new_model();
    for (size_t i = 0; i < SHAPES; i++) {
        for (size_t size = 1; size < 2000; size *= 3) {
            plb_value value = fill(m, &shapes[i], size);
            plb_value data = made(CALL(valueData, value));
            plb_value again = made(CALL(unValueData, data));
            check(m, again);
            assert_int_equal(plb_constant_equal(made(CALL(valueData, again)), data), 1);
            uint32_t policies = plb_assets_of(value)->policies;
            assert_int_equal(plb_list_length(CALL(policies, value)), policies);
            plb_region_reset(heap);
        }
    }
    free(m);
}

/* Powers of two of either sign: the product fits when the exponents add up to less than 127, or to
 * 127 exactly and it is negative. */
static void products_at_the_limits(void **state) {
    (void) state;
    for (unsigned x = 0; x <= 128; x++) {
        for (unsigned y = 0; y <= 127; y++) {
            for (int signs = 0; signs < 4; signs++) {
                plb_value factor = power_of_two((signs & 1) != 0, x, 0);
                plb_value quantity = power_of_two((signs & 2) != 0, y, 0);
                bool negative = signs == 1 || signs == 2;
                plb_quantity unused;
                if (!plb_quantity_of(quantity, &unused)) continue;
                plb_value value =
                    CALL(insertCoin, string_bytes("a"), string_bytes("b"), quantity, empty_value());
                plb_value scaled = CALL(scaleValue, factor, made(value));
                bool fits = x + y < 127 || (x + y == 127 && negative);
                assert_true((scaled != PLB_NO_VALUE) == fits);
                if (!fits) continue;
                plb_value got = CALL(lookupCoin, string_bytes("a"), string_bytes("b"), scaled);
                assert_int_equal(plb_int_compare(got, power_of_two(negative, x + y, 0)), 0);
            }
            plb_region_reset(heap);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inserting_and_deleting),
        cmocka_unit_test(the_largest_policy_shrinks),
        cmocka_unit_test(one_sided_growth_and_decline),
        cmocka_unit_test(seeking),
        cmocka_unit_test(older_values_stay_as_they_are),
        cmocka_unit_test(looking_up),
        cmocka_unit_test(adding_up),
        cmocka_unit_test(containing),
        cmocka_unit_test(scaling),
        cmocka_unit_test(there_and_back_through_data),
        cmocka_unit_test(products_at_the_limits),
    };
    return cmocka_run_group_tests(tests, machine_setup, machine_teardown);
}
