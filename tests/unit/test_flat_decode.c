/* Flat input written by hand, bit by bit, from the appendix on flat of the Plutus Core
 * specification; what is refused follows PlutusCore.Flat.Decoder, PlutusCore.FlatInstances,
 * UntypedPlutusCore.Core.Instance.Flat and PlutusLedgerApi.Common.SerialisedScript. */
#include "tests/program_support.h"

/* ---- Bits ---- */

typedef struct bits {
    uint8_t bytes[1 << 16];
    size_t count;
} bits;

static bits *input;

static int setup(void **state) {
    (void) state;
    input = malloc(sizeof *input);
    return input != NULL ? 0 : -1;
}

static int teardown(void **state) {
    (void) state;
    free(input);
    return 0;
}

static void put_bit(unsigned bit) {
    assert_true(input->count < 8 * sizeof input->bytes);
    uint8_t *byte = &input->bytes[input->count / 8];
    if (input->count % 8 == 0) *byte = 0;
    *byte = (uint8_t) (*byte | bit << (7 - input->count % 8));
    input->count++;
}

/* '0' and '1'; spaces are skipped. */
static void put(const char *digits) {
    for (; *digits != '\0'; digits++) {
        if (*digits != ' ') put_bit(*digits == '1');
    }
}

static void put_number(uint64_t n, unsigned width) {
    while (width-- > 0) put_bit((unsigned) (n >> width) & 1);
}

/* Groups of seven bits, least significant first, with a mark on all but the last. */
static void put_word(uint64_t n) {
    for (; n >= 128; n >>= 7) put_number((n & 127) | 128, 8);
    put_number(n, 8);
}

static void put_filler(void) {
    while (input->count % 8 != 7) put_bit(0);
    put_bit(1);
}

/* A byte string in chunks of 255, after a filler. */
static void put_bytes(const void *bytes, size_t length) {
    const uint8_t *at = bytes;
    put_filler();
    while (length > 0) {
        size_t chunk = length < 255 ? length : 255;
        put_number(chunk, 8);
        for (size_t i = 0; i < chunk; i++) put_number(*at++, 8);
        length -= chunk;
    }
    put_number(0, 8);
}

static void begin(uint64_t major, uint64_t minor, uint64_t patch) {
    input->count = 0;
    put_word(major);
    put_word(minor);
    put_word(patch);
}

/* Version 1.1.0, a constant whose type tags follow one another in `tags`, -1 at the end. */
static void begin_constant(const int *tags) {
    begin(1, 1, 0);
    put("0100");
    for (; *tags >= 0; tags++) {
        put("1");
        put_number((uint64_t) *tags, 4);
    }
    put("0");
}
#define BEGIN_CONSTANT(...) begin_constant((const int[]){__VA_ARGS__, -1})

/* ---- Outcomes ---- */

static plb_status decode_era(plb_program *program, plb_era era, plb_error *error) {
    assert_int_equal(input->count % 8, 0);
    return plb_program_decode_flat(program, era, input->bytes, input->count / 8, error);
}

/* After a filler, the input is the program in `text`. */
static void assert_decodes(const char *text) {
    plb_program *program = new_program();
    plb_program *expected = parse(text);
    plb_error error = {0};
    put_filler();
    if (decode_era(program, newest, &error) != PLB_OK) {
        fail_msg("%s: %s: %s", text, error.where, error.message);
    }
    if (!plb_program_equal(program, expected)) fail_msg("got %s, not %s", print(program), text);
    plb_program_free(program);
    plb_program_free(expected);
}

static void assert_status(plb_era era, plb_status status, const char *reason) {
    plb_program *program = new_program();
    plb_error error = {0};
    plb_status got = decode_era(program, era, &error);
    if (got != status)
        fail_msg("status %d, not %d: %s: %s", got, status, error.where, error.message);
    if (status != PLB_OK && strstr(error.message, reason) == NULL) {
        fail_msg("'%s' does not say '%s'", error.message, reason);
    }
    plb_program_free(program);
}

/* After a filler, the input is refused. */
static void assert_malformed(const char *reason) {
    put_filler();
    assert_status(newest, PLB_E_PARSE, reason);
}

/* ---- Terms ---- */

