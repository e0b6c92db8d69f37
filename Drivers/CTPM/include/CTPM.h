// One TPM 2.0 through tpm2-tss ESAPI, as plain bytes and numbers.
//
// ESAPI's types are unions and its attributes are casts, which Swift cannot import; this shim hides both. Every
// function returns a TSS2_RC: 0, a TPM response code, or a code of a tpm2-tss layer. A context belongs to one thread.
#ifndef OBSCURA_CTPM_H
#define OBSCURA_CTPM_H

#include <stddef.h>
#include <stdint.h>

struct ctpm;

enum {
    CTPM_SECRET = 32,  // a SHA-256 digest, a scalar, a coordinate, a sealed key
    CTPM_NAME = 34,    // an object's Name: two bytes of algorithm, SHA-256
    CTPM_OBJECT = 1024 // room for TPM2B_PUBLIC followed by TPM2B_PRIVATE
};

// What a created object is for; decides its template.
enum ctpm_kind { CTPM_IDENTITY = 1, CTPM_MIXER = 2, CTPM_SEALED = 3 };

// Opens the TCTI and starts the TPM up. On failure *opened is NULL.
uint32_t ctpm_open(const char *tcti, struct ctpm **opened);

// Flushes what this context made, and closes it.
void ctpm_close(struct ctpm *tpm);

// Makes the storage primary from its template and gives its Name; forgets an earlier primary, session and identity.
uint32_t ctpm_make_parent(struct ctpm *tpm, uint8_t name[CTPM_NAME]);

// Starts the HMAC session salted with the primary: SHA-256, AES-128-CFB in both directions.
uint32_t ctpm_start_session(struct ctpm *tpm);

// Flushes transient objects and loaded sessions that a killed predecessor left behind a raw TPM.
uint32_t ctpm_flush_leftovers(struct ctpm *tpm);

// Makes an identity or a mixer below the primary.
uint32_t ctpm_create(struct ctpm *tpm, enum ctpm_kind kind, uint8_t object[CTPM_OBJECT], size_t *size);

// Who may sign for another PCR 7, and for what: the point (x, y) of a P-256 key, and the policyRef.
struct ctpm_clinic {
    uint8_t point[2 * CTPM_SECRET];
    uint8_t reference[CTPM_SECRET];
};

// The policy digest of PCR 7 (SHA-256 bank) as it is now: what the clinic signs for, followed by the reference.
uint32_t ctpm_firmware_policy(struct ctpm *tpm, uint8_t digest[CTPM_SECRET]);

// Seals 32 bytes to PCR 7 as it is now, or to what the clinic signs for later; without a clinic to PCR 7 alone.
// `firmware` receives the digest that opening it needs.
uint32_t ctpm_seal(struct ctpm *tpm, const uint8_t secret[CTPM_SECRET], const struct ctpm_clinic *clinic,
                   uint8_t firmware[CTPM_SECRET], uint8_t object[CTPM_OBJECT], size_t *size);

// Loads the identity and keeps it loaded; gives its point (x, y).
uint32_t ctpm_load_identity(struct ctpm *tpm, const uint8_t *object, size_t size, uint8_t point[2 * CTPM_SECRET]);

// ECDSA-SHA256 with the loaded identity: r, s, each padded on the left.
uint32_t ctpm_sign(struct ctpm *tpm, const uint8_t digest[CTPM_SECRET], uint8_t signature[2 * CTPM_SECRET]);

// HMAC-SHA256 of 32 bytes under a mixer, which is loaded and flushed again.
uint32_t ctpm_mix(struct ctpm *tpm, const uint8_t *object, size_t size, const uint8_t context[CTPM_SECRET],
                  uint8_t mixed[CTPM_SECRET]);

// Opens a sealed object: with PCR 7 as it was, or with the clinic's approval (r, s; NULL for none) of PCR 7 as it is now.
uint32_t ctpm_unseal(struct ctpm *tpm, const uint8_t *object, size_t size, const struct ctpm_clinic *clinic,
                     const uint8_t *firmware, const uint8_t *approval, uint8_t secret[CTPM_SECRET]);

// Random bytes from the TPM, encrypted on the way.
uint32_t ctpm_random(struct ctpm *tpm, uint8_t *bytes, size_t count);

// Makes the counter if the TPM has none under this index, else checks that it is one; raises it once if it has no value.
uint32_t ctpm_adopt_counter(struct ctpm *tpm, uint32_t index);
uint32_t ctpm_read_counter(struct ctpm *tpm, uint32_t index, uint64_t *value);
uint32_t ctpm_raise_counter(struct ctpm *tpm, uint32_t index);

// Whether the TPM refuses objects under dictionary-attack protection at the moment.
uint32_t ctpm_in_lockout(struct ctpm *tpm, int *locked);

// tpm2-tss' words for a code. Valid until the next call on this thread.
const char *ctpm_words(uint32_t code);

// Codes of this shim: an object that is not of the kind asked for, a counter index that holds something else, PCR 7 that
// is neither as it was nor approved.
#define CTPM_WRONG_OBJECT 0x00fe0001u
#define CTPM_WRONG_INDEX 0x00fe0002u
#define CTPM_NEITHER 0x00fe0003u

#endif
