#include <string.h>

#include "cpixels.h"

// Sums of this many samples at a time lie on the stack, and are wiped.
enum { run = 1024 };

// Also built for wider registers, chosen where the program starts: these loops are half of what a live view costs beside
// its network and its JPEGs. Integers, so every version writes the same bytes.
#ifdef __x86_64__
#define WIDE __attribute__((target_clones("avx2", "default")))
#else
#define WIDE
#endif
#define INLINE static inline __attribute__((always_inline))

INLINE size_t least(size_t one, size_t other) { return one < other ? one : other; }

WIDE void obscura_pixels_average(const uint8_t *in, size_t stride, size_t channels, size_t factor, size_t width,
                                 size_t height, uint8_t *out) {
    uint32_t sums[run];
    const uint32_t area = (uint32_t)(factor * factor);
    const size_t block = factor * channels, most = run / block;
    for (size_t y = 0; y < height; y++, in += factor * stride) {
        for (size_t first = 0; first < width; first += most) {
            const size_t blocks = least(most, width - first);
            for (size_t at = 0; at < blocks * block; at++) sums[at] = 0;
            for (size_t row = 0; row < factor; row++) {
                const uint8_t *from = in + row * stride + first * block;
                for (size_t at = 0; at < blocks * block; at++) sums[at] += from[at];
            }
            for (size_t x = 0; x < blocks; x++) {
                for (size_t channel = 0; channel < channels; channel++) {
                    uint32_t sum = area / 2;
                    for (size_t at = channel; at < block; at += channels) sum += sums[x * block + at];
                    *out++ = (uint8_t)(sum / area);
                }
            }
        }
    }
    explicit_bzero(sums, sizeof sums);
}

/// One row: the weighted sum of the source's rows that it covers.
INLINE void blend(const uint8_t *in, size_t count, obscura_taps rows, size_t y, uint32_t *sums, uint8_t *out) {
    in += rows.firsts[y] * count;
    for (size_t first = 0; first < count; first += run) {
        const size_t samples = least(run, count - first);
        const uint8_t *from = in + first;
        for (size_t at = 0; at < samples; at++) sums[at] = 2048;
        for (size_t tap = rows.starts[y]; tap < rows.starts[y + 1]; tap++, from += count) {
            const uint32_t weight = rows.weights[tap];
            for (size_t at = 0; at < samples; at++) sums[at] += weight * from[at];
        }
        for (size_t at = 0; at < samples; at++) out[first + at] = (uint8_t)(sums[at] >> 12);
    }
}

/// One row of three channels, resampled along its columns.
INLINE uint8_t *narrow_rgb(const uint8_t *row, obscura_taps columns, uint8_t *out) {
    for (size_t x = 0; x < columns.target; x++, out += 3) {
        const uint8_t *pixel = row + columns.firsts[x] * 3;
        uint32_t red = 2048, green = 2048, blue = 2048;
        for (size_t tap = columns.starts[x]; tap < columns.starts[x + 1]; tap++, pixel += 3) {
            const uint32_t weight = columns.weights[tap];
            red += weight * pixel[0];
            green += weight * pixel[1];
            blue += weight * pixel[2];
        }
        out[0] = (uint8_t)(red >> 12);
        out[1] = (uint8_t)(green >> 12);
        out[2] = (uint8_t)(blue >> 12);
    }
    return out;
}

INLINE uint8_t *narrow_luma(const uint8_t *row, obscura_taps columns, uint8_t *out) {
    for (size_t x = 0; x < columns.target; x++) {
        const uint8_t *pixel = row + columns.firsts[x];
        uint32_t sum = 2048;
        for (size_t tap = columns.starts[x]; tap < columns.starts[x + 1]; tap++) sum += columns.weights[tap] * *pixel++;
        *out++ = (uint8_t)(sum >> 12);
    }
    return out;
}

WIDE void obscura_pixels_resample(const uint8_t *in, size_t channels, obscura_taps columns, obscura_taps rows,
                                  uint8_t *row, uint8_t *out) {
    uint32_t sums[run];
    for (size_t y = 0; y < rows.target; y++) {
        blend(in, columns.source * channels, rows, y, sums, row);
        out = channels == 3 ? narrow_rgb(row, columns, out) : narrow_luma(row, columns, out);
    }
    explicit_bzero(sums, sizeof sums);
}

void obscura_pixels_place(const uint8_t *in, size_t channels, size_t width, size_t height, ptrdiff_t across,
                          ptrdiff_t down, uint8_t *out) {
    const size_t green = channels == 3 ? 1 : 0, blue = channels == 3 ? 2 : 0;
    for (size_t y = 0; y < height; y++) {
        for (size_t x = 0; x < width; x++, in += channels) {
            uint8_t *pixel = out + 3 * ((ptrdiff_t)y * down + (ptrdiff_t)x * across);
            pixel[0] = in[0];
            pixel[1] = in[green];
            pixel[2] = in[blue];
        }
    }
}