/* The specification's own example, with its bytes. */
static void test_example(void **state) {
    (void) state;
    static const uint8_t bytes[] = {0x05, 0x00, 0x02, 0x33, 0x71, 0xc9, 0x11,
                                    0x07, 0x1a, 0x5f, 0x78, 0x36, 0x25, 0xee,
                                    0x8c, 0x00, 0x48, 0x38, 0xb4, 0x01, 0x81};
    plb_program *program = new_program();
    plb_program *expected = parse("(program 5.0.2 [[(builtin indexByteString)"
                                  "(con bytestring #1a5f783625ee8c)] (con integer 54321)])");
    plb_error error = {0};
    assert_int_equal(plb_program_decode_flat(program, newest, bytes, sizeof bytes, &error), PLB_OK);
    assert_true(plb_program_equal(program, expected));

    /* Whatever it is cut short to is malformed. */
    for (size_t length = 0; length < sizeof bytes; length++) {
        uint8_t *exact = malloc(length + 1); /* so that reading on shows under ASan */
        memcpy(exact, bytes, length);
        exact = realloc(exact, length > 0 ? length : 1);
        error = (plb_error){0};
        assert_int_equal(plb_program_decode_flat(program, newest, exact, length, &error),
                         PLB_E_PARSE);
        assert_non_null(strstr(error.where, "bit "));
        free(exact);
    }
    plb_program_free(program);
    plb_program_free(expected);
}

static void test_terms(void **state) {
    (void) state;
    begin(1, 0, 0), put("0110");
    assert_decodes("(program 1.0.0 (error))");
    begin(1, 0, 0), put("0001 0101 0110");
    assert_decodes("(program 1.0.0 (delay (force (error))))");
    begin(1, 0, 0), put("0010 0010 0000 00000010");
    assert_decodes("(program 1.0.0 (lam x (lam y x)))");
    begin(1, 0, 0), put("0010 0000 00000001");
    assert_decodes("(program 1.0.0 (lam x x))");
    begin(1, 0, 0), put("0011 0011 0110 0001 0110 0101 0110");
    assert_decodes("(program 1.0.0 [[(error) (delay (error))] (force (error))])");
    begin(1, 0, 0), put("0011 0110 0011 0110 0110");
    assert_decodes("(program 1.0.0 [(error) [(error) (error)]])");
    begin(1, 0, 0), put("0111 0000000");
    assert_decodes("(program 1.0.0 (builtin addInteger))");
    begin(1, 0, 0), put("0011 0101 0101 0111 0011101 0110");
    assert_decodes("(program 1.0.0 [(force (force (builtin fstPair))) (error)])");
    begin(1, 1, 0), put("1000 00000111 0");
    assert_decodes("(program 1.1.0 (constr 7))");
    begin(1, 1, 0), put("1000 00000000 1 0110 1 0001 0110 0");
    assert_decodes("(program 1.1.0 (constr 0 (error) (delay (error))))");
    begin(1, 1, 0), put("1001 0110 0");
    assert_decodes("(program 1.1.0 (case (error)))");
    begin(1, 1, 0), put("1001 1000 00000000 0 1 0110 1 0010 0000 00000001 0");
    assert_decodes("(program 1.1.0 (case (constr 0) (error) (lam x x)))");
}

/* Long runs of equal tags cross the windows in which they are counted. */
static void test_runs(void **state) {
    (void) state;
    for (unsigned count = 1; count < 70; count++) {
        char *text = nested("(program 1.0.0 ", "(lam x ", "x", ")", ")", count);
        begin(1, 0, 0);
        for (unsigned i = 0; i < count; i++) put("0010");
        put("0000 00000001");
        assert_decodes(text);
        free(text);
        text = nested("(program 1.0.0 ", "[", "(error)", " (con unit ())]", ")", count);
        begin(1, 0, 0);
        for (unsigned i = 0; i < count; i++) put("0011");
        put("0110");
        for (unsigned i = 0; i < count; i++) put("0100 1 0011 0");
        assert_decodes(text);
        free(text);
    }
}

