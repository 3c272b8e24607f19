/* How fast the processor is at the moment: a chain of multiplications, each of which needs the one
 * before. It touches no memory and predicts every branch, so that nothing but the clock frequency
 * changes its time. */
#ifndef PLB_MEASURE_PACE_H
#define PLB_MEASURE_PACE_H

#include "harness/measure/clock.h"

#define PLB_PACE_EVERY 16 /* rounds */

/* Time of a thousand multiplications, of eight thousand. */
double plb_pace_sample_ns(void);

#endif
