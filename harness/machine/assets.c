#include "harness/machine/assets.h"

#include "harness/machine/assets_sizes.h"

/* ---- Keys ---- */

int plb_assets_compare_keys(plb_value a, plb_value b) {
    if (a == b) return 0;
    const plb_bytes *x = plb_bytes_of(a), *y = plb_bytes_of(b);
    uint32_t shorter = x->head.size < y->head.size ? x->head.size : y->head.size;
    int order = shorter == 0 ? 0 : memcmp(x->bytes, y->bytes, shorter);
    if (order != 0) return order < 0 ? -1 : 1;
    return (x->head.size > y->head.size) - (x->head.size < y->head.size);
}

/* Where a search among entries ends: before or behind all of a policy, or at one token of it. */
typedef struct key {
    plb_value policy;
    enum { BEFORE_POLICY, BEHIND_POLICY, AT_TOKEN } place;
    plb_value token;
} key;

static int compare_entry(const plb_asset *entry, const key *k) {
    int order = plb_assets_compare_keys(entry->policy, k->policy);
    if (order != 0) return order;
    switch (k->place) {
    case BEFORE_POLICY: return 1;
    case BEHIND_POLICY: return -1;
    default: return plb_assets_compare_keys(entry->token, k->token);
    }
}

int plb_assets_compare(const plb_asset *a, const plb_asset *b) {
    int order = plb_assets_compare_keys(a->policy, b->policy);
    return order != 0 ? order : plb_assets_compare_keys(a->token, b->token);
}

/* ---- Reading ---- */

/* Where a tree has its span. */
static plb_assets_span *tree_of(const plb_assets *assets) {
    return (plb_assets_span *) (uintptr_t) assets->entries;
}

/* Of either layout. */
static plb_assets_span span_of(const plb_assets *assets) {
    if (assets->tree) return *tree_of(assets);
    return (plb_assets_span){assets->entries, NULL, assets->head.size};
}

