#include "context.h"
#include <string.h>

// The state key opens under PCR 7 as it was, or under any PCR 7 that the clinic signed for (TPM 2.0 part 3, 23.7, 23.6,
// 23.16): PolicyOR(PolicyPCR, PolicyAuthorize). The clinic's branch is there once the station has enrolled.

static TSS2_RC start(struct ctpm *tpm, TPM2_SE type, ESYS_TR *session) {
    TSS2_RC code =
        Esys_StartAuthSession(tpm->esys, tpm->parent, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, NULL,
                              type, &ctpm_cipher, TPM2_ALG_SHA256, session);
    if (code != TSS2_RC_SUCCESS)
        *session = ESYS_TR_NONE;
    return code;
}

static TSS2_RC pcr7(struct ctpm *tpm, ESYS_TR session) {
    const TPML_PCR_SELECTION selection = {
        .count = 1, .pcrSelections = {{.hash = TPM2_ALG_SHA256, .sizeofSelect = 3, .pcrSelect = {0x80, 0, 0}}}};
    const TPM2B_DIGEST as_it_is = {0};
    return Esys_PolicyPCR(tpm->esys, session, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, &as_it_is, &selection);
}

static TSS2_RC digest_of(struct ctpm *tpm, ESYS_TR session, TPM2B_DIGEST *digest) {
    TPM2B_DIGEST *found = NULL;
    TSS2_RC code = Esys_PolicyGetDigest(tpm->esys, session, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, &found);
    if (code == TSS2_RC_SUCCESS)
        *digest = *found;
    Esys_Free(found);
    return code;
}

// The clinic's key, loaded where tickets count (no hierarchy gives none), and its Name.
static TSS2_RC load_clinic(struct ctpm *tpm, const struct ctpm_clinic *clinic, ESYS_TR *key, TPM2B_NAME *name) {
    TPM2B_PUBLIC public_area = {
        .publicArea = {.type = TPM2_ALG_ECC,
                       .nameAlg = TPM2_ALG_SHA256,
                       .objectAttributes = TPMA_OBJECT_USERWITHAUTH | TPMA_OBJECT_SIGN_ENCRYPT,
                       .parameters.eccDetail = {.symmetric = {.algorithm = TPM2_ALG_NULL},
                                                .scheme = {.scheme = TPM2_ALG_NULL},
                                                .curveID = TPM2_ECC_NIST_P256,
                                                .kdf = {.scheme = TPM2_ALG_NULL}},
                       .unique.ecc = {.x = {.size = CTPM_SECRET}, .y = {.size = CTPM_SECRET}}}};
    memcpy(public_area.publicArea.unique.ecc.x.buffer, clinic->point, CTPM_SECRET);
    memcpy(public_area.publicArea.unique.ecc.y.buffer, clinic->point + CTPM_SECRET, CTPM_SECRET);
    TPM2B_NAME *found = NULL;
    TSS2_RC code = Esys_LoadExternal(tpm->esys, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, NULL, &public_area,
                                     ESYS_TR_RH_OWNER, key);
    if (code != TSS2_RC_SUCCESS) {
        *key = ESYS_TR_NONE;
        return code;
    }
    code = Esys_TR_GetName(tpm->esys, *key, &found);
    if (code == TSS2_RC_SUCCESS)
        *name = *found;
    Esys_Free(found);
    return code;
}

static TPM2B_NONCE reference(const struct ctpm_clinic *clinic) {
    TPM2B_NONCE bytes = {.size = CTPM_SECRET};
    memcpy(bytes.buffer, clinic->reference, CTPM_SECRET);
    return bytes;
}

// What the clinic's branch comes to, whatever it approves: a trial session asks for no ticket.
static TSS2_RC clinic_branch(struct ctpm *tpm, const struct ctpm_clinic *clinic, TPM2B_DIGEST *digest) {
    ESYS_TR key = ESYS_TR_NONE, trial = ESYS_TR_NONE;
    TPM2B_NAME name = {0};
    const TPM2B_DIGEST anything = {.size = CTPM_SECRET};
    const TPM2B_NONCE qualifier = reference(clinic);
    const TPMT_TK_VERIFIED no_ticket = {.tag = TPM2_ST_VERIFIED, .hierarchy = TPM2_RH_NULL};
    TSS2_RC code = load_clinic(tpm, clinic, &key, &name);
    if (code == TSS2_RC_SUCCESS)
        code = start(tpm, TPM2_SE_TRIAL, &trial);
    if (code == TSS2_RC_SUCCESS)
        code = Esys_PolicyAuthorize(tpm->esys, trial, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, &anything, &qualifier,
                                    &name, &no_ticket);
    if (code == TSS2_RC_SUCCESS)
        code = digest_of(tpm, trial, digest);
    ctpm_drop(tpm, &trial);
    ctpm_drop(tpm, &key);
    return code;
}

