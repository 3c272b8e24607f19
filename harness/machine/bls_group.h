/* The builtins of one group, G1 or G2. builtin_bls.c includes this file once for each, having
 * defined what differs:
 *   POINT, AFFINE            blst's types
 *   BLST(op), BLST_MANY(op)  blst's functions on one point, on many points
 *   BLST_HASH, BLST_IN_GROUP
 *   KIND, BYTES, NAME        of the value, of its compressed form, "G1" or "G2"
 *   PUBLIC(op), RUN(op)      names of what bls.h and builtin_functions.h declare */

static const POINT *PUBLIC(point)(plb_value value) {
    return (const POINT *) (const void *) blob_words(value);
}

static plb_value PUBLIC(make)(struct plb_machine *machine, const POINT *point) {
    plb_value result = plb_make_blob(plb_machine_region(machine), KIND, point, sizeof *point);
    return result == PLB_NO_VALUE ? plb_builtin_out_of_memory(machine) : result;
}

/* ---- Compressed form ---- */

static const char *PUBLIC(uncompress)(POINT *point, const uint8_t *bytes) {
    AFFINE affine;
    BLST_ERROR error = BLST(uncompress)(&affine, bytes);
    if (error == BLST_SUCCESS && !BLST_IN_GROUP(&affine)) {
        error = BLST_POINT_NOT_IN_GROUP;
    }
    if (error == BLST_SUCCESS) {
        BLST(from_affine)(point, &affine);
    }
    return error_name(error);
}

plb_value PUBLIC(from_compressed)(plb_region *region, const uint8_t bytes[BYTES]) {
    POINT point;
    return PUBLIC(uncompress)(&point, bytes) != NULL
               ? PLB_NO_VALUE
               : plb_make_blob(region, KIND, &point, sizeof point);
}

const char *PUBLIC(problem)(const uint8_t bytes[BYTES]) {
    POINT point;
    return PUBLIC(uncompress)(&point, bytes);
}

void PUBLIC(compress)(plb_value point, uint8_t bytes[BYTES]) {
    BLST(compress)(bytes, PUBLIC(point)(point));
}

plb_value RUN(compress)(struct plb_machine *machine, const plb_value *args) {
    uint8_t *bytes;
    plb_value result =
        plb_make_bytes_room(plb_machine_region(machine), PLB_KIND_BYTESTRING, BYTES, &bytes);
    if (result == PLB_NO_VALUE) {
        return plb_builtin_out_of_memory(machine);
    }
    PUBLIC(compress)(args[0], bytes);
    return result;
}

plb_value RUN(uncompress)(struct plb_machine *machine, const plb_value *args) {
    POINT point;
    const plb_bytes *bytes = plb_bytes_of(args[0]);
    const char *problem = bytes->head.size == BYTES ? PUBLIC(uncompress)(&point, bytes->bytes)
                                                    : error_name(BLST_BAD_ENCODING);
    return problem != NULL ? plb_builtin_fail(machine, problem) : PUBLIC(make)(machine, &point);
}

/* ---- Group operations ---- */

bool PUBLIC(equal)(plb_value a, plb_value b) {
    return BLST(is_equal)(PUBLIC(point)(a), PUBLIC(point)(b));
}

plb_value RUN(equal)(struct plb_machine *machine, const plb_value *args) {
    (void) machine;
    return plb_bool(PUBLIC(equal)(args[0], args[1]));
}

plb_value RUN(add)(struct plb_machine *machine, const plb_value *args) {
    POINT sum;
    BLST(add_or_double)(&sum, PUBLIC(point)(args[0]), PUBLIC(point)(args[1]));
    return PUBLIC(make)(machine, &sum);
}

plb_value RUN(neg)(struct plb_machine *machine, const plb_value *args) {
    POINT point = *PUBLIC(point)(args[0]);
    BLST(cneg)(&point, true);
    return PUBLIC(make)(machine, &point);
}

/* All 256 bits are worked through whatever the scalar, as in the reference: the time does not
 * depend on it there, and should not here. */
static void PUBLIC(multiply)(POINT *product, const POINT *point, const blst_scalar *scalar) {
    BLST(mult)(product, point, scalar->b, 8 * sizeof scalar->b);
}

