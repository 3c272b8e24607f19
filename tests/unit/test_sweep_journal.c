/* Journals of sweeps: what is written is read, torn ends are dropped, damage is named, sweeps go on
 * and add up. */
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "calibrate/sweep/sweep.h"

static char folder[64];

static int setup(void **state) {
    (void) state;
    strcpy(folder, "/tmp/plutbench-sweep-XXXXXX");
    return mkdtemp(folder) != NULL ? 0 : -1;
}

static int teardown(void **state) {
    (void) state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

static const char *below(const char *name) {
    static char paths[4][PATH_MAX];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, PATH_MAX, "%s/%s", folder, name);
    return path;
}

static char *read_file(const char *path, size_t *length) {
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *text = calloc(1, 1 << 22);
    assert_non_null(text);
    *length = fread(text, 1, (1 << 22) - 1, file);
    fclose(file);
    return text;
}

static void write_file(const char *path, const char *text, size_t length) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, length, file), length);
    fclose(file);
}

static const plb_journal_head head = {
    .grid_sha256 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    .seed = 42,
    .points = 10,
    .shard = 1,
    .shards = 1,
    .cpu = "A Processor (tm)"};

static const plb_visit visits[] = {
    {.point = 3,
     .batch = 100,
     .variant = 'E',
     .count = 3,
     .at_s = 0.5f,
     .wall_s = 0.25f,
     .samples = {101.5f, 99.25f, 100.0f}},
    {.point = 9,
     .batch = 1,
     .variant = 'C',
     .disturbed = true,
     .count = 1,
     .at_s = 1.5f,
     .wall_s = 1.0f,
     .samples = {2.5e7f}},
};

/* A journal with a head, a session, and the two visits; its text, malloc'ed. */
static char *make_journal(const char *name, size_t *length) {
    plb_journal *journal;
    plb_journal_contents contents;
    plb_error error;
    mkdir(below(name), 0777);
    assert_int_equal(plb_journal_open(&journal, below(name), &contents, &error), PLB_OK);
    assert_false(contents.any);
    assert_int_equal(plb_journal_head_line(journal, &head, &error), PLB_OK);
    assert_int_equal(plb_journal_session(journal, 1000.5, 0, &error), PLB_OK);
    for (int i = 0; i < 2; i++)
        assert_int_equal(plb_journal_visit(journal, &visits[i], &error), PLB_OK);
    assert_int_equal(plb_journal_flush(journal, &error), PLB_OK);
    plb_journal_close(journal);
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/sweep.journal", below(name));
    return read_file(path, length);
}

static void what_is_written_is_read(void **state) {
    (void) state;
    plb_journal_contents c;
    plb_error error;
    size_t length;
    char *text = make_journal("a", &length);
    assert_int_equal(plb_journal_parse(&c, "j", text, length, 5, &error), PLB_OK);
    assert_true(c.any && !c.torn);
    assert_memory_equal(c.head.grid_sha256, head.grid_sha256, sizeof head.grid_sha256);
    assert_string_equal(c.head.cpu, head.cpu);
    assert_int_equal(c.head.seed, 42);
    assert_int_equal(c.sessions, 1);
    assert_int_equal(c.count, 2);
    assert_int_equal(c.length, length);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(c.visits[i].point, visits[i].point);
        assert_int_equal(c.visits[i].batch, visits[i].batch);
        assert_int_equal(c.visits[i].variant, visits[i].variant);
        assert_int_equal(c.visits[i].disturbed, visits[i].disturbed);
        assert_int_equal(c.visits[i].count, visits[i].count);
        assert_int_equal(c.visits[i].session, 5);
        assert_true(c.visits[i].samples[0] == visits[i].samples[0]);
    }
    plb_journal_contents_free(&c);
    free(text);
}

/* At whatever byte writing stopped, everything before that record is kept. */
static void torn_ends_are_dropped(void **state) {
    (void) state;
    plb_error error;
    size_t length;
    char *text = make_journal("b", &length);
    for (size_t cut = 0; cut < length; cut++) {
        plb_journal_contents c;
        size_t good = 0, lines = 0;
        for (size_t i = 0; i < cut; i++)
            if (text[i] == '\n') good = i + 1, lines++;
        assert_int_equal(plb_journal_parse(&c, "j", text, cut, 0, &error), PLB_OK);
        assert_int_equal(c.length, good);
        assert_int_equal(c.torn, good != cut);
        assert_int_equal(c.count, lines > 2 ? lines - 2 : 0);
        plb_journal_contents_free(&c);
    }
    free(text);
}

