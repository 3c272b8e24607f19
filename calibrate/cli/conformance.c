/* Runs a folder laid out like the reference's conformance suite: each folder without subfolders is
 * a case NAME with NAME.uplc or NAME.flat, NAME.(uplc|flat).expected and NAME.budget.expected. */
#include <fts.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <plutbench/measure.h>

#include "calibrate/cli/cli.h"
#include "calibrate/cli/terminal.h"

typedef struct conformance_options {
    int format;
    int language;
    uint64_t protocol_version;
    uint64_t threads;
} conformance_options;

enum { FORMAT_TEXT, FORMAT_FLAT };
static const char *const formats[] = {"text", "flat", NULL};
static const char *const extensions[] = {"uplc", "flat"};

#define FIELD(name) offsetof(conformance_options, name)
static const cli_option options[] = {
    {"format", "FORMAT", "text or flat: which input of a case is run (default: text)", CLI_CHOICE,
     FIELD(format), formats},
    {"language", "LANGUAGE", "v1, v2, v3, v4 (default: everything, with the newest semantics)",
     CLI_CHOICE, FIELD(language), cli_languages},
    {"protocol-version", "N", "major protocol version, 5 to 12 (default: 12)", CLI_NUMBER,
     FIELD(protocol_version), NULL},
    {"threads", "N", "cases run at once (default: one per processor)", CLI_COUNT, FIELD(threads),
     NULL},
    {NULL, NULL, NULL, CLI_FLAG, 0, NULL},
};

typedef enum verdict { VERDICT_PASSED, VERDICT_FAILED, VERDICT_SKIPPED } verdict;

typedef struct test_case {
    char *base; /* path of the case's files without their extensions */
    verdict verdict;
    char *report; /* why it failed; malloc'ed, may be NULL */
} test_case;

typedef struct case_suite {
    const cli_command *command;
    conformance_options given;
    plb_era era;
    plb_cost_model *cost_model;
    test_case *cases;
    size_t count;
    atomic_size_t next;
    uint64_t start_ns;
} case_suite;

/* What one thread works with. */
typedef struct case_worker {
    case_suite *suite;
    pthread_t thread;
    plb_program *program, *result, *expected;
    plb_machine *machine;
    bool tells; /* of the progress: one thread does */
} case_worker;

/* What a case gave: a program, or the words that stand for a failure. */
typedef struct yield {
    const char *failure; /* NULL for success */
    plb_exunits spent;
    char detail[PLB_ERROR_MESSAGE_BYTES + PLB_ERROR_WHERE_BYTES + 4];
} yield;

static const char parse_failure[] = "parse/decode error";
static const char evaluation_failure[] = "evaluation failure";

static char *path_of(const test_case *test, const char *extension) {
    char *path = NULL;
    return asprintf(&path, "%s.%s", test->base, extension) >= 0 ? path : NULL;
}

static bool read_case_file(const test_case *test, const char *extension, uint8_t **bytes,
                           size_t *length) {
    char *path = path_of(test, extension);
    plb_error error;
    bool ok = path != NULL && cli_read_file(path, bytes, length, &error) == PLB_OK;
    free(path);
    return ok;
}

static plb_status decode(plb_program *program, const case_suite *suite, const uint8_t *bytes,
                         size_t length, plb_error *error) {
    return suite->given.format == FORMAT_TEXT
               ? plb_program_parse_text(program, suite->era, (const char *) bytes, length, error)
               : plb_program_decode_flat(program, suite->era, bytes, length, error);
}

static void run_program(case_worker *worker, const uint8_t *bytes, size_t length, yield *got) {
    plb_error error = {.status = PLB_OK};
    *got = (yield){0};
    if (decode(worker->program, worker->suite, bytes, length, &error) != PLB_OK) {
        got->failure = parse_failure;
        (void) snprintf(got->detail, sizeof got->detail, "%s: %s", error.where, error.message);
        return;
    }
    plb_evaluation evaluation = {
        .program = worker->program,
        .cost_model = worker->suite->cost_model,
        .era = worker->suite->era,
        .limit = {INT64_MAX, INT64_MAX},
    };
    plb_outcome outcome;
    if (plb_machine_run(worker->machine, &evaluation, &outcome) != PLB_OK) {
        got->failure = evaluation_failure;
        (void) snprintf(got->detail, sizeof got->detail, "%s", outcome.message);
        return;
    }
    got->spent = outcome.spent;
    if (plb_machine_result(worker->machine, worker->result, &error) != PLB_OK) {
        got->failure = "result too large";
        (void) snprintf(got->detail, sizeof got->detail, "%s", error.message);
    }
}

