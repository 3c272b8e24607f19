#include "harness/ledger/rules/balance.h"

#include <string.h>

/* ---- Sums ----
 * Each term is in order already: runs of sums are merged pairwise until one is left, and what is of
 * the same asset becomes one sum on the way. */

typedef struct asset_sum {
    const plb_tx_asset *asset;
    uint64_t prefix; /* of the policy: most comparisons end here */
    plb_wide amount;
} asset_sum;

static uint64_t prefix_of(const uint8_t *policy) {
    uint64_t prefix = 0;
    for (size_t i = 0; i < sizeof prefix; i++) prefix = prefix << 8 | policy[i];
    return prefix;
}

static int compare_sums(const asset_sum *a, const asset_sum *b) {
    if (a->prefix != b->prefix) return a->prefix < b->prefix ? -1 : 1;
    int order = memcmp(a->asset->policy, b->asset->policy, PLB_KEY_HASH_BYTES);
    if (order != 0) return order;
    plb_span x = a->asset->name, y = b->asset->name;
    size_t common = x.length < y.length ? x.length : y.length;
    order = common != 0 ? memcmp(x.bytes, y.bytes, common) : 0;
    return order != 0 ? order : (x.length > y.length) - (x.length < y.length);
}

/* Merge runs [first, middle) and [middle, last) of `from` into `to`; returns behind the last. */
static asset_sum *merge(asset_sum *to, const asset_sum *first, const asset_sum *middle,
                        const asset_sum *last) {
    const asset_sum *a = first, *b = middle;
    while (a < middle && b < last) {
        int order = compare_sums(a, b);
        *to = order <= 0 ? *a++ : *b++;
        if (order == 0) to->amount += b++->amount;
        to++;
    }
    while (a < middle) *to++ = *a++;
    while (b < last) *to++ = *b++;
    return to;
}

/* Two buffers of sums that are merged to and fro, and the ends of the runs in the one in use. */
typedef struct sums {
    asset_sum *items, *spare;
    size_t *ends;
    size_t runs;
} sums;

static void merge_pairs(sums *s) {
    asset_sum *to = s->spare;
    size_t start = 0, runs = 0;
    for (size_t i = 0; i < s->runs; i += 2) {
        size_t middle = s->ends[i], end = i + 1 < s->runs ? s->ends[i + 1] : middle;
        to = merge(to, s->items + start, s->items + middle, s->items + end);
        s->ends[runs++] = (size_t) (to - s->spare);
        start = end;
    }
    asset_sum *swapped = s->items;
    s->items = s->spare;
    s->spare = swapped;
    s->runs = runs;
}

static bool gather(sums *s, plb_region *arena, const plb_balance_term *terms, size_t count) {
    size_t total = 0;
    for (size_t i = 0; i < count; i++) total += terms[i].assets.count;
    s->items = plb_region_alloc(arena, total * sizeof *s->items);
    s->spare = plb_region_alloc(arena, total * sizeof *s->spare);
    s->ends = plb_region_alloc(arena, count * sizeof *s->ends);
    if (s->items == NULL || s->spare == NULL || s->ends == NULL) return false;
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < terms[i].assets.count; k++) {
            const plb_tx_asset *asset = &terms[i].assets.items[k];
            s->items[n++] = (asset_sum){asset, prefix_of(asset->policy),
                                        (plb_wide) asset->amount * terms[i].sign};
        }
        s->ends[s->runs++] = n;
    }
    return true;
}

plb_status plb_assets_balance(plb_region *arena, const plb_balance_term *terms, size_t count,
                              const plb_tx_asset **off) {
    uint8_t *mark = arena->low;
    sums s = {0};
    *off = NULL;
    bool ok = gather(&s, arena, terms, count);
    while (ok && s.runs > 1) merge_pairs(&s);
    for (size_t i = 0; ok && s.runs == 1 && i < s.ends[0] && *off == NULL; i++) {
        if (s.items[i].amount != 0) *off = s.items[i].asset;
    }
    arena->low = mark;
    return ok ? PLB_OK : PLB_E_MEMORY;
}

/* ---- Sizes ---- */

static uint64_t head_size(uint64_t number) {
    return number < 24            ? 1
           : number <= UINT8_MAX  ? 2
           : number <= UINT16_MAX ? 3
           : number <= UINT32_MAX ? 5
                                  : 9;
}

/* Maps of more entries than fit in one byte have an indefinite length: a byte at both ends
 * (Cardano.Ledger.Binary.Encoding.Encoder, variableMapLenEncoding). */
static uint64_t map_size(size_t entries) { return entries <= 23 ? 1 : 2; }

static bool same_policy(const plb_tx_asset *a, const plb_tx_asset *b) {
    return memcmp(a->policy, b->policy, PLB_KEY_HASH_BYTES) == 0;
}

uint64_t plb_value_size(uint64_t lovelace, const plb_tx_assets *assets) {
    uint64_t size = head_size(lovelace);
    if (assets->count == 0) return size;
    size_t policies = 0;
    for (size_t first = 0, i; first < assets->count; first = i) {
        for (i = first; i < assets->count && same_policy(&assets->items[first], &assets->items[i]);
             i++) {
            const plb_tx_asset *asset = &assets->items[i];
            size += head_size(asset->name.length) + asset->name.length +
                    head_size((uint64_t) asset->amount);
        }
        size += head_size(PLB_KEY_HASH_BYTES) + PLB_KEY_HASH_BYTES + map_size(i - first);
        policies++;
    }
    return 1 + size + map_size(policies);
}