static void damage_is_named(void **state) {
    (void) state;
    plb_journal_contents c;
    plb_error error;
    size_t length;
    char *text = make_journal("c", &length);
    for (size_t i = 0; strchr(text + i, '\n') != strrchr(text, '\n'); i += 7) {
        char kept = text[i];
        text[i] = kept == 'x' ? 'y' : 'x';
        plb_status status = plb_journal_parse(&c, "j", text, length, 0, &error);
        assert_int_equal(status, PLB_E_PARSE);
        assert_non_null(strstr(error.message, "damaged"));
        assert_int_equal(strncmp(error.where, "j:", 2), 0);
        plb_journal_contents_free(&c);
        text[i] = kept;
    }
    free(text);
    const char other[] = "something else\nthat has lines\n";
    assert_int_equal(plb_journal_parse(&c, "j", other, sizeof other - 1, 0, &error), PLB_E_PARSE);
    assert_string_equal(error.where, "j:1");
}

static void a_torn_file_is_cut_and_goes_on(void **state) {
    (void) state;
    plb_journal *journal;
    plb_journal_contents c;
    plb_error error;
    size_t length;
    char path[PATH_MAX], *text = make_journal("d", &length);
    snprintf(path, sizeof path, "%s/sweep.journal", below("d"));
    write_file(path, text, length - 5);
    assert_int_equal(plb_journal_open(&journal, below("d"), &c, &error), PLB_OK);
    assert_true(c.torn && c.count == 1);
    plb_journal_contents_free(&c);
    assert_int_equal(plb_journal_session(journal, 2000, 1, &error), PLB_OK);
    assert_int_equal(plb_journal_visit(journal, &visits[1], &error), PLB_OK);
    assert_int_equal(plb_journal_flush(journal, &error), PLB_OK);
    plb_journal *second;
    assert_int_equal(plb_journal_open(&second, below("d"), &c, &error), PLB_E_IO);
    assert_string_equal(error.message, "another sweep is writing to it");
    plb_journal_close(journal);
    assert_int_equal(plb_journal_read(below("d"), &c, 0, &error), PLB_OK);
    assert_int_equal(c.count, 2);
    assert_int_equal(c.sessions, 2);
    assert_int_equal(c.dropped, 1);
    assert_false(c.torn);
    plb_journal_contents_free(&c);
    free(text);
}

/* ---- Whole sweeps ---- */

static plb_grid *small_grid(void) {
    static const char text[] = "IData/1|2|3\nNop1o/1\nUnitTerm/1\nIData/2\n";
    plb_grid *grid;
    plb_error error;
    assert_int_equal(plb_grid_read(&grid, "g", text, sizeof text - 1, NULL, 0, 0, &error), PLB_OK);
    return grid;
}

static plb_builtin_sweep *sweep_of(const plb_grid *grid, const char *name, unsigned shard,
                                   unsigned shards, uint64_t visits_max, uint64_t seed) {
    plb_builtin_sweep *sweep;
    plb_error error;
    plb_builtin_sweep_plan plan = {.grid = grid,
                                   .directory = below(name),
                                   .seed = seed,
                                   .shard = shard,
                                   .shards = shards,
                                   .precision = 1e-9,
                                   .visits_max = visits_max,
                                   .time_s = 30};
    if (plb_builtin_sweep_run(&plan, &sweep, &error) != PLB_OK) {
        fail_msg("%s: %s", error.where, error.message);
    }
    return sweep;
}

static void a_sweep_visits_and_goes_on(void **state) {
    (void) state;
    plb_grid *grid = small_grid();
    plb_builtin_sweep *sweep = sweep_of(grid, "e", 0, 0, 8, 1);
    plb_builtin_sweep_facts facts = plb_builtin_sweep_get_facts(sweep);
    assert_int_equal(facts.points, 6);
    assert_int_equal(facts.visits, 6 * 8);
    assert_int_equal(facts.stop, PLB_SWEEP_PRECISE);
    for (size_t i = 0; i < 6; i++) {
        plb_sweep_timing t = plb_builtin_sweep_timing(sweep, i);
        assert_int_equal(t.visits, 8);
        assert_int_equal(t.variant, 'E');
        assert_non_null(t.median.method);
        assert_true(t.median.low <= t.median.value && t.median.value <= t.median.high);
        assert_true(t.median.value > 1 && t.median.value < 1e6);
        assert_true(t.least <= t.median.value && t.median.value <= t.most);
    }
    plb_builtin_sweep_free(sweep);
    sweep = sweep_of(grid, "e", 0, 0, 10, 0); /* the journal's seed */
    facts = plb_builtin_sweep_get_facts(sweep);
    assert_int_equal(facts.visits, 6 * 10);
    assert_int_equal(facts.seed, 1);
    assert_int_equal(facts.sessions, 2);
    plb_builtin_sweep_free(sweep);
    plb_grid_free(grid);
}

