#include "calibrate/calls/observe.h"

void plb_observe_submission(const plb_observer *observer, const char *subject,
                            const plb_design_point *point) {
    const plb_event event = {.kind = PLB_EVENT_SUBMISSION,
                             .at_ns = plb_clock_now_ns(),
                             .submission = {.subject = subject,
                                            .label = point->label,
                                            .verdict = "accepted",
                                            .calls = point->calls,
                                            .loops = point->loops,
                                            .memory = point->charged.memory,
                                            .steps = point->charged.steps}};
    (void) plb_observe(observer, &event);
}
