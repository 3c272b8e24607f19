/* The transaction that a design point submits, as a file. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/cli/argument.h"
#include "calibrate/cli/inputs.h"
#include "calibrate/cli/tx.h"
#include "harness/ledger/files/tx_file.h"
#include "results/format.h"

#define CALLS_MAX 1000
#define NO_LOOPS UINT64_MAX
/* Where a validity interval begins unless --slot says it: in Conway, on mainnet. */
#define DEFAULT_SLOT 150000000

typedef struct build_options {
    cli_script_choice choice;
    const char *strategy;
    uint64_t loops;
    uint64_t calls;
    int purpose;
    bool reference_script;
    bool inline_datum, hashed_datum, no_datum;
    uint64_t payments, assets, extra_inputs, native_scripts;
    const char *supplemental_datum;
    bool collateral_return, validity_interval, required_signer, twin;
    uint64_t slot;
    uint64_t seed;
    int network;
    const char *parameters;
    const char *out, *utxo_out, *accounts_out;
    bool json;
} build_options;

static const char *const purposes[] = {"spend", "mint", "withdraw", NULL};
static const char *const networks[] = {"mainnet", "testnet", NULL};

#define FIELD(name) offsetof(build_options, name)
static const cli_option options[] = {
    CLI_SCRIPT_OPTIONS(FIELD(choice)),
    {"strategy", "STRATEGY", "loops for txbudget (default), txperblock_N or blockbudget_R",
     CLI_TEXT, FIELD(strategy), NULL},
    {"loops", "N", "this many loops a call instead", CLI_NUMBER, FIELD(loops), NULL},
    {"calls", "K", "script calls in the transaction (default: 1)", CLI_COUNT, FIELD(calls), NULL},
    {"purpose", "PURPOSE", "spend (default), mint or withdraw", CLI_CHOICE, FIELD(purpose),
     purposes},
    {"reference-script", NULL, "the script in a reference input, not in the witness set", CLI_FLAG,
     FIELD(reference_script), NULL},
    {"inline-datum", NULL, "datum in the output (default, but for PlutusV1)", CLI_FLAG,
     FIELD(inline_datum), NULL},
    {"hashed-datum", NULL, "datum by hash, and in the witness set", CLI_FLAG, FIELD(hashed_datum),
     NULL},
    {"no-datum", NULL, "no datum (PlutusV3)", CLI_FLAG, FIELD(no_datum), NULL},
    {"payments", "N", "outputs besides the change (default: 1)", CLI_NUMBER, FIELD(payments), NULL},
    {"assets", "N", "native assets that inputs and outputs carry (default: 0)", CLI_NUMBER,
     FIELD(assets), NULL},
    {"extra-inputs", "N", "further inputs at a key's address (default: 0)", CLI_NUMBER,
     FIELD(extra_inputs), NULL},
    {"native-scripts", "N", "inputs at a native script's address (default: 0)", CLI_NUMBER,
     FIELD(native_scripts), NULL},
    {"supplemental-datum", "FILE|HEX", "a datum for an output, in the witness set", CLI_TEXT,
     FIELD(supplemental_datum), NULL},
    {"collateral-return", NULL, "return and total collateral", CLI_FLAG, FIELD(collateral_return),
     NULL},
    {"validity-interval", NULL, "valid from --slot on, for 7200 slots", CLI_FLAG,
     FIELD(validity_interval), NULL},
    {"slot", "N", "the ledger's slot (default: 150000000)", CLI_NUMBER, FIELD(slot), NULL},
    {"required-signer", NULL, "the key is a required signer", CLI_FLAG, FIELD(required_signer),
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
    plb_ledger *ledger;
    plb_program *redeemer_program, *supplemental_program;
    uint8_t *datum, *redeemer, *supplemental;
    uint8_t **scripts; /* of the calls: variants, or all the same */
    plb_tx_call *calls;
    plb_exunits *exunits;
    plb_tx_spec spec;
    int64_t loops;
    plb_tx_built built;
    uint64_t size_bytes; /* as fees count it */
    plb_error error;
} build_state;

/* ---- What is built ---- */

static plb_status no_memory(build_state *b) {
    return plb_fail(&b->error, PLB_E_MEMORY, NULL, "out of memory");
}

/* Calls of a transaction mint, and withdraw, under different scripts. */
static plb_status make_scripts(build_state *b, size_t count) {
    size_t length = 0;
    const uint8_t *script = plb_script_bytes(b->inputs.script, &length);
    bool variants = b->given.purpose != PLB_CALL_SPEND;
    for (size_t i = 0; i < count; i++) {
        plb_tx_call *call = &b->calls[i];
        call->script = script;
        call->script_length = length;
        if (variants && i > 0) {
            plb_status status = plb_script_variant(script, length, (unsigned) i, &b->scripts[i],
                                                   &call->script_length, &b->error);
            if (status != PLB_OK) {
                return status;
            }
            call->script = b->scripts[i];
        }
    }
    return PLB_OK;
}

static plb_status make_calls(build_state *b) {
    size_t count = (size_t) b->given.calls, datum_length = 0;
    bool spends = b->given.purpose == PLB_CALL_SPEND;
    plb_language language = plb_script_language(b->inputs.script);
    b->calls = calloc(count, sizeof *b->calls);
    b->scripts = calloc(count, sizeof *b->scripts);
    b->exunits = calloc(count, sizeof *b->exunits);
    if (b->calls == NULL || b->scripts == NULL || b->exunits == NULL) {
        return no_memory(b);
    }
    if (spends && !b->given.no_datum) {
        plb_status status = plb_data_encode(plb_script_datum(b->inputs.script), &b->datum,
                                            &datum_length, &b->error);
        if (status != PLB_OK) {
            return status;
        }
    }
    for (size_t i = 0; i < count; i++) {
        b->calls[i] = (plb_tx_call){
            .purpose = (plb_call_purpose) b->given.purpose,
            .language = language,
            .place = b->given.reference_script ? PLB_SCRIPT_IN_REFERENCE : PLB_SCRIPT_IN_WITNESSES,
            .datum = b->datum,
            .datum_length = datum_length,
            .inline_datum =
                b->datum != NULL &&
                (b->given.inline_datum || (!b->given.hashed_datum && language != PLB_PLUTUS_V1)),
        };
    }
    return make_scripts(b, count);
}

static plb_status load_supplemental(build_state *b) {
    plb_status status =
        cli_load_data(&b->supplemental_program, b->given.supplemental_datum, &b->error);
    if (status == PLB_OK) {
        status = plb_data_encode(b->supplemental_program, &b->supplemental,
                                 &b->spec.supplemental_datum_length, &b->error);
        b->spec.supplemental_datum = b->supplemental;
    }
    return status;
}

static plb_status make_spec(build_state *b) {
    const build_options *given = &b->given;
    plb_network network = given->network == 0 ? PLB_MAINNET : PLB_TESTNET;
    plb_status status = make_calls(b);
    b->spec = (plb_tx_spec){
        .network = network,
        .calls = b->calls,
        .call_count = (size_t) given->calls,
        .payments = (size_t) given->payments,
        .required_signers = given->required_signer,
        .extra_key_inputs = (size_t) given->extra_inputs,
        .assets = (size_t) given->assets,
        .native_script_inputs = (size_t) given->native_scripts,
        .collateral_return = given->collateral_return,
        .validity_interval = given->validity_interval,
        .slot = given->slot,
    };
    memcpy(b->spec.seed, &given->seed, sizeof given->seed);
    if (status == PLB_OK && given->supplemental_datum != NULL) {
        status = load_supplemental(b);
    }
    b->redeemer_program = plb_program_new(0);
    if (status == PLB_OK && b->redeemer_program == NULL) {
        status = no_memory(b);
    }
    plb_ledger_config config = {.network = network, .slot = given->slot};
    return status == PLB_OK ? plb_ledger_new(&b->ledger, b->inputs.parameters, &config, &b->error)
                            : status;
}

/* ---- Building ---- */

/* Into b->built, with the ExUnits that the calls need. */
static plb_status build_with(build_state *b, int64_t loops) {
    size_t length = 0;
    plb_tx_built_free(&b->built);
    free(b->redeemer);
    b->redeemer = NULL;
    plb_status status = plb_redeemer_add_loops(
        b->redeemer_program, plb_script_redeemer(b->inputs.script), (uint64_t) loops, &b->error);
    if (status == PLB_OK) {
        status = plb_data_encode(b->redeemer_program, &b->redeemer, &length, &b->error);
    }
    for (size_t i = 0; i < b->spec.call_count; i++) {
        b->calls[i].redeemer = b->redeemer;
        b->calls[i].redeemer_length = length;
    }
    return status == PLB_OK
               ? plb_ledger_build_exact(b->ledger, &b->built, &b->spec, b->exunits, &b->error)
               : status;
}

/* The dearest call: all have the same share of the budget. */
static plb_status loop_cost(void *context, int64_t loops, plb_exunits *exunits, plb_error *error) {
    build_state *b = context;
    plb_status status = build_with(b, loops);
    *exunits = (plb_exunits){0, 0};
    if (status != PLB_OK) {
        *error = b->error;
        return status;
    }
    for (size_t i = 0; i < b->spec.call_count; i++) {
        const plb_exunits *own = &b->exunits[i];
        exunits->memory = own->memory > exunits->memory ? own->memory : exunits->memory;
        exunits->steps = own->steps > exunits->steps ? own->steps : exunits->steps;
    }
    return PLB_OK;
}

static plb_status find_loops(build_state *b) {
    const plb_protocol_parameters *p = b->inputs.parameters;
    plb_strategy strategy;
    plb_exunits target;
    plb_loop_fit fit;
    plb_error error;
    plb_status status = cli_choose_strategy(&b->inputs, b->given.strategy, &strategy, &b->error);
    if (status == PLB_OK && strategy.kind == PLB_STRATEGY_BLOCK_BUDGET && !(strategy.scale > 0)) {
        b->inputs.failure = CLI_USAGE;
        return plb_fail(&b->error, PLB_E_ARGUMENT, NULL,
                        "--strategy blockbudget needs its scale here, such as blockbudget_1.0");
    }
    if (status == PLB_OK) {
        status = plb_strategy_target(strategy, p->max_tx_exunits, p->max_block_exunits,
                                     (uint32_t) b->spec.call_count, &target, &b->error);
    }
    if (status != PLB_OK) {
        return status;
    }
    status = plb_fit_loops(loop_cost, b, target, &fit, &error);
    b->loops = fit.loops;
    if (status != PLB_OK) {
        b->error = error;
    }
    return status;
}

static plb_status build_twin(build_state *b) {
    for (size_t i = 0; i < b->spec.call_count; i++) {
        b->calls[i].exunits = b->exunits[i];
    }
    plb_tx_built_free(&b->built);
    return plb_tx_build_twin(&b->built, b->inputs.parameters, &b->spec, &b->error);
}

/* The ledger has the last word. */
static plb_status submit(build_state *b) {
    plb_submission submission;
    plb_status status =
        plb_ledger_add_utxo(b->ledger, b->built.utxo, b->built.utxo_count, &b->error);
    if (status == PLB_OK) {
        status = plb_ledger_add_accounts(b->ledger, b->built.accounts, b->built.account_count,
                                         &b->error);
    }
    if (status == PLB_OK) {
        status = plb_ledger_submit(b->ledger, b->built.bytes, b->built.length, NULL, &submission);
        b->size_bytes = submission.size_bytes;
        if (status != PLB_OK) {
            (void) plb_fail(&b->error, status, NULL, "the ledger refuses it: %.480s",
                            submission.error.message);
        }
    }
    return status;
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
        status = make_spec(b);
    }
    if (status == PLB_OK && b->given.loops != NO_LOOPS) {
        b->loops = (int64_t) b->given.loops;
    } else if (status == PLB_OK) {
        status = find_loops(b);
    }
    if (status == PLB_OK) {
        status = build_with(b, b->loops);
    }
    if (status == PLB_OK && b->given.twin) {
        status = build_twin(b);
    }
    return status == PLB_OK ? submit(b) : status;
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
        status = plb_accounts_json_write(b->built.accounts, b->built.account_count, b->spec.network,
                                         &text, &length, &b->error);
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
                      cli_json_exunits(b->exunits[b->built.redeemers[i].call])));
    }
    object = json_pack("{s:s, s:s, s:I, s:b, s:I, s:I, s:o, s:o}", "transaction_id", id, "script",
                       plb_script_name(b->inputs.script), "loops", (json_int_t) b->loops, "twin",
                       b->given.twin, "size_bytes", (json_int_t) b->size_bytes, "fee",
                       (json_int_t) b->built.fee, "calls", calls, "transaction",
                       json_loads(envelope, 0, NULL));
    cli_print_json(object);
}

