#include "harness/ledger/context/certificates.h"

#include <string.h>

#include "harness/ledger/context/context_types.h"

#define CONSTR PLB_CONTEXT_CONSTR
#define NO_DCERT (-1)

/* `fields` behind the number: c credential, h another one, p pool, v VRF key hash, d DRep, n
 * number, and whatever else there is (anchors, pool parameters), which contexts do not have. */
static const struct certificate_form {
    const char *fields;
    int dcert; /* constructor of DCert, or NO_DCERT */
    int txcert;
} forms[PLB_CERT_KINDS] = {
    [PLB_CERT_REGISTER] = {"c", 0, 0},
    [PLB_CERT_UNREGISTER] = {"c", 1, 1},
    [PLB_CERT_DELEGATE] = {"cp", 2, 2},
    [PLB_CERT_POOL_REGISTER] = {"pv", 3, 7},
    [PLB_CERT_POOL_RETIRE] = {"pn", 4, 8},
    [PLB_CERT_REGISTER_DEPOSIT] = {"cn", 0, 0},
    [PLB_CERT_UNREGISTER_DEPOSIT] = {"cn", 1, 1},
    [PLB_CERT_VOTE_DELEGATE] = {"cd", NO_DCERT, 2},
    [PLB_CERT_STAKE_VOTE_DELEGATE] = {"cpd", NO_DCERT, 2},
    [PLB_CERT_REGISTER_STAKE] = {"cpn", NO_DCERT, 3},
    [PLB_CERT_REGISTER_VOTE] = {"cdn", NO_DCERT, 3},
    [PLB_CERT_REGISTER_STAKE_VOTE] = {"cpdn", NO_DCERT, 3},
    [PLB_CERT_AUTHORISE_HOT] = {"ch", NO_DCERT, 9},
    [PLB_CERT_RESIGN_COLD] = {"c", NO_DCERT, 10},
    [PLB_CERT_REGISTER_DREP] = {"cn", NO_DCERT, 4},
    [PLB_CERT_UNREGISTER_DREP] = {"cn", NO_DCERT, 6},
    [PLB_CERT_UPDATE_DREP] = {"c", NO_DCERT, 5},
};

/* ---- Reading ---- */

static bool read_tagged_hash(plb_cbor *reader, unsigned *kind, unsigned kinds,
                             const uint8_t **hash) {
    plb_cbor_members members;
    uint64_t number;
    if (!plb_cbor_array(reader, &members, "a credential") || !plb_cbor_more(reader, &members) ||
        !plb_cbor_uint(reader, &number, "a credential's kind")) {
        return false;
    }
    if (number >= kinds) return plb_cbor_malformed(reader, "a credential's kind");
    *kind = (unsigned) number;
    if (number < 2 && (!plb_cbor_more(reader, &members) ||
                       !plb_cbor_bytes_of(reader, PLB_KEY_HASH_BYTES, hash, "a hash"))) {
        return plb_cbor_malformed(reader, "a hash");
    }
    return plb_cbor_end(reader, &members, "the end of a credential");
}

static bool read_credential(plb_cbor *reader, plb_certificate_credential *credential) {
    unsigned kind;
    if (!read_tagged_hash(reader, &kind, 2, &credential->hash)) return false;
    credential->is_script = kind == 1;
    return true;
}

static bool read_field(plb_cbor *reader, plb_certificate *c, char field) {
    switch (field) {
    case 'c': return read_credential(reader, &c->credential);
    case 'h': return read_credential(reader, &c->hot);
    case 'p': return plb_cbor_bytes_of(reader, PLB_KEY_HASH_BYTES, &c->pool, "a pool's key hash");
    case 'v': return plb_cbor_bytes_of(reader, PLB_HASH_BYTES, &c->vrf, "a VRF key hash");
    case 'd': return read_tagged_hash(reader, &c->drep_kind, 4, &c->drep);
    default: return plb_cbor_uint(reader, &c->number, "an amount or epoch");
    }
}

static bool read_certificate(plb_cbor *reader, plb_region *arena, plb_certificate *c) {
    plb_cbor_members members;
    uint64_t kind;
    *c = (plb_certificate){0};
    if (!plb_cbor_array(reader, &members, "a certificate") || !plb_cbor_more(reader, &members) ||
        !plb_cbor_uint(reader, &kind, "a certificate's kind")) {
        return plb_cbor_malformed(reader, "a certificate's kind");
    }
    if (kind >= PLB_CERT_KINDS || forms[kind].fields == NULL) {
        return plb_cbor_malformed(reader, "a certificate's kind");
    }
    c->kind = (plb_certificate_kind) kind;
    for (const char *field = forms[kind].fields; *field != '\0'; field++) {
        if (!plb_cbor_more(reader, &members) || !read_field(reader, c, *field)) {
            return plb_cbor_malformed(reader, "a certificate's members");
        }
    }
    while (plb_cbor_more(reader, &members)) {
        if (!plb_cbor_skip(reader, arena)) return false;
    }
    return reader->status == PLB_OK;
}