static void test_unknown_tags(void **state) {
    (void) state;
    for (unsigned tag = 10; tag < 16; tag++) {
        begin(1, 1, 0);
        put_number(tag, 4);
        put("0110");
        assert_malformed("a term's tag");
    }
    for (unsigned tag = 104; tag < 128; tag++) {
        begin(1, 1, 0), put("0111");
        put_number(tag, 7);
        assert_malformed("a builtin's tag");
    }
}

static void test_variables(void **state) {
    (void) state;
    begin(1, 0, 0), put("0000 00000001");
    assert_malformed("bound");
    begin(1, 0, 0), put("0010 0000 00000000");
    assert_malformed("bound");
    begin(1, 0, 0), put("0010 0000 00000010");
    assert_malformed("bound");
    /* The binder of the function is not around the argument. */
    begin(1, 0, 0), put("0011 0010 0110 0000 00000001");
    assert_malformed("bound");
    begin(1, 1, 0), put("1001 0010 0000 00000001 1 0000 00000001 0");
    assert_malformed("bound");
    begin(1, 0, 0), put("0010 0011 0010 0110 0000 00000001");
    assert_decodes("(program 1.0.0 (lam x [(lam y (error)) x]))");
    begin(1, 0, 0), put("0010 0000"), put_word(UINT64_MAX);
    assert_malformed("bound");
}

/* Naturals of up to 64 bits; more groups than needed are fine, more bits are not (dWord64). */
static void test_words(void **state) {
    (void) state;
    begin(1, 1, 0), put("1000"), put_word(UINT64_MAX), put("0");
    assert_decodes("(program 1.1.0 (constr 18446744073709551615))");
    begin(1, 1, 0), put("1000 10000101 10000000 00000000 0");
    assert_decodes("(program 1.1.0 (constr 5))");
    begin(1, 1, 0), put("1000");
    for (int i = 0; i < 9; i++) put("10000000");
    put("00000001 0");
    assert_decodes("(program 1.1.0 (constr 9223372036854775808))");
    begin(1, 1, 0), put("1000");
    for (int i = 0; i < 9; i++) put("10000000");
    put("00000010 0");
    assert_malformed("64 bits");
    begin(1, 1, 0), put("1000");
    for (int i = 0; i < 10; i++) put("10000000");
    put("00000000 0");
    assert_malformed("64 bits");
}

/* ---- The end ---- */

static void test_filler(void **state) {
    (void) state;
    begin(1, 0, 0), put("0110 0001");
    assert_status(newest, PLB_OK, "");
    begin(1, 0, 0), put("0110 0000 00000001"); /* a longer one ends as well */
    assert_status(newest, PLB_OK, "");
    begin(1, 0, 0), put("0110 0000");
    assert_status(newest, PLB_E_PARSE, "ends the padding");
    begin(1, 0, 0), put("0110 0001 00000000");
    assert_status(newest, PLB_E_PARSE, "the end of the input");
    begin(1, 0, 0), put("0110 1000");
    assert_status(newest, PLB_E_PARSE, "the end of the input");
    begin(1, 0, 0), put("0110 0001 00000001");
    assert_status(newest, PLB_E_PARSE, "the end of the input");
    input->count = 0;
    assert_status(newest, PLB_E_PARSE, "");
}

/* ---- Constants ---- */

enum { INTEGER, BYTES, STRING, UNIT, BOOLEAN, LIST, PAIR, APPLY, DATA, G1, G2, ML, ARRAY, VALUE };

