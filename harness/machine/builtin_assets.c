/* The builtins of the value type (PlutusCore.Value, CIP-153). */
#include "harness/machine/assets.h"
#include "harness/machine/builtin_functions.h"

/* PlutusCore.Value, valueDataMaxSize. */
enum { VALUE_DATA_ENTRIES_MAX = 40000 };

static plb_value or_no_memory(struct plb_machine *machine, plb_value value) {
    return value == PLB_NO_VALUE ? plb_builtin_out_of_memory(machine) : value;
}

static bool too_long(plb_value key) {
    return plb_bytes_of(key)->head.size > PLB_ASSETS_KEY_BYTES_MAX;
}

/* ---- One entry: policy, token, (quantity,) value ---- */

/* A quantity of zero takes the entry out, and then keys may be of any length. */
plb_value plb_run_insertCoin(struct plb_machine *machine, const plb_value *args) {
    plb_asset entry = {.policy = args[0], .token = args[1], .quantity = args[2]};
    plb_region *region = plb_machine_region(machine);
    plb_quantity quantity;
    if (plb_int_sign(entry.quantity) == 0) {
        return or_no_memory(machine, plb_assets_remove(region, args[3], entry.policy, entry.token));
    }
    if (too_long(entry.policy)) {
        return plb_builtin_fail(machine, "insertCoin: invalid currency");
    }
    if (too_long(entry.token)) {
        return plb_builtin_fail(machine, "insertCoin: invalid token");
    }
    if (!plb_quantity_of(entry.quantity, &quantity)) {
        return plb_builtin_fail(machine, "insertCoin: quantity out of bounds");
    }
    return or_no_memory(machine, plb_assets_put(region, args[3], &entry));
}

plb_value plb_run_lookupCoin(struct plb_machine *machine, const plb_value *args) {
    (void) machine;
    const plb_asset *entry = plb_assets_find(args[2], args[0], args[1]);
    return entry == NULL ? plb_small(0) : entry->quantity;
}

/* ---- Two values ---- */

typedef enum sum { SUM_KEPT, SUM_ZERO, SUM_OUT_OF_RANGE, SUM_NO_MEMORY } sum;

static sum add_quantities(plb_region *region, plb_value a, plb_value b, plb_value *total) {
    plb_quantity x, y, z;
    if (!plb_quantity_of(a, &x) || !plb_quantity_of(b, &y) || __builtin_add_overflow(x, y, &z)) {
        return SUM_OUT_OF_RANGE;
    }
    if (z == 0) return SUM_ZERO;
    *total = plb_make_quantity(region, z);
    return *total == PLB_NO_VALUE ? SUM_NO_MEMORY : SUM_KEPT;
}

/* Merge both in order into `out`, whose end it returns; NULL when *failure says why. */
static plb_asset *merge(plb_region *region, plb_asset *out, plb_value a, plb_value b,
                        sum *failure) {
    plb_assets_cursor left, right;
    plb_assets_open(&left, a);
    plb_assets_open(&right, b);
    const plb_asset *x = plb_assets_next(&left), *y = plb_assets_next(&right);
    while (x != NULL || y != NULL) {
        int order = x == NULL ? 1 : y == NULL ? -1 : plb_assets_compare(x, y);
        *out = order <= 0 ? *x : *y;
        sum done = order != 0 ? SUM_KEPT
                              : add_quantities(region, x->quantity, y->quantity, &out->quantity);
        if (done == SUM_KEPT) {
            out++;
        } else if (done != SUM_ZERO) {
            *failure = done;
            return NULL;
        }
        if (order <= 0) x = plb_assets_next(&left);
        if (order >= 0) y = plb_assets_next(&right);
    }
    return out;
}

plb_value plb_run_unionValue(struct plb_machine *machine, const plb_value *args) {
    size_t left = plb_assets_of(args[0])->head.size, right = plb_assets_of(args[1])->head.size;
    if (left == 0) return args[1];
    if (right == 0) return args[0];
    plb_region *region = plb_machine_region(machine);
    plb_assets *assets = plb_assets_room(region, left + right);
    if (assets == NULL) return plb_builtin_out_of_memory(machine);
    sum failure = SUM_NO_MEMORY;
    const plb_asset *end = merge(region, assets->entries, args[0], args[1], &failure);
    if (end == NULL) {
        return failure == SUM_NO_MEMORY
                   ? plb_builtin_out_of_memory(machine)
                   : plb_builtin_fail(
                         machine,
                         "unionValue: quantity is out of the signed 128-bit integer bounds");
    }
    size_t count = (size_t) (end - assets->entries);
    return or_no_memory(machine, plb_assets_seal(region, assets, left + right, count));
}

static bool contains(plb_value whole, plb_value part) {
    plb_assets_cursor outer, inner;
    plb_assets_open(&outer, whole);
    plb_assets_open(&inner, part);
    for (const plb_asset *entry; (entry = plb_assets_next(&inner)) != NULL;) {
        const plb_asset *found = plb_assets_seek(&outer, entry);
        if (found == NULL || plb_int_compare(found->quantity, entry->quantity) < 0) {
            return false;
        }
    }
    return true;
}

