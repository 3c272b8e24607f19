/* The transaction that a design point submits, as a file. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/cli/argument.h"
#include "calibrate/cli/design_options.h"
#include "calibrate/cli/inputs.h"
#include "calibrate/cli/tx.h"
#include "calibrate/design/design.h"
#include "harness/ledger/files/tx_file.h"
#include "results/format.h"

/* Where a validity interval begins unless --slot says it: in Conway, on mainnet. */
#define DEFAULT_SLOT 150000000

typedef struct build_options {
    cli_script_choice choice;
    cli_design_options design;
    const char *supplemental_datum;
    bool twin;
    uint64_t slot;
    uint64_t seed;
    int network;
    const char *parameters;
    const char *out, *utxo_out, *accounts_out;
    bool json;
} build_options;

static const char *const networks[] = {"mainnet", "testnet", NULL};

#define FIELD(name) offsetof(build_options, name)
static const cli_option options[] = {
    CLI_SCRIPT_OPTIONS(FIELD(choice)),
    CLI_DESIGN_OPTIONS(FIELD(design), "this many loops a call",
                       "loops for txbudget (default), txperblock_N or blockbudget_R"),
    {"supplemental-datum", "FILE|HEX", "a datum for an output, in the witness set", CLI_TEXT,
     FIELD(supplemental_datum), NULL},
    {"slot", "N", "where a validity interval begins (default: 150000000)", CLI_NUMBER, FIELD(slot),
     NULL},
    {"twin", NULL, "the value-only twin instead", CLI_FLAG, FIELD(twin), NULL},
    {"seed", "N", "keys and transaction ids derive from it (default: 1)", CLI_COUNT, FIELD(seed),
     NULL},
    {"network", "NETWORK", "mainnet (default) or testnet", CLI_CHOICE, FIELD(network), networks},
    {"protocol-parameters", "FILE", "cardano-cli's JSON (default: mainnet's, version 10)", CLI_TEXT,
     FIELD(parameters), NULL},
    {"out", "FILE", "the text envelope (default: standard output)", CLI_TEXT, FIELD(out), NULL},
    {"utxo-out", "FILE", "what it spends, as cardano-cli's JSON", CLI_TEXT, FIELD(utxo_out), NULL},
    {"accounts-out", "FILE", "reward accounts that it withdraws from, likewise", CLI_TEXT,
     FIELD(accounts_out), NULL},
    {"json", NULL, "print a JSON object: id, fee, loops, ExUnits, the envelope", CLI_FLAG,
     FIELD(json), NULL},
    {NULL, NULL, NULL, CLI_FLAG, 0, NULL},
};

typedef struct build_state {
    const cli_command *command;
    build_options given;
    cli_inputs inputs;
    plb_sweep sweep; /* one point */
    plb_ledger *ledger;
    plb_program *supplemental_program;
    uint8_t *supplemental;
    plb_design design;
    plb_tx_built built;
    uint64_t size_bytes; /* as fees count it */
    plb_error error;
} build_state;

/* ---- Building ---- */

static plb_status no_memory(build_state *b) {
    return plb_fail(&b->error, PLB_E_MEMORY, NULL, "out of memory");
}

static plb_status load_supplemental(build_state *b, plb_design_config *config) {
    plb_status status =
        cli_load_data(&b->supplemental_program, b->given.supplemental_datum, &b->error);
    if (status == PLB_OK) {
        status = plb_data_encode(b->supplemental_program, &b->supplemental,
                                 &config->supplemental_datum_length, &b->error);
        config->supplemental_datum = b->supplemental;
    }
    return status;
}

static plb_status make_design(build_state *b) {
    const build_options *given = &b->given;
    plb_design_config config = {.script = b->inputs.script,
                                .parameters = b->inputs.parameters,
                                .network = given->network == 0 ? PLB_MAINNET : PLB_TESTNET,
                                .slot = given->slot};
    plb_ledger_config ledger = {.network = config.network, .slot = given->slot};
    plb_status status = PLB_OK;
    memcpy(config.settings, b->sweep.fixed, sizeof config.settings);
    if (given->supplemental_datum != NULL) {
        status = load_supplemental(b, &config);
    }
    if (status == PLB_OK) {
        status = plb_design_init(&b->design, &config, &b->error);
    }
    memcpy(b->design.spec.seed, &given->seed, sizeof given->seed);
    return status == PLB_OK ? plb_ledger_new(&b->ledger, b->inputs.parameters, &ledger, &b->error)
                            : status;
}