static void test_integers(void **state) {
    (void) state;
    static const struct {
        uint64_t zigzag;
        const char *text;
    } cases[] = {{0, "0"},
                 {1, "-1"},
                 {2, "1"},
                 {3, "-2"},
                 {127, "-64"},
                 {128, "64"},
                 {UINT64_C(1) << 62, "2305843009213693952"},
                 {UINT64_MAX - 1, "9223372036854775807"},
                 {UINT64_MAX, "-9223372036854775808"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[80];
        snprintf(text, sizeof text, "(program 1.1.0 (con integer %s))", cases[i].text);
        BEGIN_CONSTANT(INTEGER), put_word(cases[i].zigzag);
        assert_decodes(text);
    }
    /* 2^70 is eleven groups: 2^71 in zigzag is a 1 in group 10, bit 1. */
    BEGIN_CONSTANT(INTEGER);
    for (int i = 0; i < 10; i++) put("10000000");
    put("00000010");
    assert_decodes("(program 1.1.0 (con integer 1180591620717411303424))");
    BEGIN_CONSTANT(INTEGER), put("11111111"); /* -2^70 is 2^71 - 1 */
    for (int i = 0; i < 9; i++) put("11111111");
    put("00000001");
    assert_decodes("(program 1.1.0 (con integer -1180591620717411303424))");
    /* Groups without any bits. */
    BEGIN_CONSTANT(INTEGER), put("10000100 10000000 00000000");
    assert_decodes("(program 1.1.0 (con integer 2))");
    BEGIN_CONSTANT(INTEGER), put("10000001");
    for (int i = 0; i < 30; i++) put("10000000");
    put("00000000");
    assert_decodes("(program 1.1.0 (con integer -1))");
    BEGIN_CONSTANT(INTEGER), put("11111111");
    assert_malformed("");
}

static void test_byte_strings(void **state) {
    (void) state;
    static uint8_t long_bytes[600];
    char *text = malloc(2 * sizeof long_bytes + 64);
    BEGIN_CONSTANT(BYTES), put_bytes("", 0);
    assert_decodes("(program 1.1.0 (con bytestring #))");
    BEGIN_CONSTANT(BYTES), put_bytes("\x01\xff", 2);
    assert_decodes("(program 1.1.0 (con bytestring #01ff))");
    char *at = stpcpy(text, "(program 1.1.0 (con bytestring #");
    for (size_t i = 0; i < sizeof long_bytes; i++) {
        long_bytes[i] = (uint8_t) (i * 7);
        at += sprintf(at, "%02x", long_bytes[i]);
    }
    stpcpy(at, "))");
    BEGIN_CONSTANT(BYTES), put_bytes(long_bytes, sizeof long_bytes);
    assert_decodes(text);
    free(text);
    /* Any chunking will do. */
    BEGIN_CONSTANT(BYTES), put_filler();
    put("00000001 10101010 00000010 00000001 00000010 00000000");
    assert_decodes("(program 1.1.0 (con bytestring #aa0102))");
    /* A filler of more than a byte. */
    BEGIN_CONSTANT(BYTES);
    while (input->count % 8 != 0) put("0");
    put("00000000 00000001 00000001 10101010 00000000");
    assert_decodes("(program 1.1.0 (con bytestring #aa))");
    /* The filler has to end at a byte's end. */
    BEGIN_CONSTANT(BYTES);
    while (input->count % 8 != 0) put("0");
    put("00000010 00000001 10101010 00000000");
    assert_malformed("a byte boundary");
    BEGIN_CONSTANT(BYTES), put_filler();
    put("00000101 10101010");
    assert_status(newest, PLB_E_PARSE, "byte string ends early");
    BEGIN_CONSTANT(BYTES), put_filler();
    put("00000001 10101010");
    assert_status(newest, PLB_E_PARSE, "byte string ends early");
}

static void test_strings(void **state) {
    (void) state;
    BEGIN_CONSTANT(STRING), put_bytes("h\xc3\xa9", 3);
    assert_decodes("(program 1.1.0 (con string \"h\xc3\xa9\"))");
    static const char *const bad[] = {"\xff", "\xc3", "\xc0\x80", "\xed\xa0\x80",
                                      "\xf4\x90\x80\x80"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        BEGIN_CONSTANT(STRING), put_bytes(bad[i], strlen(bad[i]));
        assert_malformed("UTF-8");
    }
}

static void test_small_constants(void **state) {
    (void) state;
    BEGIN_CONSTANT(UNIT);
    assert_decodes("(program 1.1.0 (con unit ()))");
    BEGIN_CONSTANT(BOOLEAN), put("1");
    assert_decodes("(program 1.1.0 (con bool True))");
    BEGIN_CONSTANT(BOOLEAN), put("0");
    assert_decodes("(program 1.1.0 (con bool False))");
}

static void test_compound_constants(void **state) {
    (void) state;
    BEGIN_CONSTANT(APPLY, LIST, INTEGER), put("0");
    assert_decodes("(program 1.1.0 (con (list integer) []))");
    BEGIN_CONSTANT(APPLY, LIST, INTEGER), put("1 00000010 1 00000100 0");
    assert_decodes("(program 1.1.0 (con (list integer) [1, 2]))");
    BEGIN_CONSTANT(APPLY, ARRAY, BOOLEAN), put("1 1 1 0 0");
    assert_decodes("(program 1.1.0 (con (array bool) [True, False]))");
    BEGIN_CONSTANT(APPLY, LIST, UNIT), put("1 1 1 0");
    assert_decodes("(program 1.1.0 (con (list unit) [(), (), ()]))");
    BEGIN_CONSTANT(APPLY, APPLY, PAIR, INTEGER, BOOLEAN), put("00000010 1");
    assert_decodes("(program 1.1.0 (con (pair integer bool) (1, True)))");
    BEGIN_CONSTANT(APPLY, LIST, APPLY, APPLY, PAIR, APPLY, LIST, BOOLEAN, INTEGER);
    put("1 1 1 0 00000010 1 0 00000100 0");
    assert_decodes("(program 1.1.0 (con (list (pair (list bool) integer)) "
                   "[([True], 1), ([], 2)]))");
    BEGIN_CONSTANT(APPLY, APPLY, PAIR, APPLY, ARRAY, UNIT, APPLY, LIST, BOOLEAN), put("10 110");
    assert_decodes("(program 1.1.0 (con (pair (array unit) (list bool)) ([()], [True])))");
}

/* Points have no flat form; where there are none, their types are as good as any. */
static void test_points(void **state) {
    (void) state;
    for (int type = G1; type <= ML; type++) {
        BEGIN_CONSTANT(type), put_bytes("", 0);
        assert_malformed("flat can hold");
        BEGIN_CONSTANT(APPLY, LIST, type), put("1 0");
        assert_malformed("flat can hold");
    }
    BEGIN_CONSTANT(APPLY, LIST, G1), put("0");
    assert_decodes("(program 1.1.0 (con (list bls12_381_G1_element) []))");
}

static void test_data(void **state) {
    (void) state;
    BEGIN_CONSTANT(DATA), put_bytes("\x18\x2a", 2);
    assert_decodes("(program 1.1.0 (con data (I 42)))");
    BEGIN_CONSTANT(DATA), put_bytes("\xd8\x79\x9f\x01\xff", 5);
    assert_decodes("(program 1.1.0 (con data (Constr 0 [I 1])))");
    BEGIN_CONSTANT(DATA), put_bytes("\xa1\x41\xaa\x80", 4);
    assert_decodes("(program 1.1.0 (con data (Map [(B #aa, List [])])))");
    BEGIN_CONSTANT(DATA), put_bytes("", 0);
    assert_malformed("data in CBOR");
    BEGIN_CONSTANT(DATA), put_bytes("\x82\x01", 2);
    assert_malformed("data in CBOR");
    BEGIN_CONSTANT(DATA), put_bytes("\xf6", 1);
    assert_malformed("data in CBOR");
}

static void put_asset(const char *token, uint64_t zigzag) {
    put("1");
    put_bytes(token, strlen(token));
    put_word(zigzag);
}

static void test_values(void **state) {
    (void) state;
    BEGIN_CONSTANT(VALUE), put("0");
    assert_decodes("(program 1.1.0 (con value []))");
    BEGIN_CONSTANT(VALUE), put("1"), put_bytes("p", 1);
    put_asset("a", 2), put_asset("b", 3), put("0 0");
    assert_decodes("(program 1.1.0 (con value [(#70, [(#61, 1), (#62, -2)])]))");
    BEGIN_CONSTANT(VALUE), put("1");
    put_bytes("123456789012345678901234567890123", 33), put_asset("a", 2), put("0 0");
    assert_malformed("");
    BEGIN_CONSTANT(VALUE), put("1"), put_bytes("p", 1), put("1"), put_bytes("a", 1);
    for (int i = 0; i < 18; i++) put("10000000"); /* 2^127 is 2^128 in zigzag: group 18, bit 2 */
    put("00000100 0 0");
    assert_malformed("");
}

static void test_malformed_types(void **state) {
    (void) state;
    static const int types[][8] = {
        {-1},                                   /* none */
        {LIST, -1},                             /* not applied */
        {PAIR, -1},                             /* */
        {ARRAY, -1},                            /* */
        {APPLY, -1},                            /* */
        {APPLY, LIST, -1},                      /* */
        {APPLY, PAIR, INTEGER, -1},             /* applied to one type of two */
        {APPLY, LIST, LIST, -1},                /* a list of what is no type */
        {APPLY, LIST, APPLY, PAIR, UNIT, -1},   /* */
        {APPLY, INTEGER, INTEGER, -1},          /* applied to nothing that can be */
        {APPLY, APPLY, LIST, UNIT, UNIT, -1},   /* too many arguments */
        {INTEGER, INTEGER, -1},                 /* tags left over */
        {APPLY, LIST, INTEGER, INTEGER, -1},    /* */
        {14, -1},                               /* unknown tags */
        {15, -1},                               /* */
        {APPLY, LIST, 14, -1},                  /* */
        {APPLY, APPLY, PAIR, LIST, INTEGER, -1} /* */
    };
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        begin_constant(types[i]);
        put("00000000 00000000");
        assert_malformed("type of a constant");
    }
}