plb_value plb_run_valueContains(struct plb_machine *machine, const plb_value *args) {
    const plb_assets *whole = plb_assets_of(args[0]), *part = plb_assets_of(args[1]);
    if (whole->negatives != 0) {
        return plb_builtin_fail(machine, "valueContains: first value contains negative amounts");
    }
    if (part->negatives != 0) {
        return plb_builtin_fail(machine, "valueContains: second value contains negative amounts");
    }
    if (whole->head.size < part->head.size) return PLB_FALSE;
    return plb_bool(contains(args[0], args[1]));
}

/* ---- Scaling ---- */

/* The products' magnitudes must fit in 127 bits, or be 2^127 and negative. */
static bool scale(plb_quantity factor, plb_quantity quantity, plb_quantity *product) {
    return !__builtin_mul_overflow(factor, quantity, product);
}

/* A factor of 2^127 is no quantity itself, but -2^127 is 2^127 times -1. */
static bool is_minus_minimum(plb_value factor) {
    plb_int_view view;
    plb_int_open(factor, &view);
    return !view.negative && view.count == 2 && view.limbs[0] == 0 &&
           view.limbs[1] == (uint64_t) 1 << 63;
}

static bool scale_by(plb_value factor, plb_value quantity, plb_quantity *product) {
    plb_quantity x, y;
    if (!plb_quantity_of(quantity, &y)) return false;
    if (plb_quantity_of(factor, &x)) return scale(x, y, product);
    if (y != -1 || !is_minus_minimum(factor)) return false;
    *product = -((plb_quantity) 1 << 126) * 2;
    return true;
}

plb_value plb_run_scaleValue(struct plb_machine *machine, const plb_value *args) {
    plb_region *region = plb_machine_region(machine);
    int sign = plb_int_sign(args[0]);
    size_t count = sign == 0 ? 0 : plb_assets_of(args[1])->head.size;
    plb_assets *assets = plb_assets_room(region, count);
    if (assets == NULL) return plb_builtin_out_of_memory(machine);
    plb_assets_cursor cursor;
    plb_assets_open(&cursor, args[1]);
    for (size_t i = 0; i < count; i++) {
        assets->entries[i] = *plb_assets_next(&cursor);
        plb_quantity product;
        if (!scale_by(args[0], assets->entries[i].quantity, &product)) {
            return plb_builtin_fail(machine, "scaleValue: quantity out of bounds");
        }
        assets->entries[i].quantity = plb_make_quantity(region, product);
        if (assets->entries[i].quantity == PLB_NO_VALUE) {
            return plb_builtin_out_of_memory(machine);
        }
    }
    if (sign == 0) return or_no_memory(machine, plb_assets_seal(region, assets, 0, 0));
    return plb_assets_seal_scaled(assets, args[1], sign < 0);
}

/* ---- Data ---- */

/* One more (key, content) in front of `rest`; PLB_NO_VALUE when any part is. */
static plb_value cons_pair(plb_region *region, plb_value key, plb_value content, plb_value rest) {
    plb_value bytes = plb_make_data_leaf(region, PLB_KIND_DATA_B, key);
    if (bytes == PLB_NO_VALUE || content == PLB_NO_VALUE) return PLB_NO_VALUE;
    plb_value pair = plb_make_pair(region, PLB_TYPE_PAIR_DATA_DATA, bytes, content);
    return pair == PLB_NO_VALUE ? pair : plb_make_cons(region, PLB_TYPE_PAIR_DATA_DATA, pair, rest);
}

/* Lists grow at the front, so the table is read from its end. */
static plb_value data_of_table(plb_region *region, const plb_assets *assets) {
    const plb_value nil = PLB_NIL(PLB_TYPE_PAIR_DATA_DATA);
    plb_value outer = nil, inner = nil;
    for (uint32_t i = assets->head.size; i-- > 0;) {
        const plb_asset *entry = &assets->entries[i];
        plb_value quantity = plb_make_data_leaf(region, PLB_KIND_DATA_I, entry->quantity);
        inner = cons_pair(region, entry->token, quantity, inner);
        if (inner == PLB_NO_VALUE) return PLB_NO_VALUE;
        if (i == 0 || plb_assets_compare_keys(entry[-1].policy, entry->policy) != 0) {
            plb_value tokens = plb_make_data_items(region, PLB_KIND_DATA_MAP, inner);
            outer = cons_pair(region, entry->policy, tokens, outer);
            if (outer == PLB_NO_VALUE) return PLB_NO_VALUE;
            inner = nil;
        }
    }
    return plb_make_data_items(region, PLB_KIND_DATA_MAP, outer);
}

