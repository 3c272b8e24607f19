/* The table of builtins, in the order of their flat tags (PlutusCore.Default.Builtins: signatures;
 * PlutusLedgerApi.Common.Versions: batches). Which arguments are bounded, and how they are
 * measured, follows from the types of the reference's denotations. */
#include "harness/machine/builtin.h"

#include <string.h>

#include "harness/machine/builtin_functions.h"

#define ARGS_1(a) PLB_ARG_##a
#define ARGS_2(a, b) PLB_ARG_##a, PLB_ARG_##b
#define ARGS_3(a, b, c) ARGS_2(a, b), PLB_ARG_##c
#define ARGS_4(a, b, c, d) ARGS_3(a, b, c), PLB_ARG_##d
#define ARGS_6(a, b, c, d, e, f) ARGS_4(a, b, c, d), ARGS_2(e, f)

/* name, batch, forces, arity, kinds of the arguments */
#define ROW(builtin, batch_number, force_count, count, ...)                                        \
    {                                                                                              \
        .name = #builtin, .arity = count, .forces = force_count, .batch = batch_number,            \
        .args = {ARGS_##count(__VA_ARGS__)}, .run = plb_run_##builtin                              \
    }
/* The same, with measures: an empty one is the default. */
#define MEASURED(builtin, batch_number, force_count, count, kinds, ...)                            \
    {                                                                                              \
        .name = #builtin, .arity = count, .forces = force_count, .batch = batch_number,            \
        .args = {ARGS_##count kinds}, .measures = {__VA_ARGS__}, .run = plb_run_##builtin          \
    }

const plb_builtin plb_builtins[PLB_BUILTIN_COUNT] = {
    [0] = ROW(addInteger, 1, 0, 2, INTEGER_BOUNDED, INTEGER_BOUNDED),
    [1] = ROW(subtractInteger, 1, 0, 2, INTEGER_BOUNDED, INTEGER_BOUNDED),
    [2] = ROW(multiplyInteger, 1, 0, 2, INTEGER_BOUNDED, INTEGER_BOUNDED),
    [3] = ROW(divideInteger, 1, 0, 2, INTEGER_BOUNDED, INTEGER_BOUNDED),
    [4] = ROW(quotientInteger, 1, 0, 2, INTEGER_BOUNDED, INTEGER_BOUNDED),
    [5] = ROW(remainderInteger, 1, 0, 2, INTEGER_BOUNDED, INTEGER_BOUNDED),
    [6] = ROW(modInteger, 1, 0, 2, INTEGER_BOUNDED, INTEGER_BOUNDED),
    [7] = ROW(equalsInteger, 1, 0, 2, INTEGER, INTEGER),
    [8] = ROW(lessThanInteger, 1, 0, 2, INTEGER_BOUNDED, INTEGER_BOUNDED),
    [9] = ROW(lessThanEqualsInteger, 1, 0, 2, INTEGER_BOUNDED, INTEGER_BOUNDED),
    [10] = ROW(appendByteString, 1, 0, 2, BYTESTRING_BOUNDED, BYTESTRING_BOUNDED),
    [11] = ROW(consByteString, 1, 0, 2, BYTE_FROM_C, BYTESTRING_BOUNDED),
    [12] = ROW(sliceByteString, 1, 0, 3, INT64, INT64, BYTESTRING_BOUNDED),
    [13] = ROW(lengthOfByteString, 1, 0, 1, BYTESTRING),
    [14] = ROW(indexByteString, 1, 0, 2, BYTESTRING_BOUNDED, INT64),
    [15] = ROW(equalsByteString, 1, 0, 2, BYTESTRING_BOUNDED, BYTESTRING_BOUNDED),
    [16] = ROW(lessThanByteString, 1, 0, 2, BYTESTRING_BOUNDED, BYTESTRING_BOUNDED),
    [17] = ROW(lessThanEqualsByteString, 1, 0, 2, BYTESTRING_BOUNDED, BYTESTRING_BOUNDED),
    [18] = ROW(sha2_256, 1, 0, 1, BYTESTRING_BOUNDED),
    [19] = ROW(sha3_256, 1, 0, 1, BYTESTRING_BOUNDED),
    [20] = ROW(blake2b_256, 1, 0, 1, BYTESTRING_BOUNDED),
    [21] = ROW(verifyEd25519Signature, 1, 0, 3, BYTESTRING, BYTESTRING_BOUNDED, BYTESTRING),
    [22] = MEASURED(appendString, 1, 0, 2,
                    (STRING, STRING), [0] = PLB_MEASURE_TEXT_BYTES, [1] = PLB_MEASURE_TEXT_BYTES),
    [23] = MEASURED(equalsString, 1, 0, 2,
                    (STRING, STRING), [0] = PLB_MEASURE_TEXT_BYTES, [1] = PLB_MEASURE_TEXT_BYTES),
    [24] = MEASURED(encodeUtf8, 1, 0, 1, (STRING), [0] = PLB_MEASURE_TEXT_BYTES),
    [25] = ROW(decodeUtf8, 1, 0, 1, BYTESTRING_BOUNDED),
    [26] = ROW(ifThenElse, 1, 1, 3, BOOL, ANY, ANY),
    [27] = ROW(chooseUnit, 1, 1, 2, UNIT, ANY),
    [28] = ROW(trace, 1, 1, 2, STRING, ANY),
    [29] = ROW(fstPair, 1, 2, 1, CONSTANT),
    [30] = ROW(sndPair, 1, 2, 1, CONSTANT),
    [31] = ROW(chooseList, 1, 2, 3, CONSTANT, ANY, ANY),
    [32] = ROW(mkCons, 1, 1, 2, CONSTANT, CONSTANT),
    [33] = ROW(headList, 1, 1, 1, CONSTANT),
    [34] = ROW(tailList, 1, 1, 1, CONSTANT),
    [35] = ROW(nullList, 1, 1, 1, CONSTANT),
    [36] = ROW(chooseData, 1, 1, 6, DATA, ANY, ANY, ANY, ANY, ANY),
    [37] = ROW(constrData, 1, 0, 2, WORD64_FROM_D, LIST_DATA),
    [38] = ROW(mapData, 1, 0, 1, LIST_PAIR_DATA),
    [39] = ROW(listData, 1, 0, 1, LIST_DATA),
    [40] = ROW(iData, 1, 0, 1, INTEGER),
    [41] = ROW(bData, 1, 0, 1, BYTESTRING),
    [42] = ROW(unConstrData, 1, 0, 1, DATA),
    [43] = ROW(unMapData, 1, 0, 1, DATA),
    [44] = ROW(unListData, 1, 0, 1, DATA),
    [45] = ROW(unIData, 1, 0, 1, DATA),
    [46] = ROW(unBData, 1, 0, 1, DATA),
    [47] = ROW(equalsData, 1, 0, 2, DATA, DATA),
    [48] = ROW(mkPairData, 1, 0, 2, DATA, DATA),
    [49] = ROW(mkNilData, 1, 0, 1, UNIT),
    [50] = ROW(mkNilPairData, 1, 0, 1, UNIT),
    [51] = ROW(serialiseData, 2, 0, 1, DATA),
    [52] = ROW(verifyEcdsaSecp256k1Signature, 3, 0, 3, BYTESTRING, BYTESTRING, BYTESTRING),
    [53] =
        ROW(verifySchnorrSecp256k1Signature, 3, 0, 3, BYTESTRING, BYTESTRING_BOUNDED, BYTESTRING),
    [54] = ROW(bls12_381_G1_add, 4, 0, 2, G1, G1),
    [55] = ROW(bls12_381_G1_neg, 4, 0, 1, G1),
    [56] = ROW(bls12_381_G1_scalarMul, 4, 0, 2, INTEGER, G1),
    [57] = ROW(bls12_381_G1_equal, 4, 0, 2, G1, G1),
    [58] = ROW(bls12_381_G1_compress, 4, 0, 1, G1),
    [59] = ROW(bls12_381_G1_uncompress, 4, 0, 1, BYTESTRING),
    [60] = ROW(bls12_381_G1_hashToGroup, 4, 0, 2, BYTESTRING_BOUNDED, BYTESTRING),
    [61] = ROW(bls12_381_G2_add, 4, 0, 2, G2, G2),
    [62] = ROW(bls12_381_G2_neg, 4, 0, 1, G2),
    [63] = ROW(bls12_381_G2_scalarMul, 4, 0, 2, INTEGER, G2),
    [64] = ROW(bls12_381_G2_equal, 4, 0, 2, G2, G2),
    [65] = ROW(bls12_381_G2_compress, 4, 0, 1, G2),
    [66] = ROW(bls12_381_G2_uncompress, 4, 0, 1, BYTESTRING),
    [67] = ROW(bls12_381_G2_hashToGroup, 4, 0, 2, BYTESTRING_BOUNDED, BYTESTRING),
    [68] = ROW(bls12_381_millerLoop, 4, 0, 2, G1, G2),
    [69] = ROW(bls12_381_mulMlResult, 4, 0, 2, ML_RESULT, ML_RESULT),
    [70] = ROW(bls12_381_finalVerify, 4, 0, 2, ML_RESULT, ML_RESULT),
    [71] = ROW(keccak_256, 4, 0, 1, BYTESTRING_BOUNDED),
    [72] = ROW(blake2b_224, 4, 0, 1, BYTESTRING_BOUNDED),
    [73] = MEASURED(integerToByteString, 4, 0, 3,
                    (BOOL, INTEGER, INTEGER), [1] = PLB_MEASURE_BYTES_AS_WORDS),
    [74] = ROW(byteStringToInteger, 4, 0, 2, BOOL, BYTESTRING_BOUNDED),
    [75] = ROW(andByteString, 5, 0, 3, BOOL, BYTESTRING_BOUNDED, BYTESTRING_BOUNDED),
    [76] = ROW(orByteString, 5, 0, 3, BOOL, BYTESTRING_BOUNDED, BYTESTRING_BOUNDED),
    [77] = ROW(xorByteString, 5, 0, 3, BOOL, BYTESTRING_BOUNDED, BYTESTRING_BOUNDED),
    [78] = ROW(complementByteString, 5, 0, 1, BYTESTRING_BOUNDED),
    [79] = ROW(readBit, 5, 0, 2, BYTESTRING_BOUNDED, INT64),
    [80] = ROW(writeBits, 5, 0, 3, BYTESTRING, LIST_INTEGER, BOOL),
    [81] = MEASURED(replicateByte, 5, 0, 2, (INTEGER, BYTE), [0] = PLB_MEASURE_BYTES_AS_WORDS),
    [82] = MEASURED(shiftByteString, 5, 0, 2,
                    (BYTESTRING, INT64_FROM_D), [1] = PLB_MEASURE_LITERAL_UNTIL_C),
    [83] = MEASURED(rotateByteString, 5, 0, 2,
                    (BYTESTRING, INT64_FROM_D), [1] = PLB_MEASURE_LITERAL_UNTIL_C),
    [84] = ROW(countSetBits, 5, 0, 1, BYTESTRING_BOUNDED),
    [85] = ROW(findFirstSetBit, 5, 0, 1, BYTESTRING_BOUNDED),
    [86] = ROW(ripemd_160, 5, 0, 1, BYTESTRING_BOUNDED),
    [87] = ROW(expModInteger, 6, 0, 3, INTEGER, INTEGER, INTEGER),
    [88] = MEASURED(dropList, 6, 1, 2, (INTEGER, CONSTANT), [0] = PLB_MEASURE_LITERAL),
    [89] = ROW(lengthOfArray, 6, 1, 1, CONSTANT),
    [90] = ROW(listToArray, 6, 1, 1, CONSTANT),
    [91] = ROW(indexArray, 6, 1, 2, CONSTANT, INT64),
    [92] = ROW(bls12_381_G1_multiScalarMul, 6, 0, 2, LIST_INTEGER, LIST_G1),
    [93] = ROW(bls12_381_G2_multiScalarMul, 6, 0, 2, LIST_INTEGER, LIST_G2),
    [94] = MEASURED(insertCoin, 6, 0, 4,
                    (BYTESTRING, BYTESTRING, INTEGER, VALUE), [3] = PLB_MEASURE_VALUE_DEPTH),
    [95] = MEASURED(lookupCoin, 6, 0, 3,
                    (BYTESTRING, BYTESTRING, VALUE), [2] = PLB_MEASURE_VALUE_DEPTH),
    [96] = ROW(unionValue, 6, 0, 2, VALUE, VALUE),
    [97] = ROW(valueContains, 6, 0, 2, VALUE, VALUE),
    [98] = ROW(valueData, 6, 0, 1, VALUE),
    [99] = MEASURED(unValueData, 6, 0, 1, (DATA), [0] = PLB_MEASURE_DATA_NODES),
    [100] = ROW(scaleValue, 6, 0, 2, INTEGER, VALUE),
    [101] = ROW(multiIndexArray, 7, 1, 2, CONSTANT, LIST_INTEGER),
    [102] = ROW(policies, 7, 0, 1, VALUE),
    [103] = ROW(assetCount, 7, 0, 1, VALUE),
};

/* Flat tags in the order of the names, bytewise. */
static const uint8_t by_name[PLB_BUILTIN_COUNT] = {
    0,  75, 10, 22, 103, 41, 72,  20, 54, 58, 57,  60, 92, 55, 56, 59, 61, 65,  64, 67, 93,
    62, 63, 66, 70, 68,  69, 74,  36, 31, 27, 78,  11, 37, 84, 25, 3,  88, 24,  15, 47, 7,
    23, 87, 85, 29, 33,  40, 26,  91, 14, 94, 73,  71, 89, 13, 16, 17, 9,  8,   39, 90, 95,
    38, 32, 49, 50, 48,  6,  101, 2,  35, 76, 102, 4,  79, 5,  81, 86, 83, 100, 51, 18, 19,
    82, 12, 30, 1,  34,  28, 46,  42, 45, 44, 43,  99, 96, 97, 98, 52, 21, 53,  80, 77};

int plb_builtin_find(const char *name, size_t length) {
    size_t from = 0, to = PLB_BUILTIN_COUNT;
    while (from < to) {
        size_t middle = (from + to) / 2;
        const char *candidate = plb_builtins[by_name[middle]].name;
        size_t candidate_length = strlen(candidate);
        int order = memcmp(name, candidate, length < candidate_length ? length : candidate_length);
        if (order == 0 && length == candidate_length) return by_name[middle];
        if (order < 0 || (order == 0 && length < candidate_length)) {
            to = middle;
        } else {
            from = middle + 1;
        }
    }
    return -1;
}
