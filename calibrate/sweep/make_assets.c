/* Values of the builtin value type (the reference's Benchmarks/Values.hs). */
#include <math.h>
#include <string.h>

#include "calibrate/sweep/words.h"
#include "harness/machine/assets.h"

#define MAKES(name)                                                                                \
    void plb_make_word_##name(plb_maker *maker, const uint64_t *sizes, plb_value *arguments)

/* Keys have 32 bytes and differ in the last four only, so that comparing them looks at all. */
#define KEY_BYTES 32
#define SUFFIX_BYTES 4

/* The `index`-th of `count` keys in ascending order: each in a part of its own of the 2^32. */
static plb_value make_key(plb_maker *maker, uint32_t suffix) {
    uint8_t *bytes;
    plb_value v = plb_make_bytes_room(maker->region, PLB_KIND_BYTESTRING, KEY_BYTES, &bytes);
    if (v == PLB_NO_VALUE) return v;
    memset(bytes, 0xff, KEY_BYTES - SUFFIX_BYTES);
    for (int i = 0; i < SUFFIX_BYTES; i++) bytes[KEY_BYTES - 1 - i] = (uint8_t) (suffix >> (8 * i));
    return v;
}

/* Keys that are drawn, and can be drawn again: suffix number i of a run. */
typedef struct key_run {
    uint64_t seed, count;
} key_run;

static key_run new_run(plb_maker *maker, uint64_t count) {
    return (key_run){plb_random_next(&maker->random), count};
}

static uint32_t suffix_of(const key_run *run, uint64_t index) {
    uint64_t width = ((uint64_t) 1 << 32) / run->count, state = run->seed ^ index;
    return (uint32_t) (index * width + plb_random_mix(&state) % width);
}

static plb_value key_of(plb_maker *maker, const key_run *run, uint64_t index) {
    return make_key(maker, suffix_of(run, index));
}

/* A value of `policies` policies: the last one has `tokens` tokens, the others the first token
 * only. */
typedef struct assets_shape {
    key_run policies, tokens;
    plb_quantity quantity;
} assets_shape;

static assets_shape new_shape(plb_maker *maker, uint64_t policies, uint64_t tokens,
                              plb_quantity quantity) {
    key_run p = new_run(maker, policies), t = new_run(maker, tokens);
    return (assets_shape){p, t, quantity};
}

#define QUANTITY_MAX (((((plb_quantity) 1 << 126) - 1) << 1) + 1)
#define QUANTITY_64 ((plb_quantity) INT64_MAX)

static bool add_token(plb_maker *maker, plb_assets_builder *builder, const assets_shape *shape,
                      uint64_t token) {
    plb_value key = key_of(maker, &shape->tokens, token);
    plb_value quantity = plb_make_quantity(maker->region, shape->quantity);
    return key != PLB_NO_VALUE && quantity != PLB_NO_VALUE &&
           plb_assets_add(builder, key, quantity);
}

static bool add_policy(plb_maker *maker, plb_assets_builder *builder, const assets_shape *shape,
                       uint64_t policy) {
    plb_value key = key_of(maker, &shape->policies, policy);
    return key != PLB_NO_VALUE && plb_assets_policy(builder, key);
}

/* The first `entries` - 1 entries of the shape and its last one; all of them when there are so
 * many. */
static plb_value make_part(plb_maker *maker, const assets_shape *shape, uint64_t entries) {
    plb_assets_builder builder;
    uint64_t policies = shape->policies.count, tokens = shape->tokens.count, left = entries;
    bool good = true;
    plb_assets_begin(&builder, maker->region);
    for (uint64_t p = 0; p + 1 < policies && left > 1 && good; p++, left--) {
        good = add_policy(maker, &builder, shape, p) && add_token(maker, &builder, shape, 0);
    }
    good = good && (left == 0 || add_policy(maker, &builder, shape, policies - 1));
    for (uint64_t t = 0; t + 1 < tokens && left > 1 && good; t++, left--) {
        good = add_token(maker, &builder, shape, t);
    }
    good = good && (left == 0 || add_token(maker, &builder, shape, tokens - 1));
    plb_value value = plb_assets_end(&builder);
    return good ? value : PLB_NO_VALUE;
}

