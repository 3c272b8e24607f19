/* The functions that run the builtins, one each, named plb_run_ and the builtin's name in textual
 * syntax. Arguments have been checked as the table says (builtin.h, builtin_table.c). */
#ifndef PLB_MACHINE_BUILTIN_FUNCTIONS_H
#define PLB_MACHINE_BUILTIN_FUNCTIONS_H

#include "harness/machine/builtin.h"

/* What a plb_make_* call returned, or the end of the evaluation when it had no room. */
static inline plb_value plb_builtin_made(struct plb_machine *machine, plb_value v) {
    return v != PLB_NO_VALUE ? v : plb_builtin_out_of_memory(machine);
}

/* builtin_integer.c */
plb_value plb_run_addInteger(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_subtractInteger(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_multiplyInteger(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_divideInteger(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_quotientInteger(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_remainderInteger(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_modInteger(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_equalsInteger(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_lessThanInteger(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_lessThanEqualsInteger(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_expModInteger(struct plb_machine *machine, const plb_value *args);

/* builtin_bytestring.c */
plb_value plb_run_appendByteString(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_consByteString(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_sliceByteString(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_lengthOfByteString(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_indexByteString(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_equalsByteString(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_lessThanByteString(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_lessThanEqualsByteString(struct plb_machine *machine, const plb_value *args);

/* builtin_bits.c */
plb_value plb_run_integerToByteString(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_byteStringToInteger(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_andByteString(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_orByteString(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_xorByteString(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_complementByteString(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_readBit(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_writeBits(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_replicateByte(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_shiftByteString(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_rotateByteString(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_countSetBits(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_findFirstSetBit(struct plb_machine *machine, const plb_value *args);

/* builtin_crypto.c */
plb_value plb_run_sha2_256(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_sha3_256(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_blake2b_256(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_keccak_256(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_blake2b_224(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_ripemd_160(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_verifyEd25519Signature(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_verifyEcdsaSecp256k1Signature(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_verifySchnorrSecp256k1Signature(struct plb_machine *machine,
                                                  const plb_value *args);

/* builtin_string.c */
plb_value plb_run_appendString(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_equalsString(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_encodeUtf8(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_decodeUtf8(struct plb_machine *machine, const plb_value *args);

/* builtin_control.c */
plb_value plb_run_ifThenElse(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_chooseUnit(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_trace(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_chooseList(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_chooseData(struct plb_machine *machine, const plb_value *args);

/* builtin_list.c */
plb_value plb_run_fstPair(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_sndPair(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_mkCons(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_headList(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_tailList(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_nullList(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_dropList(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_lengthOfArray(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_listToArray(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_indexArray(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_multiIndexArray(struct plb_machine *machine, const plb_value *args);

/* builtin_data.c */
plb_value plb_run_constrData(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_mapData(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_listData(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_iData(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_bData(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_unConstrData(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_unMapData(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_unListData(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_unIData(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_unBData(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_equalsData(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_mkPairData(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_mkNilData(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_mkNilPairData(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_serialiseData(struct plb_machine *machine, const plb_value *args);

/* builtin_bls.c */
plb_value plb_run_bls12_381_G1_add(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_bls12_381_G1_neg(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_bls12_381_G1_scalarMul(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_bls12_381_G1_equal(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_bls12_381_G1_compress(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_bls12_381_G1_uncompress(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_bls12_381_G1_hashToGroup(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_bls12_381_G2_add(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_bls12_381_G2_neg(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_bls12_381_G2_scalarMul(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_bls12_381_G2_equal(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_bls12_381_G2_compress(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_bls12_381_G2_uncompress(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_bls12_381_G2_hashToGroup(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_bls12_381_millerLoop(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_bls12_381_mulMlResult(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_bls12_381_finalVerify(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_bls12_381_G1_multiScalarMul(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_bls12_381_G2_multiScalarMul(struct plb_machine *machine, const plb_value *args);

/* builtin_assets.c */
plb_value plb_run_insertCoin(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_lookupCoin(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_unionValue(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_valueContains(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_valueData(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_unValueData(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_scaleValue(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_policies(struct plb_machine *machine, const plb_value *args);
plb_value plb_run_assetCount(struct plb_machine *machine, const plb_value *args);

#endif