static const plb_era v1_5 = {PLB_PLUTUS_V1, 5}, v1_11 = {PLB_PLUTUS_V1, 11};
static const plb_era v2_5 = {PLB_PLUTUS_V2, 5}, v2_7 = {PLB_PLUTUS_V2, 7};
static const plb_era v3_8 = {PLB_PLUTUS_V3, 8}, v3_9 = {PLB_PLUTUS_V3, 9};
static const plb_era v3_10 = {PLB_PLUTUS_V3, 10}, v3_11 = {PLB_PLUTUS_V3, 11};

/* ---- Truncation ---- */

/* A program with everything in it. */
static void put_sample(void) {
    begin(1, 1, 0);
    put("0010 0011 0011 0000 00000001"); /* (lam x [x */
    put("0100 1 0000 0 10000010 00000001");
    put("1001 1000 10000001 00000010 1 0101 0111 0011010 1 0001 0110 0");
    put("1 0010 0000 00000001 1 0100 1 0111 1 0101 1 0100 0 1 1 1 0 0");
    put("1 0100 1 0001 0"), put_bytes("abc", 3);
    put("1 0100 1 1000 0"), put_bytes("\x9f\x01\xff", 3);
    put("1 0100 1 1101 0 1"), put_bytes("p", 1), put_asset("a", 2), put("0 0");
    put("0");
}

