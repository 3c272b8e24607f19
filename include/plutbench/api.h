/* Export and attribute macros of the public headers. */
#ifndef PLUTBENCH_API_H
#define PLUTBENCH_API_H

#if defined(__GNUC__) || defined(__clang__)
#define PLB_API __attribute__((visibility("default")))
#define PLB_PRINTF(format_index, first_argument)                                                   \
    __attribute__((format(printf, format_index, first_argument)))
#else
#define PLB_API
#define PLB_PRINTF(format_index, first_argument)
#endif

#endif
