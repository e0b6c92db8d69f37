#include "context.h"
#include <stdlib.h>
#include <string.h>
#include <tss2/tss2_rc.h>
#include <tss2/tss2_tctildr.h>

const TPMT_SYM_DEF ctpm_cipher = {
    .algorithm = TPM2_ALG_AES, .keyBits = {.aes = 128}, .mode = {.aes = TPM2_ALG_CFB}};

const char *ctpm_words(uint32_t code) { return Tss2_RC_Decode(code); }

uint32_t ctpm_open(const char *tcti, struct ctpm **opened) {
    *opened = NULL;
    // tpm2-tss prints its own lines, at the trace level whole buffers; this must hold before its first line.
    const char *level = getenv("TSS2_LOG");
    if (level == NULL || strcmp(level, "all+NONE") != 0)
        setenv("TSS2_LOG", "all+NONE", 1);
    struct ctpm *tpm = calloc(1, sizeof *tpm);
    if (tpm == NULL)
        return TSS2_ESYS_RC_MEMORY;
    tpm->parent = tpm->session = tpm->identity = ESYS_TR_NONE;
    TSS2_RC code = Tss2_TctiLdr_Initialize(tcti, &tpm->tcti);
    if (code == TSS2_RC_SUCCESS)
        code = Esys_Initialize(&tpm->esys, tpm->tcti, NULL);
    if (code == TSS2_RC_SUCCESS) {
        code = Esys_Startup(tpm->esys, TPM2_SU_CLEAR);
        // Already started, by the firmware or an earlier run.
        if (code == TPM2_RC_INITIALIZE)
            code = TSS2_RC_SUCCESS;
    }
    if (code != TSS2_RC_SUCCESS) {
        ctpm_close(tpm);
        return code;
    }
    *opened = tpm;
    return TSS2_RC_SUCCESS;
}

void ctpm_close(struct ctpm *tpm) {
    if (tpm->esys != NULL) {
        ctpm_drop(tpm, &tpm->identity);
        ctpm_drop(tpm, &tpm->session);
        ctpm_drop(tpm, &tpm->parent);
        Esys_Finalize(&tpm->esys);
    }
    if (tpm->tcti != NULL)
        Tss2_TctiLdr_Finalize(&tpm->tcti);
    free(tpm);
}

void ctpm_drop(struct ctpm *tpm, ESYS_TR *handle) {
    if (*handle == ESYS_TR_NONE)
        return;
    if (Esys_FlushContext(tpm->esys, *handle) != TSS2_RC_SUCCESS)
        Esys_TR_Close(tpm->esys, handle);
    *handle = ESYS_TR_NONE;
}

uint32_t ctpm_make_parent(struct ctpm *tpm, uint8_t name[CTPM_NAME]) {
    ctpm_drop(tpm, &tpm->identity);
    ctpm_drop(tpm, &tpm->session);
    ctpm_drop(tpm, &tpm->parent);
    TSS2_RC code = Esys_Startup(tpm->esys, TPM2_SU_CLEAR);
    if (code != TSS2_RC_SUCCESS && code != TPM2_RC_INITIALIZE)
        return code;
    // The template of the TCG's provisioning guidance: its primary seed and these bytes make the same key every time.
    const TPM2B_PUBLIC template = {
        .publicArea = {
            .type = TPM2_ALG_ECC,
            .nameAlg = TPM2_ALG_SHA256,
            .objectAttributes = TPMA_OBJECT_FIXEDTPM | TPMA_OBJECT_FIXEDPARENT | TPMA_OBJECT_SENSITIVEDATAORIGIN |
                                TPMA_OBJECT_USERWITHAUTH | TPMA_OBJECT_NODA | TPMA_OBJECT_RESTRICTED |
                                TPMA_OBJECT_DECRYPT,
            .parameters.eccDetail = {
                .symmetric = {.algorithm = TPM2_ALG_AES, .keyBits = {.aes = 128}, .mode = {.aes = TPM2_ALG_CFB}},
                .scheme = {.scheme = TPM2_ALG_NULL},
                .curveID = TPM2_ECC_NIST_P256,
                .kdf = {.scheme = TPM2_ALG_NULL}},
            .unique.ecc = {.x = {.size = 32}, .y = {.size = 32}}}};
    const TPM2B_SENSITIVE_CREATE no_secret = {0};
    const TPM2B_DATA no_data = {0};
    const TPML_PCR_SELECTION no_pcrs = {0};
    code = Esys_CreatePrimary(tpm->esys, ESYS_TR_RH_OWNER, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE, &no_secret,
                              &template, &no_data, &no_pcrs, &tpm->parent, NULL, NULL, NULL, NULL);
    if (code != TSS2_RC_SUCCESS) {
        tpm->parent = ESYS_TR_NONE;
        return code;
    }
    TPM2B_NAME *made = NULL;
    code = Esys_TR_GetName(tpm->esys, tpm->parent, &made);
    if (code == TSS2_RC_SUCCESS && made->size != CTPM_NAME)
        code = CTPM_WRONG_OBJECT;
    if (code == TSS2_RC_SUCCESS)
        memcpy(name, made->name, CTPM_NAME);
    Esys_Free(made);
    return code;
}