static plb_status find_loops(build_state *b) {
    plb_strategy strategy;
    plb_loop_fit fit;
    plb_status status =
        cli_choose_strategy(&b->inputs, b->given.design.strategy, &strategy, &b->error);
    if (status == PLB_OK && strategy.kind == PLB_STRATEGY_BLOCK_BUDGET && !(strategy.scale > 0)) {
        b->inputs.failure = CLI_USAGE;
    }
    return status == PLB_OK ? plb_design_fit_loops(&b->design, b->ledger, strategy, &fit, &b->error)
                            : status;
}

static plb_status build_transaction(build_state *b) {
    plb_status status = plb_design_build(&b->design, b->ledger, &b->built, &b->error);
    if (status == PLB_OK && b->given.twin) {
        plb_tx_built_free(&b->built);
        status = plb_design_build_known(&b->design, true, &b->built, &b->error);
    }
    return status == PLB_OK ? plb_design_prove(b->ledger, &b->built, &b->size_bytes, &b->error)
                            : status;
}

static plb_status build(build_state *b) {
    plb_status status = cli_load_script(&b->inputs, &b->given.choice, &b->error);
    if (status == PLB_OK) {
        status = cli_load_parameters(&b->inputs, b->given.parameters, &b->error);
    }
    if (status == PLB_OK) {
        status =
            plb_script_check(b->inputs.script, b->inputs.parameters->protocol_major, &b->error);
    }
    if (status == PLB_OK) {
        status = make_design(b);
    }
    if (status == PLB_OK && !b->sweep.given[PLB_FACTOR_LOOPS]) {
        status = find_loops(b);
    }
    return status == PLB_OK ? build_transaction(b) : status;
}

/* ---- Output ---- */

static plb_status write_state(build_state *b) {
    char *text = NULL;
    size_t length = 0;
    plb_status status = PLB_OK;
    if (b->given.utxo_out != NULL) {
        status = plb_utxo_json_write(b->built.utxo, b->built.utxo_count, &text, &length, &b->error);
        if (status == PLB_OK) {
            status = cli_write_file(b->given.utxo_out, text, length, &b->error);
        }
        free(text);
        text = NULL;
    }
    if (status == PLB_OK && b->given.accounts_out != NULL) {
        status = plb_accounts_json_write(b->built.accounts, b->built.account_count,
                                         b->design.spec.network, &text, &length, &b->error);
        if (status == PLB_OK) {
            status = cli_write_file(b->given.accounts_out, text, length, &b->error);
        }
        free(text);
    }
    return status;
}

static void print_json(const build_state *b, const char *envelope) {
    char id[2 * PLB_HASH_BYTES + 1];
    json_t *calls = json_array(), *object;
    cli_hash_text(b->built.id, id);
    for (size_t i = 0; i < b->built.redeemer_count; i++) {
        (void) json_array_append_new(
            calls,
            json_pack("{s:s, s:I, s:o}", "purpose", cli_purpose_name(b->built.redeemers[i].purpose),
                      "index", (json_int_t) b->built.redeemers[i].index, "exunits",
                      cli_json_exunits(b->design.exunits[b->built.redeemers[i].call])));
    }
    object = json_pack("{s:s, s:s, s:I, s:b, s:I, s:I, s:o, s:o}", "transaction_id", id, "script",
                       plb_script_name(b->inputs.script), "loops", (json_int_t) b->design.loops,
                       "twin", b->given.twin, "size_bytes", (json_int_t) b->size_bytes, "fee",
                       (json_int_t) b->built.fee, "calls", calls, "transaction",
                       json_loads(envelope, 0, NULL));
    cli_print_json(object);
}