static void print_text(const build_state *b) {
    char id[2 * PLB_HASH_BYTES + 1], size[PLB_FORMAT_BYTES], fee[PLB_FORMAT_BYTES];
    char loops[PLB_FORMAT_BYTES], steps[PLB_FORMAT_BYTES], memory[PLB_FORMAT_BYTES];
    const build_options *given = &b->given;
    plb_exunits sum = {0, 0};
    for (size_t i = 0; i < b->spec.call_count; i++) {
        sum.memory += b->exunits[i].memory;
        sum.steps += b->exunits[i].steps;
    }
    cli_hash_text(b->built.id, id);
    plb_format_integer((int64_t) b->size_bytes, size);
    plb_format_integer((int64_t) b->built.fee, fee);
    plb_format_integer(b->loops, loops);
    plb_format_integer(sum.steps, steps);
    plb_format_integer(sum.memory, memory);
    printf("%s%s: transaction %s\n", given->out, given->twin ? " (value-only twin)" : "", id);
    printf("  %s bytes, fee %s lovelace\n", size, fee);
    printf("  %zu call%s of %s with %s loop%s: %s steps, %s memory\n", b->spec.call_count,
           b->spec.call_count == 1 ? "" : "s", plb_script_name(b->inputs.script), loops,
           b->loops == 1 ? "" : "s", steps, memory);
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

static int check_options(const cli_command *command, const build_options *given) {
    const uint64_t counts[] = {given->calls, given->payments, given->assets, given->extra_inputs,
                               given->native_scripts};
    const char *const names[] = {"calls", "payments", "assets", "extra-inputs", "native-scripts"};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        if (counts[i] > CALLS_MAX) {
            return cli_complain(command, CLI_USAGE, "--%s: expected at most %d, got %llu", names[i],
                                CALLS_MAX, (unsigned long long) counts[i]);
        }
    }
    if (given->inline_datum + given->hashed_datum + given->no_datum > 1) {
        return cli_complain(command, CLI_USAGE,
                            "expected one of --inline-datum, --hashed-datum and --no-datum");
    }
    if (given->purpose != PLB_CALL_SPEND &&
        (given->inline_datum || given->hashed_datum || given->no_datum)) {
        return cli_complain(command, CLI_USAGE,
                            "only calls for --purpose spend have a datum, or none");
    }
    if (given->loops != NO_LOOPS && given->strategy != NULL) {
        return cli_complain(command, CLI_USAGE, "expected --loops or --strategy, got both");
    }
    if ((given->loops != NO_LOOPS && given->loops > INT64_MAX) || given->slot > INT64_MAX) {
        return cli_complain(command, CLI_USAGE, "--loops and --slot: expected less than 2^63");
    }
    return -1;
}

static int run(const cli_command *command, int argc, char **argv) {
    build_state b = {
        .command = command,
        .given = {.loops = NO_LOOPS, .calls = 1, .payments = 1, .seed = 1, .slot = DEFAULT_SLOT},
    };
    cli_texts words;
    int code = cli_parse(command, argc, argv, &b.given, 0, 1, &words);
    if (code < 0) {
        code = cli_check_script_choice(command, &b.given.choice, &words);
    }
    if (code < 0) {
        code = check_options(command, &b.given);
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
    for (size_t i = 0; b.scripts != NULL && i < b.given.calls; i++) {
        free(b.scripts[i]);
    }
    free(b.scripts);
    plb_tx_built_free(&b.built);
    plb_ledger_free(b.ledger);
    plb_program_free(b.redeemer_program);
    plb_program_free(b.supplemental_program);
    free(b.datum);
    free(b.redeemer);
    free(b.supplemental);
    free(b.calls);
    free(b.exunits);
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