static TSS2_RC either(struct ctpm *tpm, ESYS_TR session, const TPM2B_DIGEST *firmware, const TPM2B_DIGEST *branch) {
    const TPML_DIGEST both = {.count = 2, .digests = {*firmware, *branch}};
    return Esys_PolicyOR(tpm->esys, session, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, &both);
}

uint32_t ctpm_firmware_policy(struct ctpm *tpm, uint8_t digest[CTPM_SECRET]) {
    ESYS_TR trial = ESYS_TR_NONE;
    TPM2B_DIGEST found = {0};
    TSS2_RC code = start(tpm, TPM2_SE_TRIAL, &trial);
    if (code == TSS2_RC_SUCCESS)
        code = pcr7(tpm, trial);
    if (code == TSS2_RC_SUCCESS)
        code = digest_of(tpm, trial, &found);
    ctpm_drop(tpm, &trial);
    if (code == TSS2_RC_SUCCESS && found.size != CTPM_SECRET)
        code = CTPM_WRONG_OBJECT;
    if (code == TSS2_RC_SUCCESS)
        memcpy(digest, found.buffer, CTPM_SECRET);
    return code;
}

uint32_t ctpm_seal(struct ctpm *tpm, const uint8_t secret[CTPM_SECRET], const struct ctpm_clinic *clinic,
                   uint8_t firmware[CTPM_SECRET], uint8_t object[CTPM_OBJECT], size_t *size) {
    TPM2B_DIGEST policy = {.size = CTPM_SECRET}, branch = {0};
    ESYS_TR trial = ESYS_TR_NONE;
    TSS2_RC code = ctpm_firmware_policy(tpm, firmware);
    if (code != TSS2_RC_SUCCESS)
        return code;
    memcpy(policy.buffer, firmware, CTPM_SECRET);
    if (clinic != NULL) {
        code = clinic_branch(tpm, clinic, &branch);
        if (code == TSS2_RC_SUCCESS)
            code = start(tpm, TPM2_SE_TRIAL, &trial);
        if (code == TSS2_RC_SUCCESS)
            code = pcr7(tpm, trial);
        if (code == TSS2_RC_SUCCESS)
            code = either(tpm, trial, &policy, &branch);
        if (code == TSS2_RC_SUCCESS)
            code = digest_of(tpm, trial, &policy);
        ctpm_drop(tpm, &trial);
        if (code != TSS2_RC_SUCCESS)
            return code;
    }
    return ctpm_make(tpm, CTPM_SEALED, secret, &policy, object, size);
}

