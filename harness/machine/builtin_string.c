/* Builtins on strings, which are valid UTF-8. */
#include <string.h>

#include "harness/machine/builtin_functions.h"
#include "harness/machine/utf8.h"

plb_value plb_run_appendString(struct plb_machine *machine, const plb_value *args) {
    const plb_bytes *a = plb_bytes_of(args[0]), *b = plb_bytes_of(args[1]);
    if (a->head.size == 0) return args[1];
    if (b->head.size == 0) return args[0];
    uint8_t *room;
    size_t length = (size_t) a->head.size + b->head.size;
    plb_value v = plb_make_bytes_room(plb_machine_region(machine), PLB_KIND_STRING, length, &room);
    if (v == PLB_NO_VALUE) return plb_builtin_out_of_memory(machine);
    memcpy(room, a->bytes, a->head.size);
    memcpy(room + a->head.size, b->bytes, b->head.size);
    return v;
}

plb_value plb_run_equalsString(struct plb_machine *machine, const plb_value *args) {
    (void) machine;
    const plb_bytes *a = plb_bytes_of(args[0]), *b = plb_bytes_of(args[1]);
    return plb_bool(a->head.size == b->head.size && memcmp(a->bytes, b->bytes, a->head.size) == 0);
}

/* The same bytes under another kind. */
static plb_value view_as(struct plb_machine *machine, plb_kind kind, const plb_bytes *bytes) {
    plb_value v =
        plb_make_bytes_view(plb_machine_region(machine), kind, bytes->bytes, bytes->head.size);
    return v != PLB_NO_VALUE ? v : plb_builtin_out_of_memory(machine);
}

plb_value plb_run_encodeUtf8(struct plb_machine *machine, const plb_value *args) {
    return view_as(machine, PLB_KIND_BYTESTRING, plb_bytes_of(args[0]));
}

plb_value plb_run_decodeUtf8(struct plb_machine *machine, const plb_value *args) {
    const plb_bytes *bytes = plb_bytes_of(args[0]);
    if (!plb_utf8_valid(bytes->bytes, bytes->head.size)) {
        return plb_builtin_fail(machine, "decodeUtf8: bytes are not valid UTF-8");
    }
    return view_as(machine, PLB_KIND_STRING, bytes);
}
