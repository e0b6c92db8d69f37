#include "internal.h"

#include <errno.h>
#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/core_names.h>
#include <stdlib.h>
#include <sys/random.h>

static obscura_sha256 *wrap(EVP_MD_CTX *context) {
    obscura_sha256 *hash = calloc(1, sizeof *hash);
    if (hash == NULL) EVP_MD_CTX_free(context);
    else hash->context = context;
    return hash;
}

obscura_sha256 *obscura_sha256_new(void) {
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (context == NULL) return NULL;
    if (EVP_DigestInit_ex2(context, EVP_sha256(), NULL) != 1) {
        EVP_MD_CTX_free(context);
        return NULL;
    }
    return wrap(context);
}

obscura_sha256 *obscura_sha256_copy(const obscura_sha256 *hash) {
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (context == NULL) return NULL;
    if (EVP_MD_CTX_copy_ex(context, hash->context) != 1) {
        EVP_MD_CTX_free(context);
        return NULL;
    }
    return wrap(context);
}

void obscura_sha256_free(obscura_sha256 *hash) {
    if (hash == NULL) return;
    EVP_MD_CTX_free(hash->context);
    free(hash);
}

int obscura_sha256_update(obscura_sha256 *hash, const uint8_t *bytes, size_t count) {
    return count == 0 || EVP_DigestUpdate(hash->context, bytes, count) == 1;
}

int obscura_sha256_finish(obscura_sha256 *hash, uint8_t digest[32]) {
    unsigned int length = 0;
    return EVP_DigestFinal_ex(hash->context, digest, &length) == 1 && length == 32;
}

int obscura_hmac_sha256(const uint8_t *key, size_t key_count, const uint8_t *bytes, size_t count, uint8_t mac[32]) {
    unsigned int length = 0;
    static const uint8_t none[1] = {0};
    if (key_count > INT_MAX) return 0;
    if (key_count == 0) key = none;
    if (count == 0) bytes = none;
    return HMAC(EVP_sha256(), key, (int)key_count, bytes, count, mac, &length) != NULL && length == 32;
}

int obscura_hkdf_sha256(const uint8_t *key, size_t key_count, const uint8_t *salt, size_t salt_count,
                        const uint8_t *info, size_t info_count, uint8_t *out, size_t out_count) {
    EVP_KDF *algorithm = EVP_KDF_fetch(NULL, "HKDF", NULL);
    EVP_KDF_CTX *context = algorithm == NULL ? NULL : EVP_KDF_CTX_new(algorithm);
    OSSL_PARAM params[5];
    size_t n = 0;
    int done = 0;
    // libcrypto takes the absent salt as RFC 5869 does: 32 zero bytes.
    params[n++] = OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)"SHA256", 0);
    params[n++] = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)key, key_count);
    if (salt_count > 0) params[n++] = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, (void *)salt, salt_count);
    if (info_count > 0) params[n++] = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, (void *)info, info_count);
    params[n] = OSSL_PARAM_construct_end();
    if (context != NULL) done = EVP_KDF_derive(context, out, out_count, params) == 1;
    EVP_KDF_CTX_free(context);
    EVP_KDF_free(algorithm);
    if (!done) OPENSSL_cleanse(out, out_count);
    return done;
}

int obscura_equal(const uint8_t *one, const uint8_t *other, size_t count) {
    return count == 0 || CRYPTO_memcmp(one, other, count) == 0;
}

void obscura_wipe(void *bytes, size_t count) { OPENSSL_cleanse(bytes, count); }

int obscura_random(uint8_t *bytes, size_t count) {
    size_t have = 0;
    while (have < count) {
        ssize_t got = getrandom(bytes + have, count - have, 0);
        if (got > 0) have += (size_t)got;
        else if (errno != EINTR) return errno;
    }
    return 0;
}
