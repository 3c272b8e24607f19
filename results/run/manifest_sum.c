#include "results/run/manifest_sum.h"

#include <stdlib.h>
#include <string.h>

#define KEY "manifest_sha256"
/* Of the outermost object, as plb_json_text writes it. No text has a line break in it. */
#define MARK "\n  \"" KEY "\": \""
#define DIGITS (PLB_SHA256_TEXT_BYTES - 1)

static char *find_place(char *text) {
    char *mark = strstr(text, MARK);
    return mark && strlen(mark) > strlen(MARK) + DIGITS ? mark + strlen(MARK) : NULL;
}

void plb_manifest_sum_place(json_t *manifest) {
    char zeros[PLB_SHA256_TEXT_BYTES];
    memset(zeros, '0', DIGITS);
    zeros[DIGITS] = '\0';
    json_object_set_new(manifest, KEY, json_string(zeros));
}

void plb_manifest_sum_set(char *text) {
    plb_input sum;
    char *place = find_place(text);
    if (!place) return;
    if (plb_input_describe(&sum, "", "", text, strlen(text), NULL) != PLB_OK) return;
    memcpy(place, sum.sha256, DIGITS);
}

plb_manifest_sum plb_manifest_sum_check(const char *text, size_t length) {
    char told[PLB_SHA256_TEXT_BYTES] = "";
    plb_input sum;
    char *copy = malloc(length + 1);
    if (!copy) return PLB_MANIFEST_SUM_WRONG;
    memcpy(copy, text, length);
    copy[length] = '\0';
    char *place = find_place(copy);
    plb_manifest_sum result = PLB_MANIFEST_SUM_ABSENT;
    if (place) {
        memcpy(told, place, DIGITS);
        memset(place, '0', DIGITS);
        bool right = plb_input_describe(&sum, "", "", copy, length, NULL) == PLB_OK &&
                     memcmp(told, sum.sha256, DIGITS) == 0;
        result = right ? PLB_MANIFEST_SUM_RIGHT : PLB_MANIFEST_SUM_WRONG;
    }
    free(copy);
    return result;
}
