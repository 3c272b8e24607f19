/* The ExUnits that a transaction's redeemers need. */
#include <jansson.h>
#include <stdlib.h>

#include "calibrate/cli/tx.h"
#include "results/format.h"

typedef struct evaluate_options {
    cli_state_options state;
    bool json;
    bool ogmios;
} evaluate_options;

#define FIELD(name) offsetof(evaluate_options, name)
static const cli_option options[] = {
    CLI_STATE_OPTIONS(FIELD(state)),
    {"json", NULL, "print a JSON object: outcome, redeemers ...", CLI_FLAG, FIELD(json), NULL},
    {"ogmios", NULL, "print a JSON array as Ogmios's evaluateTransaction gives it", CLI_FLAG,
     FIELD(ogmios), NULL},
    {NULL, NULL, NULL, CLI_FLAG, 0, NULL},
};

static json_t *redeemers_to_json(const plb_submission *submission) {
    json_t *redeemers = json_array();
    for (size_t i = 0; i < submission->call_count; i++) {
        const plb_call_outcome *call = &submission->calls[i];
        (void) json_array_append_new(
            redeemers,
            json_pack("{s:s, s:I, s:I, s:I, s:s, s:o, s:s}", "purpose",
                      cli_purpose_name(call->purpose), "index", (json_int_t) call->index, "memory",
                      (json_int_t) call->spent.memory, "steps", (json_int_t) call->spent.steps,
                      "language", plb_language_name(call->language), "declared",
                      cli_json_exunits(call->declared), "status", plb_status_name(call->status)));
    }
    return redeemers;
}

/* [{"validator": {"purpose", "index"}, "budget": {"memory", "cpu"}}] */
static json_t *ogmios_result(const plb_submission *submission) {
    json_t *result = json_array();
    for (size_t i = 0; i < submission->call_count; i++) {
        const plb_call_outcome *call = &submission->calls[i];
        (void) json_array_append_new(result, json_pack("{s:{s:s, s:I}, s:{s:I, s:I}}", "validator",
                                                       "purpose", cli_purpose_name(call->purpose),
                                                       "index", (json_int_t) call->index, "budget",
                                                       "memory", (json_int_t) call->spent.memory,
                                                       "cpu", (json_int_t) call->spent.steps));
    }
    return result;
}

static plb_exunits total(const plb_submission *submission) {
    plb_exunits sum = {0, 0};
    for (size_t i = 0; i < submission->call_count; i++) {
        const plb_exunits *spent = &submission->calls[i].spent;
        if (__builtin_add_overflow(sum.memory, spent->memory, &sum.memory)) {
            sum.memory = INT64_MAX;
        }
        if (__builtin_add_overflow(sum.steps, spent->steps, &sum.steps)) {
            sum.steps = INT64_MAX;
        }
    }
    return sum;
}

/* `submission` NULL: the ledger was not asked. */
static void print_json(const cli_tx_case *c, const plb_submission *submission, plb_status status,
                       const char *message) {
    const char *outcome = status == PLB_OK              ? "Pass"
                          : status == PLB_E_UNSUPPORTED ? "unsupported"
                          : submission == NULL          ? "error"
                                                        : "Fail";
    json_t *object = json_pack("{s:s}", "outcome", outcome);
    if (status == PLB_E_LEDGER) {
        (void) json_object_set_new(object, "predicate", json_string(submission->predicate));
    }
    if (status == PLB_E_PARSE && submission != NULL) {
        (void) json_object_set_new(object, "decodingFailure", json_true());
    }
    if (status != PLB_OK) {
        (void) json_object_set_new(object, status == PLB_E_UNSUPPORTED ? "what" : "message",
                                   cli_json_text(message));
    }
    (void) json_object_set_new(object, "file", cli_json_text(c->path));
    if (submission != NULL) {
        (void) json_object_set_new(object, "redeemers", redeemers_to_json(submission));
        (void) json_object_set_new(object, "total", cli_json_exunits(total(submission)));
    }
    cli_print_json(object);
}

static void print_text(const cli_tx_case *c, const plb_submission *submission) {
    char id[2 * PLB_HASH_BYTES + 1], steps[PLB_FORMAT_BYTES], memory[PLB_FORMAT_BYTES];
    cli_hash_text(submission->id, id);
    printf("%s: transaction %s\n", c->path, id);
    if (submission->call_count == 0) {
        printf("  no redeemers\n");
        return;
    }
    plb_exunits sum = total(submission);
    cli_print_calls(submission, true);
    plb_format_integer(sum.steps, steps);
    plb_format_integer(sum.memory, memory);
    printf("  %-8s  %5s  %-8s  %17s %10s  %17s %10s\n", "total", "", "", "", "", steps, memory);
}

static int evaluate(const cli_command *command, const evaluate_options *given, const char *path) {
    cli_tx_case c;
    plb_error error = {.status = PLB_OK};
    plb_submission submission;
    char message[CLI_MESSAGE_BYTES] = "";
    plb_status status = cli_tx_case_load(&c, path, &given->state, &error);
    bool asked = status == PLB_OK;
    if (asked) {
        status = plb_tx_evaluate(c.ledger, c.scenario.transaction, c.scenario.transaction_length,
                                 &submission);
        error = submission.error;
    }
    if (status != PLB_OK) {
        cli_message(&error, message);
    }
    c.path = path;
    if (given->json) {
        print_json(&c, asked ? &submission : NULL, status, message);
    } else if (given->ogmios && status == PLB_OK) {
        cli_print_json(ogmios_result(&submission));
    } else if (!given->ogmios && asked && (status == PLB_OK || submission.call_count > 0)) {
        print_text(&c, &submission);
    }
    int code = status == PLB_E_UNSUPPORTED          ? CLI_UNSUPPORTED
               : status == PLB_E_ARGUMENT && !asked ? CLI_USAGE
                                                    : CLI_FAILED;
    if (status != PLB_OK && asked) {
        (void) cli_complain(command, code, "%s: %s", path, message);
    } else if (status != PLB_OK) {
        (void) cli_complain(command, code, "%s", message);
    }
    cli_tx_case_free(&c);
    return status == PLB_OK ? CLI_OK : code;
}

static int run(const cli_command *command, int argc, char **argv) {
    evaluate_options given = {.state.slot = CLI_NO_SLOT};
    cli_texts words;
    int code = cli_parse(command, argc, argv, &given, 1, 1, &words);
    if (code < 0) {
        code = given.json && given.ogmios
                   ? cli_complain(command, CLI_USAGE, "expected --json or --ogmios, got both")
                   : evaluate(command, &given, words.items[0]);
    }
    free(given.state.utxo.items);
    free(words.items);
    return code;
}

const cli_command cli_tx_evaluate = {
    .name = "tx evaluate",
    .arguments = "FILE",
    .summary = "the ExUnits that each redeemer needs, whatever it declares",
    .examples = "  plutbench tx evaluate tx.signed --utxo utxo.json\n"
                "  plutbench tx evaluate tx.signed --utxo utxo.json --ogmios\n"
                "  plutbench tx evaluate fixture.json --json\n"
                "\nexit codes: 0 all scripts succeed; 1 one fails, or an error; 2 wrong usage;\n"
                "3 unsupported\n",
    .options = options,
    .run = run,
};
