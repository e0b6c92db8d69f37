#ifndef OBSCURA_CPIXELS_H
#define OBSCURA_CPIXELS_H

#include <stddef.h>
#include <stdint.h>

// Plain loops over pixels. The caller has checked that every row lies inside its memory.

/// YCbCr to RGB in units of 1/65536.
typedef struct {
    int32_t black, luma, red_cr, green_cb, green_cr, blue_cb;
} obscura_ycbcr;

/// Packed 4:2:2 to RGB; luma_at is the place of the first luma byte: 0 (YUYV) or 1 (UYVY). The width is even.
void obscura_pixels_packed422(const uint8_t *in, size_t stride, size_t width, size_t height, int luma_at,
                              obscura_ycbcr matrix, uint8_t *out);

/// NV12 to RGB: `stride` x `height` luma, then `stride` x `height / 2` pairs Cb, Cr. Width and height are even.
void obscura_pixels_nv12(const uint8_t *in, size_t stride, size_t width, size_t height, obscura_ycbcr matrix,
                         uint8_t *out);

/// Copies rows of `count` bytes.
void obscura_pixels_rows(const uint8_t *in, size_t stride, size_t count, size_t height, uint8_t *out);

/// BGR to RGB.
void obscura_pixels_bgr(const uint8_t *in, size_t stride, size_t width, size_t height, uint8_t *out);

/// Copies rows of 16-bit little-endian samples. 0 when one is above `most`, 1 otherwise.
int obscura_pixels_rows16(const uint8_t *in, size_t stride, size_t width, size_t height, uint16_t most, uint8_t *out);

/// Fills rows of `count` bytes with two bytes in turn.
void obscura_pixels_fill(uint8_t *first, size_t stride, size_t count, size_t height, uint8_t even, uint8_t odd);

/// For each of `target` pixels along one side the source's pixels that it covers, from `firsts`, and their weights, from
/// `starts` up to the next start; the weights of one pixel sum to 4096.
typedef struct {
    size_t source, target;
    const uint32_t *firsts;
    /// One more than `target`.
    const uint32_t *starts;
    const uint16_t *weights;
} obscura_taps;

/// Averages blocks of `factor` x `factor` pixels to `width` x `height`. A block's row has at most 1024 samples.
void obscura_pixels_average(const uint8_t *in, size_t stride, size_t channels, size_t factor, size_t width,
                            size_t height, uint8_t *out);

/// Resamples interleaved rows of 1 or 3 channels without padding. `row` has room for a row of the source.
void obscura_pixels_resample(const uint8_t *in, size_t channels, obscura_taps columns, obscura_taps rows,
                             uint8_t *row, uint8_t *out);

/// Writes pixels of 1 or 3 channels as RGB: the next one `across` pixels further, the next row `down` pixels further.
void obscura_pixels_place(const uint8_t *in, size_t channels, size_t width, size_t height, ptrdiff_t across,
                          ptrdiff_t down, uint8_t *out);

#endif
