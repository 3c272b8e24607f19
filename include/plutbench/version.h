/* What this library is and what it is linked with, so that a figure can be traced.
 *
 * Everything returned has static storage, is never NULL and must not be freed. All functions may be
 * called from any thread. */
#ifndef PLUTBENCH_VERSION_H
#define PLUTBENCH_VERSION_H

#include <stddef.h>

#include <plutbench/api.h>

#ifdef __cplusplus
extern "C" {
#endif

/* plutbench's own version, such as "0.1.0". */
PLB_API const char *plb_version(void);

/* How this library was built. */
struct plb_build {
    const char *version;    /* as plb_version() */
    const char *revision;   /* git commit, "-dirty" behind it when files differed; or "unknown" */
    const char *compiler;   /* name and version, such as "GNU 12.2.0" */
    const char *flags;      /* the compiler's options that bear on code generation */
    const char *build_type; /* such as "Release" */
    const char *system;     /* kernel name and processor that it was built for */
};

PLB_API const struct plb_build *plb_build_info(void);

/* A library that plutbench is linked with. */
struct plb_library {
    const char *name;
    const char *version; /* of what runs, where the library tells; else of what it was built with */
    const char *origin;  /* "system", or the package that the sources were taken from */
};

/* All of them; *count receives how many. */
PLB_API const struct plb_library *plb_libraries(size_t *count);

#ifdef __cplusplus
}
#endif

#endif