static bool begins_with(const uint8_t *bytes, size_t length, const char *text) {
    size_t size = strlen(text);
    return length >= size && memcmp(bytes, text, size) == 0;
}

/* The failure that an expectation stands for, or NULL when it is a program. */
static const char *expected_failure(const uint8_t *bytes, size_t length) {
    if (begins_with(bytes, length, evaluation_failure)) {
        return evaluation_failure;
    }
    return begins_with(bytes, length, parse_failure) ? parse_failure : NULL;
}

/* The numbers of "({cpu: 1\n| mem: 2})". */
static bool parse_budget(const char *text, plb_exunits *budget) {
    const char *cpu = strstr(text, "cpu:");
    const char *memory = strstr(text, "mem:");
    long long steps;
    long long units;
    if (cpu == NULL || memory == NULL || sscanf(cpu, "cpu: %lld", &steps) != 1 ||
        sscanf(memory, "mem: %lld", &units) != 1) {
        return false;
    }
    *budget = (plb_exunits){.memory = units, .steps = steps};
    return true;
}

static void fail_case(test_case *test, const char *what, const char *expected, const char *got,
                      const char *detail) {
    char *report = NULL;
    test->verdict = VERDICT_FAILED;
    if (asprintf(&report, "FAILED %s (%s)\n  expected: %s\n  got:      %s%s%s\n", test->base, what,
                 expected, got, detail[0] != '\0' ? ": " : "", detail) >= 0) {
        free(test->report);
        test->report = report;
    }
}

/* A program as text, for a report; malloc'ed. */
static char *show(const plb_program *program) {
    char *text = NULL;
    enum { LONG = 4096 };
    if (plb_program_print(program, LONG, &text, NULL, NULL) != PLB_OK) {
        return strdup("(a program too long to show)");
    }
    return text;
}

static void compare_program(case_worker *worker, test_case *test, const yield *got,
                            const uint8_t *bytes, size_t length) {
    const char *failure = expected_failure(bytes, length);
    plb_error error = {.status = PLB_OK};
    if (failure != NULL || got->failure != NULL) {
        if (failure == NULL || got->failure == NULL || strcmp(failure, got->failure) != 0) {
            char *shown = got->failure == NULL ? show(worker->result) : strdup(got->failure);
            fail_case(test, "result", failure != NULL ? failure : "a program",
                      shown != NULL ? shown : "?", got->detail);
            free(shown);
        }
        return;
    }
    if (decode(worker->expected, worker->suite, bytes, length, &error) != PLB_OK) {
        fail_case(test, "result", "a readable expectation", "a malformed one", error.message);
        return;
    }
    if (!plb_program_equal(worker->expected, worker->result)) {
        char *wanted = show(worker->expected);
        char *shown = show(worker->result);
        fail_case(test, "result", wanted != NULL ? wanted : "?", shown != NULL ? shown : "?", "");
        free(wanted);
        free(shown);
    }
}

static void compare_budget(test_case *test, const yield *got, const uint8_t *bytes, size_t length) {
    const char *failure = expected_failure(bytes, length);
    plb_exunits wanted = {0, 0};
    if (failure != NULL || got->failure != NULL) {
        bool same = failure != NULL && got->failure != NULL && strcmp(failure, got->failure) == 0;
        if (!same && test->verdict == VERDICT_PASSED) {
            fail_case(test, "budget", failure != NULL ? failure : "a budget",
                      got->failure != NULL ? got->failure : "a budget", got->detail);
        }
        return;
    }
    if (!parse_budget((const char *) bytes, &wanted)) {
        fail_case(test, "budget", "an expectation such as ({cpu: 1 | mem: 2})", "something else",
                  "");
    } else if (wanted.steps != got->spent.steps || wanted.memory != got->spent.memory) {
        char expected[64];
        char actual[64];
        (void) snprintf(expected, sizeof expected, "cpu %lld, mem %lld", (long long) wanted.steps,
                        (long long) wanted.memory);
        (void) snprintf(actual, sizeof actual, "cpu %lld, mem %lld", (long long) got->spent.steps,
                        (long long) got->spent.memory);
        fail_case(test, "budget", expected, actual, "");
    }
}

