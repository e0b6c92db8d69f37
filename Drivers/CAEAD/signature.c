#include "internal.h"

#include <openssl/err.h>
#include <openssl/x509.h>

int obscura_p256_verify(const uint8_t *spki, size_t spki_count, const uint8_t *message, size_t count,
                        const uint8_t *signature, size_t signature_count) {
    const unsigned char *next = spki;
    char curve[32] = "";
    size_t curve_length = 0;
    int result = -1;
    EVP_MD_CTX *context = NULL;
    EVP_PKEY *key = spki_count > 4096 ? NULL : d2i_PUBKEY(NULL, &next, (long)spki_count);
    if (key != NULL && next == spki + spki_count && EVP_PKEY_is_a(key, "EC") &&
        EVP_PKEY_get_group_name(key, curve, sizeof curve, &curve_length) == 1 && strcmp(curve, "prime256v1") == 0) {
        context = EVP_MD_CTX_new();
        result = context != NULL && EVP_DigestVerifyInit_ex(context, NULL, "SHA256", NULL, NULL, key, NULL) == 1 &&
                 EVP_DigestVerify(context, signature, signature_count, message, count) == 1;
    }
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    // A refused signature leaves reasons in the thread's queue; nobody would ever take them out.
    ERR_clear_error();
    return result;
}
