/* The form of a sample file (docs/results.md): a line of JSON, padded with blanks to a multiple of
 * 64 bytes, and rows of equal length, little-endian:
 *
 *   at_s f8 | round u4 | epoch u4 | process u2 | kind u2 | ns f4 a subject | crc u4
 *
 * The CRC-32 goes on from that of the line, so that rows belong to their file. No good row is all
 * zero: room that was made and not used is told from rows. */
#ifndef PLB_RESULTS_SAMPLES_FORMAT_H
#define PLB_RESULTS_SAMPLES_FORMAT_H

#include <plutbench/run.h>

#define PLB_SAMPLES_HEADER_MOST ((size_t) 1 << 20)
#define PLB_SAMPLES_SUBJECTS_MOST 1024
#define PLB_SAMPLES_ROW_MOST (24 + 4 * (size_t) PLB_SAMPLES_SUBJECTS_MOST)

/* The line of JSON. */
typedef struct plb_samples_header {
    char **subjects; /* malloc'ed, as each name is */
    size_t subject_count;
    char run[PLB_SHA256_TEXT_BYTES];
    double start_utc_s;
    uint64_t clock_start_ns; /* of the clock that rounds are timed by */
    size_t bytes, row_bytes;
    uint32_t crc;
} plb_samples_header;

/* The line, malloc'ed, and the rest of `header` (bytes, row_bytes, crc) set by it. */
plb_status plb_samples_header_text(plb_samples_header *header, char **line, plb_error *error);

/* Read the line that bytes[0 .. length) begin with. Free with plb_samples_header_free.
 * Errors: PLB_E_PARSE with `name`, PLB_E_UNSUPPORTED (a newer form), PLB_E_MEMORY. */
plb_status plb_samples_header_parse(plb_samples_header *header, const char *name, const char *bytes,
                                    size_t length, plb_error *error);
void plb_samples_header_free(plb_samples_header *header);

/* Write a row of header->row_bytes bytes. */
void plb_samples_row_pack(const plb_samples_header *header, const plb_sample_row *row,
                          uint8_t *bytes);
/* Read one; its samples go to `ns`. False when its checksum is wrong. */
bool plb_samples_row_unpack(const plb_samples_header *header, const uint8_t *bytes, float *ns,
                            plb_sample_row *row);

#endif
