#include "harness/ledger/context/slot_time.h"

#include <stdlib.h>
#include <string.h>

/* ---- Known histories ---- */

/* Figures: system start, slot lengths, epoch lengths, k and f from the networks' Byron and Shelley
 * genesis files; starts of eras as `query era-history` of a synchronised node has them. Eras of
 * equal slots and epochs are one stretch here; Conway is the last era and stands for itself.
 * The stability window is 3k/f = 3 * 2160 / 0.05 slots. */
#define STABILITY_WINDOW_SLOTS 129600
#define BYRON_SLOT_MS 20000
#define BYRON_EPOCH_SLOTS 21600
#define SHELLEY_SLOT_MS 1000
#define SHELLEY_EPOCH_SLOTS 432000

static const plb_era_summary mainnet_eras[] = {
    /* Byron, epochs 0 to 207 */
    {0, 0, 4492800, BYRON_SLOT_MS, BYRON_EPOCH_SLOTS},
    /* Shelley to Babbage, epochs 208 to 506 */
    {4492800, 89856000000, 133660800, SHELLEY_SLOT_MS, SHELLEY_EPOCH_SLOTS},
    /* Conway, from epoch 507 on */
    {133660800, 219024000000, UINT64_MAX, SHELLEY_SLOT_MS, SHELLEY_EPOCH_SLOTS},
};

static const plb_era_history mainnet = {
    .system_start_ms = 1506203091000, /* 2017-09-23 21:44:51 UTC */
    .eras = mainnet_eras,
    .era_count = sizeof mainnet_eras / sizeof mainnet_eras[0],
    .forecast_slots = STABILITY_WINDOW_SLOTS,
};

static const plb_era_summary preprod_eras[] = {
    /* Byron, epochs 0 to 3 */
    {0, 0, 86400, BYRON_SLOT_MS, BYRON_EPOCH_SLOTS},
    /* Shelley to Babbage, epochs 4 to 162 */
    {86400, 1728000000, 68774400, SHELLEY_SLOT_MS, SHELLEY_EPOCH_SLOTS},
    /* Conway, from epoch 163 on */
    {68774400, 70416000000, UINT64_MAX, SHELLEY_SLOT_MS, SHELLEY_EPOCH_SLOTS},
};

static const plb_era_history preprod = {
    .system_start_ms = 1654041600000, /* 2022-06-01 00:00:00 UTC */
    .eras = preprod_eras,
    .era_count = sizeof preprod_eras / sizeof preprod_eras[0],
    .forecast_slots = STABILITY_WINDOW_SLOTS,
};

const plb_era_history *plb_era_history_mainnet(void) { return &mainnet; }
const plb_era_history *plb_era_history_preprod(void) { return &preprod; }

/* ---- Slots to time ---- */

static const plb_era_summary only_era = {0, 0, UINT64_MAX, 1000, 0};

/* The first slot of an open era that can't be told: the forecast reaches to the end of the epoch
 * that it ends in (applySafeZone). Wide, for nothing may overflow. */
static plb_wide horizon(const plb_era_history *history, const plb_era_summary *era,
                        uint64_t now_slot) {
    if (history->forecast_slots == 0) return (plb_wide) UINT64_MAX + 1;
    plb_wide next = (plb_wide) now_slot + 1, start = era->start_slot;
    plb_wide slots = (next > start ? next - start : 0) + history->forecast_slots;
    plb_wide epoch = era->epoch_slots;
    if (epoch > 1) slots = (slots + epoch - 1) / epoch * epoch;
    return start + slots;
}

bool plb_slot_time_ms(const plb_era_history *history, uint64_t now_slot, uint64_t slot,
                      plb_wide *posix_ms) {
    bool given = history->era_count != 0;
    const plb_era_summary *eras = given ? history->eras : &only_era;
    for (size_t i = 0; i < (given ? history->era_count : 1); i++) {
        const plb_era_summary *era = &eras[i];
        bool open = era->end_slot == UINT64_MAX;
        if (!open && slot >= era->end_slot) continue;
        if (slot < era->start_slot) return false;
        if (open && slot >= horizon(history, era, now_slot)) return false;
        *posix_ms = (plb_wide) history->system_start_ms + era->start_ms +
                    (plb_wide) (slot - era->start_slot) * era->slot_ms;
        return true;
    }
    return false;
}

/* ---- Histories of others ---- */

bool plb_era_history_is_sound(const plb_era_history *history) {
    for (size_t i = 0; i < history->era_count; i++) {
        const plb_era_summary *era = &history->eras[i];
        bool follows = i == 0 || era->start_slot == history->eras[i - 1].end_slot;
        if (!follows || era->end_slot < era->start_slot || era->slot_ms == 0) return false;
    }
    return true;
}

plb_era_history *plb_era_history_copy(const plb_era_history *history) {
    size_t bytes = history->era_count * sizeof *history->eras;
    plb_era_history *copy = malloc(sizeof *copy + bytes);
    if (copy == NULL) return NULL;
    *copy = *history;
    copy->eras = (plb_era_summary *) (void *) (copy + 1);
    if (bytes != 0) memcpy(copy + 1, history->eras, bytes);
    return copy;
}
