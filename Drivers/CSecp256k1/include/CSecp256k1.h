#ifndef OBSCURA_CSECP256K1_H
#define OBSCURA_CSECP256K1_H

#include <stdint.h>

/// ECDSA on secp256k1 over a digest that was made elsewhere. The key is x || y, the signature r || s, each number 32
/// bytes with the most significant first: 1 valid, 0 not valid, -1 the key is no point of the curve, -2 libcrypto did
/// not begin: no memory.
int obscura_secp256k1_verify(const uint8_t key[64], const uint8_t digest[32], const uint8_t signature[64]);

#endif
