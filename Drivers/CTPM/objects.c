#include "context.h"
#include <string.h>
#include <tss2/tss2_mu.h>

TPM2B_PUBLIC ctpm_template(enum ctpm_kind kind, const TPM2B_DIGEST *policy) {
    // NODA: a stranger's wrong passwords lock the TPM's other objects, never the station's.
    TPM2B_PUBLIC template = {
        .publicArea = {.nameAlg = TPM2_ALG_SHA256,
                       .objectAttributes = TPMA_OBJECT_FIXEDTPM | TPMA_OBJECT_FIXEDPARENT | TPMA_OBJECT_NODA}};
    TPMT_PUBLIC *area = &template.publicArea;
    switch (kind) {
    case CTPM_IDENTITY:
        area->type = TPM2_ALG_ECC;
        area->objectAttributes |=
            TPMA_OBJECT_SENSITIVEDATAORIGIN | TPMA_OBJECT_USERWITHAUTH | TPMA_OBJECT_SIGN_ENCRYPT;
        area->parameters.eccDetail = (TPMS_ECC_PARMS){
            .symmetric = {.algorithm = TPM2_ALG_NULL},
            .scheme = {.scheme = TPM2_ALG_ECDSA, .details = {.ecdsa = {.hashAlg = TPM2_ALG_SHA256}}},
            .curveID = TPM2_ECC_NIST_P256,
            .kdf = {.scheme = TPM2_ALG_NULL}};
        break;
    case CTPM_MIXER:
        area->type = TPM2_ALG_KEYEDHASH;
        area->objectAttributes |=
            TPMA_OBJECT_SENSITIVEDATAORIGIN | TPMA_OBJECT_USERWITHAUTH | TPMA_OBJECT_SIGN_ENCRYPT;
        area->parameters.keyedHashDetail.scheme =
            (TPMT_KEYEDHASH_SCHEME){.scheme = TPM2_ALG_HMAC, .details = {.hmac = {.hashAlg = TPM2_ALG_SHA256}}};
        break;
    case CTPM_SEALED:
        area->type = TPM2_ALG_KEYEDHASH;
        area->objectAttributes |= TPMA_OBJECT_ADMINWITHPOLICY;
        area->parameters.keyedHashDetail.scheme.scheme = TPM2_ALG_NULL;
        if (policy != NULL)
            area->authPolicy = *policy;
        break;
    }
    return template;
}

uint32_t ctpm_create(struct ctpm *tpm, enum ctpm_kind kind, uint8_t object[CTPM_OBJECT], size_t *size) {
    return ctpm_make(tpm, kind, NULL, NULL, object, size);
}

TSS2_RC ctpm_make(struct ctpm *tpm, enum ctpm_kind kind, const uint8_t *secret, const TPM2B_DIGEST *policy,
                  uint8_t object[CTPM_OBJECT], size_t *size) {
    TPM2B_SENSITIVE_CREATE sensitive = {0};
    TSS2_RC code = ctpm_direct(tpm, TPMA_SESSION_DECRYPT | TPMA_SESSION_ENCRYPT);
    if (code != TSS2_RC_SUCCESS)
        return code;
    if (secret != NULL) {
        sensitive.sensitive.data.size = CTPM_SECRET;
        memcpy(sensitive.sensitive.data.buffer, secret, CTPM_SECRET);
    }
    const TPM2B_PUBLIC template = ctpm_template(kind, policy);
    const TPM2B_DATA no_data = {0};
    const TPML_PCR_SELECTION no_pcrs = {0};
    TPM2B_PRIVATE *private_area = NULL;
    TPM2B_PUBLIC *public_area = NULL;
    code = Esys_Create(tpm->esys, tpm->parent, tpm->session, ESYS_TR_NONE, ESYS_TR_NONE, &sensitive, &template,
                       &no_data, &no_pcrs, &private_area, &public_area, NULL, NULL, NULL);
    explicit_bzero(&sensitive, sizeof sensitive);
    *size = 0;
    if (code == TSS2_RC_SUCCESS)
        code = Tss2_MU_TPM2B_PUBLIC_Marshal(public_area, object, CTPM_OBJECT, size);
    if (code == TSS2_RC_SUCCESS)
        code = Tss2_MU_TPM2B_PRIVATE_Marshal(private_area, object, CTPM_OBJECT, size);
    Esys_Free(private_area);
    Esys_Free(public_area);
    return code;
}