static void run_case(case_worker *worker, test_case *test) {
    const char *extension = extensions[worker->suite->given.format];
    char expected_extension[32];
    uint8_t *input = NULL;
    uint8_t *expected = NULL;
    size_t length = 0;
    size_t expected_length = 0;
    (void) snprintf(expected_extension, sizeof expected_extension, "%s.expected", extension);
    if (!read_case_file(test, extension, &input, &length)) {
        test->verdict = VERDICT_SKIPPED; /* parser cases have no flat form */
        return;
    }
    yield got;
    run_program(worker, input, length, &got);
    free(input);
    test->verdict = VERDICT_PASSED;
    if (read_case_file(test, expected_extension, &expected, &expected_length)) {
        compare_program(worker, test, &got, expected, expected_length);
        free(expected);
    } else {
        fail_case(test, "result", expected_extension, "no such file", "");
    }
    if (read_case_file(test, "budget.expected", &expected, &expected_length)) {
        compare_budget(test, &got, expected, expected_length);
        free(expected);
    }
}

static void *work(void *argument) {
    case_worker *worker = argument;
    case_suite *suite = worker->suite;
    for (;;) {
        size_t index = atomic_fetch_add(&suite->next, 1);
        if (index >= suite->count) {
            return NULL;
        }
        if (worker->tells) {
            cli_show_share((double) index / (double) suite->count,
                           (double) (plb_clock_now_ns() - suite->start_ns) * 1e-9,
                           "%zu of %zu cases", index, suite->count);
        }
        run_case(worker, &suite->cases[index]);
    }
}

/* ---- Finding the cases ---- */

static bool add_case(case_suite *suite, const char *folder, const char *name) {
    test_case *bigger = realloc(suite->cases, (suite->count + 1) * sizeof *bigger);
    if (bigger == NULL) {
        return false;
    }
    suite->cases = bigger;
    test_case *test = &bigger[suite->count];
    *test = (test_case){.verdict = VERDICT_SKIPPED};
    if (asprintf(&test->base, "%s/%s", folder, name) < 0) {
        return false;
    }
    suite->count++;
    return true;
}

static int by_name(const FTSENT **a, const FTSENT **b) {
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

static bool has_input(const char *folder, const char *name, int format) {
    char *path = NULL;
    bool found = asprintf(&path, "%s/%s.%s", folder, name, extensions[format]) >= 0 &&
                 access(path, F_OK) == 0;
    free(path);
    return found;
}

/* A folder is a case when it holds an input that is named like it. */
static bool find_cases(case_suite *suite, const char *root, plb_error *error) {
    char *roots[] = {(char *) (uintptr_t) root, NULL};
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
    FTSENT *entry;
    bool ok = tree != NULL;
    while (ok && (entry = fts_read(tree)) != NULL) {
        if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR || entry->fts_info == FTS_NS) {
            (void) plb_fail(error, PLB_E_IO, entry->fts_path, "%s", strerror(entry->fts_errno));
            ok = false;
        } else if (entry->fts_info == FTS_D) {
            bool is_case = has_input(entry->fts_path, entry->fts_name, FORMAT_TEXT) ||
                           has_input(entry->fts_path, entry->fts_name, FORMAT_FLAT);
            ok = !is_case || add_case(suite, entry->fts_path, entry->fts_name);
        }
    }
    if (tree != NULL) {
        (void) fts_close(tree);
    }
    if (!ok && error->status == PLB_OK) {
        (void) plb_fail(error, PLB_E_IO, root, "the folder could not be read");
    }
    return ok;
}

