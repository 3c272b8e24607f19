/* What the commands of `plutbench tx` print and write. */
#include "results/dictionary/dictionary.h"

#define CLI "cardano-cli"
#define LEDGER "docs/ledger.md"

static const plb_field validate[] = {
    {"outcome", "text", "", "Pass, Fail, unsupported or error", "the ledger's phase-1 and phase-2",
     LEDGER},
    {"decodingFailure", "boolean", "", "true: it could not be decoded", "", LEDGER},
    {"predicate", "text", "", "the rule that failed", "", "amaru: transaction fixtures"},
    {"description", "text", "", "what about it failed", "", "amaru: transaction fixtures"},
    {"ledger_predicate", "text", "", "the same rule under the ledger's own name", "",
     "cardano-ledger: predicate failures"},
    {"what", "text", "", "what is not supported", "", LEDGER},
    {"message", "text", "", "the message in full", "", ""},
    {"where", "text", "", "part of the transaction that it is about", "", ""},
    {"file", "text", "", "name of the file", "", ""},
    {"title", "text", "", "the fixture's title", "", "amaru: transaction fixtures"},
    {"expected", "any", "", "the fixture's expected outcome", "", "amaru: transaction fixtures"},
    {"agrees", "boolean?", "", "whether the outcome is the expected one", "", ""},
    {"transaction_id", "text", "", "hash of the body, in hexadecimal", "BLAKE2b-256",
     "Conway CDDL: transaction_id"},
    {"size_bytes", "integer", "bytes", "size of the transaction", "", ""},
    {"fee", "integer", "lovelace", "its fee", "", ""},
    {"calls", "ledger call[]", "", "script calls", "", LEDGER},
};

static const plb_field call[] = {
    {"purpose", "text", "", "spend, mint, publish, withdraw, vote or propose", "",
     "Conway CDDL: redeemer_tag"},
    {"index", "integer", "", "of what it is for, among those of its purpose", "",
     "Conway CDDL: redeemers"},
    {"language", "text", "", "ledger language of the script", "", "CIP-35"},
    {"declared", "exunits", "", "ExUnits that the redeemer declares", "", ""},
    {"spent", "exunits", "", "ExUnits that it spent", "", ""},
    {"status", "text", "", "success, or how it failed", "", ""},
    {"memory", "integer", "ExUnits (memory)", "memory that it needs", "evaluated without a limit",
     ""},
    {"steps", "integer", "ExUnits (steps)", "steps that it needs", "evaluated without a limit", ""},
    {"exunits", "exunits", "", "ExUnits that the redeemer declares", "", ""},
};

static const plb_field validated[] = {{"", "tx validate", "", "of the only file", "", ""}};

static const plb_field validated_all[] = {
    {"results", "tx validate[]", "", "one for each file", "", ""},
    {"as_expected", "integer", "", "files with the expected outcome", "", ""},
    {"unsupported", "integer", "", "files outside of what the ledger does", "", LEDGER},
    {"wrong", "integer", "", "files with another outcome than expected", "", ""},
    {"passed", "integer", "", "files that passed", "", ""},
    {"failed", "integer", "", "files that failed", "", ""},
    {"errors", "integer", "", "files that could not be read", "", ""},
};

static const plb_field evaluate[] = {
    {"outcome", "text", "", "Pass, Fail, unsupported or error", "the ledger's phase-2", LEDGER},
    {"predicate", "text", "", "the rule that failed", "", ""},
    {"decodingFailure", "boolean", "", "true: it could not be decoded", "", ""},
    {"what", "text", "", "what is not supported", "", ""},
    {"message", "text", "", "the message in full", "", ""},
    {"file", "text", "", "name of the file", "", ""},
    {"redeemers", "ledger call[]", "", "what each redeemer needs", "", ""},
    {"total", "exunits", "", "sum of what they need", "", ""},
};

static const plb_field envelope[] = {
    {"type", "text", "", "Witnessed Tx ConwayEra", "", CLI},
    {"description", "text", "", "Ledger Cddl Format", "", CLI},
    {"cborHex", "text", "", "the transaction's CBOR, in hexadecimal", "", CLI},
};

static const plb_field built[] = {
    {"transaction_id", "text", "", "hash of the body, in hexadecimal", "BLAKE2b-256", ""},
    {"script", "text", "", "the script's name", "", ""},
    {"loops", "integer", "loops", "loops of each call", "", ""},
    {"twin", "boolean", "", "whether it is the value-only twin", "--twin", ""},
    {"size_bytes", "integer", "bytes", "size of the transaction", "", ""},
    {"fee", "integer", "lovelace", "its fee", "", ""},
    {"calls", "ledger call[]", "", "its redeemers", "", ""},
    {"transaction", "tx build", "", "the text envelope", "", CLI},
};

const plb_record plb_records_ledger[] = {
    {"tx validate --json", PLB_RECORD_PRINTED, "tx validate --json", "the verdict on a transaction",
     PLB_FIELDS(validated)},
    {"tx validate DIR --json", PLB_RECORD_PRINTED, "tx validate DIR --json", "verdicts on many",
     PLB_FIELDS(validated_all)},
    {"tx evaluate --json", PLB_RECORD_PRINTED, "tx evaluate --json", "what redeemers need",
     PLB_FIELDS(evaluate)},
    {"tx build --json", PLB_RECORD_PRINTED, "tx build --json", "a transaction that was built",
     PLB_FIELDS(built)},
    {"tx build", PLB_RECORD_PRINTED, "tx build", "a transaction as cardano-cli's text envelope",
     PLB_FIELDS(envelope)},
    {"tx validate", PLB_RECORD_GROUP, "", "the verdict on one transaction", PLB_FIELDS(validate)},
    {"ledger call", PLB_RECORD_GROUP, "", "a script call in a transaction", PLB_FIELDS(call)},
    {.name = NULL},
};
