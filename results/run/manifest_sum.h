/* A manifest's own checksum: SHA-256 of its text with 64 zeros in the place of the checksum. */
#ifndef PLB_RESULTS_MANIFEST_SUM_H
#define PLB_RESULTS_MANIFEST_SUM_H

#include <jansson.h>

#include <plutbench/results.h>

/* Make its place, before the manifest becomes text, and then put it there. */
void plb_manifest_sum_place(json_t *manifest);
void plb_manifest_sum_set(char *text);

typedef enum plb_manifest_sum {
    PLB_MANIFEST_SUM_RIGHT,
    PLB_MANIFEST_SUM_WRONG,
    PLB_MANIFEST_SUM_ABSENT /* of an older plutbench, or no manifest */
} plb_manifest_sum;

/* Of the text of a manifest. PLB_MANIFEST_SUM_WRONG also when memory is short. */
plb_manifest_sum plb_manifest_sum_check(const char *text, size_t length);

#endif
