#include "harness/machine/assets.h"

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

/* ---- The two layouts seen as one ---- */

static const plb_assets_piece *pieces_of(const plb_assets *assets) {
    return (const plb_assets_piece *) (const void *) assets->entries;
}

/* A table counts as cut into even pieces, so that putting an entry into it can share them. */
static uint32_t piece_count(const plb_assets *assets) {
    return assets->pieces != 0 ? assets->pieces
                               : (assets->head.size + PLB_ASSETS_PIECE - 1) / PLB_ASSETS_PIECE;
}

static plb_assets_piece piece_at(const plb_assets *assets, uint32_t index) {
    if (assets->pieces != 0) {
        return pieces_of(assets)[index];
    }
    uint32_t start = index * PLB_ASSETS_PIECE;
    uint32_t rest = assets->head.size - start;
    return (plb_assets_piece){assets->entries + start, start,
                              rest < PLB_ASSETS_PIECE ? rest : PLB_ASSETS_PIECE};
}

/* The piece that has entry number `position`, which is at most the size. */
static uint32_t piece_with(const plb_assets *assets, uint32_t position) {
    uint32_t low = 0, high = piece_count(assets);
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (piece_at(assets, middle).start <= position) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

static const plb_asset *entry_at(const plb_assets *assets, uint32_t position) {
    if (assets->pieces == 0) return &assets->entries[position];
    plb_assets_piece piece = piece_at(assets, piece_with(assets, position));
    return &piece.entries[position - piece.start];
}

/* Number of entries before the key. */
static uint32_t rank(const plb_assets *assets, const key *k) {
    uint32_t low = 0, high = assets->head.size;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (compare_entry(entry_at(assets, middle), k) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* ---- Reading ---- */

static void enter_piece(plb_assets_cursor *cursor) {
    cursor->next = cursor->piece->entries;
    cursor->end = cursor->next + cursor->piece->count;
}

void plb_assets_open(plb_assets_cursor *cursor, plb_value value) {
    const plb_assets *assets = plb_assets_of(value);
    cursor->next = assets->entries;
    cursor->end = assets->entries + assets->head.size;
    cursor->piece = cursor->last = NULL;
    if (assets->pieces != 0) {
        cursor->piece = pieces_of(assets);
        cursor->last = cursor->piece + assets->pieces - 1;
        enter_piece(cursor);
    }
}

const plb_asset *plb_assets_next(plb_assets_cursor *cursor) {
    if (cursor->next == cursor->end) {
        if (cursor->piece == cursor->last) return NULL;
        cursor->piece++;
        enter_piece(cursor);
    }
    return cursor->next++;
}

const plb_asset *plb_assets_find(plb_value value, plb_value policy, plb_value token) {
    const plb_assets *assets = plb_assets_of(value);
    key k = {policy, AT_TOKEN, token};
    uint32_t position = rank(assets, &k);
    if (position == assets->head.size) return NULL;
    const plb_asset *entry = entry_at(assets, position);
    return compare_entry(entry, &k) == 0 ? entry : NULL;
}

/* ---- Making ---- */

static void set_header(plb_assets *assets, uint32_t size, uint32_t pieces) {
    assets->head = (plb_object){.kind = PLB_KIND_VALUE, .type = PLB_TYPE_VALUE, .size = size};
    assets->pieces = pieces;
}

plb_assets *plb_assets_room(plb_region *region, size_t count) {
    if (count > UINT32_MAX) return NULL;
    return plb_region_alloc(region, sizeof(plb_assets) + count * sizeof(plb_asset));
}

plb_value plb_assets_seal(plb_region *region, plb_assets *assets, size_t room, size_t count) {
    if (region->low == (uint8_t *) (assets->entries + room)) {
        region->low = (uint8_t *) (assets->entries + count);
    }
    set_header(assets, (uint32_t) count, 0);
    uint32_t policies = 0, largest = 0, negatives = 0, tokens = 0;
    for (size_t i = 0; i < count; i++) {
        const plb_asset *entry = &assets->entries[i];
        if (i == 0 || plb_assets_compare_keys(entry->policy, entry[-1].policy) != 0) {
            policies++;
            tokens = 0;
        }
        tokens++;
        largest = tokens > largest ? tokens : largest;
        negatives += plb_int_sign(entry->quantity) < 0;
    }
    assets->policies = policies;
    assets->largest_policy = largest;
    assets->negatives = negatives;
    return plb_from_object(assets);
}

static void copy_numbers(plb_assets *to, const plb_assets *from) {
    to->policies = from->policies;
    to->largest_policy = from->largest_policy;
    to->negatives = from->negatives;
}

plb_value plb_assets_copy(plb_region *region, plb_value value) {
    const plb_assets *from = plb_assets_of(value);
    plb_assets *assets = plb_assets_room(region, from->head.size);
    if (assets == NULL) return PLB_NO_VALUE;
    set_header(assets, from->head.size, 0);
    copy_numbers(assets, from);
    plb_asset *out = assets->entries;
    plb_assets_cursor cursor;
    plb_assets_open(&cursor, value);
    for (const plb_asset *entry; (entry = plb_assets_next(&cursor)) != NULL;) {
        *out++ = *entry;
    }
    return plb_from_object(assets);
}

/* ---- One entry put in or taken out ---- */

/* At number `position` drop `dropped` (0 or 1) entries and put in `added` (NULL for none). */
typedef struct splice {
    uint32_t position;
    uint32_t dropped;
    const plb_asset *added;
} splice;

static plb_asset *copy_entries(plb_asset *out, const plb_asset *entries, uint32_t count) {
    if (count != 0) memcpy(out, entries, count * sizeof *out);
    return out + count;
}

/* The entries of a piece after the splice, whose position counts from the piece's first. */
static void splice_piece(plb_asset *out, const plb_assets_piece *piece, const splice *change) {
    out = copy_entries(out, piece->entries, change->position);
    if (change->added != NULL) *out++ = *change->added;
    uint32_t behind = change->position + change->dropped;
    copy_entries(out, piece->entries + behind, piece->count - behind);
}

static plb_assets *splice_table(plb_region *region, const plb_assets *from, const splice *change,
                                uint32_t size) {
    if (from->pieces != 0) {
        plb_value table = plb_assets_copy(region, plb_from_object(from));
        if (table == PLB_NO_VALUE) return NULL;
        from = plb_assets_of(table);
    }
    plb_assets *assets = plb_assets_room(region, size);
    if (assets == NULL) return NULL;
    set_header(assets, size, 0);
    splice_piece(assets->entries, &(plb_assets_piece){from->entries, 0, from->head.size}, change);
    return assets;
}

/* Only the piece where something changes is copied; it is halved when it has grown too long. */
static plb_assets *splice_pieces(plb_region *region, const plb_assets *from, const splice *change,
                                 uint32_t size) {
    uint32_t count = piece_count(from), target = piece_with(from, change->position);
    plb_assets_piece piece = piece_at(from, target);
    uint32_t changed = piece.count - change->dropped + (change->added != NULL);
    uint32_t parts = changed == 0 ? 0 : changed > PLB_ASSETS_FLAT_MAX ? 2 : 1;
    plb_asset *entries = plb_region_alloc(region, changed * sizeof *entries);
    plb_assets *assets = plb_region_alloc(region, sizeof *assets + (count - 1 + (size_t) parts) *
                                                                       sizeof(plb_assets_piece));
    if (entries == NULL || assets == NULL) return NULL;
    splice local = *change;
    local.position -= piece.start;
    splice_piece(entries, &piece, &local);
    set_header(assets, size, count - 1 + parts);
    plb_assets_piece *out = (plb_assets_piece *) (void *) assets->entries;
    uint32_t start = 0;
    for (uint32_t i = 0; i < count; i++) {
        plb_assets_piece old = piece_at(from, i);
        if (i != target) {
            *out++ = (plb_assets_piece){old.entries, start, old.count};
            start += old.count;
            continue;
        }
        for (uint32_t part = 0, done = 0; part < parts; part++) {
            uint32_t length = part + 1 == parts ? changed - done : changed / 2;
            *out++ = (plb_assets_piece){entries + done, start, length};
            start += length;
            done += length;
        }
    }
    return assets;
}

static plb_assets *splice_assets(plb_region *region, const plb_assets *from, const splice *change) {
    uint32_t size = from->head.size - change->dropped + (change->added != NULL);
    plb_assets *assets = size <= PLB_ASSETS_FLAT_MAX ? splice_table(region, from, change, size)
                                                     : splice_pieces(region, from, change, size);
    if (assets != NULL) copy_numbers(assets, from);
    return assets;
}

/* Number of tokens under a policy; *first is where they begin or would begin. */
static uint32_t policy_tokens(const plb_assets *assets, plb_value policy, uint32_t *first) {
    key k = {policy, BEFORE_POLICY, PLB_NO_VALUE};
    *first = rank(assets, &k);
    k.place = BEHIND_POLICY;
    return rank(assets, &k) - *first;
}

/* Whether a policy other than the one that begins at `except` has at least `tokens` of them. It
 * would have one every `tokens` entries, so only those need a look. */
static bool other_policy_has(const plb_assets *assets, uint32_t tokens, uint32_t except) {
    uint32_t next = 0, size = assets->head.size;
    while (size - next >= tokens) {
        uint32_t first;
        uint32_t count = policy_tokens(assets, entry_at(assets, next + tokens - 1)->policy, &first);
        if (count >= tokens && first != except) return true;
        next = first + count;
    }
    return false;
}

static bool is_negative(const plb_asset *entry) { return plb_int_sign(entry->quantity) < 0; }

plb_value plb_assets_put(plb_region *region, plb_value value, const plb_asset *entry) {
    const plb_assets *from = plb_assets_of(value);
    key k = {entry->policy, AT_TOKEN, entry->token};
    splice change = {rank(from, &k), 0, entry};
    const plb_asset *old =
        change.position < from->head.size ? entry_at(from, change.position) : NULL;
    if (old != NULL && compare_entry(old, &k) != 0) old = NULL;
    change.dropped = old != NULL;
    if (from->head.size == UINT32_MAX) return PLB_NO_VALUE;
    plb_assets *assets = splice_assets(region, from, &change);
    if (assets == NULL) return PLB_NO_VALUE;
    assets->negatives += is_negative(entry);
    if (old != NULL) {
        assets->negatives -= is_negative(old);
        return plb_from_object(assets);
    }
    uint32_t first, tokens = policy_tokens(from, entry->policy, &first);
    assets->policies += tokens == 0;
    if (tokens + 1 > assets->largest_policy) assets->largest_policy = tokens + 1;
    return plb_from_object(assets);
}

plb_value plb_assets_remove(plb_region *region, plb_value value, plb_value policy,
                            plb_value token) {
    const plb_assets *from = plb_assets_of(value);
    key k = {policy, AT_TOKEN, token};
    splice change = {rank(from, &k), 1, NULL};
    if (change.position == from->head.size) return value;
    const plb_asset *old = entry_at(from, change.position);
    if (compare_entry(old, &k) != 0) return value;
    plb_assets *assets = splice_assets(region, from, &change);
    if (assets == NULL) return PLB_NO_VALUE;
    assets->negatives -= is_negative(old);
    uint32_t first, tokens = policy_tokens(from, policy, &first);
    assets->policies -= tokens == 1;
    if (tokens == from->largest_policy && !other_policy_has(from, tokens, first)) {
        assets->largest_policy--;
    }
    return plb_from_object(assets);
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
    builder->policies = builder->largest_policy = builder->negatives = builder->tokens = 0;
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
    builder->tokens = 0;
    builder->policies++;
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
    builder->negatives += plb_int_sign(quantity) < 0;
    builder->tokens++;
    if (builder->tokens > builder->largest_policy) builder->largest_policy = builder->tokens;
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
    set_header(assets, (uint32_t) count, 0);
    assets->policies = builder->policies;
    assets->largest_policy = builder->largest_policy;
    assets->negatives = builder->negatives;
    for (size_t i = 0; i < count; i++) {
        const uint64_t *words = builder->entries.words + 3 * i;
        assets->entries[i] = (plb_asset){words[0], words[1], words[2]};
    }
    return plb_from_object(assets);
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