plb_value plb_run_valueData(struct plb_machine *machine, const plb_value *args) {
    plb_region *region = plb_machine_region(machine);
    plb_value value = args[0];
    if (plb_assets_of(value)->head.size > VALUE_DATA_ENTRIES_MAX) {
        return plb_builtin_fail(machine, "valueData: maximum input size (40000) exceeded");
    }
    if (plb_assets_of(value)->tree) {
        value = plb_assets_copy(region, value);
        if (value == PLB_NO_VALUE) return plb_builtin_out_of_memory(machine);
    }
    return or_no_memory(machine, data_of_table(region, plb_assets_of(value)));
}

static const plb_value *content_of(plb_value data, plb_kind kind) {
    if (!plb_has_kind(data, kind)) return NULL;
    const plb_object *object = plb_object_of(data);
    return kind == PLB_KIND_DATA_MAP ? &((const plb_data_items *) object)->items
                                     : &((const plb_data_leaf *) object)->content;
}

/* Both return NULL when the data is of the right form, whatever the builder thinks of it. */
static const char *add_tokens(plb_assets_builder *builder, plb_value tokens) {
    for (; plb_is_cons(tokens); tokens = plb_cons_of(tokens)->rest) {
        const plb_pair *pair = plb_pair_of(plb_cons_of(tokens)->first);
        const plb_value *token = content_of(pair->first, PLB_KIND_DATA_B);
        const plb_value *quantity = content_of(pair->second, PLB_KIND_DATA_I);
        if (token == NULL) return "unValueData: non-B constructor";
        if (quantity == NULL) return "unValueData: non-I constructor";
        if (!plb_assets_add(builder, *token, *quantity)) return NULL;
    }
    return NULL;
}

static const char *add_policies(plb_assets_builder *builder, plb_value policies) {
    const char *problem = NULL;
    for (; plb_is_cons(policies) && problem == NULL; policies = plb_cons_of(policies)->rest) {
        const plb_pair *pair = plb_pair_of(plb_cons_of(policies)->first);
        const plb_value *policy = content_of(pair->first, PLB_KIND_DATA_B);
        const plb_value *tokens = content_of(pair->second, PLB_KIND_DATA_MAP);
        if (policy == NULL) return "unValueData: non-B constructor";
        if (tokens == NULL) return "unValueData: non-Map constructor";
        if (!plb_assets_policy(builder, *policy)) return NULL;
        problem = add_tokens(builder, *tokens);
    }
    return problem;
}

plb_value plb_run_unValueData(struct plb_machine *machine, const plb_value *args) {
    static const char *const breaches[] = {
        [PLB_ASSETS_GOOD] = NULL,
        [PLB_ASSETS_KEY_TOO_LONG] = "unValueData: invalid key",
        [PLB_ASSETS_POLICY_ORDER] = "unValueData: currency symbols not strictly ascending",
        [PLB_ASSETS_POLICY_EMPTY] = "unValueData: empty inner map",
        [PLB_ASSETS_TOKEN_ORDER] = "unValueData: token names not strictly ascending",
        [PLB_ASSETS_QUANTITY_RANGE] = "unValueData: invalid quantity",
        [PLB_ASSETS_QUANTITY_ZERO] = "unValueData: zero quantity",
    };
    const plb_value *policies = content_of(args[0], PLB_KIND_DATA_MAP);
    if (policies == NULL) return plb_builtin_fail(machine, "unValueData: non-Map constructor");
    plb_assets_builder builder;
    plb_assets_begin(&builder, plb_machine_region(machine));
    const char *problem = add_policies(&builder, *policies);
    plb_value value = plb_assets_end(&builder);
    if (problem == NULL) problem = breaches[builder.breach];
    return problem != NULL ? plb_builtin_fail(machine, problem) : or_no_memory(machine, value);
}

/* ---- Sizes ---- */

plb_value plb_run_policies(struct plb_machine *machine, const plb_value *args) {
    plb_region *region = plb_machine_region(machine);
    plb_value value = args[0];
    if (plb_assets_of(value)->tree) {
        value = plb_assets_copy(region, value);
        if (value == PLB_NO_VALUE) return plb_builtin_out_of_memory(machine);
    }
    const plb_assets *assets = plb_assets_of(value);
    plb_value list = PLB_NIL(PLB_TYPE_BYTESTRING);
    for (uint32_t i = assets->head.size; i-- > 0;) {
        const plb_asset *entry = &assets->entries[i];
        if (i == 0 || plb_assets_compare_keys(entry[-1].policy, entry->policy) != 0) {
            list = plb_make_cons(region, PLB_TYPE_BYTESTRING, entry->policy, list);
            if (list == PLB_NO_VALUE) return plb_builtin_out_of_memory(machine);
        }
    }
    return list;
}

plb_value plb_run_assetCount(struct plb_machine *machine, const plb_value *args) {
    return or_no_memory(machine, plb_make_int(plb_machine_region(machine),
                                              (int64_t) plb_assets_of(args[0])->head.size));
}
