/* When a slot begins: era histories (Ouroboros.Consensus.HardFork.History in the reference). */
#ifndef PLB_LEDGER_SLOT_TIME_H
#define PLB_LEDGER_SLOT_TIME_H

#include <plutbench/ledger.h>

#include "harness/ledger/tx.h"

/* The POSIX time of the beginning of `slot`, in milliseconds, as it can be told at `now_slot` (the
 * ledger's own). False when it can't: the slot is past the horizon, or before the history. */
bool plb_slot_time_ms(const plb_era_history *history, uint64_t now_slot, uint64_t slot,
                      plb_wide *posix_ms);

/* Eras follow each other without gaps, and have a slot length. */
bool plb_era_history_is_sound(const plb_era_history *history);

/* A copy in one block of the C library's, for free(); NULL when memory is short. */
plb_era_history *plb_era_history_copy(const plb_era_history *history);

#endif