/* ---- Threads ---- */

static void close_worker(case_worker *worker) {
    plb_program_free(worker->program);
    plb_program_free(worker->result);
    plb_program_free(worker->expected);
    plb_machine_free(worker->machine);
}

static bool open_worker(case_worker *worker, case_suite *suite) {
    worker->suite = suite;
    worker->program = plb_program_new(0);
    worker->result = plb_program_new(0);
    worker->expected = plb_program_new(0);
    worker->machine = plb_machine_new(0);
    return worker->program != NULL && worker->result != NULL && worker->expected != NULL &&
           worker->machine != NULL;
}

static bool run_suite(case_suite *suite) {
    size_t wanted = (size_t) suite->given.threads;
    case_worker *workers = calloc(wanted, sizeof *workers);
    size_t started = 0;
    bool ok = workers != NULL;
    suite->start_ns = plb_clock_now_ns();
    while (ok && started < wanted) {
        workers[started].tells = started == 0;
        ok = open_worker(&workers[started], suite) &&
             pthread_create(&workers[started].thread, NULL, work, &workers[started]) == 0;
        started += ok;
    }
    for (size_t i = 0; i < started; i++) {
        (void) pthread_join(workers[i].thread, NULL);
    }
    cli_clear_progress();
    for (size_t i = 0; workers != NULL && i < wanted; i++) {
        close_worker(&workers[i]);
    }
    free(workers);
    return started > 0; /* fewer threads than wanted do the work as well */
}

static int print_report(const case_suite *suite) {
    size_t counts[3] = {0, 0, 0};
    for (size_t i = 0; i < suite->count; i++) {
        counts[suite->cases[i].verdict]++;
        if (suite->cases[i].report != NULL) {
            fputs(suite->cases[i].report, stdout);
        }
    }
    printf("%zu passed, %zu failed, %zu skipped\n", counts[VERDICT_PASSED], counts[VERDICT_FAILED],
           counts[VERDICT_SKIPPED]);
    return counts[VERDICT_FAILED] == 0 ? CLI_OK : CLI_FAILED;
}

static int run_conformance(case_suite *suite, const char *root) {
    plb_error error = {.status = PLB_OK};
    if (suite->given.threads == 0) {
        long processors = sysconf(_SC_NPROCESSORS_ONLN);
        suite->given.threads = processors > 0 ? (uint64_t) processors : 1;
    }
    if (!find_cases(suite, root, &error)) {
        return cli_error(suite->command, &error);
    }
    if (suite->count == 0) {
        return cli_complain(suite->command, CLI_FAILED,
                            "%s: no cases found (expected folders NAME with NAME.%s)", root,
                            extensions[suite->given.format]);
    }
    if (cli_cost_model(&suite->cost_model, suite->era, NULL, &error) != PLB_OK) {
        return cli_error(suite->command, &error);
    }
    if (!run_suite(suite)) {
        return cli_complain(suite->command, CLI_FAILED, "no memory to run the cases");
    }
    return print_report(suite);
}

static int run(const cli_command *command, int argc, char **argv) {
    case_suite suite = {.command = command};
    cli_texts folders;
    int code = cli_parse(command, argc, argv, &suite.given, 1, 1, &folders);
    if (code < 0) {
        code = cli_check_era(command, suite.given.language, suite.given.protocol_version);
        if (code == CLI_OK) {
            suite.era = cli_era(suite.given.language, suite.given.protocol_version);
            code = run_conformance(&suite, folders.items[0]);
        }
    }
    for (size_t i = 0; i < suite.count; i++) {
        free(suite.cases[i].base);
        free(suite.cases[i].report);
    }
    free(suite.cases);
    plb_cost_model_free(suite.cost_model);
    free(folders.items);
    return code;
}

const cli_command cli_conformance = {
    .name = "conformance",
    .arguments = "DIR",
    .summary = "run a folder laid out like the reference's conformance suite",
    .examples = "  plutbench conformance plutus-conformance/test-cases/uplc/evaluation\n"
                "  plutbench conformance DIR --format flat --threads 4\n",
    .options = options,
    .run = run,
};