/* The bound holds from variant D (PlutusCore.Default.Builtins). */
plb_value RUN(scalarMul)(struct plb_machine *machine, const plb_value *args) {
    if (plb_machine_variant(machine) >= PLB_VARIANT_D && scalar_out_of_bounds(args[0])) {
        return plb_builtin_fail(machine, "Scalar exceeds 512-byte bound for " NAME ".scalarMul");
    }
    blst_scalar scalar;
    POINT product;
    (void) reduce_scalar(&scalar, args[0]);
    PUBLIC(multiply)(&product, PUBLIC(point)(args[1]), &scalar);
    return PUBLIC(make)(machine, &product);
}

plb_value RUN(hashToGroup)(struct plb_machine *machine, const plb_value *args) {
    const plb_bytes *message = plb_bytes_of(args[0]);
    const plb_bytes *tag = plb_bytes_of(args[1]);
    if (tag->head.size > DST_BYTES_MAX) {
        return plb_builtin_fail(machine, "HashToCurveDstTooBig");
    }
    POINT point;
    BLST_HASH(&point, message->bytes, message->head.size, tag->bytes, tag->head.size, NULL, 0);
    return PUBLIC(make)(machine, &point);
}

/* ---- Multi-scalar multiplication ---- */

/* Sum of `count` >= 2 products. blst takes an array of pointers that ends early with NULL for
 * "the others follow the last one". Scratch memory comes from `region`; false when it's short. */
static bool PUBLIC(pippenger)(POINT *sum, plb_region *region, const POINT *const *points,
                              const blst_scalar *scalars, size_t count) {
    AFFINE *affines = plb_region_alloc(region, count * sizeof *affines);
    limb_t *scratch = plb_region_alloc(region, BLST_MANY(mult_pippenger_scratch_sizeof)(count));
    if (affines == NULL || scratch == NULL) {
        return false;
    }
    BLST_MANY(to_affine)(affines, points, count);
    const AFFINE *const affine_list[2] = {affines, NULL};
    const byte *const scalar_list[2] = {scalars->b, NULL};
    BLST_MANY(mult_pippenger)(sum, affine_list, count, scalar_list, ORDER_BITS, scratch);
    return true;
}

/* Sum of products of the lists' common length. Pairs that contribute nothing are left out: points
 * at infinity because blst's conversion to affine form can't take them, zeros to save work. */
static bool PUBLIC(sum_products)(POINT *sum, plb_region *region, plb_value scalar_list,
                                 plb_value point_list) {
    size_t room = plb_list_length(scalar_list) < plb_list_length(point_list)
                      ? plb_list_length(scalar_list)
                      : plb_list_length(point_list);
    blst_scalar *scalars = plb_region_alloc(region, room * sizeof *scalars);
    const POINT **points = plb_region_alloc(region, room * sizeof *points);
    if (scalars == NULL || points == NULL) {
        return false;
    }
    size_t count = 0;
    for (size_t i = 0; i < room; i++) {
        const plb_cons *scalar = plb_cons_of(scalar_list);
        const plb_cons *point = plb_cons_of(point_list);
        points[count] = PUBLIC(point)(point->first);
        if (!BLST(is_inf)(points[count]) && reduce_scalar(&scalars[count], scalar->first)) {
            count++;
        }
        scalar_list = scalar->rest;
        point_list = point->rest;
    }
    switch (count) {
    case 0: memset(sum, 0, sizeof *sum); return true;
    case 1: PUBLIC(multiply)(sum, points[0], &scalars[0]); return true;
    default: return PUBLIC(pippenger)(sum, region, points, scalars, count);
    }
}

/* All scalars must be in bounds, also those that have no point. */
plb_value RUN(multiScalarMul)(struct plb_machine *machine, const plb_value *args) {
    for (plb_value list = args[0]; plb_is_cons(list); list = plb_cons_of(list)->rest) {
        if (scalar_out_of_bounds(plb_cons_of(list)->first)) {
            return plb_builtin_fail(machine,
                                    "Scalar exceeds 512-byte bound for " NAME ".multiScalarMul");
        }
    }
    plb_region *region = plb_machine_region(machine);
    uint8_t *mark = region->low;
    POINT sum;
    bool done = PUBLIC(sum_products)(&sum, region, args[0], args[1]);
    region->low = mark; /* the scratch memory is free again */
    return done ? PUBLIC(make)(machine, &sum) : plb_builtin_out_of_memory(machine);
}
