#include "cpixels.h"

#include <string.h>

static uint8_t clip(int32_t value) { return value < 0 ? 0 : value > 255 ? 255 : (uint8_t)value; }

/// The shift rounds towards minus infinity: docs/bundle.md, "Reference conversion".
static void convert(int32_t y, int32_t cb, int32_t cr, obscura_ycbcr m, uint8_t *out) {
    int32_t grey = m.luma * (y - m.black) + 32768;
    cb -= 128;
    cr -= 128;
    out[0] = clip((grey + m.red_cr * cr) >> 16);
    out[1] = clip((grey - m.green_cb * cb - m.green_cr * cr) >> 16);
    out[2] = clip((grey + m.blue_cb * cb) >> 16);
}

void obscura_pixels_packed422(const uint8_t *in, size_t stride, size_t width, size_t height, int luma_at,
                              obscura_ycbcr matrix, uint8_t *out) {
    int chroma_at = 1 - luma_at;
    for (size_t row = 0; row < height; row++) {
        const uint8_t *pair = in + row * stride;
        for (size_t column = 0; column < width; column += 2, pair += 4, out += 6) {
            int32_t cb = pair[chroma_at], cr = pair[chroma_at + 2];
            convert(pair[luma_at], cb, cr, matrix, out);
            convert(pair[luma_at + 2], cb, cr, matrix, out + 3);
        }
    }
}

void obscura_pixels_nv12(const uint8_t *in, size_t stride, size_t width, size_t height, obscura_ycbcr matrix,
                         uint8_t *out) {
    for (size_t row = 0; row < height; row++) {
        const uint8_t *luma = in + row * stride;
        const uint8_t *chroma = in + (height + row / 2) * stride;
        for (size_t column = 0; column < width; column++, out += 3) {
            size_t pair = column / 2 * 2;
            convert(luma[column], chroma[pair], chroma[pair + 1], matrix, out);
        }
    }
}

void obscura_pixels_rows(const uint8_t *in, size_t stride, size_t count, size_t height, uint8_t *out) {
    for (size_t row = 0; row < height; row++) memcpy(out + row * count, in + row * stride, count);
}

void obscura_pixels_bgr(const uint8_t *in, size_t stride, size_t width, size_t height, uint8_t *out) {
    for (size_t row = 0; row < height; row++) {
        const uint8_t *pixel = in + row * stride;
        for (size_t column = 0; column < width; column++, pixel += 3, out += 3) {
            out[0] = pixel[2];
            out[1] = pixel[1];
            out[2] = pixel[0];
        }
    }
}

int obscura_pixels_rows16(const uint8_t *in, size_t stride, size_t width, size_t height, uint16_t most, uint8_t *out) {
    uint8_t above = (uint8_t)~(most >> 8);
    uint8_t seen = 0;
    for (size_t row = 0; row < height; row++) {
        const uint8_t *sample = in + row * stride;
        for (size_t column = 0; column < width; column++, sample += 2, out += 2) {
            out[0] = sample[0];
            out[1] = sample[1];
            seen |= sample[1] & above;
        }
    }
    return seen == 0;
}

void obscura_pixels_fill(uint8_t *first, size_t stride, size_t count, size_t height, uint8_t even, uint8_t odd) {
    for (size_t row = 0; row < height; row++)
        for (size_t i = 0; i < count; i++) first[row * stride + i] = i % 2 == 0 ? even : odd;
}
