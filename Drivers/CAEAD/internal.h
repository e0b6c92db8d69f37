#ifndef OBSCURA_CAEAD_INTERNAL_H
#define OBSCURA_CAEAD_INTERNAL_H

#include "caead.h"

#include <openssl/evp.h>
#include <string.h>

struct obscura_cipher {
    EVP_CIPHER *algorithm;
    EVP_CIPHER_CTX *context;
};

struct obscura_sha256 {
    EVP_MD_CTX *context;
};

#endif