uint32_t ctpm_start_session(struct ctpm *tpm) {
    ctpm_drop(tpm, &tpm->session);
    TSS2_RC code = Esys_StartAuthSession(tpm->esys, tpm->parent, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE,
                                         ESYS_TR_NONE, NULL, TPM2_SE_HMAC, &ctpm_cipher, TPM2_ALG_SHA256,
                                         &tpm->session);
    if (code != TSS2_RC_SUCCESS)
        tpm->session = ESYS_TR_NONE;
    return code;
}

TSS2_RC ctpm_direct(struct ctpm *tpm, TPMA_SESSION directions) {
    return Esys_TRSess_SetAttributes(tpm->esys, tpm->session, TPMA_SESSION_CONTINUESESSION | directions,
                                     TPMA_SESSION_CONTINUESESSION | TPMA_SESSION_DECRYPT | TPMA_SESSION_ENCRYPT);
}

static TSS2_RC flush_range(struct ctpm *tpm, TPM2_HANDLE first) {
    TPMS_CAPABILITY_DATA *found = NULL;
    TSS2_RC code = Esys_GetCapability(tpm->esys, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, TPM2_CAP_HANDLES, first,
                                      TPM2_MAX_CAP_HANDLES, NULL, &found);
    if (code != TSS2_RC_SUCCESS)
        return code;
    for (UINT32 i = 0; code == TSS2_RC_SUCCESS && i < found->data.handles.count; i++) {
        ESYS_TR handle = ESYS_TR_NONE;
        code = Esys_TR_FromTPMPublic(tpm->esys, found->data.handles.handle[i], ESYS_TR_NONE, ESYS_TR_NONE,
                                      ESYS_TR_NONE, &handle);
        if (code == TSS2_RC_SUCCESS)
            code = Esys_FlushContext(tpm->esys, handle);
    }
    Esys_Free(found);
    return code;
}

uint32_t ctpm_flush_leftovers(struct ctpm *tpm) {
    TSS2_RC code = flush_range(tpm, TPM2_TRANSIENT_FIRST);
    return code == TSS2_RC_SUCCESS ? flush_range(tpm, TPM2_LOADED_SESSION_FIRST) : code;
}

uint32_t ctpm_random(struct ctpm *tpm, uint8_t *bytes, size_t count) {
    // No TPM2B as first parameter, so nothing of the command can be encrypted.
    TSS2_RC code = ctpm_direct(tpm, TPMA_SESSION_ENCRYPT);
    while (code == TSS2_RC_SUCCESS && count > 0) {
        TPM2B_DIGEST *some = NULL;
        UINT16 wanted = count > CTPM_SECRET ? CTPM_SECRET : (UINT16)count;
        code = Esys_GetRandom(tpm->esys, tpm->session, ESYS_TR_NONE, ESYS_TR_NONE, wanted, &some);
        if (code != TSS2_RC_SUCCESS)
            break;
        // A TPM may give fewer than asked for.
        size_t got = some->size < wanted ? some->size : wanted;
        memcpy(bytes, some->buffer, got);
        explicit_bzero(some->buffer, sizeof some->buffer);
        Esys_Free(some);
        if (got == 0)
            code = TPM2_RC_FAILURE;
        bytes += got;
        count -= got;
    }
    return code;
}

uint32_t ctpm_in_lockout(struct ctpm *tpm, int *locked) {
    TPMS_CAPABILITY_DATA *found = NULL;
    TSS2_RC code = Esys_GetCapability(tpm->esys, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, TPM2_CAP_TPM_PROPERTIES,
                                      TPM2_PT_PERMANENT, 1, NULL, &found);
    if (code != TSS2_RC_SUCCESS)
        return code;
    const TPML_TAGGED_TPM_PROPERTY *properties = &found->data.tpmProperties;
    if (properties->count < 1 || properties->tpmProperty[0].property != TPM2_PT_PERMANENT)
        code = TPM2_RC_FAILURE;
    else
        *locked = (properties->tpmProperty[0].value & TPMA_PERMANENT_INLOCKOUT) != 0;
    Esys_Free(found);
    return code;
}
