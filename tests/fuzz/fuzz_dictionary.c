/* Paths of foreign files, looked up in the data dictionary: "NAME\nPATH". */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <plutbench/dictionary.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *name = malloc(size + 1);
    if (name == NULL) return 0;
    if (size > 0) memcpy(name, data, size);
    name[size] = '\0';
    char *path = strchr(name, '\n');
    if (path != NULL) {
        *path++ = '\0';
        const plb_field *fields[4];
        const plb_record *records[4], *record = plb_dictionary_record_of(name);
        size_t found = plb_dictionary_search(path, fields, records, 4);
        if (found > 0 && fields[0] == NULL) abort();
        if (record == NULL) record = plb_dictionary_record_of("summary.json");
        const plb_field *field = plb_dictionary_field(record, path);
        if (field != NULL && !plb_dictionary_has(record, path)) abort();
    }
    free(name);
    return 0;
}