static void test_truncation(void **state) {
    (void) state;
    put_sample();
    put_filler();
    assert_status(newest, PLB_OK, "");
    size_t whole = input->count;
    uint8_t *bytes = malloc(whole / 8);
    memcpy(bytes, input->bytes, whole / 8);
    plb_program *program = new_program();
    for (size_t length = 0; length < whole / 8; length++) {
        uint8_t *exact = malloc(length > 0 ? length : 1);
        memcpy(exact, bytes, length);
        plb_error error = {0};
        plb_status status = plb_program_decode_flat(program, newest, exact, length, &error);
        if (status != PLB_E_PARSE) fail_msg("%zu bytes: status %d", length, status);
        assert_int_equal(error.status, PLB_E_PARSE);
        if (strstr(error.message, "more input") == NULL) fail_msg("%s", error.message);
        /* What isn't there is not unavailable either. */
        assert_int_equal(plb_program_decode_flat(program, v1_5, exact, length, NULL),
                         length < 3 ? PLB_E_PARSE : PLB_E_UNAVAILABLE);
        free(exact);
    }
    /* Cut at any bit, and made whole bytes again by zeros: there is no end of the padding. */
    for (size_t bit = 24; bit + 8 < whole; bit++) {
        size_t length = bit / 8 + 1;
        uint8_t *exact = malloc(length);
        memcpy(exact, bytes, length);
        exact[length - 1] = (uint8_t) (exact[length - 1] & ~(0xff >> (bit % 8)));
        plb_status status = plb_program_decode_flat(program, newest, exact, length, NULL);
        if (status != PLB_E_PARSE) fail_msg("%zu bits: status %d", bit, status);
        free(exact);
    }
    plb_program_free(program);
    free(bytes);
}

