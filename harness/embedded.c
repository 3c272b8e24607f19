#include "harness/embedded.h"

#include <string.h>

const struct plb_embedded_file *plb_embedded_find(const struct plb_embedded_file *table,
                                                  const char *name) {
    for (; table->name; table++)
        if (strcmp(table->name, name) == 0) return table;
    return NULL;
}
