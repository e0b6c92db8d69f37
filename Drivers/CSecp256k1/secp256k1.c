#include "CSecp256k1.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <string.h>

/// Writes 32 bytes as a DER INTEGER, at most 35 bytes, and returns its end.
static uint8_t *put_integer(uint8_t *to, const uint8_t number[32]) {
    int count = 32;
    while (count > 1 && *number == 0) number++, count--;
    // A first bit would make it negative.
    int pad = *number >> 7;
    *to++ = 0x02;
    *to++ = (uint8_t)(count + pad);
    if (pad) *to++ = 0;
    memcpy(to, number, (size_t)count);
    return to + count;
}

/// NULL when the point is not on the curve; *ready says whether libcrypto came as far as looking at it.
static EVP_PKEY *make_key(const uint8_t key[64], int *ready) {
    char group[] = "secp256k1";
    uint8_t point[65] = {0x04};
    EVP_PKEY *result = NULL;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    memcpy(point + 1, key, 64);
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point),
        OSSL_PARAM_construct_end(),
    };
    *ready = context != NULL && EVP_PKEY_fromdata_init(context) == 1;
    if (*ready && EVP_PKEY_fromdata(context, &result, EVP_PKEY_PUBLIC_KEY, parameters) != 1) result = NULL;
    EVP_PKEY_CTX_free(context);
    return result;
}

int obscura_secp256k1_verify(const uint8_t key[64], const uint8_t digest[32], const uint8_t signature[64]) {
    // SEQUENCE of two INTEGERs (RFC 3279, 2.2.3).
    uint8_t der[72] = {0x30};
    uint8_t *end = put_integer(put_integer(der + 2, signature), signature + 32);
    int ready = 0;
    int result = -2;
    der[1] = (uint8_t)(end - der - 2);
    EVP_PKEY *public = make_key(key, &ready);
    if (public == NULL) {
        if (ready) result = -1;
    } else {
        EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, public, NULL);
        if (context != NULL && EVP_PKEY_verify_init(context) == 1)
            result = EVP_PKEY_verify(context, der, (size_t)(end - der), digest, 32) == 1;
        EVP_PKEY_CTX_free(context);
        EVP_PKEY_free(public);
    }
    // A refused signature leaves reasons in the thread's queue; nobody would ever take them out.
    ERR_clear_error();
    return result;
}