TSS2_RC ctpm_load(struct ctpm *tpm, enum ctpm_kind kind, const uint8_t *object, size_t size, ESYS_TR *handle,
                  TPM2B_PUBLIC *public_area) {
    size_t offset = 0;
    TPM2B_PRIVATE private_area = {0};
    *public_area = (TPM2B_PUBLIC){0};
    if (Tss2_MU_TPM2B_PUBLIC_Unmarshal(object, size, &offset, public_area) != TSS2_RC_SUCCESS ||
        Tss2_MU_TPM2B_PRIVATE_Unmarshal(object, size, &offset, &private_area) != TSS2_RC_SUCCESS || offset != size)
        return CTPM_WRONG_OBJECT;
    // Whoever can write the file must not be able to swap in a key that may leave the TPM.
    const TPM2B_PUBLIC expected = ctpm_template(kind, NULL);
    if (public_area->publicArea.type != expected.publicArea.type ||
        public_area->publicArea.nameAlg != TPM2_ALG_SHA256 ||
        public_area->publicArea.objectAttributes != expected.publicArea.objectAttributes)
        return CTPM_WRONG_OBJECT;
    TSS2_RC code = ctpm_direct(tpm, TPMA_SESSION_DECRYPT | TPMA_SESSION_ENCRYPT);
    if (code == TSS2_RC_SUCCESS)
        code = Esys_Load(tpm->esys, tpm->parent, tpm->session, ESYS_TR_NONE, ESYS_TR_NONE, &private_area, public_area,
                         handle);
    if (code != TSS2_RC_SUCCESS)
        *handle = ESYS_TR_NONE;
    return code;
}

// Big-endian numbers come without their leading zeros.
static TSS2_RC pad(uint8_t out[CTPM_SECRET], const TPM2B_ECC_PARAMETER *number) {
    if (number->size > CTPM_SECRET)
        return CTPM_WRONG_OBJECT;
    memset(out, 0, CTPM_SECRET);
    memcpy(out + CTPM_SECRET - number->size, number->buffer, number->size);
    return TSS2_RC_SUCCESS;
}

uint32_t ctpm_load_identity(struct ctpm *tpm, const uint8_t *object, size_t size, uint8_t point[2 * CTPM_SECRET]) {
    TPM2B_PUBLIC public_area;
    ctpm_drop(tpm, &tpm->identity);
    TSS2_RC code = ctpm_load(tpm, CTPM_IDENTITY, object, size, &tpm->identity, &public_area);
    if (code != TSS2_RC_SUCCESS)
        return code;
    const TPMT_PUBLIC *area = &public_area.publicArea;
    code = area->parameters.eccDetail.curveID == TPM2_ECC_NIST_P256 ? TSS2_RC_SUCCESS : CTPM_WRONG_OBJECT;
    if (code == TSS2_RC_SUCCESS)
        code = pad(point, &area->unique.ecc.x);
    if (code == TSS2_RC_SUCCESS)
        code = pad(point + CTPM_SECRET, &area->unique.ecc.y);
    return code;
}

uint32_t ctpm_sign(struct ctpm *tpm, const uint8_t digest[CTPM_SECRET], uint8_t signature[2 * CTPM_SECRET]) {
    TPM2B_DIGEST hash = {.size = CTPM_SECRET};
    memcpy(hash.buffer, digest, CTPM_SECRET);
    // The scheme is the key's own.
    const TPMT_SIG_SCHEME scheme = {.scheme = TPM2_ALG_NULL};
    const TPMT_TK_HASHCHECK not_hashed_here = {.tag = TPM2_ST_HASHCHECK, .hierarchy = TPM2_RH_NULL};
    TPMT_SIGNATURE *made = NULL;
    // TPMT_SIGNATURE is no TPM2B: the response stays clear, and it is public anyway.
    TSS2_RC code = ctpm_direct(tpm, TPMA_SESSION_DECRYPT);
    if (code == TSS2_RC_SUCCESS)
        code = Esys_Sign(tpm->esys, tpm->identity, tpm->session, ESYS_TR_NONE, ESYS_TR_NONE, &hash, &scheme,
                         &not_hashed_here, &made);
    if (code == TSS2_RC_SUCCESS && made->sigAlg != TPM2_ALG_ECDSA)
        code = CTPM_WRONG_OBJECT;
    if (code == TSS2_RC_SUCCESS)
        code = pad(signature, &made->signature.ecdsa.signatureR);
    if (code == TSS2_RC_SUCCESS)
        code = pad(signature + CTPM_SECRET, &made->signature.ecdsa.signatureS);
    Esys_Free(made);
    return code;
}

uint32_t ctpm_mix(struct ctpm *tpm, const uint8_t *object, size_t size, const uint8_t context[CTPM_SECRET],
                  uint8_t mixed[CTPM_SECRET]) {
    ESYS_TR mixer = ESYS_TR_NONE;
    TPM2B_PUBLIC public_area;
    TPM2B_MAX_BUFFER input = {.size = CTPM_SECRET};
    TPM2B_DIGEST *made = NULL;
    memcpy(input.buffer, context, CTPM_SECRET);
    TSS2_RC code = ctpm_load(tpm, CTPM_MIXER, object, size, &mixer, &public_area);
    if (code != TSS2_RC_SUCCESS)
        return code;
    code = Esys_HMAC(tpm->esys, mixer, tpm->session, ESYS_TR_NONE, ESYS_TR_NONE, &input, TPM2_ALG_NULL, &made);
    if (code == TSS2_RC_SUCCESS && made->size != CTPM_SECRET)
        code = CTPM_WRONG_OBJECT;
    if (code == TSS2_RC_SUCCESS)
        memcpy(mixed, made->buffer, CTPM_SECRET);
    if (made != NULL)
        explicit_bzero(made, sizeof *made);
    Esys_Free(made);
    ctpm_drop(tpm, &mixer);
    return code;
}