bool plb_certificates_read(plb_certificates *certificates, plb_region *arena, plb_span cbor,
                           const char **problem) {
    plb_list list = {0};
    plb_cbor_members members;
    plb_cbor reader;
    *certificates = (plb_certificates){NULL, 0};
    *problem = NULL;
    if (cbor.bytes == NULL) return true;
    plb_cbor_open(&reader, cbor.bytes, cbor.length);
    bool open = plb_cbor_set_tag(&reader) && plb_cbor_array(&reader, &members, "certificates");
    while (open && plb_cbor_more(&reader, &members)) {
        plb_certificate *item = plb_list_add(&list, sizeof *item, arena, &reader);
        if (item == NULL || !read_certificate(&reader, arena, item)) break;
    }
    certificates->items = (plb_certificate *) (void *) list.items;
    certificates->count = list.count;
    if (reader.status == PLB_OK) return true;
    *problem = reader.status == PLB_E_MEMORY ? NULL : reader.expected;
    return false;
}

/* ---- Data ---- */

bool plb_certificate_in_v1(const plb_certificate *certificate) {
    return forms[certificate->kind].dcert != NO_DCERT;
}

static plb_value credential_of(plb_context_builder *b, const plb_certificate_credential *c) {
    return plb_context_credential(b, c->is_script, c->hash);
}

static plb_value key_hash(plb_context_builder *b, const uint8_t *hash) {
    return plb_context_bytes(b, hash, PLB_KEY_HASH_BYTES);
}

static plb_value drep_of(plb_context_builder *b, const plb_certificate *c) {
    if (c->drep_kind >= 2) return plb_context_enum(b, c->drep_kind - 1);
    return CONSTR(b, 0, plb_context_credential(b, c->drep_kind == 1, c->drep));
}

/* Delegatee: to a pool, to a DRep, or to both. */
static plb_value delegatee_of(plb_context_builder *b, const plb_certificate *c) {
    const char *fields = forms[c->kind].fields;
    if (strchr(fields, 'd') == NULL) return CONSTR(b, 0, key_hash(b, c->pool));
    if (strchr(fields, 'p') == NULL) return CONSTR(b, 1, drep_of(b, c));
    return CONSTR(b, 2, key_hash(b, c->pool), drep_of(b, c));
}

static plb_value pool_certificate(plb_context_builder *b, const plb_certificate *c, int tag) {
    plb_value second = c->kind == PLB_CERT_POOL_REGISTER
                           ? plb_context_bytes(b, c->vrf, PLB_HASH_BYTES)
                           : plb_context_uint(b, c->number);
    return CONSTR(b, tag, key_hash(b, c->pool), second);
}

static plb_value dcert(plb_context_builder *b, const plb_certificate *c) {
    int tag = forms[c->kind].dcert;
    if (c->kind == PLB_CERT_POOL_REGISTER || c->kind == PLB_CERT_POOL_RETIRE) {
        return pool_certificate(b, c, tag);
    }
    plb_value account = plb_context_account(b, c->credential.is_script, c->credential.hash);
    return c->kind == PLB_CERT_DELEGATE ? CONSTR(b, tag, account, key_hash(b, c->pool))
                                        : CONSTR(b, tag, account);
}

/* Deposits of stake credentials were left out by mistake in protocol version 9
 * (Cardano.Ledger.Conway.TxInfo, transTxCert). */
static plb_value maybe_deposit(plb_context_builder *b, const plb_certificate *c,
                               unsigned protocol_major) {
    bool there = (c->kind == PLB_CERT_REGISTER_DEPOSIT || c->kind == PLB_CERT_UNREGISTER_DEPOSIT) &&
                 protocol_major != 9;
    return there ? plb_context_just(b, plb_context_uint(b, c->number)) : plb_context_nothing(b);
}

static plb_value txcert(plb_context_builder *b, const plb_certificate *c, unsigned protocol_major) {
    int tag = forms[c->kind].txcert;
    switch (tag) {
    case 0:
    case 1:
        return CONSTR(b, tag, credential_of(b, &c->credential),
                      maybe_deposit(b, c, protocol_major));
    case 2: return CONSTR(b, tag, credential_of(b, &c->credential), delegatee_of(b, c));
    case 3:
        return CONSTR(b, tag, credential_of(b, &c->credential), delegatee_of(b, c),
                      plb_context_uint(b, c->number));
    case 4:
    case 6: return CONSTR(b, tag, credential_of(b, &c->credential), plb_context_uint(b, c->number));
    case 7:
    case 8: return pool_certificate(b, c, tag);
    case 9: return CONSTR(b, tag, credential_of(b, &c->credential), credential_of(b, &c->hot));
    default: return CONSTR(b, tag, credential_of(b, &c->credential));
    }
}

plb_value plb_context_certificate(plb_context_builder *b, const plb_certificate *certificate,
                                  unsigned protocol_major) {
    return b->language >= PLB_PLUTUS_V3 ? txcert(b, certificate, protocol_major)
                                        : dcert(b, certificate);
}
