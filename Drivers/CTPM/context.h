#ifndef OBSCURA_CTPM_CONTEXT_H
#define OBSCURA_CTPM_CONTEXT_H

#include "CTPM.h"
#include <tss2/tss2_esys.h>

struct ctpm {
    TSS2_TCTI_CONTEXT *tcti;
    ESYS_CONTEXT *esys;
    ESYS_TR parent;   // ESYS_TR_NONE where there is none
    ESYS_TR session;
    ESYS_TR identity;
};

// Sets which directions the salted session encrypts for the next command.
TSS2_RC ctpm_direct(struct ctpm *tpm, TPMA_SESSION directions);

// Loads an object below the parent; the caller flushes it.
TSS2_RC ctpm_load(struct ctpm *tpm, enum ctpm_kind kind, const uint8_t *object, size_t size, ESYS_TR *handle,
                  TPM2B_PUBLIC *public_area);

// Flushes the handle, or only forgets it where the TPM no longer knows it.
void ctpm_drop(struct ctpm *tpm, ESYS_TR *handle);

// The template of a kind; `policy` is read for CTPM_SEALED alone.
TPM2B_PUBLIC ctpm_template(enum ctpm_kind kind, const TPM2B_DIGEST *policy);

// Makes an object below the parent; secret and policy are for CTPM_SEALED alone.
TSS2_RC ctpm_make(struct ctpm *tpm, enum ctpm_kind kind, const uint8_t *secret, const TPM2B_DIGEST *policy,
                  uint8_t object[CTPM_OBJECT], size_t *size);

extern const TPMT_SYM_DEF ctpm_cipher;

#endif
