#ifndef OBSCURA_CCHARLS_H
#define OBSCURA_CCHARLS_H

#include <stddef.h>
#include <stdint.h>

/// A picture in memory: packed rows, components interleaved, samples above 8 bits in two bytes of the machine's order.
typedef struct {
    uint32_t width, height;
    int32_t bits, components;
} obscura_jpegls_shape;

/// Lossless coding, interleaved by line when there are three components.
/// Returns 0 or CharLS's error number; then the output is wiped.
int obscura_jpegls_encode(obscura_jpegls_shape shape, const uint8_t *in, size_t count, uint8_t *out, size_t capacity,
                          size_t *written);

/// Reads the header. Returns 0, CharLS's error number, or -1 when the file is not lossless, is coded plane by plane in
/// several scans, or has a colour transformation.
int obscura_jpegls_shape_of(const uint8_t *in, size_t count, obscura_jpegls_shape *shape);

/// Decodes to exactly `size` bytes. Returns as obscura_jpegls_shape_of does; on failure the output is wiped.
int obscura_jpegls_decode(const uint8_t *in, size_t count, uint8_t *out, size_t size);

#endif