static plb_value make_all(plb_maker *maker, const assets_shape *shape) {
    return make_part(maker, shape, shape->policies.count + shape->tokens.count - 1);
}

/* ---- lookupCoin, insertCoin ---- */

/* Of numbers with so many bits, 2^n and 2^n sqrt 2. */
static uint64_t count_of_bits(plb_random *shape, uint64_t bits) {
    double power = ldexp(1, (int) bits - 1);
    return (uint64_t) lround(plb_random_next(shape) >> 63 ? power : power * 1.41421356237309505);
}

/* Depth is the bits of the number of policies and those of the most tokens under one. The
 * reference's have 2 to 11 bits each. */
static assets_shape shape_of_depth(plb_maker *maker, uint64_t depth) {
    uint64_t least = depth > 13 ? depth - 11 : 2, most = depth < 13 ? depth - 2 : 11;
    uint64_t bits = least <= most && depth >= 4
                        ? least + plb_random_below(&maker->shape, (uint32_t) (most - least + 1))
                        : depth / 2;
    uint64_t policies = count_of_bits(&maker->shape, bits);
    return new_shape(maker, policies, count_of_bits(&maker->shape, depth - bits), QUANTITY_64);
}

/* The last policy and its last token, which are found last. */
MAKES(lookup_coin) {
    assets_shape shape = shape_of_depth(maker, sizes[2]);
    arguments[0] = key_of(maker, &shape.policies, shape.policies.count - 1);
    arguments[1] = key_of(maker, &shape.tokens, shape.tokens.count - 1);
    arguments[2] = make_all(maker, &shape);
}

/* 0, which removes it, or as much as there can be. */
MAKES(insert_coin) {
    const uint64_t lookup[] = {sizes[0], sizes[1], sizes[3]};
    plb_value found[3];
    plb_make_word_lookup_coin(maker, lookup, found);
    arguments[0] = found[0];
    arguments[1] = found[1];
    arguments[2] = plb_make_quantity(maker->region, sizes[2] == 1 ? 0 : QUANTITY_MAX);
    arguments[3] = found[2];
}

/* ---- valueContains ---- */

static bool is_power_of_two(uint64_t n) { return (n & (n - 1)) == 0; }

/* The reference's containers have powers of two of policies and no more tokens under the last one;
 * where the size is no such sum, any power of two of tokens. */
static assets_shape container_shape(plb_maker *maker, uint64_t entries) {
    uint64_t tokens = 1, candidates = 0;
    for (uint64_t t = 2; t <= (entries + 1) / 2; t *= 2) {
        if (is_power_of_two(entries + 1 - t)) {
            return new_shape(maker, entries + 1 - t, t, QUANTITY_64);
        }
        if (plb_random_below(&maker->shape, (uint32_t) ++candidates) == 0) tokens = t;
    }
    return new_shape(maker, entries + 1 - tokens, tokens, QUANTITY_64);
}

/* All that is contained is found, the deepest entry included; more than the container has is
 * something else. */
MAKES(contains) {
    assets_shape container = container_shape(maker, sizes[0]);
    arguments[0] = make_all(maker, &container);
    if (sizes[1] <= sizes[0]) {
        arguments[1] = make_part(maker, &container, sizes[1]);
    } else {
        assets_shape other = new_shape(maker, (sizes[1] + 2) / 2, (sizes[1] + 1) / 2, QUANTITY_64);
        arguments[1] = make_all(maker, &other);
    }
}

/* ---- unionValue, scaleValue ---- */

/* One token under each policy, and the smaller value's keys are in the larger one. */
MAKES(union) {
    uint64_t more = sizes[0] > sizes[1] ? sizes[0] : sizes[1];
    uint64_t fewer = sizes[0] > sizes[1] ? sizes[1] : sizes[0];
    assets_shape shape = new_shape(maker, more, 1, QUANTITY_MAX / 2);
    plb_value large = make_all(maker, &shape);
    plb_value small = make_part(maker, &shape, fewer);
    arguments[0] = sizes[0] > sizes[1] ? large : small;
    arguments[1] = sizes[0] > sizes[1] ? small : large;
}