/* ---- Eras ---- */

static void test_languages(void **state) {
    (void) state;
    begin(1, 0, 0), put("0110 0001");
    assert_status(v1_5, PLB_OK, "");
    assert_status(v2_5, PLB_E_UNAVAILABLE, "PlutusV2 is not available in protocol version 5");
    assert_status(v2_7, PLB_OK, "");
    assert_status(v3_8, PLB_E_UNAVAILABLE, "PlutusV3");
    assert_status(v3_9, PLB_OK, "");
}

/* 1.1.0 came with PlutusV3, and to the others with protocol version 11. */
static void test_core_versions(void **state) {
    (void) state;
    begin(1, 1, 0), put("0110 0001");
    assert_status(v2_7, PLB_E_UNAVAILABLE, "Plutus Core 1.1.0");
    assert_status(v1_11, PLB_OK, "");
    assert_status(v3_9, PLB_OK, "");
    begin(1, 2, 0), put("0110 0001");
    assert_status(v3_11, PLB_E_UNAVAILABLE, "Plutus Core 1.2.0");
    assert_status(newest, PLB_OK, "");
    begin(0, 9, 0), put("0110 0001");
    assert_status(v3_11, PLB_E_UNAVAILABLE, "Plutus Core 0.9.0");
    begin(1, 0, 1), put("0110 0001");
    assert_status(v1_5, PLB_E_UNAVAILABLE, "Plutus Core 1.0.1");
}

static void test_sums_need_a_version(void **state) {
    (void) state;
    begin(1, 0, 0), put("1000 00000000 0"), put_filler();
    assert_status(newest, PLB_E_UNAVAILABLE, "constr before Plutus Core 1.1.0");
    assert_status(v3_11, PLB_E_UNAVAILABLE, "constr before Plutus Core 1.1.0");
    begin(1, 0, 0), put("1001 0110 0"), put_filler();
    assert_status(newest, PLB_E_UNAVAILABLE, "case before Plutus Core 1.1.0");
    begin(1, 0, 9), put("1001 0110 0"), put_filler();
    assert_status(newest, PLB_E_UNAVAILABLE, "case before Plutus Core 1.1.0");
    begin(0, 200, 0), put("1001 0110 0"), put_filler();
    assert_status(newest, PLB_E_UNAVAILABLE, "case before Plutus Core 1.1.0");
    begin(2, 0, 0), put("1001 0110 0"), put_filler();
    assert_status(newest, PLB_OK, "");
}

static void test_builtins_need_an_era(void **state) {
    (void) state;
    begin(1, 0, 0), put("0111"), put_number(51, 7), put_filler(); /* serialiseData */
    assert_status(v1_5, PLB_E_UNAVAILABLE,
                  "serialiseData is not available in PlutusV1 at protocol");
    assert_status(v2_7, PLB_OK, "");
    begin(1, 0, 0), put("0111"), put_number(54, 7), put_filler(); /* bls12_381_G1_add */
    assert_status(v2_7, PLB_E_UNAVAILABLE, "bls12_381_G1_add");
    assert_status(v3_9, PLB_OK, "");
    begin(1, 0, 0), put("0111"), put_number(86, 7), put_filler(); /* ripemd_160 */
    assert_status(v3_9, PLB_E_UNAVAILABLE, "ripemd_160");
    assert_status(v3_10, PLB_OK, "");
    assert_status(newest, PLB_OK, "");
}

static void put_constr(unsigned fields) {
    begin(1, 1, 0), put("1000 00000000");
    for (unsigned i = 0; i < fields; i++) put("1 0110");
    put("0");
    put_filler();
}

