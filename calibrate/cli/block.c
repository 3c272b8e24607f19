/* Blocks of calls beside blocks of their value-only twins. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include <plutbench/calibrate.h>

#include "calibrate/cli/cli.h"
#include "calibrate/cli/inputs.h"
#include "calibrate/cli/observing.h"
#include "calibrate/cli/session.h"

#define NO_LOOPS UINT64_MAX
#define UTXO_SIZE_DEFAULT 100000
#define UTXO_SIZE_MAX 50000000

typedef struct block_options {
    cli_script_choice choice;
    uint64_t transactions;
    double fraction;
    uint64_t loops;
    const char *strategy;
    uint64_t calls;
    int purpose;
    bool reference_script, hashed_datum;
    const char *utxo;
    uint64_t utxo_size;
    const char *parameters;
    double time_s, precision;
    uint64_t seed;
    bool pin;
    const char *out;
    bool json;
    cli_observing_options observing;
} block_options;

static const char *const purposes[] = {"spend", "mint", "withdraw", NULL};

#define FIELD(name) offsetof(block_options, name)
static const cli_option options[] = {
    CLI_SCRIPT_OPTIONS(FIELD(choice)),
    {"transactions", "N", "in the block (default: 8; with a loop count: as many as fit)", CLI_COUNT,
     FIELD(transactions), NULL},
    {"fraction", "RATIO", "of the block's ExUnits that they spend (default: 1)", CLI_RATIO,
     FIELD(fraction), NULL},
    {"loops", "N", "this many loops a call (default: what spends the fraction)", CLI_NUMBER,
     FIELD(loops), NULL},
    {"strategy", "STRATEGY", "loops for txbudget, txperblock_N or blockbudget_R", CLI_TEXT,
     FIELD(strategy), NULL},
    {"calls", "K", "script calls in each transaction (default: 1)", CLI_COUNT, FIELD(calls), NULL},
    {"purpose", "PURPOSE", "spend (default), mint or withdraw", CLI_CHOICE, FIELD(purpose),
     purposes},
    {"reference-script", NULL, "the script in a reference input, not in the witness set", CLI_FLAG,
     FIELD(reference_script), NULL},
    {"hashed-datum", NULL, "datum by hash (default: inline, but for PlutusV1)", CLI_FLAG,
     FIELD(hashed_datum), NULL},
    {"utxo", "memory|DIR", "unspent outputs: in memory (default), or in LMDB in a folder too",
     CLI_TEXT, FIELD(utxo), NULL},
    {"utxo-size", "N", "unspent outputs besides the block's (default: 100000)", CLI_NUMBER,
     FIELD(utxo_size), NULL},
    {"protocol-parameters", "FILE", "cardano-cli's JSON (default: mainnet's, version 10)", CLI_TEXT,
     FIELD(parameters), NULL},
    {"time", "TIME", "longest time of sampling (default: 30s)", CLI_TIME, FIELD(time_s), NULL},
    {"precision", "RATIO", "stop when what calls add is known this well (default: 1%)", CLI_RATIO,
     FIELD(precision), NULL},
    {"seed", "N", "of transactions, orders and bootstrap (default: from the clock)", CLI_COUNT,
     FIELD(seed), NULL},
    {"pin", NULL, "keep the measuring thread on one processor", CLI_FLAG, FIELD(pin), NULL},
    {"out", "DIR", "write the summary, histograms and a manifest", CLI_TEXT, FIELD(out), NULL},
    {"json", NULL, "print the summary as one JSON object", CLI_FLAG, FIELD(json), NULL},
    CLI_OBSERVING_OPTIONS(FIELD(observing)),
    {NULL, NULL, NULL, CLI_FLAG, 0, NULL},
};

typedef struct block_state {
    const cli_command *command;
    block_options given;
    char **arguments;
    int argument_count;
    cli_inputs inputs;
    plb_results *results;
    plb_run_writer *recording; /* NULL: it is not kept */
    plb_block_run *run;
    cli_observing observing;
    plb_error error;
} block_state;

/* ---- Output ---- */

