#include "harness/ledger/stages.h"

const char *plb_stage_name(plb_stage stage) {
    static const char *const names[PLB_STAGE_COUNT] = {
        [PLB_STAGE_DECODE_TRANSACTION] = "decode-transaction",
        [PLB_STAGE_PHASE1] = "phase-1",
        [PLB_STAGE_DECODE_SCRIPTS] = "decode-scripts",
        [PLB_STAGE_BUILD_CONTEXTS] = "build-contexts",
        [PLB_STAGE_START] = "start",
        [PLB_STAGE_EVALUATE] = "evaluate",
    };
    return (unsigned) stage < PLB_STAGE_COUNT ? names[stage] : NULL;
}