/* The products are as large as quantities can be. */
MAKES(scale) {
    plb_quantity scalar = sizes[0] == 1 ? QUANTITY_64 : QUANTITY_MAX / 2;
    assets_shape shape = new_shape(maker, sizes[1], 1, QUANTITY_MAX / scalar);
    arguments[0] = plb_make_quantity(maker->region, scalar);
    arguments[1] = make_all(maker, &shape);
}

/* ---- valueData, unValueData ---- */

static plb_value empty_value(plb_maker *maker) {
    plb_assets_builder builder;
    plb_assets_begin(&builder, maker->region);
    return plb_assets_end(&builder);
}

MAKES(value) {
    if (sizes[0] == 0) {
        arguments[0] = empty_value(maker);
        return;
    }
    uint64_t policies = 1 + plb_random_up_to(&maker->shape, sizes[0]);
    assets_shape shape = new_shape(maker, policies, sizes[0] - policies + 1, QUANTITY_64);
    arguments[0] = make_all(maker, &shape);
}

/* A map has a node, and two more for each policy and each entry; every policy has an entry. */
const char *plb_data_of_value_problem(const uint64_t *sizes) {
    return sizes[0] % 2 == 0 || sizes[0] == 3 ? "a number of nodes that is 1, or odd and 5 or more"
                                              : NULL;
}

static plb_value data_leaf(plb_maker *maker, plb_kind kind, plb_value content) {
    if (content == PLB_NO_VALUE) return PLB_NO_VALUE;
    return plb_make_data_leaf(maker->region, kind, content);
}

static plb_value entry_in_front(plb_maker *maker, const key_run *keys, uint64_t index,
                                plb_value content, plb_value rest) {
    plb_value key = data_leaf(maker, PLB_KIND_DATA_B, key_of(maker, keys, index));
    if (key == PLB_NO_VALUE || content == PLB_NO_VALUE) return PLB_NO_VALUE;
    plb_value pair = plb_make_pair(maker->region, PLB_TYPE_PAIR_DATA_DATA, key, content);
    return plb_in_front(maker, PLB_TYPE_PAIR_DATA_DATA, pair, rest);
}

static plb_value map_of(plb_maker *maker, plb_value entries) {
    if (entries == PLB_NO_VALUE) return PLB_NO_VALUE;
    return plb_make_data_items(maker->region, PLB_KIND_DATA_MAP, entries);
}

static plb_value tokens_data(plb_maker *maker, const assets_shape *shape, uint64_t count) {
    plb_value list = PLB_NIL(PLB_TYPE_PAIR_DATA_DATA);
    for (uint64_t t = count; t > 0 && list != PLB_NO_VALUE; t--) {
        plb_value quantity = plb_make_quantity(maker->region, shape->quantity);
        plb_value leaf = data_leaf(maker, PLB_KIND_DATA_I, quantity);
        list = entry_in_front(maker, &shape->tokens, t - 1, leaf, list);
    }
    return map_of(maker, list);
}

MAKES(data_of_value) {
    plb_value list = PLB_NIL(PLB_TYPE_PAIR_DATA_DATA);
    uint64_t twos = (sizes[0] - 1) / 2; /* policies and entries: 2 policies + tokens - 1 */
    if (twos > 0) {
        uint64_t policies = 1 + plb_random_up_to(&maker->shape, twos / 2);
        assets_shape shape = new_shape(maker, policies, twos + 1 - 2 * policies, QUANTITY_64);
        for (uint64_t p = policies; p > 0 && list != PLB_NO_VALUE; p--) {
            plb_value tokens = tokens_data(maker, &shape, p == policies ? shape.tokens.count : 1);
            list = entry_in_front(maker, &shape.policies, p - 1, tokens, list);
        }
    }
    arguments[0] = map_of(maker, list);
}