// The session's digest, PCR 7 as it is, becomes the clinic's branch where the clinic signed for it.
static TSS2_RC authorize(struct ctpm *tpm, ESYS_TR session, const struct ctpm_clinic *clinic,
                         const uint8_t approval[2 * CTPM_SECRET]) {
    ESYS_TR key = ESYS_TR_NONE;
    TPM2B_NAME name = {0};
    TPM2B_DIGEST approved = {0};
    TPM2B_DIGEST *hash = NULL;
    TPMT_TK_VERIFIED *ticket = NULL;
    const TPM2B_NONCE qualifier = reference(clinic);
    TPM2B_MAX_BUFFER signed_bytes = {.size = 2 * CTPM_SECRET};
    TPMT_SIGNATURE signature = {.sigAlg = TPM2_ALG_ECDSA,
                                .signature.ecdsa = {.hash = TPM2_ALG_SHA256,
                                                    .signatureR = {.size = CTPM_SECRET},
                                                    .signatureS = {.size = CTPM_SECRET}}};
    memcpy(signature.signature.ecdsa.signatureR.buffer, approval, CTPM_SECRET);
    memcpy(signature.signature.ecdsa.signatureS.buffer, approval + CTPM_SECRET, CTPM_SECRET);
    TSS2_RC code = digest_of(tpm, session, &approved);
    if (code == TSS2_RC_SUCCESS && approved.size != CTPM_SECRET)
        code = CTPM_WRONG_OBJECT;
    if (code == TSS2_RC_SUCCESS) {
        memcpy(signed_bytes.buffer, approved.buffer, CTPM_SECRET);
        memcpy(signed_bytes.buffer + CTPM_SECRET, clinic->reference, CTPM_SECRET);
        code = Esys_Hash(tpm->esys, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, &signed_bytes, TPM2_ALG_SHA256,
                         ESYS_TR_RH_OWNER, &hash, NULL);
    }
    if (code == TSS2_RC_SUCCESS)
        code = load_clinic(tpm, clinic, &key, &name);
    if (code == TSS2_RC_SUCCESS)
        code = Esys_VerifySignature(tpm->esys, key, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, hash, &signature,
                                    &ticket);
    if (code == TSS2_RC_SUCCESS)
        code = Esys_PolicyAuthorize(tpm->esys, session, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, &approved,
                                    &qualifier, &name, ticket);
    Esys_Free(ticket);
    Esys_Free(hash);
    ctpm_drop(tpm, &key);
    return code;
}

static TSS2_RC open_policy(struct ctpm *tpm, const struct ctpm_clinic *clinic, const uint8_t *firmware,
                           const uint8_t *approval, ESYS_TR *session) {
    TPM2B_DIGEST branch = {0}, sealed_under = {.size = CTPM_SECRET};
    TSS2_RC code = TSS2_RC_SUCCESS;
    if (clinic != NULL) {
        memcpy(sealed_under.buffer, firmware, CTPM_SECRET);
        code = clinic_branch(tpm, clinic, &branch);
    }
    if (code == TSS2_RC_SUCCESS)
        code = start(tpm, TPM2_SE_POLICY, session);
    if (code == TSS2_RC_SUCCESS)
        code = pcr7(tpm, *session);
    if (code == TSS2_RC_SUCCESS && approval != NULL)
        code = authorize(tpm, *session, clinic, approval);
    if (code == TSS2_RC_SUCCESS && clinic != NULL) {
        code = either(tpm, *session, &sealed_under, &branch);
        // TPM_RC_VALUE of the only parameter: the session came to neither branch.
        if (code == (TPM2_RC_VALUE | TPM2_RC_P | TPM2_RC_1))
            code = CTPM_NEITHER;
    }
    return code;
}

uint32_t ctpm_unseal(struct ctpm *tpm, const uint8_t *object, size_t size, const struct ctpm_clinic *clinic,
                     const uint8_t *firmware, const uint8_t *approval, uint8_t secret[CTPM_SECRET]) {
    ESYS_TR sealed = ESYS_TR_NONE, policy = ESYS_TR_NONE;
    TPM2B_PUBLIC public_area;
    TPM2B_SENSITIVE_DATA *found = NULL;
    TSS2_RC code = open_policy(tpm, clinic, firmware, approval, &policy);
    if (code == TSS2_RC_SUCCESS)
        code = ctpm_load(tpm, CTPM_SEALED, object, size, &sealed, &public_area);
    // No TPM2B as first parameter, so nothing of the command can be encrypted.
    if (code == TSS2_RC_SUCCESS)
        code = ctpm_direct(tpm, TPMA_SESSION_ENCRYPT);
    if (code == TSS2_RC_SUCCESS)
        code = Esys_Unseal(tpm->esys, sealed, policy, tpm->session, ESYS_TR_NONE, &found);
    if (code == TSS2_RC_SUCCESS && found->size != CTPM_SECRET)
        code = CTPM_WRONG_OBJECT;
    if (code == TSS2_RC_SUCCESS)
        memcpy(secret, found->buffer, CTPM_SECRET);
    if (found != NULL)
        explicit_bzero(found, sizeof *found);
    Esys_Free(found);
    // A policy session that was used without CONTINUESESSION is already gone; dropping it then only forgets it.
    ctpm_drop(tpm, &policy);
    ctpm_drop(tpm, &sealed);
    return code;
}
