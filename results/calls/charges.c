/* What charges pay of a time. */
#include <plutbench/results.h>

#include <math.h>

bool plb_charge_share(const plb_charge_row *row, bool fees, double ns_per_step,
                      plb_estimate *share) {
    double steps = row->exunits_steps;
    if (fees) steps += row->size_steps + row->reference_steps;
    double paid_ns = steps * ns_per_step;
    if (!row->resolved || !(row->measured_ns.low > 0) || !isfinite(paid_ns)) return false;
    *share = row->measured_ns;
    share->value = paid_ns / row->measured_ns.value;
    share->low = paid_ns / row->measured_ns.high;
    share->high = paid_ns / row->measured_ns.low;
    return true;
}
