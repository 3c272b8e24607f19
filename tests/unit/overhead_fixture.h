/* A measure.json of two design points, as `plutbench measure` writes it but for what is not read.
 */
#ifndef PLB_TESTS_OVERHEAD_FIXTURE_H
#define PLB_TESTS_OVERHEAD_FIXTURE_H

#define OVERHEAD_POINT(LABEL, CALLS, SETTINGS, STEPS, FEE, BYTES, NS)                              \
    "{\"label\": \"" LABEL "\", \"settings\": {\"calls\": " CALLS SETTINGS "},\n"                  \
    " \"charged\": {\"memory\": 0, \"steps\": " STEPS "}, \"fee_lovelace\": " FEE ",\n"            \
    " \"transaction_bytes\": " BYTES ", \"script_bytes\": 100, \"datum_bytes\": 3,\n"              \
    " \"datum_nodes\": 1, \"overhead\": " NS ",\n"                                                 \
    " \"null_experiment\": {\"value\": 0, \"low\": -1, \"high\": 1}}"

#define OVERHEAD_RUN(CPU, POINTS)                                                                  \
    "{\"script\": \"loop-v3\", \"language\": \"PlutusV3\", \"protocol_version\": 10,\n"            \
    "\"target\": \"embedded ledger\", \"measured\": true,\n"                                       \
    "\"environment\": {\"before\": {\"cpu_model\": \"" CPU "\"}},\n"                               \
    "\"sampling\": {\"pace_ns\": 700},\n"                                                          \
    "\"design_points\": [\n" POINTS "]}"

#endif
