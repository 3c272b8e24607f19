/* What a transaction has of everything that its overhead may depend on. The context is what
 * plb_tx_build makes (include/plutbench/ledger.h): calls that spend have an input each, all share
 * one script; calls that mint or withdraw have scripts of their own, and the transaction an input
 * at a key's address; change is an output; every input and output carries all assets. */
#include <string.h>

#include "calibrate/overhead/overhead.h"

static double setting(const plb_overhead_point *p, plb_factor factor) {
    return (double) p->settings[factor];
}

static bool is_purpose(const plb_overhead_point *p, plb_call_purpose purpose) {
    return p->settings[PLB_FACTOR_PURPOSE] == (uint64_t) purpose;
}

static double call_count(const plb_overhead_point *p) { return setting(p, PLB_FACTOR_CALLS); }

static double script_count(const plb_overhead_point *p) {
    return is_purpose(p, PLB_CALL_SPEND) ? 1 : call_count(p);
}

static double input_count(const plb_overhead_point *p) {
    double calls = is_purpose(p, PLB_CALL_SPEND) ? call_count(p) : 1;
    return calls + setting(p, PLB_FACTOR_EXTRA_INPUTS) + setting(p, PLB_FACTOR_NATIVE_SCRIPTS);
}

static double output_count(const plb_overhead_point *p) {
    return 1 + setting(p, PLB_FACTOR_PAYMENTS);
}

static double asset_count(const plb_overhead_point *p) {
    return setting(p, PLB_FACTOR_ASSETS) * (input_count(p) + output_count(p));
}

static bool has_datum(const plb_overhead_point *p) {
    return is_purpose(p, PLB_CALL_SPEND) && p->settings[PLB_FACTOR_DATUM] != PLB_POINT_DATUM_NONE;
}

static bool calls_for(const plb_overhead_point *p, plb_call_purpose purpose, double *value) {
    *value = is_purpose(p, purpose) ? call_count(p) : 0;
    return true;
}

static bool spends(const plb_overhead_point *p, double *value) {
    return calls_for(p, PLB_CALL_SPEND, value);
}

static bool mints(const plb_overhead_point *p, double *value) {
    return calls_for(p, PLB_CALL_MINT, value);
}

static bool withdrawals(const plb_overhead_point *p, double *value) {
    return calls_for(p, PLB_CALL_WITHDRAW, value);
}

static bool transactions(const plb_overhead_point *p, double *value) {
    (void) p;
    *value = 1;
    return true;
}

static bool bytes_in(const plb_overhead_point *p, plb_script_place place, double *value) {
    bool there = p->settings[PLB_FACTOR_SCRIPT_PLACE] == (uint64_t) place;
    *value = there ? script_count(p) * setting(p, PLB_FACTOR_SCRIPT_BYTES) : 0;
    return true;
}

static bool script_bytes(const plb_overhead_point *p, double *value) {
    return bytes_in(p, PLB_SCRIPT_IN_WITNESSES, value);
}

static bool reference_script_bytes(const plb_overhead_point *p, double *value) {
    return bytes_in(p, PLB_SCRIPT_IN_REFERENCE, value);
}

static bool scripts(const plb_overhead_point *p, double *value) {
    *value = script_count(p);
    return true;
}

static bool datum_bytes(const plb_overhead_point *p, double *value) {
    *value = has_datum(p) ? call_count(p) * setting(p, PLB_FACTOR_DATUM_BYTES) : 0;
    return true;
}

static bool datum_nodes(const plb_overhead_point *p, double *value) {
    *value = has_datum(p) ? call_count(p) * setting(p, PLB_FACTOR_DATUM_NODES) : 0;
    return !has_datum(p) || p->settings[PLB_FACTOR_DATUM_NODES] != PLB_AS_IT_IS;
}

static bool hashed_datums(const plb_overhead_point *p, double *value) {
    bool hashed = has_datum(p) && p->settings[PLB_FACTOR_DATUM] == PLB_POINT_DATUM_HASHED;
    *value = hashed ? call_count(p) : 0;
    return true;
}

static bool inputs(const plb_overhead_point *p, double *value) {
    *value = input_count(p);
    return true;
}

static bool outputs(const plb_overhead_point *p, double *value) {
    *value = output_count(p);
    return true;
}

static bool assets(const plb_overhead_point *p, double *value) {
    *value = asset_count(p);
    return true;
}

static bool native_scripts(const plb_overhead_point *p, double *value) {
    *value = setting(p, PLB_FACTOR_NATIVE_SCRIPTS);
    return true;
}

static bool required_signers(const plb_overhead_point *p, double *value) {
    *value = setting(p, PLB_FACTOR_REQUIRED_SIGNER);
    return true;
}

static bool collateral_returns(const plb_overhead_point *p, double *value) {
    *value = setting(p, PLB_FACTOR_COLLATERAL_RETURN);
    return true;
}

static bool validity_intervals(const plb_overhead_point *p, double *value) {
    *value = setting(p, PLB_FACTOR_VALIDITY_INTERVAL);
    return true;
}

static bool steps(const plb_overhead_point *p, double *value) {
    *value = (double) p->charged.steps;
    return true;
}

/* Every call has a context of its own, of which the transaction's part has so many items. */
static bool call_items(const plb_overhead_point *p, double *value) {
    double items = input_count(p) + output_count(p) + asset_count(p) + call_count(p);
    *value = call_count(p) * items;
    return true;
}

const plb_overhead_size plb_overhead_sizes[PLB_OVERHEAD_SIZES] = {
    {"spends", "call", "calls that spend", spends},
    {"mints", "call", "calls that mint", mints},
    {"withdrawals", "call", "calls that withdraw", withdrawals},
    {"transactions", "transaction", "what a transaction with calls takes once", transactions},
    {"script_bytes", "byte", "flat of the distinct scripts in the witness set", script_bytes},
    {"reference_script_bytes", "byte", "flat of the distinct scripts in reference inputs",
     reference_script_bytes},
    {"scripts", "script", "distinct scripts", scripts},
    {"datum_bytes", "byte", "CBOR of the datums of all calls that spend", datum_bytes},
    {"datum_nodes", "node", "nodes of data in these", datum_nodes},
    {"hashed_datums", "datum", "datums by hash, in the witness set", hashed_datums},
    {"inputs", "input", "inputs, those of calls included", inputs},
    {"outputs", "output", "outputs, change included", outputs},
    {"assets", "asset", "assets in all inputs and outputs", assets},
    {"native_scripts", "input", "inputs at native scripts' addresses", native_scripts},
    {"required_signers", "signer", "required signers", required_signers},
    {"collateral_returns", "output", "return and total collateral", collateral_returns},
    {"validity_intervals", "interval", "validity intervals", validity_intervals},
    {"steps", "step", "charged steps, where loops or scripts differ", steps},
    {"call_items", "call and item",
     "calls times what their context has: inputs, outputs, assets, calls", call_items},
};

size_t plb_overhead_size_find(const char *name) {
    size_t i = 0;
    while (i < PLB_OVERHEAD_SIZES && strcmp(plb_overhead_sizes[i].name, name) != 0) i++;
    return i;
}
