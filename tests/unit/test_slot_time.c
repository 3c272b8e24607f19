/* Slots to POSIX time. Expected times are public knowledge of the networks; horizons follow
 * Ouroboros.Consensus.HardFork.History (applySafeZone). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "harness/ledger/context/slot_time.h"

static void slot_is_at(const plb_era_history *history, uint64_t now, uint64_t slot,
                       uint64_t expected_ms) {
    plb_wide ms = 0;
    assert_true(plb_slot_time_ms(history, now, slot, &ms));
    assert_true(ms == expected_ms);
}

static bool can_tell(const plb_era_history *history, uint64_t now, uint64_t slot) {
    plb_wide ms;
    return plb_slot_time_ms(history, now, slot, &ms);
}

static void mainnet_is_known(void **state) {
    (void) state;
    const plb_era_history *h = plb_era_history_mainnet();
    const uint64_t now = 170000000;
    slot_is_at(h, now, 0, 1506203091000);         /* 2017-09-23 21:44:51 UTC */
    slot_is_at(h, now, 1, 1506203111000);         /* Byron's slots take 20 seconds */
    slot_is_at(h, now, 4492799, 1596059071000);   /* the last of them */
    slot_is_at(h, now, 4492800, 1596059091000);   /* Shelley: 2020-07-29 21:44:51 UTC */
    slot_is_at(h, now, 4492801, 1596059092000);   /* its slots take one */
    slot_is_at(h, now, 39916800, 1631483091000);  /* Alonzo: 2021-09-12 21:44:51 UTC */
    slot_is_at(h, now, 133660799, 1725227090000); /* the last of Babbage */
    slot_is_at(h, now, 133660800, 1725227091000); /* Conway: 2024-09-01 21:44:51 UTC */
}

static void preprod_is_known(void **state) {
    (void) state;
    const plb_era_history *h = plb_era_history_preprod();
    const uint64_t now = 80000000;
    slot_is_at(h, now, 0, 1654041600000);        /* 2022-06-01 00:00:00 UTC */
    slot_is_at(h, now, 86400, 1655769600000);    /* Shelley: 2022-06-21 00:00:00 UTC */
    slot_is_at(h, now, 68774400, 1724457600000); /* Conway: 2024-08-24 00:00:00 UTC */
    slot_is_at(h, now, 75000000, 1730683200000);
}

/* Eras agree where they meet: a slot's beginning is the end of the one before. */
static void eras_follow_each_other(void **state) {
    (void) state;
    const plb_era_history *const known[] = {plb_era_history_mainnet(), plb_era_history_preprod()};
    for (size_t k = 0; k < 2; k++) {
        const plb_era_history *h = known[k];
        assert_true(plb_era_history_is_sound(h));
        for (size_t i = 1; i < h->era_count; i++) {
            const plb_era_summary *before = &h->eras[i - 1];
            assert_int_equal(h->eras[i].start_ms,
                             before->start_ms +
                                 (before->end_slot - before->start_slot) * before->slot_ms);
        }
    }
}

/* The forecast reaches to the end of the epoch in which the stability window behind the next slot
 * ends. */
static void the_horizon_is_at_an_epochs_end(void **state) {
    (void) state;
    static const plb_era_summary eras[] = {{100, 0, UINT64_MAX, 1000, 100}};
    const plb_era_history h = {.eras = eras, .era_count = 1, .forecast_slots = 30};
    assert_true(can_tell(&h, 169, 199)); /* the window ends with slot 199, the epoch too */
    assert_false(can_tell(&h, 169, 200));
    assert_true(can_tell(&h, 170, 200)); /* one slot later it reaches into the next epoch */
    assert_true(can_tell(&h, 170, 299));
    assert_false(can_tell(&h, 170, 300));
    assert_true(can_tell(&h, 0, 199)); /* before the era it counts from the era's beginning */
    assert_false(can_tell(&h, 0, 200));
    assert_false(can_tell(&h, 170, 99)); /* before the history */
    assert_false(can_tell(&h, UINT64_MAX, 0));
    assert_true(can_tell(&h, UINT64_MAX, UINT64_MAX));
}

