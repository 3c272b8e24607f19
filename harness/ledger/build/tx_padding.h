/* Metadata of an exact number of bytes. */
#ifndef PLB_LEDGER_TX_PADDING_H
#define PLB_LEDGER_TX_PADDING_H

#include "harness/ledger/decode/cbor.h"

/* Write auxiliary data of exactly `length` bytes: one label with a list of byte strings of at most
 * 64 bytes. Every length from 4 up is possible. False when `length` is less. */
bool plb_write_padding(plb_writer *writer, size_t length);

#endif
