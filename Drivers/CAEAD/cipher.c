#include "internal.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <stdlib.h>

obscura_cipher *obscura_cipher_new(const uint8_t key[32], int sealing) {
    obscura_cipher *cipher = calloc(1, sizeof *cipher);
    if (cipher == NULL) return NULL;
    cipher->algorithm = EVP_CIPHER_fetch(NULL, "ChaCha20-Poly1305", NULL);
    cipher->context = EVP_CIPHER_CTX_new();
    if (cipher->algorithm == NULL || cipher->context == NULL ||
        EVP_CipherInit_ex2(cipher->context, cipher->algorithm, key, NULL, sealing ? 1 : 0, NULL) != 1 ||
        EVP_CIPHER_CTX_get_key_length(cipher->context) != 32 || EVP_CIPHER_CTX_get_iv_length(cipher->context) != 12) {
        obscura_cipher_free(cipher);
        return NULL;
    }
    return cipher;
}

void obscura_cipher_free(obscura_cipher *cipher) {
    if (cipher == NULL) return;
    // Wipes the key schedule.
    EVP_CIPHER_CTX_free(cipher->context);
    EVP_CIPHER_free(cipher->algorithm);
    free(cipher);
}

static int add(EVP_CIPHER_CTX *context, const uint8_t *additional, size_t count) {
    int length = 0;
    if (count == 0) return 1;
    if (count > INT_MAX) return 0;
    return EVP_CipherUpdate(context, NULL, &length, additional, (int)count) == 1 && length == (int)count;
}

int obscura_cipher_seal(obscura_cipher *cipher, const uint8_t nonce[12], const uint8_t *additional,
                        size_t additional_count, uint8_t *bytes, size_t count, uint8_t tag[16]) {
    EVP_CIPHER_CTX *context = cipher->context;
    int length = 0;
    // libcrypto takes an absent output for additional data.
    uint8_t none = 0;
    if (bytes == NULL) bytes = &none;
    if (count > INT_MAX) return 0;
    if (EVP_EncryptInit_ex2(context, NULL, NULL, nonce, NULL) != 1) return 0;
    if (!add(context, additional, additional_count)) return 0;
    if (count > 0 && EVP_EncryptUpdate(context, bytes, &length, bytes, (int)count) != 1) return 0;
    if (length != (int)count) return 0;
    if (EVP_EncryptFinal_ex(context, bytes + count, &length) != 1 || length != 0) return 0;
    return EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, 16, tag) == 1;
}

int obscura_cipher_open(obscura_cipher *cipher, const uint8_t nonce[12], const uint8_t *additional,
                        size_t additional_count, const uint8_t *sealed, uint8_t *bytes, size_t count) {
    EVP_CIPHER_CTX *context = cipher->context;
    int length = 0;
    uint8_t tag[16];
    uint8_t none = 0;
    if (bytes == NULL) bytes = &none;
    if (count > INT_MAX) return 0;
    memcpy(tag, sealed + count, 16);
    // Unverified plain bytes exist until the tag is checked, and must not outlive a wrong one.
    if (EVP_DecryptInit_ex2(context, NULL, NULL, nonce, NULL) != 1 || !add(context, additional, additional_count) ||
        (count > 0 && EVP_DecryptUpdate(context, bytes, &length, sealed, (int)count) != 1) || length != (int)count ||
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, 16, tag) != 1 ||
        EVP_DecryptFinal_ex(context, bytes + count, &length) != 1 || length != 0) {
        OPENSSL_cleanse(bytes, count);
        return 0;
    }
    return 1;
}
