/* Starting the running program again, so that code, stack and libraries are at other addresses, and
 * the program's code on other pages. */
#ifndef PLB_MEASURE_RESTART_H
#define PLB_MEASURE_RESTART_H

#include <sys/types.h>

#include <plutbench/status.h>

/* Start a copy of `program` (NULL: the running one; itself where no copy can be had) with
 * `arguments` (its name first, NULL at the end) and an environment with the assignment `variable`
 * more. Of what is open it has `fd` only, which becomes closed here; its standard streams are
 * nothing. It ends when this process does. Errors: PLB_E_MEMORY. */
plb_status plb_restart(const char *program, char *const *arguments, char *variable, int fd,
                       pid_t *child, plb_error *error);

/* A file (such as a program or a library) as a descriptor of a copy of it in memory, or -1 when
 * that can't be had. Processes share the pages of a file, and with them how code lies in caches
 * that go by physical address: as long as the file stays in memory it is the same in all of them,
 * and two copies of one file differ by some percent in what runs much code (docs/regress.md). */
int plb_copy_in_memory(const char *path);

#endif
