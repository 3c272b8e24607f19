/* block.json. */
#include <math.h>
#include <stdlib.h>

#include "results/budget/budget.h"
#include "results/folder.h"
#include "results/json.h"

/* A figure of the block, of one transaction and of one call. */
static json_t *divided_json(const plb_block_summary *s, const plb_estimate *block) {
    json_t *o = json_object();
    plb_estimate transaction = plb_block_per_transaction(s, *block);
    plb_estimate call = plb_block_per_call(s, *block);
    json_object_set_new(o, "per_block", plb_json_known(block));
    json_object_set_new(o, "per_transaction", plb_json_known(&transaction));
    json_object_set_new(o, "per_call", plb_json_known(&call));
    return o;
}

static json_t *store_json(const plb_block_summary *s, const plb_block_figures *f) {
    json_t *o = json_object();
    double noise = f->null_ns.method ? plb_noise_floor(&f->null_ns) : (double) NAN;
    json_object_set_new(o, "state", json_string(f->name));
    json_object_set_new(o, "utxo_count", json_integer((json_int_t) f->utxo_count));
    json_object_set_new(o, "calls", divided_json(s, &f->calls_ns));
    json_object_set_new(o, "value_only_twins", divided_json(s, &f->twins_ns));
    json_object_set_new(o, "scripts", divided_json(s, &f->scripts_ns));
    json_object_set_new(o, "null_experiment", plb_json_known(&f->null_ns));
    json_object_set_new(o, "noise_floor_ns", plb_json_number(noise));
    json_object_set_new(o, "resolved",
                        json_boolean(f->scripts_ns.method && !isnan(noise) &&
                                     plb_estimate_resolved(&f->scripts_ns, noise)));
    return o;
}

static json_t *budget_json(const plb_block_summary *s) {
    json_t *o = json_object();
    plb_block_limit limit;
    double fullness = plb_block_fullness(s, &limit);
    json_object_set_new(o, "used", plb_exunits_json(s->used));
    json_object_set_new(o, "limit", plb_exunits_json(s->budget));
    json_object_set_new(o, "fraction_asked",
                        s->fraction > 0 ? plb_json_number(s->fraction) : json_null());
    json_object_set_new(o, "steps_share",
                        plb_json_number((double) s->used.steps / (double) s->budget.steps));
    json_object_set_new(o, "memory_share",
                        plb_json_number((double) s->used.memory / (double) s->budget.memory));
    json_object_set_new(o, "body_bytes", json_integer((json_int_t) s->body_bytes));
    json_object_set_new(o, "body_limit_bytes", json_integer((json_int_t) s->most_body_bytes));
    json_object_set_new(o, "reference_script_bytes",
                        json_integer((json_int_t) s->reference_script_bytes));
    json_object_set_new(o, "fullness", plb_json_number(fullness));
    json_object_set_new(o, "full_by", json_string(plb_block_limit_name(limit)));
    return o;
}

static json_t *full_json(const plb_block_summary *s) {
    json_t *o = json_object();
    plb_block_limit limit;
    const plb_block_figures *f = &s->stores[0];
    double fullness = plb_block_fullness(s, &limit);
    plb_estimate block = plb_estimate_scaled(f->calls_ns, 1 / fullness);
    plb_estimate scripts = plb_estimate_scaled(f->scripts_ns, 1 / fullness);
    json_object_set_new(o, "block", plb_json_known(&block));
    json_object_set_new(o, "scripts", plb_json_known(&scripts));
    json_object_set_new(o, "paid_steps_ns",
                        plb_json_number((double) s->used.steps / fullness * 1e-3));
    json_object_set_new(o, "budget_ns", plb_json_number((double) s->budget.steps * 1e-3));
    return o;
}

static void describe(json_t *o, const plb_block_summary *s) {
    json_object_set_new(o, "script", json_string(s->script));
    json_object_set_new(o, "language", json_string(s->language));
    json_object_set_new(o, "protocol_version", json_integer(s->protocol_version));
    json_object_set_new(o, "target", json_string(s->target));
    json_object_set_new(o, "purpose", json_string(s->purpose));
    json_object_set_new(o, "reference_script", json_boolean(s->reference_script));
    json_object_set_new(o, "transactions", json_integer((json_int_t) s->transactions));
    json_object_set_new(o, "calls_per_transaction", json_integer(s->calls));
    json_object_set_new(o, "loops", json_integer(s->loops));
    json_object_set_new(o, "transaction_bytes", json_integer((json_int_t) s->transaction_bytes));
    json_object_set_new(o, "fees_lovelace", json_integer((json_int_t) s->fees));
    json_object_set_new(o, "partial", json_boolean(plb_block_partial(s)));
    json_object_set_new(o, "budget", budget_json(s));
    json_object_set_new(o, "full_block", full_json(s));
}

plb_status plb_block_summary_json(const plb_block_summary *s, char **text, plb_error *error) {
    char *conclusion = NULL;
    *text = NULL;
    plb_status status = plb_block_conclusion(s, &conclusion, error);
    if (status != PLB_OK) return status;
    json_t *o = json_object(), *stores = json_array();
    describe(o, s);
    for (size_t i = 0; i < s->store_count; i++) {
        json_array_append_new(stores, store_json(s, &s->stores[i]));
    }
    json_object_set_new(o, "states", stores);
    json_object_set_new(o, "disk", plb_json_known(&s->disk_ns));
    json_object_set_new(o, "conclusion", json_string(conclusion));
    plb_json_set_sampling(o, s->sampling);
    json_object_set_new(o, "subjects", plb_json_subjects(s->sampling));
    json_object_set_new(o, "flags", plb_json_flags(plb_block_flags(s)));
    free(conclusion);
    return plb_json_take_text(o, text, error);
}

plb_status plb_results_block(plb_results *results, const plb_block_summary *summary,
                             plb_error *error) {
    char *text = NULL;
    plb_status status = plb_block_summary_json(summary, &text, error);
    status = plb_results_keep(results, "block.json", status, text, error);
    return status == PLB_OK
               ? plb_results_histograms(results, summary->script, summary->sampling, error)
               : status;
}
