/* What `plutbench block` leaves. */
#include "results/dictionary/dictionary.h"

#define METHODOLOGY "docs/methodology.md"

static const plb_field block[] = {
    {"script", "text", "", "the script's name", "", ""},
    {"language", "text", "", "ledger language of the script", "", "CIP-35"},
    {"protocol_version", "integer", "", "major protocol version", "protocol parameters", ""},
    {"target", "text", "", "where blocks were applied", "", "plutbench list targets"},
    {"purpose", "text", "", "spend, mint or withdraw", "--purpose", ""},
    {"reference_script", "boolean", "", "whether the script is in a reference input", "", ""},
    {"transactions", "integer", "", "transactions of the block", "--transactions", ""},
    {"calls_per_transaction", "integer", "", "script calls of each", "--calls", ""},
    {"loops", "integer", "loops", "loops of each call", "what spends the budget, or --loops", ""},
    {"transaction_bytes", "integer", "bytes", "size of one transaction", "", ""},
    {"fees_lovelace", "integer", "lovelace", "fees of all transactions", "", ""},
    {"partial", "boolean", "", "whether it was interrupted", "", ""},
    {"budget.used", "exunits", "", "ExUnits that the block spends", "the ledger's phase-2", ""},
    {"budget.limit", "exunits", "", "limit of a block", "protocol parameters", ""},
    {"budget.fraction_asked", "number?", "1", "share of the limit that was asked for", "--fraction",
     ""},
    {"budget.steps_share", "number", "1", "steps used over their limit", "", ""},
    {"budget.memory_share", "number", "1", "memory used over its limit", "", ""},
    {"budget.body_bytes", "integer", "bytes", "size of the block's body", "", ""},
    {"budget.body_limit_bytes", "integer", "bytes", "limit of a block's body",
     "protocol parameters", ""},
    {"budget.reference_script_bytes", "integer", "bytes",
     "bytes of reference scripts, each use counted", "", "Conway ledger: maxRefScriptSizePerBlock"},
    {"budget.fullness", "number", "1", "the largest of the shares of limits", "", ""},
    {"budget.full_by", "text", "", "the limit with the largest share", "", ""},
    {"full_block.block", "estimate?", "ns", "time of a block that is full of such transactions",
     "block of calls over fullness", ""},
    {"full_block.scripts", "estimate?", "ns", "of that, what the calls add",
     "per block over fullness", ""},
    {"full_block.paid_steps_ns", "number", "ns", "steps that it is charged, a step being 1 ps", "",
     ""},
    {"full_block.budget_ns", "number", "ns", "a block's limit of steps, a step being 1 ps", "", ""},
    {"states", "block state[]", "", "on each kind of ledger state: memory, disk", "--utxo", ""},
    {"disk", "estimate?", "ns", "what a block of twins takes longer on disk", "disk minus memory",
     ""},
    {"conclusion", "text", "", "what follows, in a sentence", "", ""},
    {"subjects", "subject[]", "", "what was applied, and its samples", "", METHODOLOGY},
    {"sampling", "sampling", "", "how it was sampled", "", METHODOLOGY},
    {"environment.before", "environment", "", "the machine before the sampling", "", ""},
    {"environment.after", "environment", "", "the machine after the sampling", "", ""},
    {"flags", "flag[]", "", "warnings", "", METHODOLOGY},
};

static const plb_field state[] = {
    {"state", "text", "", "memory or disk (LMDB)", "--utxo", ""},
    {"utxo_count", "integer", "", "unspent outputs besides those that the block spends",
     "--utxo-size", ""},
    {"calls", "per", "ns", "applying the block with calls", "", METHODOLOGY},
    {"value_only_twins", "per", "ns", "applying the block of value-only twins", "", METHODOLOGY},
    {"scripts", "per", "ns", "what calls add", "calls minus twins, in the same round", METHODOLOGY},
    {"null_experiment", "estimate?", "ns", "difference between two equal blocks of twins", "",
     METHODOLOGY},
    {"noise_floor_ns", "number?", "ns", "difference below which nothing is claimed",
     "furthest end of the null experiment's interval", METHODOLOGY},
    {"resolved", "boolean", "", "whether what calls add is beyond the noise floor", "",
     METHODOLOGY},
};

static const plb_field printed[] = {{"", "block.json", "", "the same as the file", "", ""}};

const plb_record plb_records_blocks[] = {
    {"block.json", PLB_RECORD_JSON, "block --out", "what calls add to a block", PLB_FIELDS(block)},
    {"block --json", PLB_RECORD_PRINTED, "block --json", "what calls add to a block",
     PLB_FIELDS(printed)},
    {"block state", PLB_RECORD_GROUP, "", "figures on one kind of ledger state", PLB_FIELDS(state)},
    {.name = NULL},
};