/* Number of entries before the key. */
static uint32_t rank(const plb_assets_span *span, const key *k) {
    uint32_t before = 0;
    while (span->node != NULL) {
        const plb_assets_node *node = span->node;
        bool right = compare_entry(node->right.first, k) < 0;
        before += right ? node->left.size : 0;
        span = right ? &node->right : &node->left;
    }
    uint32_t low = 0, high = span->size;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (compare_entry(&span->first[middle], k) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return before + low;
}

/* The entry at the key, whose number or that of the next one is *position; NULL for none. */
static const plb_asset *find(const plb_assets_span *span, const key *k, uint32_t *position) {
    *position = rank(span, k);
    if (*position == span->size) return NULL;
    const plb_asset *entry = plb_assets_span_at(span, *position);
    return compare_entry(entry, k) == 0 ? entry : NULL;
}

const plb_asset *plb_assets_find(plb_value value, plb_value policy, plb_value token) {
    plb_assets_span span = span_of(plb_assets_of(value));
    uint32_t position;
    return find(&span, &(key){policy, AT_TOKEN, token}, &position);
}

void plb_assets_open(plb_assets_cursor *cursor, plb_value value) {
    const plb_assets *assets = plb_assets_of(value);
    if (assets->tree) {
        plb_assets_walk(cursor, tree_of(assets));
        return;
    }
    cursor->waiting = 0;
    cursor->next = assets->entries;
    cursor->end = assets->entries + assets->head.size;
}

/* Goes on to the first entry of the table that is not before the wanted one, in steps that double
 * and then by halves: what is near is found soon. Whether it is the wanted one. */
static bool seek_in_table(plb_assets_cursor *cursor, const plb_asset *wanted) {
    const plb_asset *high = cursor->end;
    ptrdiff_t step = 1;
    while (cursor->next < high) {
        ptrdiff_t half = (high - cursor->next) / 2;
        const plb_asset *probe = cursor->next + (step <= half ? step - 1 : half);
        int order = plb_assets_compare(probe, wanted);
        if (order > 0) {
            high = probe;
            continue;
        }
        cursor->next = probe;
        if (order == 0) return true;
        cursor->next++;
        if (step <= half) step *= 2;
    }
    return false;
}

const plb_asset *plb_assets_seek(plb_assets_cursor *cursor, const plb_asset *wanted) {
    do {
        if (seek_in_table(cursor, wanted)) return cursor->next++;
        if (cursor->next != cursor->end) return NULL;
    } while (plb_assets_next_table(cursor));
    return NULL;
}

/* ---- Making ---- */

plb_assets *plb_assets_room(plb_region *region, size_t count) {
    if (count > UINT32_MAX) return NULL;
    return plb_region_alloc(region, sizeof(plb_assets) + count * sizeof(plb_asset));
}

static bool is_negative(const plb_asset *entry) { return plb_int_sign(entry->quantity) < 0; }

/* One more policy with as many tokens as those before, or else these are put down first. */
static bool count_policy(plb_region *region, plb_policy_sizes *sizes, plb_policy_size *same,
                         uint32_t tokens) {
    if (tokens == same->tokens) {
        same->policies++;
        return true;
    }
    plb_policy_size before = *same;
    *same = (plb_policy_size){tokens, 1};
    return plb_policy_sizes_add(region, sizes, before);
}

plb_value plb_assets_seal(plb_region *region, plb_assets *assets, size_t room, size_t count) {
    if (region->low == (uint8_t *) (assets->entries + room)) {
        region->low = (uint8_t *) (assets->entries + count);
    }
    plb_policy_sizes *sizes = plb_policy_sizes_new(region, NULL);
    if (sizes == NULL) return PLB_NO_VALUE;
    plb_policy_size same = {0, 0};
    uint32_t policies = 0, negatives = 0;
    const plb_asset *entry = assets->entries, *end = entry + count;
    while (entry < end) {
        const plb_asset *first = entry;
        do {
            negatives += is_negative(entry);
            entry++;
        } while (entry < end && plb_assets_compare_keys(entry->policy, first->policy) == 0);
        policies++;
        if (!count_policy(region, sizes, &same, (uint32_t) (entry - first))) return PLB_NO_VALUE;
    }
    if (!plb_policy_sizes_add(region, sizes, same)) return PLB_NO_VALUE;
    plb_object head = {.kind = PLB_KIND_VALUE, .type = PLB_TYPE_VALUE, .size = (uint32_t) count};
    *assets = (plb_assets){.head = head,
                           .policies = policies,
                           .largest_policy = plb_policy_sizes_largest(sizes),
                           .negatives = negatives,
                           .sizes = sizes};
    return plb_from_object(assets);
}

plb_value plb_assets_seal_scaled(plb_assets *assets, plb_value value, bool negated) {
    const plb_assets *from = plb_assets_of(value);
    *assets = *from;
    assets->tree = 0;
    if (negated) assets->negatives = from->head.size - from->negatives;
    return plb_from_object(assets);
}

plb_value plb_assets_copy(plb_region *region, plb_value value) {
    const plb_assets *from = plb_assets_of(value);
    plb_assets *assets = plb_assets_room(region, from->head.size);
    const plb_policy_sizes *sizes = plb_policy_sizes_new(region, from->sizes);
    if (assets == NULL || sizes == NULL) return PLB_NO_VALUE;
    *assets = *from;
    assets->tree = 0;
    assets->sizes = sizes;
    plb_asset *out = assets->entries;
    plb_assets_cursor cursor;
    plb_assets_open(&cursor, value);
    for (const plb_asset *entry; (entry = plb_assets_next(&cursor)) != NULL;) {
        *out++ = *entry;
    }
    return plb_from_object(assets);
}

/* ---- One entry put in or taken out ---- */

static plb_assets *splice_table(plb_region *region, const plb_assets *from,
                                const plb_assets_splice *change, uint32_t size) {
    if (from->tree) {
        plb_value table = plb_assets_copy(region, plb_from_object(from));
        if (table == PLB_NO_VALUE) return NULL;
        from = plb_assets_of(table);
    }
    plb_assets *assets = plb_assets_room(region, size);
    if (assets == NULL) return NULL;
    plb_assets_span table = span_of(from);
    plb_assets_splice_table(assets->entries, &table, change);
    *assets = *from;
    return assets;
}

static plb_assets *splice_tree(plb_region *region, const plb_assets *from,
                               const plb_assets_splice *change) {
    plb_assets *assets = plb_region_alloc(region, sizeof *assets + sizeof(plb_assets_span));
    plb_assets_span old = span_of(from), span;
    if (assets == NULL || !plb_assets_splice_tree(region, &old, change, &span)) return NULL;
    *assets = *from;
    assets->tree = 1;
    *tree_of(assets) = span;
    return assets;
}

/* A policy that had `old` tokens has `tokens` of them, which is not the same. */
static bool resize_policy(plb_region *region, plb_assets *assets, uint32_t old, uint32_t tokens) {
    plb_policy_sizes *sizes = plb_policy_sizes_new(region, assets->sizes);
    plb_policy_size more = {tokens, 1};
    if (sizes == NULL || !plb_policy_sizes_add(region, sizes, more)) return false;
    plb_policy_sizes_drop(sizes, old);
    assets->policies += old == 0;
    assets->policies -= tokens == 0;
    assets->largest_policy = plb_policy_sizes_largest(sizes);
    assets->sizes = sizes;
    return true;
}

/* Number of tokens under a policy. */
static uint32_t policy_tokens(const plb_assets_span *span, plb_value policy) {
    return rank(span, &(key){policy, BEHIND_POLICY, PLB_NO_VALUE}) -
           rank(span, &(key){policy, BEFORE_POLICY, PLB_NO_VALUE});
}

/* `old` is the entry that is dropped, if any, `added` what is put in, if any. */
static plb_value splice(plb_region *region, const plb_assets *from, uint32_t position,
                        const plb_asset *old, const plb_asset *added) {
    plb_assets_splice change = {position, old != NULL, added};
    uint32_t size = from->head.size - change.dropped + (added != NULL);
    plb_assets *assets = size <= PLB_ASSETS_FLAT_MAX ? splice_table(region, from, &change, size)
                                                     : splice_tree(region, from, &change);
    if (assets == NULL) return PLB_NO_VALUE;
    assets->head.size = size;
    assets->negatives += added != NULL && is_negative(added);
    assets->negatives -= old != NULL && is_negative(old);
    if (old != NULL && added != NULL) return plb_from_object(assets);
    plb_assets_span span = span_of(from);
    uint32_t tokens = policy_tokens(&span, (added != NULL ? added : old)->policy);
    bool good = resize_policy(region, assets, tokens, added != NULL ? tokens + 1 : tokens - 1);
    return good ? plb_from_object(assets) : PLB_NO_VALUE;
}

plb_value plb_assets_put(plb_region *region, plb_value value, const plb_asset *entry) {
    const plb_assets *from = plb_assets_of(value);
    if (from->head.size == UINT32_MAX) return PLB_NO_VALUE;
    plb_assets_span span = span_of(from);
    uint32_t position;
    const plb_asset *old = find(&span, &(key){entry->policy, AT_TOKEN, entry->token}, &position);
    return splice(region, from, position, old, entry);
}

plb_value plb_assets_remove(plb_region *region, plb_value value, plb_value policy,
                            plb_value token) {
    const plb_assets *from = plb_assets_of(value);
    plb_assets_span span = span_of(from);
    uint32_t position;
    const plb_asset *old = find(&span, &(key){policy, AT_TOKEN, token}, &position);
    return old == NULL ? value : splice(region, from, position, old, NULL);
}

/* ---- Building in order ---- */

static bool judge(plb_assets_builder *builder, plb_assets_breach breach) {
    static const char *const expected[] = {
        [PLB_ASSETS_GOOD] = NULL,
        [PLB_ASSETS_KEY_TOO_LONG] = "a policy and a token of at most 32 bytes",
        [PLB_ASSETS_POLICY_ORDER] = "policies in strictly ascending order",
        [PLB_ASSETS_POLICY_EMPTY] = "at least one token under every policy",
        [PLB_ASSETS_TOKEN_ORDER] = "tokens in strictly ascending order",
        [PLB_ASSETS_QUANTITY_RANGE] = "a quantity within signed 128 bits",
        [PLB_ASSETS_QUANTITY_ZERO] = "a quantity that is not zero",
    };
    builder->breach = breach;
    builder->problem = expected[breach];
    return breach == PLB_ASSETS_GOOD;
}

void plb_assets_begin(plb_assets_builder *builder, plb_region *region) {
    builder->region = region;
    builder->no_memory = false;
    (void) judge(builder, PLB_ASSETS_GOOD);
    builder->policy = builder->token = PLB_NO_VALUE;
    plb_worklist_begin(&builder->entries);
}

static bool open_policy_is_empty(const plb_assets_builder *builder) {
    return builder->policy != PLB_NO_VALUE && builder->token == PLB_NO_VALUE;
}

bool plb_assets_policy(plb_assets_builder *builder, plb_value policy) {
    if (builder->problem != NULL || builder->no_memory) return false;
    if (plb_bytes_of(policy)->head.size > PLB_ASSETS_KEY_BYTES_MAX) {
        return judge(builder, PLB_ASSETS_KEY_TOO_LONG);
    }
    if (open_policy_is_empty(builder)) {
        return judge(builder, PLB_ASSETS_POLICY_EMPTY);
    }
    if (builder->policy != PLB_NO_VALUE && plb_assets_compare_keys(builder->policy, policy) >= 0) {
        return judge(builder, PLB_ASSETS_POLICY_ORDER);
    }
    builder->policy = policy;
    builder->token = PLB_NO_VALUE;
    return true;
}

static plb_assets_breach token_breach(const plb_assets_builder *builder, plb_value token,
                                      plb_value quantity) {
    plb_quantity number;
    if (plb_bytes_of(token)->head.size > PLB_ASSETS_KEY_BYTES_MAX) return PLB_ASSETS_KEY_TOO_LONG;
    if (!plb_quantity_of(quantity, &number)) return PLB_ASSETS_QUANTITY_RANGE;
    if (number == 0) return PLB_ASSETS_QUANTITY_ZERO;
    if (builder->token != PLB_NO_VALUE && plb_assets_compare_keys(builder->token, token) >= 0) {
        return PLB_ASSETS_TOKEN_ORDER;
    }
    return PLB_ASSETS_GOOD;
}

bool plb_assets_add(plb_assets_builder *builder, plb_value token, plb_value quantity) {
    if (builder->problem != NULL || builder->no_memory) return false;
    if (!judge(builder, token_breach(builder, token, quantity))) return false;
    if (!plb_worklist_reserve(&builder->entries, 3)) {
        builder->no_memory = true;
        return false;
    }
    plb_worklist_push(&builder->entries, builder->policy);
    plb_worklist_push(&builder->entries, token);
    plb_worklist_push(&builder->entries, quantity);
    builder->token = token;
    return true;
}

static plb_value finish(plb_assets_builder *builder) {
    if (open_policy_is_empty(builder) && builder->problem == NULL) {
        (void) judge(builder, PLB_ASSETS_POLICY_EMPTY);
    }
    if (builder->problem != NULL || builder->no_memory) return PLB_NO_VALUE;
    size_t count = builder->entries.count / 3;
    plb_assets *assets = plb_assets_room(builder->region, count);
    if (assets == NULL) return PLB_NO_VALUE;
    for (size_t i = 0; i < count; i++) {
        const uint64_t *words = builder->entries.words + 3 * i;
        assets->entries[i] = (plb_asset){words[0], words[1], words[2]};
    }
    return plb_assets_seal(builder->region, assets, count, count);
}

plb_value plb_assets_end(plb_assets_builder *builder) {
    plb_value value = finish(builder);
    plb_worklist_end(&builder->entries);
    return value;
}

/* ---- Quantities ---- */

bool plb_quantity_of(plb_value integer, plb_quantity *quantity) {
    if (plb_is_small(integer)) {
        *quantity = plb_small_int(integer);
        return true;
    }
    plb_int_view view;
    plb_int_open(integer, &view);
    if (view.count > 2) return false;
    uint64_t low = view.count > 0 ? view.limbs[0] : 0, high = view.count > 1 ? view.limbs[1] : 0;
    const uint64_t sign_bit = (uint64_t) 1 << 63;
    if (view.negative) {
        /* The magnitude may be 2^127, which is its own two's complement. */
        if (high > sign_bit || (high == sign_bit && low != 0)) return false;
        high = ~high + (low == 0);
        low = ~low + 1;
    } else if (high >= sign_bit) {
        return false;
    }
    *quantity = (plb_quantity) (int64_t) high * ((plb_quantity) 1 << 64) + low;
    return true;
}

plb_value plb_make_quantity(plb_region *region, plb_quantity quantity) {
    if (quantity >= INT64_MIN && quantity <= INT64_MAX) {
        return plb_make_int(region, (int64_t) quantity);
    }
    bool negative = quantity < 0;
    uint64_t low = (uint64_t) quantity, high = (uint64_t) (quantity >> 64);
    if (negative) {
        high = ~high + (low == 0);
        low = ~low + 1;
    }
    return plb_make_integer(region, negative, (const uint64_t[]){low, high}, 2);
}
