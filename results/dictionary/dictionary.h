/* The tables of the data dictionary, one a subject. */
#ifndef PLB_RESULTS_DICTIONARY_H
#define PLB_RESULTS_DICTIONARY_H

#include <plutbench/dictionary.h>

/* The members of a plb_record that name its fields. */
#define PLB_FIELDS(rows) .fields = (rows), .field_count = sizeof(rows) / sizeof *(rows)

/* Each ends with a record that has no name. */
extern const plb_record plb_records_calls[];    /* calibrate: what a call costs, budgets, rates */
extern const plb_record plb_records_blocks[];   /* block */
extern const plb_record plb_records_design[];   /* measure: design points */
extern const plb_record plb_records_sweep[];    /* sweep */
extern const plb_record plb_records_fit[];      /* fit */
extern const plb_record plb_records_steps[];    /* fit --machine */
extern const plb_record plb_records_study[];    /* study, fit --machine, fit --overhead */
extern const plb_record plb_records_models[];   /* model, regress */
extern const plb_record plb_records_store[];    /* results */
extern const plb_record plb_records_compare[];  /* compare, timeline */
extern const plb_record plb_records_report[];   /* report, publish */
extern const plb_record plb_records_run[];      /* manifest, histograms */
extern const plb_record plb_records_programs[]; /* eval, bench, conformance, convert */
extern const plb_record plb_records_ledger[];   /* tx */
extern const plb_record plb_records_trace[];    /* traces and metrics */
extern const plb_record plb_records_about[];    /* list, doctor, version, selftest, describe */
extern const plb_record plb_records_groups[];   /* what the others share */

#endif
