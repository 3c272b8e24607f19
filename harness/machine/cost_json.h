/* Cost models from JSON, for those who want to know more than plb_cost_model_load says. */
#ifndef PLB_MACHINE_COST_JSON_H
#define PLB_MACHINE_COST_JSON_H

#include <jansson.h>
#include <stdbool.h>

#include <plutbench/machine.h>

/* What a text is. */
typedef enum plb_cost_text_form {
    PLB_COST_TEXT_OTHER,      /* no cost model */
    PLB_COST_TEXT_FUNCTIONS,  /* by builtin and machine step */
    PLB_COST_TEXT_ARRAY,      /* of one language's parameters */
    PLB_COST_TEXT_NAMED,      /* one language's parameters by name */
    PLB_COST_TEXT_BY_LANGUAGE /* parameters by language */
} plb_cost_text_form;

typedef struct plb_cost_text {
    plb_cost_text_form form;
    bool builtins, steps;            /* of FUNCTIONS: which there are */
    const char *keys[PLB_PLUTUS_V4]; /* of BY_LANGUAGE: where PlutusV1 ... are, or NULL */
    bool wrapped;                    /* of BY_LANGUAGE: inside costModels */
    bool genesis;                    /* of BY_LANGUAGE: not protocol parameters */
    bool more;                       /* of BY_LANGUAGE: there is more than cost models */
    unsigned protocol_version;       /* protocolVersion.major; 0: it does not say */
} plb_cost_text;

/* PLB_E_PARSE when it is no JSON, PLB_E_MEMORY. */
plb_status plb_cost_text_look(plb_cost_text *text, const char *name, const char *json,
                              size_t length, plb_error *error);

/* What a text had beside the model. */
typedef struct plb_cost_notes {
    size_t parameters; /* of the language that were found */
    size_t surplus;    /* values behind the last parameter there is */
    json_t *unknown;   /* object whose members are none of the parameters; json_decref it. May be
                          NULL */
} plb_cost_notes;

/* plb_cost_model_load, which fills `notes` as well. */
plb_status plb_cost_model_load_noting(plb_cost_model **model, plb_era era, const char *name,
                                      const char *json, size_t length, plb_cost_notes *notes,
                                      plb_error *error);

#endif
