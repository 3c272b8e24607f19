/* The ledger's verdict on transactions. */
#include <dirent.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "calibrate/cli/tx.h"
#include "results/format.h"

typedef struct validate_options {
    cli_state_options state;
    bool json;
} validate_options;

#define FIELD(name) offsetof(validate_options, name)
static const cli_option options[] = {
    CLI_STATE_OPTIONS(FIELD(state)),
    {"json", NULL, "print a JSON object: outcome, predicate, calls ...", CLI_FLAG, FIELD(json),
     NULL},
    {NULL, NULL, NULL, CLI_FLAG, 0, NULL},
};

typedef enum outcome { OUTCOME_PASS, OUTCOME_FAIL, OUTCOME_UNSUPPORTED, OUTCOME_ERROR } outcome;

/* What became of one file. */
typedef struct verdict {
    outcome outcome;
    bool decoding_failure;             /* OUTCOME_FAIL: then there is no predicate */
    const char *predicate;             /* as the fixtures name it */
    const char *own_predicate;         /* as the ledger does */
    const char *description;           /* NULL for none */
    char where[PLB_ERROR_WHERE_BYTES]; /* may be empty */
    char message[CLI_MESSAGE_BYTES];   /* unless OUTCOME_PASS */
    bool has_expectation, agrees;
} verdict;

typedef struct tally {
    size_t expected, wrong;                     /* of those that say what is expected */
    size_t passed, failed, unsupported, errors; /* of the others; unsupported: of all */
    bool usage;                                 /* the command line was at fault */
} tally;

/* ---- One file ---- */

/* What is not supported, or where it failed to be well-formed, has a place; a predicate has none.
 */
static void explain(verdict *v, plb_status status, const plb_error *error) {
    static const char unsupported[] = "unsupported: ";
    plb_error shown = *error;
    size_t skipped = sizeof unsupported - 1;
    shown.where[0] = '\0';
    if (status == PLB_E_UNSUPPORTED && strncmp(error->message, unsupported, skipped) == 0) {
        memmove(shown.message, shown.message + skipped, sizeof shown.message - skipped);
    }
    cli_message(&shown, v->message);
    if (status != PLB_E_LEDGER) {
        memcpy(v->where, error->where, sizeof v->where);
    }
}

static void judge(verdict *v, const plb_submission *submission) {
    explain(v, submission->status, &submission->error);
    switch (submission->status) {
    case PLB_OK: v->outcome = OUTCOME_PASS; break;
    case PLB_E_UNSUPPORTED: v->outcome = OUTCOME_UNSUPPORTED; break;
    case PLB_E_PARSE:
        v->outcome = OUTCOME_FAIL;
        v->decoding_failure = true;
        break;
    case PLB_E_LEDGER:
        v->outcome = OUTCOME_FAIL;
        v->own_predicate = submission->predicate;
        v->predicate = plb_fixture_predicate(submission->predicate, v->message);
        v->description = plb_fixture_description(submission->predicate, v->message);
        break;
    default: v->outcome = OUTCOME_ERROR;
    }
}

