#ifndef OBSCURA_CPNG_H
#define OBSCURA_CPNG_H

#include <stddef.h>
#include <stdint.h>

/// Rows without padding; samples of 16 bits most significant byte first, as PNG has them.
typedef struct {
    uint32_t width, height;
    /// Bits a sample: 8 or 16.
    int bits;
    /// 1 grey or 3 RGB.
    int channels;
    /// How many of the upper bits mean something (sBIT); equal to `bits` when all do.
    int significant;
} obscura_png_shape;

/// 1 when the picture was written, 0 when libpng refused or it does not fit; then the output is wiped.
int obscura_png_write(obscura_png_shape shape, const uint8_t *in, uint8_t *out, size_t capacity, size_t *written);

/// 1 when the bytes begin with a PNG of such a kind: 8 or 16 bits, grey or RGB, not interlaced.
int obscura_png_shape_of(const uint8_t *in, size_t count, obscura_png_shape *shape);

/// 1 when the whole picture was decoded to `size` bytes without a warning; else the output is wiped.
int obscura_png_read(const uint8_t *in, size_t count, uint8_t *out, size_t size);

#endif
