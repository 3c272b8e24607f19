/* UTF-8 as the reference's strict decoder takes it: no overlong forms, no surrogates, at most
 * U+10FFFF. */
#ifndef PLB_MACHINE_UTF8_H
#define PLB_MACHINE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool plb_utf8_valid(const uint8_t *bytes, size_t length);
/* Number of characters in valid UTF-8. */
size_t plb_utf8_length(const uint8_t *bytes, size_t length);

#endif
