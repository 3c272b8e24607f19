/* The evaluator once more, saying at every step what it does: for profiles. */
#define PLB_PROFILED 1
#include "harness/machine/evaluate.c"