/* The options in effect, defaults included, as JSON; malloc'ed. */
static char *options_text(const block_state *state) {
    const block_options *given = &state->given;
    json_t *object = json_pack(
        "{s:s, s:I, s:s, s:b, s:b, s:s, s:I, s:s, s:f, s:f, s:b}", "script", given->choice.script,
        "calls", (json_int_t) given->calls, "purpose", purposes[given->purpose], "reference_script",
        given->reference_script, "hashed_datum", given->hashed_datum, "utxo",
        given->utxo != NULL ? given->utxo : "memory", "utxo_size", (json_int_t) given->utxo_size,
        "protocol_parameters", given->parameters != NULL ? given->parameters : "embedded", "time_s",
        given->time_s > 0 ? given->time_s : PLB_DEFAULT_TIME_S, "precision",
        given->precision > 0 ? given->precision : PLB_DEFAULT_PRECISION, "pin", given->pin);
    /* What is not given follows from the rest, once the block is built. */
    if (state->run != NULL) {
        const plb_block_summary *s = plb_block_run_summary(state->run);
        (void) json_object_set_new(object, "transactions",
                                   json_integer((json_int_t) s->transactions));
        (void) json_object_set_new(object, "fraction", json_real(s->fraction));
        (void) json_object_set_new(object, "loops", json_integer((json_int_t) s->loops));
    }
    char *text = object != NULL ? json_dumps(object, JSON_REAL_PRECISION(15)) : NULL;
    json_decref(object);
    return text;
}

static plb_status write_results(block_state *state) {
    const plb_block_summary *summary = plb_block_run_summary(state->run);
    plb_status status = plb_results_block(state->results, summary, &state->error);
    if (status == PLB_OK) {
        status = plb_run_end(state->recording, summary->sampling, &state->error);
    }
    if (status != PLB_OK) {
        return status;
    }
    char *effective = options_text(state);
    status = cli_write_manifest(state->results, state->argument_count, state->arguments, effective,
                                &state->inputs, summary->sampling, &state->error);
    free(effective);
    return status;
}

static plb_status print_summary(block_state *state) {
    const plb_block_summary *summary = plb_block_run_summary(state->run);
    char *text = NULL;
    plb_status status = state->given.json ? plb_block_summary_json(summary, &text, &state->error)
                                          : plb_block_summary_text(summary, &text, &state->error);
    if (status == PLB_OK) {
        fputs(text, stdout);
    }
    free(text);
    return status;
}

/* A disk that is full is no reason to lose what was measured: it is printed all the same. */
static plb_status tell(block_state *state) {
    plb_status written = state->results != NULL ? write_results(state) : PLB_OK;
    plb_error unwritten = state->error;
    plb_status printed = print_summary(state);
    if (written != PLB_OK) {
        state->error = unwritten;
    }
    return written != PLB_OK ? written : printed;
}

/* ---- The job ---- */

static plb_status configure(block_state *state, plb_block_config *config) {
    const block_options *given = &state->given;
    bool on_disk = given->utxo != NULL && strcmp(given->utxo, "memory") != 0;
    *config = (plb_block_config){
        .script = state->inputs.script,
        .parameters = state->inputs.parameters,
        .transactions = (uint32_t) given->transactions,
        .fraction = given->fraction,
        .has_loops = given->loops != NO_LOOPS,
        .loops = given->loops != NO_LOOPS ? (int64_t) given->loops : 0,
        .has_strategy = given->strategy != NULL,
        .calls = (uint32_t) given->calls,
        .purpose = (plb_call_purpose) given->purpose,
        .place = given->reference_script ? PLB_SCRIPT_IN_REFERENCE : PLB_SCRIPT_IN_WITNESSES,
        .hashed_datum = given->hashed_datum,
        .utxo_folder = on_disk ? given->utxo : NULL,
        .utxo_size = (size_t) given->utxo_size,
        .time_s = given->time_s,
        .precision = given->precision,
        .seed = given->seed,
        .pin = given->pin,
        .interrupted = &cli_interrupted,
        .progress = cli_progress_shown(),
    };
    return config->has_strategy ? cli_choose_strategy(&state->inputs, given->strategy,
                                                      &config->strategy, &state->error)
                                : PLB_OK;
}

static plb_status open_folder(block_state *state) {
    plb_status status = plb_results_open(state->given.out, &state->results, &state->error);
    if (status == PLB_OK) {
        status =
            cli_begin_run(state->results, state->argument_count, state->arguments,
                          options_text(state), &state->inputs, &state->recording, &state->error);
    }
    return status;
}

