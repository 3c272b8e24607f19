/* Certificates, for script contexts only: no rule of the ledger here knows them, and transactions
 * that have some are refused as not supported. */
#ifndef PLB_LEDGER_CERTIFICATES_H
#define PLB_LEDGER_CERTIFICATES_H

#include "harness/ledger/context/context_builder.h"
#include "harness/ledger/decode/cbor.h"

typedef struct plb_certificate_credential {
    bool is_script;
    const uint8_t *hash; /* PLB_KEY_HASH_BYTES */
} plb_certificate_credential;

/* Numbers as in the ledger's CDDL. */
typedef enum plb_certificate_kind {
    PLB_CERT_REGISTER = 0,
    PLB_CERT_UNREGISTER = 1,
    PLB_CERT_DELEGATE = 2,
    PLB_CERT_POOL_REGISTER = 3,
    PLB_CERT_POOL_RETIRE = 4,
    PLB_CERT_REGISTER_DEPOSIT = 7,
    PLB_CERT_UNREGISTER_DEPOSIT = 8,
    PLB_CERT_VOTE_DELEGATE = 9,
    PLB_CERT_STAKE_VOTE_DELEGATE = 10,
    PLB_CERT_REGISTER_STAKE = 11,
    PLB_CERT_REGISTER_VOTE = 12,
    PLB_CERT_REGISTER_STAKE_VOTE = 13,
    PLB_CERT_AUTHORISE_HOT = 14,
    PLB_CERT_RESIGN_COLD = 15,
    PLB_CERT_REGISTER_DREP = 16,
    PLB_CERT_UNREGISTER_DREP = 17,
    PLB_CERT_UPDATE_DREP = 18,
    PLB_CERT_KINDS
} plb_certificate_kind;

/* Members that a kind has not are zero. */
typedef struct plb_certificate {
    plb_certificate_kind kind;
    plb_certificate_credential credential, hot;
    const uint8_t *pool; /* PLB_KEY_HASH_BYTES */
    const uint8_t *vrf;  /* PLB_HASH_BYTES */
    unsigned drep_kind;  /* 0 key, 1 script, 2 always abstain, 3 no confidence */
    const uint8_t *drep; /* of kinds 0 and 1: PLB_KEY_HASH_BYTES */
    uint64_t number;     /* deposit, refund, or epoch */
} plb_certificate;

typedef struct plb_certificates {
    plb_certificate *items;
    size_t count;
} plb_certificates;

/* Read the body's certificates; `cbor` without bytes: none. False with *problem when they are not
 * what the ledger takes; NULL there when memory is short. */
bool plb_certificates_read(plb_certificates *certificates, plb_region *arena, plb_span cbor,
                           const char **problem);

/* False when PlutusV1 and V2 have no such certificate (CertificateNotSupported). */
bool plb_certificate_in_v1(const plb_certificate *certificate);

/* DCert, or since PlutusV3 TxCert. */
plb_value plb_context_certificate(plb_context_builder *b, const plb_certificate *certificate,
                                  unsigned protocol_major);

#endif
