/* plutbench tx: a command of commands. */
#include "calibrate/cli/tx.h"

#include <jansson.h>

#include "results/format.h"

static const cli_option options[] = {{NULL, NULL, NULL, CLI_FLAG, 0, NULL}};

static const cli_command *const commands[] = {&cli_tx_validate, &cli_tx_evaluate, &cli_tx_build,
                                              NULL};

const cli_command cli_tx = {
    .name = "tx",
    .arguments = "validate|evaluate|build ...",
    .summary = "validate, evaluate and build transactions",
    .examples = "  plutbench tx validate --help    the ledger's verdict on transactions, fixtures\n"
                "  plutbench tx evaluate --help    the ExUnits that each redeemer needs\n"
                "  plutbench tx build --help       the transaction of a design point, signed\n",
    .options = options,
    .run = cli_run_one_of,
    .commands = commands,
};

/* ---- What the commands print ---- */

const char *cli_purpose_name(unsigned purpose) {
    static const char *const names[] = {"spend", "mint", "publish", "withdraw", "vote", "propose"};
    return purpose < sizeof names / sizeof *names ? names[purpose] : "unknown";
}

void cli_hash_text(const uint8_t hash[PLB_HASH_BYTES], char text[2 * PLB_HASH_BYTES + 1]) {
    for (size_t i = 0; i < PLB_HASH_BYTES; i++) {
        (void) snprintf(text + 2 * i, 3, "%02x", (unsigned) hash[i]);
    }
}

void cli_message(const plb_error *error, char text[CLI_MESSAGE_BYTES]) {
    (void) snprintf(text, CLI_MESSAGE_BYTES, "%s%s%s", error->where,
                    error->where[0] != '\0' ? ": " : "", error->message);
    for (; *text != '\0'; text++) {
        if ((unsigned char) *text < ' ' || *text == 0x7f) {
            *text = ' ';
        }
    }
}

json_t *cli_json_text(const char *text) {
    json_t *string = json_string(text);
    if (string == NULL) {
        char plain[CLI_MESSAGE_BYTES];
        size_t i = 0;
        for (; text[i] != '\0' && i + 1 < sizeof plain; i++) {
            plain[i] = (signed char) text[i] > 0 ? text[i] : '?';
        }
        plain[i] = '\0';
        string = json_string(plain);
    }
    return string;
}

json_t *cli_json_amount(uint64_t amount) {
    return amount <= INT64_MAX ? json_integer((json_int_t) amount) : json_real((double) amount);
}

json_t *cli_json_exunits(plb_exunits exunits) {
    return json_pack("{s:I, s:I}", "memory", (json_int_t) exunits.memory, "steps",
                     (json_int_t) exunits.steps);
}

void cli_print_calls(const plb_submission *submission, bool evaluated) {
    if (submission->call_count == 0) {
        return;
    }
    printf("\n  %-8s  %5s  %-8s  %17s %10s  %17s %10s  %s\n", "purpose", "index", "language",
           "declared steps", "memory", evaluated ? "needed steps" : "spent steps", "memory",
           "result");
    for (size_t i = 0; i < submission->call_count; i++) {
        const plb_call_outcome *call = &submission->calls[i];
        char declared[2][PLB_FORMAT_BYTES], used[2][PLB_FORMAT_BYTES];
        plb_format_integer(call->declared.steps, declared[0]);
        plb_format_integer(call->declared.memory, declared[1]);
        plb_format_integer(call->spent.steps, used[0]);
        plb_format_integer(call->spent.memory, used[1]);
        printf("  %-8s  %5u  %-8s  %17s %10s  %17s %10s  %s\n", cli_purpose_name(call->purpose),
               (unsigned) call->index, plb_language_name(call->language), declared[0], declared[1],
               used[0], used[1], call->status == PLB_OK ? "ok" : plb_status_name(call->status));
    }
}
