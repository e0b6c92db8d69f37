#include "internal.h"

#include <openssl/crypto.h>
#include <pthread.h>

// STEP: how far a stage runs before it tells the next; waking a thread for every chunk costs more than it gains.
enum { CHUNK = 65536, TAG = 16, STEP = 16 * CHUNK, THREADED = 1 << 20 };

/// One stage of the line: it may work on what the stage before it has finished.
typedef struct {
    pthread_mutex_t mutex;
    pthread_cond_t moved;
    size_t done;
    int failed;
} progress;

typedef struct {
    obscura_sha256 *hash;
    const uint8_t *bytes;
    size_t count;
    /// Waited for before each step, or NULL.
    progress *before;
    /// Told after each step, or NULL.
    progress *own;
    int result;
} follower;

static void publish(progress *at, size_t done, int failed) {
    pthread_mutex_lock(&at->mutex);
    at->done = done;
    if (failed) at->failed = 1;
    pthread_cond_broadcast(&at->moved);
    pthread_mutex_unlock(&at->mutex);
}

/// Blocks until more than `have` bytes are done; returns how many, or `have` when the stage before failed.
static size_t await(progress *at, size_t have) {
    pthread_mutex_lock(&at->mutex);
    while (at->done <= have && !at->failed) pthread_cond_wait(&at->moved, &at->mutex);
    size_t done = at->failed ? have : at->done;
    pthread_mutex_unlock(&at->mutex);
    return done;
}

static void *follow(void *argument) {
    follower *self = argument;
    size_t have = 0;
    self->result = 1;
    while (have < self->count) {
        size_t until = have + STEP < self->count ? have + STEP : self->count;
        if (self->before != NULL) {
            until = await(self->before, have);
            if (until == have) {
                self->result = 0;
                return NULL;
            }
        }
        int hashed = obscura_sha256_update(self->hash, self->bytes + have, until - have);
        if (!hashed) self->result = 0;
        have = until;
        // A hash that failed still lets the line run on: the caller sees the result and drops everything.
        if (self->own != NULL) publish(self->own, have, 0);
    }
    return NULL;
}

static int seal_chunk(obscura_cipher *cipher, uint8_t *from, uint8_t *to, size_t count, size_t index, int last) {
    uint8_t nonce[12] = {0};
    uint8_t tag[TAG];
    for (int i = 0; i < 8; i++) nonce[10 - i] = (uint8_t)((uint64_t)index >> (8 * i));
    nonce[11] = last ? 1 : 0;
    if (!obscura_cipher_seal(cipher, nonce, NULL, 0, from, count, tag)) return 0;
    memmove(to, from, count);
    memcpy(to + count, tag, TAG);
    return 1;
}

int obscura_stream_seal(obscura_cipher *cipher, uint8_t *buffer, size_t count, obscura_sha256 *plain,
                        obscura_sha256 *sealed_one, obscura_sha256 *sealed_two) {
    size_t chunks = count == 0 ? 1 : (count + CHUNK - 1) / CHUNK;
    uint8_t *source = buffer + TAG * chunks;
    size_t total = count + TAG * chunks;
    progress read = {.mutex = PTHREAD_MUTEX_INITIALIZER, .moved = PTHREAD_COND_INITIALIZER};
    progress written = {.mutex = PTHREAD_MUTEX_INITIALIZER, .moved = PTHREAD_COND_INITIALIZER};
    follower followers[3] = {
        {.hash = plain, .bytes = source, .count = count, .own = &read},
        {.hash = sealed_one, .bytes = buffer, .count = total, .before = &written},
        {.hash = sealed_two, .bytes = buffer, .count = total, .before = &written},
    };
    pthread_t threads[3];
    int threaded[3] = {0};
    size_t plain_read = 0;
    size_t told = 0;
    int result = 1;

    // A thread costs more than hashing a small file; so does a machine that has no thread to give.
    for (int i = 0; i < 3; i++) {
        if (followers[i].hash == NULL) continue;
        threaded[i] = count >= THREADED && pthread_create(&threads[i], NULL, follow, &followers[i]) == 0;
        if (i == 0 && !threaded[0]) follow(&followers[0]);
    }
    for (size_t i = 0; i < chunks && result; i++) {
        size_t at = i * CHUNK;
        size_t n = count - at < CHUNK ? count - at : CHUNK;
        // The plain hash has to have read a chunk before the cipher overwrites it.
        if (threaded[0] && plain_read < at + n) plain_read = await(&read, at + n - 1);
        result = seal_chunk(cipher, source + at, buffer + i * (CHUNK + TAG), n, i, i + 1 == chunks);
        size_t done = i * (CHUNK + TAG) + n + TAG;
        if (!result || i + 1 == chunks || done - told >= STEP) {
            publish(&written, result ? done : told, !result);
            told = done;
        }
    }
    for (int i = 0; i < 3; i++) {
        if (followers[i].hash == NULL) continue;
        if (threaded[i]) pthread_join(threads[i], NULL);
        else if (i > 0 && result) follow(&followers[i]);
        if (!followers[i].result) result = 0;
    }
    if (!result) OPENSSL_cleanse(buffer, total);
    return result;
}