static void the_horizon_may_be_a_slot(void **state) {
    (void) state;
    static const plb_era_summary eras[] = {{0, 0, 50, 1000, 0}, {50, 50000, UINT64_MAX, 1000, 0}};
    const plb_era_history h = {.eras = eras, .era_count = 2, .forecast_slots = 10};
    assert_true(can_tell(&h, 0, 49)); /* an era with an end is known to its end */
    assert_true(can_tell(&h, 0, 59));
    assert_false(can_tell(&h, 0, 60));
    assert_true(can_tell(&h, 70, 80));
    assert_false(can_tell(&h, 70, 81));
}

static void a_history_may_end(void **state) {
    (void) state;
    static const plb_era_summary eras[] = {{0, 0, 50, 1000, 0}};
    const plb_era_history h = {.eras = eras, .era_count = 1};
    assert_true(can_tell(&h, 0, 49));
    assert_false(can_tell(&h, 1000, 50));
}

static void without_eras_slots_are_seconds(void **state) {
    (void) state;
    const plb_era_history h = {.system_start_ms = 7};
    plb_wide ms;
    slot_is_at(&h, 0, 0, 7);
    slot_is_at(&h, 0, 12, 12007);
    assert_true(plb_slot_time_ms(&h, 0, UINT64_MAX, &ms)); /* beyond 64 bits, and right */
    assert_true(ms == (plb_wide) UINT64_MAX * 1000 + 7);
}

static void unsound_histories_are_found(void **state) {
    (void) state;
    plb_era_summary eras[] = {{0, 0, 50, 1000, 0}, {50, 50000, UINT64_MAX, 1000, 0}};
    const plb_era_history h = {.eras = eras, .era_count = 2};
    assert_true(plb_era_history_is_sound(&h));
    eras[1].start_slot = 51; /* a gap */
    assert_false(plb_era_history_is_sound(&h));
    eras[1].start_slot = 50;
    eras[1].slot_ms = 0;
    assert_false(plb_era_history_is_sound(&h));
    eras[1].slot_ms = 1000;
    eras[1].end_slot = 49;
    assert_false(plb_era_history_is_sound(&h));
}

static void a_ledger_refuses_and_copies_histories(void **state) {
    (void) state;
    plb_protocol_parameters *parameters = plb_protocol_parameters_default();
    plb_era_summary eras[] = {{0, 0, UINT64_MAX, 0, 0}};
    plb_era_history h = {.eras = eras, .era_count = 1};
    plb_ledger_config config = {.era_history = &h};
    plb_ledger *ledger;
    plb_error error;
    assert_int_equal(plb_ledger_new(&ledger, parameters, &config, &error), PLB_E_ARGUMENT);
    assert_string_equal(error.where, "era history");
    eras[0].slot_ms = 1;
    assert_int_equal(plb_ledger_new(&ledger, parameters, &config, &error), PLB_OK);
    plb_ledger_free(ledger);
    plb_era_history *copy = plb_era_history_copy(&h);
    eras[0].slot_ms = 2;
    slot_is_at(copy, 0, 9, 9);
    free(copy);
    plb_protocol_parameters_free(parameters);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mainnet_is_known),
        cmocka_unit_test(preprod_is_known),
        cmocka_unit_test(eras_follow_each_other),
        cmocka_unit_test(the_horizon_is_at_an_epochs_end),
        cmocka_unit_test(the_horizon_may_be_a_slot),
        cmocka_unit_test(a_history_may_end),
        cmocka_unit_test(without_eras_slots_are_seconds),
        cmocka_unit_test(unsound_histories_are_found),
        cmocka_unit_test(a_ledger_refuses_and_copies_histories),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
