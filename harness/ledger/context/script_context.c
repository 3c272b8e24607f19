#include "harness/ledger/context/script_context.h"

plb_value plb_script_context(plb_region *arena, plb_language language, plb_value info,
                             const plb_script_item *item, plb_value redeemer, plb_value datum) {
    plb_context_builder b = {arena, language, false};
    if (language < PLB_PLUTUS_V3) {
        return PLB_CONTEXT_CONSTR(&b, 0, info, plb_context_purpose(&b, item));
    }
    return PLB_CONTEXT_CONSTR(&b, 0, info, redeemer, plb_context_script_info(&b, item, datum));
}
