/* Where a figure comes from, as JSON: what manifests and plans of runs share. */
#ifndef PLB_RESULTS_PROVENANCE_H
#define PLB_RESULTS_PROVENANCE_H

#include <jansson.h>

#include <plutbench/results.h>

/* {"name", "bytes", "sha256"}. */
json_t *plb_json_checksum(const char *name, uint64_t bytes, const char *sha256);
/* An array of those, each with its "role". */
json_t *plb_json_inputs(const plb_input *inputs, size_t count);
/* An array of texts. Arguments need not be UTF-8; what is not is told by its length only. */
json_t *plb_json_arguments(int count, char *const *arguments);
/* plutbench's version, revision, compiler, flags; and the libraries that it runs with. */
json_t *plb_json_build(void);
json_t *plb_json_libraries(void);
/* "2026-04-27T12:34:56.789Z"; null for no time. */
json_t *plb_json_utc(double seconds);

/* A file of any size: as plb_input_describe, PLB_E_IO. */
plb_status plb_file_describe(plb_input *input, const char *role, const char *path,
                             plb_error *error);

#endif
