#include "context.h"
#include <stdbool.h>

static const TPMA_NV counter_attributes =
    TPM2_NT_COUNTER << TPMA_NV_TPM2_NT_SHIFT | TPMA_NV_AUTHREAD | TPMA_NV_AUTHWRITE | TPMA_NV_NO_DA;

// The index' handle; *written says whether it has a value. CTPM_WRONG_INDEX where it is no counter of ours.
static TSS2_RC find(struct ctpm *tpm, TPM2_HANDLE index, ESYS_TR *handle, bool *written) {
    TSS2_RC code =
        Esys_TR_FromTPMPublic(tpm->esys, index, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, handle);
    if (code != TSS2_RC_SUCCESS)
        return code;
    TPM2B_NV_PUBLIC *area = NULL;
    code = Esys_NV_ReadPublic(tpm->esys, *handle, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, &area, NULL);
    if (code == TSS2_RC_SUCCESS) {
        TPMA_NV attributes = area->nvPublic.attributes;
        *written = (attributes & TPMA_NV_WRITTEN) != 0;
        if ((attributes & ~(TPMA_NV)TPMA_NV_WRITTEN) != counter_attributes || area->nvPublic.dataSize != 8)
            code = CTPM_WRONG_INDEX;
    }
    Esys_Free(area);
    if (code != TSS2_RC_SUCCESS)
        Esys_TR_Close(tpm->esys, handle);
    return code;
}

static TSS2_RC raise(struct ctpm *tpm, ESYS_TR handle) {
    // Nothing in this command or its response can be encrypted; the session still authenticates both.
    TSS2_RC code = ctpm_direct(tpm, 0);
    if (code == TSS2_RC_SUCCESS)
        code = Esys_NV_Increment(tpm->esys, handle, handle, tpm->session, ESYS_TR_NONE, ESYS_TR_NONE);
    return code;
}

uint32_t ctpm_adopt_counter(struct ctpm *tpm, uint32_t index) {
    ESYS_TR handle = ESYS_TR_NONE;
    bool written = false;
    TSS2_RC code = find(tpm, index, &handle, &written);
    // 0x18b: no such index. A deleted counter's successor starts above it, so making it again loses no ground.
    if (code == (TPM2_RC_HANDLE | TPM2_RC_1)) {
        const TPM2B_AUTH no_password = {0};
        const TPM2B_NV_PUBLIC wanted = {.nvPublic = {.nvIndex = index,
                                                     .nameAlg = TPM2_ALG_SHA256,
                                                     .attributes = counter_attributes,
                                                     .dataSize = 8}};
        code = ctpm_direct(tpm, TPMA_SESSION_DECRYPT);
        if (code == TSS2_RC_SUCCESS)
            code = Esys_NV_DefineSpace(tpm->esys, ESYS_TR_RH_OWNER, tpm->session, ESYS_TR_NONE, ESYS_TR_NONE,
                                       &no_password, &wanted, &handle);
        if (code != TSS2_RC_SUCCESS)
            return code;
    } else if (code != TSS2_RC_SUCCESS) {
        return code;
    }
    if (!written)
        code = raise(tpm, handle);
    Esys_TR_Close(tpm->esys, &handle);
    return code;
}

uint32_t ctpm_read_counter(struct ctpm *tpm, uint32_t index, uint64_t *value) {
    ESYS_TR handle = ESYS_TR_NONE;
    bool written = false;
    TPM2B_MAX_NV_BUFFER *found = NULL;
    TSS2_RC code = find(tpm, index, &handle, &written);
    if (code != TSS2_RC_SUCCESS)
        return code;
    code = ctpm_direct(tpm, TPMA_SESSION_ENCRYPT);
    if (code == TSS2_RC_SUCCESS)
        code = Esys_NV_Read(tpm->esys, handle, handle, tpm->session, ESYS_TR_NONE, ESYS_TR_NONE, 8, 0, &found);
    if (code == TSS2_RC_SUCCESS && found->size != 8)
        code = CTPM_WRONG_INDEX;
    if (code == TSS2_RC_SUCCESS) {
        *value = 0;
        for (int i = 0; i < 8; i++)
            *value = *value << 8 | found->buffer[i];
    }
    Esys_Free(found);
    Esys_TR_Close(tpm->esys, &handle);
    return code;
}

uint32_t ctpm_raise_counter(struct ctpm *tpm, uint32_t index) {
    ESYS_TR handle = ESYS_TR_NONE;
    bool written = false;
    TSS2_RC code = find(tpm, index, &handle, &written);
    if (code != TSS2_RC_SUCCESS)
        return code;
    code = raise(tpm, handle);
    Esys_TR_Close(tpm->esys, &handle);
    return code;
}
