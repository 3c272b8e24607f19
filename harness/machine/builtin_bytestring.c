/* Builtins on bytestrings. */
#include <string.h>

#include "harness/machine/builtin_functions.h"

plb_value plb_run_appendByteString(struct plb_machine *machine, const plb_value *args) {
    const plb_bytes *a = plb_bytes_of(args[0]), *b = plb_bytes_of(args[1]);
    if (a->head.size == 0) return args[1];
    if (b->head.size == 0) return args[0];
    uint8_t *room;
    size_t length = (size_t) a->head.size + b->head.size;
    plb_value v =
        plb_make_bytes_room(plb_machine_region(machine), PLB_KIND_BYTESTRING, length, &room);
    if (v == PLB_NO_VALUE) return plb_builtin_out_of_memory(machine);
    memcpy(room, a->bytes, a->head.size);
    memcpy(room + a->head.size, b->bytes, b->head.size);
    return v;
}

/* The integer modulo 256; variants C and E have refused what is no byte. */
static uint8_t low_byte(plb_value integer) {
    plb_int_view view;
    plb_int_open(integer, &view);
    uint64_t low = view.count == 0 ? 0 : view.limbs[0];
    return (uint8_t) (view.negative ? -low : low);
}

plb_value plb_run_consByteString(struct plb_machine *machine, const plb_value *args) {
    const plb_bytes *rest = plb_bytes_of(args[1]);
    uint8_t *room;
    plb_value v = plb_make_bytes_room(plb_machine_region(machine), PLB_KIND_BYTESTRING,
                                      (size_t) rest->head.size + 1, &room);
    if (v == PLB_NO_VALUE) return plb_builtin_out_of_memory(machine);
    room[0] = low_byte(args[0]);
    memcpy(room + 1, rest->bytes, rest->head.size);
    return v;
}

plb_value plb_run_sliceByteString(struct plb_machine *machine, const plb_value *args) {
    int64_t start, count;
    const plb_bytes *bytes = plb_bytes_of(args[2]);
    int64_t length = bytes->head.size;
    /* Both are within int64_t, as the table of builtins asks. */
    if (!plb_int_to_i64(args[0], &start) || !plb_int_to_i64(args[1], &count)) {
        return plb_builtin_fail(machine, "sliceByteString: argument beyond 64 bits");
    }
    if (start < 0) start = 0;
    if (start > length) start = length;
    if (count < 0) count = 0;
    if (count > length - start) count = length - start;
    if (count == length) return args[2];
    return plb_builtin_made(machine,
                            plb_make_bytes_view(plb_machine_region(machine), PLB_KIND_BYTESTRING,
                                                bytes->bytes + start, (size_t) count));
}

plb_value plb_run_lengthOfByteString(struct plb_machine *machine, const plb_value *args) {
    (void) machine;
    return plb_small(plb_bytes_of(args[0])->head.size);
}

plb_value plb_run_indexByteString(struct plb_machine *machine, const plb_value *args) {
    const plb_bytes *bytes = plb_bytes_of(args[0]);
    int64_t index = plb_is_small(args[1]) ? plb_small_int(args[1]) : -1;
    if (index < 0 || index >= bytes->head.size) {
        return plb_builtin_fail(machine, "indexByteString: index out of bounds");
    }
    return plb_small(bytes->bytes[index]);
}

plb_value plb_run_equalsByteString(struct plb_machine *machine, const plb_value *args) {
    (void) machine;
    const plb_bytes *a = plb_bytes_of(args[0]), *b = plb_bytes_of(args[1]);
    if (a->head.size != b->head.size) return PLB_FALSE;
    return plb_bool(a->bytes == b->bytes || memcmp(a->bytes, b->bytes, a->head.size) == 0);
}

static int compare(plb_value x, plb_value y) {
    const plb_bytes *a = plb_bytes_of(x), *b = plb_bytes_of(y);
    uint32_t shorter = a->head.size < b->head.size ? a->head.size : b->head.size;
    int order = memcmp(a->bytes, b->bytes, shorter);
    if (order != 0) return order;
    return (a->head.size > b->head.size) - (a->head.size < b->head.size);
}

plb_value plb_run_lessThanByteString(struct plb_machine *machine, const plb_value *args) {
    (void) machine;
    return plb_bool(compare(args[0], args[1]) < 0);
}

plb_value plb_run_lessThanEqualsByteString(struct plb_machine *machine, const plb_value *args) {
    (void) machine;
    return plb_bool(compare(args[0], args[1]) <= 0);
}
