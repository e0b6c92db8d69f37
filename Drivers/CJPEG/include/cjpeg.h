#ifndef OBSCURA_CJPEG_H
#define OBSCURA_CJPEG_H

#include <stddef.h>
#include <stdint.h>

/// What became of a call. Every failure has wiped the output and freed everything.
enum obscura_jpeg_status {
    OBSCURA_JPEG_DONE = 0,
    /// libjpeg reported an error or so much as a warning; `code` is its message number.
    OBSCURA_JPEG_CORRUPT = 1,
    /// The output does not fit into the caller's memory.
    OBSCURA_JPEG_FULL = 2,
    /// The picture is not the one that the header scan described, or the two pictures are of different shape.
    OBSCURA_JPEG_SHAPE = 3,
    /// A coefficient outside the rectangles changed.
    OBSCURA_JPEG_OUTSIDE = 4,
    /// A coefficient inside a rectangle is not zero.
    OBSCURA_JPEG_INSIDE = 5,
    /// What was written cannot be read again; `code` is libjpeg's message number.
    OBSCURA_JPEG_UNREADABLE = 6,
};

/// libjpeg's colour spaces, as far as they are taken.
enum obscura_jpeg_colour { OBSCURA_JPEG_GREY = 1, OBSCURA_JPEG_RGB = 2, OBSCURA_JPEG_YCBCR = 3 };

/// A picture in the caller's memory, with what the header scan found in it.
typedef struct {
    const uint8_t *bytes;
    size_t count;
    uint32_t width, height;
    /// enum obscura_jpeg_colour
    int colour;
} obscura_jpeg_picture;

/// Rows and columns of minimum coded units, the ends not included.
typedef struct {
    uint32_t left, top, right, bottom;
} obscura_jpeg_units;

typedef struct {
    /// enum obscura_jpeg_status
    int status;
    /// libjpeg's message number, or 0.
    int code;
    size_t written;
} obscura_jpeg_result;

/// Decodes at 1/denominator (1, 2, 4, 8) to packed rows of `channels` (1 luma, 3 RGB) bytes; `count` must be exact.
obscura_jpeg_result obscura_jpeg_decode(obscura_jpeg_picture picture, unsigned denominator, int channels,
                                        uint8_t *out, size_t count);

/// Writes the picture again with every coefficient of the units zero and every other one as it was, then decodes what was
/// written and compares it with the original's coefficients as `obscura_jpeg_verify` does.
obscura_jpeg_result obscura_jpeg_mask(obscura_jpeg_picture picture, const obscura_jpeg_units *units, size_t unit_count,
                                      uint8_t *out, size_t capacity);

/// Codes packed RGB rows as a baseline JPEG, 4:2:0, at libjpeg's quality 1 ... 100.
obscura_jpeg_result obscura_jpeg_encode(const uint8_t *rgb, uint32_t width, uint32_t height, int quality, uint8_t *out,
                                        size_t capacity);

/// Compares coefficients and quantisation: zero inside the units, equal outside.
obscura_jpeg_result obscura_jpeg_verify(obscura_jpeg_picture original, obscura_jpeg_picture masked,
                                        const obscura_jpeg_units *units, size_t unit_count);

#endif