static plb_status run_again(const plb_grid *grid, const char *name, unsigned shards, uint64_t seed,
                            plb_error *error) {
    plb_builtin_sweep *sweep;
    plb_builtin_sweep_plan plan = {
        .grid = grid, .directory = below(name), .seed = seed, .shard = 1, .shards = shards};
    plb_status status = plb_builtin_sweep_run(&plan, &sweep, error);
    if (status == PLB_OK) plb_builtin_sweep_free(sweep);
    return status;
}

static void another_sweep_is_refused(void **state) {
    (void) state;
    plb_error error;
    plb_grid *grid = small_grid(), *other;
    const char text[] = "IData/7\n";
    plb_builtin_sweep_free(sweep_of(grid, "f", 0, 0, 6, 1));
    assert_int_equal(plb_grid_read(&other, "g", text, sizeof text - 1, NULL, 0, 0, &error), PLB_OK);
    assert_int_equal(run_again(other, "f", 0, 1, &error), PLB_E_ARGUMENT);
    assert_non_null(strstr(error.message, "another grid"));
    assert_int_equal(run_again(grid, "f", 0, 2, &error), PLB_E_ARGUMENT);
    assert_non_null(strstr(error.message, "another seed"));
    assert_int_equal(run_again(grid, "f", 2, 1, &error), PLB_E_ARGUMENT);
    assert_non_null(strstr(error.message, "another shard"));
    plb_grid_free(grid);
    plb_grid_free(other);
}

static void shards_add_up(void **state) {
    (void) state;
    plb_error error;
    plb_builtin_sweep *whole;
    plb_grid *grid = small_grid();
    plb_builtin_sweep *first = sweep_of(grid, "s1", 1, 2, 6, 1);
    plb_builtin_sweep *second = sweep_of(grid, "s2", 2, 2, 7, 1);
    assert_int_equal(plb_builtin_sweep_count(first), 3);
    assert_int_equal(plb_builtin_sweep_count(second), 3);
    const char *const folders[] = {below("s1"), below("s2")};
    if (plb_builtin_sweep_merge(folders, 2, below("whole"), 0, &whole, &error) != PLB_OK) {
        fail_msg("%s: %s", error.where, error.message);
    }
    assert_int_equal(plb_builtin_sweep_count(whole), 6);
    assert_int_equal(plb_builtin_sweep_get_facts(whole).visits, 3 * 6 + 3 * 7);
    for (size_t i = 0; i < 6; i++) {
        plb_sweep_timing t = plb_builtin_sweep_timing(whole, i);
        plb_sweep_timing part = plb_builtin_sweep_timing(i % 2 == 0 ? first : second, i / 2);
        assert_int_equal(t.visits, part.visits);
        assert_true(t.median.value == part.median.value && t.samples == part.samples);
    }
    plb_builtin_sweep_free(whole);
    /* The merged folder is a sweep of its own, which is not written over. */
    assert_int_equal(plb_builtin_sweep_merge(folders, 2, below("whole"), 0, &whole, &error),
                     PLB_E_ARGUMENT);
    whole = sweep_of(grid, "whole", 0, 0, 8, 0);
    assert_int_equal(plb_builtin_sweep_get_facts(whole).visits, 6 * 8);
    plb_builtin_sweep_free(whole);
    plb_builtin_sweep_free(first);
    plb_builtin_sweep_free(second);
    plb_grid_free(grid);
}

static void folders_of_different_sweeps_are_not_merged(void **state) {
    (void) state;
    plb_error error;
    plb_builtin_sweep *whole;
    plb_grid *grid = small_grid(), *other;
    const char text[] = "IData/7\n";
    assert_int_equal(plb_grid_read(&other, "g", text, sizeof text - 1, NULL, 0, 0, &error), PLB_OK);
    plb_builtin_sweep_free(sweep_of(grid, "m1", 0, 0, 6, 1));
    plb_builtin_sweep_free(sweep_of(other, "m2", 0, 0, 6, 1));
    const char *const folders[] = {below("m1"), below("m2")};
    assert_int_equal(plb_builtin_sweep_merge(folders, 2, below("m"), 0, &whole, &error),
                     PLB_E_ARGUMENT);
    assert_non_null(strstr(error.message, "another grid"));
    const char *const nowhere[] = {below("nowhere")};
    assert_int_equal(plb_builtin_sweep_merge(nowhere, 1, below("m"), 0, &whole, &error), PLB_E_IO);
    plb_grid_free(grid);
    plb_grid_free(other);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(torn_ends_are_dropped),
        cmocka_unit_test(damage_is_named),
        cmocka_unit_test(a_torn_file_is_cut_and_goes_on),
        cmocka_unit_test(a_sweep_visits_and_goes_on),
        cmocka_unit_test(another_sweep_is_refused),
        cmocka_unit_test(shards_add_up),
        cmocka_unit_test(folders_of_different_sweeps_are_not_merged),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