static plb_status measure(block_state *state) {
    cli_inputs *inputs = &state->inputs;
    plb_block_config config;
    plb_status status = cli_load_script(inputs, &state->given.choice, &state->error);
    if (status == PLB_OK) {
        status = cli_load_parameters(inputs, state->given.parameters, &state->error);
    }
    if (status == PLB_OK) {
        status = configure(state, &config);
    }
    if (status == PLB_OK && state->given.out != NULL) {
        status = open_folder(state);
    }
    if (status == PLB_OK) {
        config.observer =
            cli_observer(&state->observing,
                         state->recording != NULL ? plb_run_observer(state->recording) : NULL);
        cli_catch_interrupts();
        status = plb_block_measure(&config, &state->run, &state->error);
        if (status == PLB_E_ARGUMENT) {
            inputs->failure = CLI_USAGE;
        }
    }
    return status == PLB_OK ? tell(state) : status;
}

static int finish(const block_state *state, plb_status status) {
    const plb_block_summary *summary = status == PLB_OK ? plb_block_run_summary(state->run) : NULL;
    bool partial = summary != NULL && plb_block_partial(summary);
    if (summary != NULL) {
        cli_observe_flags(&state->observing, plb_block_flags(summary));
    }
    return cli_end(state->command, status, &state->error, &state->inputs, partial,
                   state->given.out);
}

static int measure_to_the_end(void *context) {
    block_state *state = context;
    return finish(state, measure(state));
}

static int check_options(const cli_command *command, const block_options *given) {
    if (given->loops != NO_LOOPS && given->strategy != NULL) {
        return cli_complain(command, CLI_USAGE, "expected --loops or --strategy, got both");
    }
    if ((given->loops != NO_LOOPS || given->strategy != NULL) && given->transactions != 0 &&
        given->fraction > 0) {
        return cli_complain(command, CLI_USAGE,
                            "expected two of --transactions, --fraction and --%s, which give the "
                            "third",
                            given->strategy != NULL ? "strategy" : "loops");
    }
    if (given->fraction > 1) {
        return cli_complain(command, CLI_USAGE, "--fraction: expected at most 1 (100%%), got %g",
                            given->fraction);
    }
    if (given->loops != NO_LOOPS && given->loops > INT64_MAX) {
        return cli_complain(command, CLI_USAGE, "--loops: expected less than 2^63");
    }
    if (given->calls > PLB_SCRIPT_VARIANTS || given->transactions > PLB_BLOCK_TRANSACTIONS_MAX) {
        return cli_complain(command, CLI_USAGE, "expected at most %d --calls and %d --transactions",
                            PLB_SCRIPT_VARIANTS, PLB_BLOCK_TRANSACTIONS_MAX);
    }
    if (given->utxo_size > UTXO_SIZE_MAX) {
        return cli_complain(command, CLI_USAGE, "--utxo-size: expected at most %d", UTXO_SIZE_MAX);
    }
    if (given->purpose != PLB_CALL_SPEND && given->hashed_datum) {
        return cli_complain(command, CLI_USAGE, "only calls for --purpose spend have a datum");
    }
    return -1;
}

static int run(const cli_command *command, int argc, char **argv) {
    block_state state = {
        .command = command,
        .given = {.loops = NO_LOOPS, .calls = 1, .utxo_size = UTXO_SIZE_DEFAULT},
        .arguments = argv,
        .argument_count = argc,
    };
    cli_texts words;
    int code = cli_parse(command, argc, argv, &state.given, 0, 1, &words);
    if (code < 0) {
        code = cli_check_script_choice(command, &state.given.choice, &words);
    }
    if (code < 0) {
        code = check_options(command, &state.given);
    }
    if (code < 0) {
        code = cli_observe(&state.observing, command, &state.given.observing, argc, argv, false,
                           measure_to_the_end, &state);
    }
    plb_block_run_free(state.run);
    plb_run_writer_free(state.recording);
    plb_results_close(state.results);
    cli_inputs_free(&state.inputs);
    free(words.items);
    return code;
}

const cli_command cli_block = {
    .name = "block",
    .arguments = "--script NAME|FILE",
    .summary = "measure what applying a block of calls costs, beside one that moves value only",
    .examples =
        "  plutbench block --script ecdsa-loop --fraction 0.5\n"
        "  plutbench block --script loop-v3 --loops 0 --calls 20 --reference-script\n"
        "  plutbench block --script schnorr-loop --utxo /var/tmp/utxo --utxo-size 1000000 \\\n"
        "      --out results/schnorr-block\n",
    .options = options,
    .run = run,
};