static bool same_text(const char *a, const char *b) {
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void compare(verdict *v, const plb_expected *expected) {
    v->has_expectation = expected->kind != PLB_EXPECT_NOTHING;
    switch (expected->kind) {
    case PLB_EXPECT_NOTHING: break;
    case PLB_EXPECT_PASS: v->agrees = v->outcome == OUTCOME_PASS; break;
    case PLB_EXPECT_DECODING_FAILURE:
        v->agrees = v->outcome == OUTCOME_FAIL && v->decoding_failure;
        break;
    case PLB_EXPECT_PREDICATE:
        v->agrees =
            v->outcome == OUTCOME_FAIL && !v->decoding_failure &&
            (same_text(v->predicate, expected->predicate) ||
             same_text(v->own_predicate, expected->predicate)) &&
            (expected->description == NULL || same_text(v->description, expected->description));
    }
}

static void count(tally *counts, const verdict *v) {
    if (v->outcome == OUTCOME_UNSUPPORTED) {
        counts->unsupported++;
    } else if (v->outcome == OUTCOME_ERROR) {
        counts->errors++;
    } else if (v->has_expectation) {
        *(v->agrees ? &counts->expected : &counts->wrong) += 1;
    } else {
        *(v->outcome == OUTCOME_PASS ? &counts->passed : &counts->failed) += 1;
    }
}

/* ---- JSON ---- */

static json_t *expected_to_json(const plb_expected *expected) {
    switch (expected->kind) {
    case PLB_EXPECT_PASS: return json_string("Pass");
    case PLB_EXPECT_DECODING_FAILURE: return json_pack("{s:b}", "decodingFailure", 1);
    case PLB_EXPECT_PREDICATE:
        return json_pack("{s:s, s:s*}", "predicate", expected->predicate, "description",
                         expected->description);
    default: return NULL;
    }
}

static json_t *calls_to_json(const plb_submission *submission) {
    json_t *calls = json_array();
    for (size_t i = 0; i < submission->call_count; i++) {
        const plb_call_outcome *call = &submission->calls[i];
        (void) json_array_append_new(calls, json_pack("{s:s, s:I, s:s, s:o, s:o, s:s}", "purpose",
                                                      cli_purpose_name(call->purpose), "index",
                                                      (json_int_t) call->index, "language",
                                                      plb_language_name(call->language), "declared",
                                                      cli_json_exunits(call->declared), "spent",
                                                      cli_json_exunits(call->spent), "status",
                                                      plb_status_name(call->status)));
    }
    return calls;
}

static void add_facts(json_t *object, const plb_submission *submission) {
    static const uint8_t none[PLB_HASH_BYTES];
    char id[2 * PLB_HASH_BYTES + 1];
    if (memcmp(submission->id, none, sizeof none) == 0) {
        return;
    }
    cli_hash_text(submission->id, id);
    (void) json_object_set_new(object, "transaction_id", json_string(id));
    (void) json_object_set_new(object, "size_bytes", cli_json_amount(submission->size_bytes));
    (void) json_object_set_new(object, "fee", cli_json_amount(submission->fee));
    (void) json_object_set_new(object, "calls", calls_to_json(submission));
}

/* Keys in the order of reading. `submission` NULL: the ledger was not asked. */
static json_t *verdict_to_json(const cli_tx_case *c, const verdict *v,
                               const plb_submission *submission) {
    static const char *const outcomes[] = {"Pass", "Fail", "unsupported", "error"};
    json_t *object = json_pack("{s:s}", "outcome", outcomes[v->outcome]);
    if (v->outcome == OUTCOME_FAIL && v->decoding_failure) {
        (void) json_object_set_new(object, "decodingFailure", json_true());
    } else if (v->outcome == OUTCOME_FAIL) {
        (void) json_object_set_new(object, "predicate", json_string(v->predicate));
        if (v->description != NULL) {
            (void) json_object_set_new(object, "description", json_string(v->description));
        }
        if (!same_text(v->predicate, v->own_predicate)) {
            (void) json_object_set_new(object, "ledger_predicate", json_string(v->own_predicate));
        }
    }
    if (v->outcome != OUTCOME_PASS) {
        const char *key = v->outcome == OUTCOME_UNSUPPORTED ? "what" : "message";
        (void) json_object_set_new(object, key, cli_json_text(v->message));
        if (v->where[0] != '\0') {
            (void) json_object_set_new(object, "where", cli_json_text(v->where));
        }
    }
    (void) json_object_set_new(object, "file", cli_json_text(c->path));
    if (c->scenario.title != NULL) {
        (void) json_object_set_new(object, "title", json_string(c->scenario.title));
    }
    if (v->has_expectation) {
        json_t *expected = expected_to_json(&c->scenario.expected);
        (void) json_object_set_new(object, "expected", expected);
        (void) json_object_set_new(object, "agrees",
                                   v->outcome == OUTCOME_UNSUPPORTED ? json_null()
                                                                     : json_boolean(v->agrees));
    }
    if (submission != NULL) {
        add_facts(object, submission);
    }
    return object;
}

/* ---- Text ---- */

static void print_expected(const plb_expected *expected) {
    if (expected->kind == PLB_EXPECT_PREDICATE) {
        printf("%s%s%s", expected->predicate, expected->description != NULL ? ": " : "",
               expected->description != NULL ? expected->description : "");
    } else {
        fputs(expected->kind == PLB_EXPECT_PASS ? "Pass" : "a decoding failure", stdout);
    }
}

/* One line: outcome, file, why, and whether that was expected. */
static void print_verdict(const cli_tx_case *c, const verdict *v) {
    static const char *const outcomes[] = {"Pass", "Fail", "unsupported", "error"};
    printf("%-11s  %s", outcomes[v->outcome], c->path);
    if (v->outcome != OUTCOME_PASS) {
        printf(": %s%s", v->decoding_failure ? "it can't be decoded: " : "", v->message);
        if (v->where[0] != '\0') {
            printf(" (%s)", v->where);
        }
    }
    if (v->has_expectation && v->outcome != OUTCOME_UNSUPPORTED) {
        fputs(v->agrees ? " (as expected)" : " (WRONG: expected ", stdout);
        if (!v->agrees) {
            print_expected(&c->scenario.expected);
            (void) putchar(')');
        }
    }
    (void) putchar('\n');
}

static void print_facts(const plb_submission *submission) {
    static const uint8_t none[PLB_HASH_BYTES];
    char id[2 * PLB_HASH_BYTES + 1], fee[PLB_FORMAT_BYTES], size[PLB_FORMAT_BYTES];
    if (memcmp(submission->id, none, sizeof none) == 0) {
        return;
    }
    cli_hash_text(submission->id, id);
    plb_format_integer((int64_t) (submission->fee & INT64_MAX), fee);
    plb_format_integer((int64_t) submission->size_bytes, size);
    printf("  transaction %s\n  %s bytes, fee %s lovelace\n", id, size, fee);
    cli_print_calls(submission, false);
}

/* ---- All files ---- */

typedef struct job {
    const cli_command *command;
    validate_options given;
    cli_texts files;
    char **owned; /* names of files that folders have; as many as owned_count */
    size_t owned_count;
    tally counts;
    json_t *results; /* of several files, with --json */
} job;

static void say(job *j, const cli_tx_case *c, const verdict *v, const plb_submission *submission) {
    bool single = j->files.count == 1;
    if (j->given.json) {
        json_t *object = verdict_to_json(c, v, submission);
        if (single) {
            cli_print_json(object);
        } else {
            (void) json_array_append_new(j->results, object);
        }
        return;
    }
    if (v->outcome != OUTCOME_ERROR) {
        print_verdict(c, v);
        if (single && submission != NULL) {
            print_facts(submission);
        }
    }
}

static void validate_file(job *j, const char *path) {
    cli_tx_case c;
    verdict v = {.outcome = OUTCOME_ERROR};
    plb_submission submission;
    plb_error error = {.status = PLB_OK};
    plb_status status = cli_tx_case_load(&c, path, &j->given.state, &error);
    bool submitted = status == PLB_OK;
    if (submitted) {
        plb_ledger_submit(c.ledger, c.scenario.transaction, c.scenario.transaction_length, NULL,
                          &submission);
        judge(&v, &submission);
    } else {
        v.outcome = status == PLB_E_UNSUPPORTED ? OUTCOME_UNSUPPORTED : OUTCOME_ERROR;
        explain(&v, status, &error);
    }
    j->counts.usage = j->counts.usage || status == PLB_E_ARGUMENT;
    compare(&v, &c.scenario.expected);
    count(&j->counts, &v);
    if (v.outcome == OUTCOME_ERROR) {
        (void) cli_complain(j->command, CLI_FAILED, "%s%s%s", v.where,
                            v.where[0] != '\0' ? ": " : "", v.message);
    }
    c.path = path;
    say(j, &c, &v, submitted ? &submission : NULL);
    cli_tx_case_free(&c);
}

static int is_json_file(const struct dirent *entry) {
    size_t length = strlen(entry->d_name);
    return entry->d_name[0] != '.' && length > 5 &&
           strcmp(entry->d_name + length - 5, ".json") == 0;
}

static bool add_file(job *j, const char *path) {
    const char **files = realloc(j->files.items, (j->files.count + 1) * sizeof *files);
    if (files == NULL) {
        return false;
    }
    j->files.items = files;
    files[j->files.count++] = path;
    return true;
}

static bool add_owned(job *j, const char *folder, const char *name) {
    char **owned = realloc(j->owned, (j->owned_count + 1) * sizeof *owned);
    if (owned == NULL) {
        return false;
    }
    j->owned = owned;
    if (asprintf(&owned[j->owned_count], "%s%s%s", folder,
                 folder[strlen(folder) - 1] == '/' ? "" : "/", name) < 0) {
        return false;
    }
    return add_file(j, owned[j->owned_count++]);
}

/* The JSON files of a folder, in order. -1 to go on, or an exit code. */
static int add_folder(job *j, const char *folder) {
    struct dirent **entries = NULL;
    int found = scandir(folder, &entries, is_json_file, alphasort), code = -1;
    if (found <= 0) {
        free(entries);
        return cli_complain(j->command, CLI_FAILED, "%s: %s", folder,
                            found == 0 ? "expected a folder with fixtures (*.json)"
                                       : "could not be read");
    }
    for (int i = 0; i < found; i++) {
        if (code < 0 && !add_owned(j, folder, entries[i]->d_name)) {
            code = cli_complain(j->command, CLI_FAILED, "out of memory");
        }
        free(entries[i]);
    }
    free(entries);
    return code;
}

static int list_files(job *j, const cli_texts *words) {
    for (size_t i = 0; i < words->count; i++) {
        struct stat about;
        bool is_folder = stat(words->items[i], &about) == 0 && S_ISDIR(about.st_mode);
        int code = is_folder ? add_folder(j, words->items[i])
                   : add_file(j, words->items[i])
                       ? -1
                       : cli_complain(j->command, CLI_FAILED, "out of memory");
        if (code >= 0) {
            return code;
        }
    }
    return -1;
}

static void print_summary(job *j) {
    const tally *t = &j->counts;
    if (j->given.json) {
        cli_print_json(json_pack("{s:o, s:I, s:I, s:I, s:I, s:I, s:I}", "results", j->results,
                                 "as_expected", (json_int_t) t->expected, "unsupported",
                                 (json_int_t) t->unsupported, "wrong", (json_int_t) t->wrong,
                                 "passed", (json_int_t) t->passed, "failed", (json_int_t) t->failed,
                                 "errors", (json_int_t) t->errors));
        return;
    }
    const char *separator = "";
    if (t->expected + t->wrong > 0 || t->passed + t->failed == 0) {
        printf("as expected %zu, unsupported %zu, wrong %zu", t->expected, t->unsupported,
               t->wrong);
        separator = ", ";
    }
    if (t->passed + t->failed > 0) {
        printf("%spassed %zu, failed %zu", separator, t->passed, t->failed);
        if (t->expected + t->wrong == 0) {
            printf(", unsupported %zu", t->unsupported);
        }
    }
    if (t->errors > 0) {
        printf(", errors %zu", t->errors);
    }
    (void) putchar('\n');
}

/* A fixture that agrees is a success whatever its outcome; of plain transactions the outcome
 * counts. */
static int exit_code(const job *j) {
    const tally *t = &j->counts;
    if (t->usage) {
        return CLI_USAGE;
    }
    if (t->wrong + t->failed + t->errors > 0) {
        return CLI_FAILED;
    }
    return t->unsupported > 0 && t->expected == 0 ? CLI_UNSUPPORTED : CLI_OK;
}

static int run(const cli_command *command, int argc, char **argv) {
    job j = {.command = command, .given.state.slot = CLI_NO_SLOT};
    cli_texts words;
    int code = cli_parse(command, argc, argv, &j.given, 1, SIZE_MAX, &words);
    if (code < 0) {
        code = list_files(&j, &words);
    }
    if (code < 0) {
        j.results = j.given.json && j.files.count > 1 ? json_array() : NULL;
        for (size_t i = 0; i < j.files.count; i++) {
            validate_file(&j, j.files.items[i]);
        }
        if (j.files.count > 1) {
            print_summary(&j);
        }
        code = exit_code(&j);
    }
    for (size_t i = 0; i < j.owned_count; i++) {
        free(j.owned[i]);
    }
    free(j.owned);
    free(j.files.items);
    free(j.given.state.utxo.items);
    free(words.items);
    return code;
}

const cli_command cli_tx_validate = {
    .name = "tx validate",
    .arguments = "FILE|DIR ...",
    .summary = "the ledger's verdict on transactions and fixtures",
    .examples = "  plutbench tx validate fixture.json --json\n"
                "  plutbench tx validate scenarios/\n"
                "  plutbench tx validate tx.signed --utxo utxo.json\n"
                "  plutbench tx validate tx.cbor --utxo utxo.json --network preprod \\\n"
                "      --protocol-parameters pparams.json --slot 84000000\n"
                "\nexit codes: 0 valid, or all as fixtures expect; 1 invalid, not as expected, or "
                "an error;\n"
                "2 wrong usage; 3 unsupported\n",
    .options = options,
    .run = run,
};
