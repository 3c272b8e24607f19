/* The words of calibrate/data/sweep_arguments.tsv: what makes arguments of given sizes. A new one
 * is a row in words.c and a function in the make_*.c that it belongs to. */
#ifndef PLB_SWEEP_WORDS_H
#define PLB_SWEEP_WORDS_H

#include <plutbench/sweep.h>

#include "calibrate/sweep/maker.h"

/* How an argument shows its size. */
typedef enum plb_gauge {
    PLB_GAUGE_NONE,     /* the name says nothing of it */
    PLB_GAUGE_COSTING,  /* by the builtin's own measure, as for costing */
    PLB_GAUGE_DEFAULT,  /* by its type, for builtins whose costing measures it otherwise */
    PLB_GAUGE_CONTENTS, /* of a list: the sum of its elements' sizes, of a pair's both */
    PLB_GAUGE_CELLS,    /* of a list: the same, 3 more for each element, and 1 */
    PLB_GAUGE_PAIR      /* 1 and the sizes of both parts */
} plb_gauge;

#define PLB_WORD_ARGUMENTS 6
#define PLB_WORD_SIZES 4

typedef struct plb_word {
    const char *name;
    uint8_t sizes, arguments;
    struct {
        uint8_t gauge; /* plb_gauge */
        uint8_t size;  /* which of the sizes it has */
    } shows[PLB_WORD_ARGUMENTS];
    struct {
        uint64_t least, most;
        uint64_t bytes; /* that the arguments take for each unit of it, at most */
    } size[PLB_WORD_SIZES];
    /* NULL, or says what is wrong with sizes that each for itself are within their bounds: NULL,
     * or what was expected. */
    const char *(*problem)(const uint64_t *sizes);
    void (*make)(plb_maker *maker, const uint64_t *sizes, plb_value *arguments);
} plb_word;

const plb_word *plb_word_find(const char *name, size_t length);

/* ---- What makes them; PLB_NO_VALUE when memory is short ---- */

#define PLB_MAKES(name)                                                                            \
    void plb_make_##name(plb_maker *maker, const uint64_t *sizes, plb_value *arguments)

/* make_plain.c: integers, bytestrings, strings */
PLB_MAKES(word_integer);
PLB_MAKES(word_tag);
PLB_MAKES(word_literal);
PLB_MAKES(word_width);
PLB_MAKES(word_repunit);
PLB_MAKES(word_byte);
PLB_MAKES(word_bytes);
PLB_MAKES(word_bytes_ff);
PLB_MAKES(word_bytes_80_00);
PLB_MAKES(word_text);
PLB_MAKES(word_utf8);
PLB_MAKES(word_unit);
PLB_MAKES(word_true);
PLB_MAKES(word_bool);
PLB_MAKES(word_either);
PLB_MAKES(word_anything);
PLB_MAKES(word_five_integers);
PLB_MAKES(word_same_integers);
PLB_MAKES(word_same_bytes);
PLB_MAKES(word_same_texts);
PLB_MAKES(word_exp_mod);
PLB_MAKES(word_slice);
PLB_MAKES(word_byte_index);
PLB_MAKES(word_top_bit);
PLB_MAKES(word_writes);

/* make_lists.c: lists, pairs, arrays */
PLB_MAKES(word_list);
PLB_MAKES(word_cons);
PLB_MAKES(word_drop);
PLB_MAKES(word_pair);
PLB_MAKES(word_array);
PLB_MAKES(word_list_of_bytes);
PLB_MAKES(word_array_index);
PLB_MAKES(word_array_indices);
const char *plb_drop_problem(const uint64_t *sizes);

/* make_data.c */
PLB_MAKES(word_data);
PLB_MAKES(word_data_constr);
PLB_MAKES(word_data_map);
PLB_MAKES(word_data_list);
PLB_MAKES(word_data_i);
PLB_MAKES(word_data_b);
PLB_MAKES(word_same_data);
PLB_MAKES(word_fields);
PLB_MAKES(word_entries);
const char *plb_fields_problem(const uint64_t *sizes);
const char *plb_entries_problem(const uint64_t *sizes);
const char *plb_data_map_problem(const uint64_t *sizes);
const char *plb_data_list_problem(const uint64_t *sizes);

/* make_assets.c: the builtin value type */
PLB_MAKES(word_lookup_coin);
PLB_MAKES(word_insert_coin);
PLB_MAKES(word_contains);
PLB_MAKES(word_union);
PLB_MAKES(word_scale);
PLB_MAKES(word_value);
PLB_MAKES(word_data_of_value);
const char *plb_data_of_value_problem(const uint64_t *sizes);

/* make_crypto.c */
PLB_MAKES(word_ed25519);
PLB_MAKES(word_ecdsa);
PLB_MAKES(word_schnorr);
PLB_MAKES(word_g1);
PLB_MAKES(word_g2);
PLB_MAKES(word_ml_result);
PLB_MAKES(word_same_g1);
PLB_MAKES(word_same_g2);
PLB_MAKES(word_g1_bytes);
PLB_MAKES(word_g2_bytes);
PLB_MAKES(word_domain);
PLB_MAKES(word_scalars);
PLB_MAKES(word_g1_list);
PLB_MAKES(word_g2_list);

#undef PLB_MAKES

#endif