static void print_text(const build_state *b) {
    char id[2 * PLB_HASH_BYTES + 1], size[PLB_FORMAT_BYTES], fee[PLB_FORMAT_BYTES];
    char loops[PLB_FORMAT_BYTES], steps[PLB_FORMAT_BYTES], memory[PLB_FORMAT_BYTES];
    const build_options *given = &b->given;
    plb_exunits sum = {0, 0};
    for (size_t i = 0; i < b->design.spec.call_count; i++) {
        sum.memory += b->design.exunits[i].memory;
        sum.steps += b->design.exunits[i].steps;
    }
    cli_hash_text(b->built.id, id);
    plb_format_integer((int64_t) b->size_bytes, size);
    plb_format_integer((int64_t) b->built.fee, fee);
    plb_format_integer(b->design.loops, loops);
    plb_format_integer(sum.steps, steps);
    plb_format_integer(sum.memory, memory);
    printf("%s%s: transaction %s\n", given->out, given->twin ? " (value-only twin)" : "", id);
    printf("  %s bytes, fee %s lovelace\n", size, fee);
    printf("  %zu call%s of %s with %s loop%s: %s steps, %s memory\n", b->design.spec.call_count,
           b->design.spec.call_count == 1 ? "" : "s", plb_script_name(b->inputs.script), loops,
           b->design.loops == 1 ? "" : "s", steps, memory);
    if (b->built.account_count > 0 && given->accounts_out == NULL) {
        printf("  it withdraws from %zu reward account%s: --accounts-out FILE writes them\n",
               b->built.account_count, b->built.account_count == 1 ? "" : "s");
    } else if (given->utxo_out != NULL && strcmp(given->utxo_out, "-") != 0) {
        printf("  try it: plutbench tx validate %s --utxo %s%s%s%s%s\n", given->out,
               given->utxo_out, given->accounts_out != NULL ? " --accounts " : "",
               given->accounts_out != NULL ? given->accounts_out : "",
               given->parameters != NULL ? " --protocol-parameters " : "",
               given->parameters != NULL ? given->parameters : "");
    }
}

static plb_status write_all(build_state *b) {
    size_t length = 0;
    char *envelope = plb_tx_envelope(b->built.bytes, b->built.length, &length);
    bool to_stdout = b->given.out == NULL;
    if (envelope == NULL) {
        return no_memory(b);
    }
    plb_status status = write_state(b);
    if (status == PLB_OK && !(to_stdout && b->given.json)) {
        status = cli_write_file(to_stdout ? "-" : b->given.out, envelope, length, &b->error);
    }
    if (status == PLB_OK && b->given.json) {
        print_json(b, envelope);
    } else if (status == PLB_OK && !to_stdout && strcmp(b->given.out, "-") != 0) {
        print_text(b);
    }
    free(envelope);
    return status;
}

/* ---- The command ---- */

static int check_options(build_state *b) {
    if (b->given.slot > INT64_MAX) {
        return cli_complain(b->command, CLI_USAGE, "--slot: expected less than 2^63");
    }
    return cli_take_design(b->command, &b->given.design, &b->sweep);
}

static int run(const cli_command *command, int argc, char **argv) {
    build_state b = {
        .command = command,
        .given = {.design = CLI_DESIGN_OPTIONS_UNSET, .seed = 1, .slot = DEFAULT_SLOT},
    };
    cli_texts words;
    plb_sweep_init(&b.sweep);
    int code = cli_parse(command, argc, argv, &b.given, 0, 1, &words);
    if (code < 0) {
        code = cli_check_script_choice(command, &b.given.choice, &words);
    }
    if (code < 0) {
        code = check_options(&b);
    }
    if (code < 0) {
        plb_status status = build(&b);
        status = status == PLB_OK ? write_all(&b) : status;
        code = CLI_OK;
        if (status != PLB_OK) {
            (void) cli_error(command, &b.error);
            code = b.inputs.failure != 0 ? b.inputs.failure : CLI_FAILED;
        }
    }
    plb_tx_built_free(&b.built);
    plb_ledger_free(b.ledger);
    plb_design_free(&b.design);
    plb_program_free(b.supplemental_program);
    free(b.supplemental);
    cli_inputs_free(&b.inputs);
    free(words.items);
    return code;
}

const cli_command cli_tx_build = {
    .name = "tx build",
    .arguments = "--script NAME|FILE",
    .summary = "the transaction that a design point submits, as cardano-cli's text envelope",
    .examples =
        "  plutbench tx build --script ecdsa-loop --out tx.signed --utxo-out utxo.json\n"
        "  plutbench tx build --script loop-v3 --loops 100 --calls 20 --reference-script \\\n"
        "      --out tx.signed --utxo-out utxo.json\n"
        "  plutbench tx build --script loop-v3 --loops 0 --calls 50 --purpose withdraw \\\n"
        "      --out tx.signed --utxo-out utxo.json --accounts-out accounts.json\n",
    .options = options,
    .run = run,
};
