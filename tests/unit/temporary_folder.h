/* Folders that tests make with mkdtemp and remove with all that is in them. */
#ifndef PLB_TESTS_TEMPORARY_FOLDER_H
#define PLB_TESTS_TEMPORARY_FOLDER_H

#include <stdio.h>
#include <stdlib.h>

/* 0 when it is gone. */
static inline int remove_folder(const char *path) {
    char command[512];
    snprintf(command, sizeof command, "rm -r %s", path);
    return system(command);
}

#endif