/* From protocol version 11 on: 1024 fields of a constr, types of size 32. */
static void test_size_bounds(void **state) {
    (void) state;
    put_constr(1024);
    assert_status(v3_11, PLB_OK, "");
    put_constr(1025);
    assert_status(v3_11, PLB_E_UNAVAILABLE, "constr with 1025 fields");
    assert_status(v3_10, PLB_OK, "");
    assert_status(newest, PLB_OK, "");
    /* Branches of a case have no bound. */
    begin(1, 1, 0), put("1001 0110");
    for (unsigned i = 0; i < 1025; i++) put("1 0110");
    put("0"), put_filler();
    assert_status(v3_11, PLB_OK, "");
    /* list^n integer has size 2 n + 1. */
    for (unsigned depth = 14; depth < 18; depth++) {
        begin(1, 1, 0), put("0100");
        for (unsigned i = 0; i < depth; i++) put("1 0111 1 0101");
        put("1 0000 0  0"), put_filler();
        bool fits = 2 * depth + 1 <= 32;
        assert_status(v3_11, fits ? PLB_OK : PLB_E_UNAVAILABLE, "a constant whose type has");
        assert_status(v3_10, PLB_OK, "");
        assert_status(newest, PLB_OK, "");
    }
    /* pair^n: 4 n + 1. Longer than what is read on the stack. */
    begin(1, 1, 0), put("0100");
    for (unsigned i = 0; i < 40; i++) put("1 0111 1 0111 1 0110 1 0011");
    put("1 0011 0"), put_filler();
    assert_status(v3_11, PLB_E_UNAVAILABLE, "161");
    assert_status(newest, PLB_OK, "");
}

/* ---- The byte cap, and using a program again ---- */

static void test_byte_cap(void **state) {
    (void) state;
    plb_program *program = plb_program_new(4096);
    plb_error error = {0};
    assert_non_null(program);
    begin(1, 0, 0);
    for (int i = 0; i < 3000; i++) put("0001");
    put("0110"), put_filler();
    assert_int_equal(decode_era(program, newest, &error), PLB_E_MEMORY);
    assert_non_null(strstr(error.message, "4096"));
    BEGIN_CONSTANT(APPLY, LIST, UNIT);
    for (int i = 0; i < 3000; i++) put("1");
    put("0"), put_filler();
    assert_int_equal(decode_era(program, newest, &error), PLB_E_MEMORY);
    begin(1, 0, 0);
    while (input->count < 8 * 5000) put("00000000");
    assert_int_equal(decode_era(program, newest, &error), PLB_E_MEMORY);
    begin(1, 0, 0), put("0110 0001");
    assert_int_equal(decode_era(program, newest, &error), PLB_OK);
    char *text = print(program);
    assert_non_null(strstr(text, "(error)"));
    free(text);
    plb_program_free(program);
}

/* What a program said before does not show through. */
static void test_decoding_again(void **state) {
    (void) state;
    plb_program *program = new_program();
    plb_program *expected = parse("(program 1.0.0 (con (list bool) [True]))");
    plb_error error = {0};
    begin(1, 1, 0), put("0100 1 0111 1 1100 1 0011 0 1 0");
    put_filler();
    assert_int_equal(decode_era(program, newest, &error), PLB_OK);
    begin(1, 1, 0), put("0010 0011 1111");
    put_filler();
    assert_int_equal(decode_era(program, newest, &error), PLB_E_PARSE);
    begin(1, 0, 0), put("0100 1 0111 1 0101 1 0100 0 1 1 0");
    put_filler();
    assert_int_equal(decode_era(program, newest, &error), PLB_OK);
    assert_true(plb_program_equal(program, expected));
    plb_program_free(program);
    plb_program_free(expected);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_example),
        cmocka_unit_test(test_terms),
        cmocka_unit_test(test_runs),
        cmocka_unit_test(test_unknown_tags),
        cmocka_unit_test(test_variables),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_filler),
        cmocka_unit_test(test_integers),
        cmocka_unit_test(test_byte_strings),
        cmocka_unit_test(test_strings),
        cmocka_unit_test(test_small_constants),
        cmocka_unit_test(test_compound_constants),
        cmocka_unit_test(test_points),
        cmocka_unit_test(test_data),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_malformed_types),
        cmocka_unit_test(test_truncation),
        cmocka_unit_test(test_languages),
        cmocka_unit_test(test_core_versions),
        cmocka_unit_test(test_sums_need_a_version),
        cmocka_unit_test(test_builtins_need_an_era),
        cmocka_unit_test(test_size_bounds),
        cmocka_unit_test(test_byte_cap),
        cmocka_unit_test(test_decoding_again),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
