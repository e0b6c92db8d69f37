#ifndef OBSCURA_CAEAD_H
#define OBSCURA_CAEAD_H

#include <stddef.h>
#include <stdint.h>

// Every function returns 1 when it did what it says and 0 when libcrypto refused.

typedef struct obscura_cipher obscura_cipher;
typedef struct obscura_sha256 obscura_sha256;

/// ChaCha20-Poly1305 under one 32-byte key, in one direction. NULL when libcrypto refused.
obscura_cipher *obscura_cipher_new(const uint8_t key[32], int sealing);
void obscura_cipher_free(obscura_cipher *cipher);

/// Encrypts count bytes where they lie and writes the 16-byte tag.
int obscura_cipher_seal(obscura_cipher *cipher, const uint8_t nonce[12], const uint8_t *additional,
                        size_t additional_count, uint8_t *bytes, size_t count, uint8_t tag[16]);

/// Decrypts count bytes of sealed, which a 16-byte tag follows, into bytes: the same address or apart.
/// When the tag is wrong, bytes are wiped.
int obscura_cipher_open(obscura_cipher *cipher, const uint8_t nonce[12], const uint8_t *additional,
                        size_t additional_count, const uint8_t *sealed, uint8_t *bytes, size_t count);

obscura_sha256 *obscura_sha256_new(void);
obscura_sha256 *obscura_sha256_copy(const obscura_sha256 *hash);
void obscura_sha256_free(obscura_sha256 *hash);
int obscura_sha256_update(obscura_sha256 *hash, const uint8_t *bytes, size_t count);
int obscura_sha256_finish(obscura_sha256 *hash, uint8_t digest[32]);

int obscura_hmac_sha256(const uint8_t *key, size_t key_count, const uint8_t *bytes, size_t count, uint8_t mac[32]);
int obscura_hkdf_sha256(const uint8_t *key, size_t key_count, const uint8_t *salt, size_t salt_count,
                        const uint8_t *info, size_t info_count, uint8_t *out, size_t out_count);
int obscura_equal(const uint8_t *one, const uint8_t *other, size_t count);
void obscura_wipe(void *bytes, size_t count);

/// 0, or the errno getrandom left.
int obscura_random(uint8_t *bytes, size_t count);

/// ECDSA over SHA-256 of the message with a P-256 key: 1 valid, 0 not valid, -1 the key is not a P-256 SPKI.
int obscura_p256_verify(const uint8_t *spki, size_t spki_count, const uint8_t *message, size_t count,
                        const uint8_t *signature, size_t signature_count);

/// The plain bytes lie at the end of buffer: count of them, after 16 bytes of room for every chunk of 65536.
/// Seals them into one stream of chunk || tag from the start of buffer (age v1 payload: 11-byte counter, last flag).
/// plain follows the plain bytes; sealed_one and sealed_two the finished ones; each may be NULL.
int obscura_stream_seal(obscura_cipher *cipher, uint8_t *buffer, size_t count, obscura_sha256 *plain,
                        obscura_sha256 *sealed_one, obscura_sha256 *sealed_two);

#endif
