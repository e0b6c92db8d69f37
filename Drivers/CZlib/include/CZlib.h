#pragma once

#include <stddef.h>

/// Inflates one whole zlib stream (RFC 1950) of `input_size` bytes into `output`.
///
/// Answers 0 and the bytes written in `*written`; 1 when the stream makes more than `output_size` bytes; 2 when it is
/// not one whole zlib stream or bytes follow it; 3 without memory.
int obscura_zlib_inflate(const unsigned char *input, size_t input_size, unsigned char *output, size_t output_size,
                         size_t *written);

/// Deflates into a zlib stream; the same answers.
int obscura_zlib_deflate(const unsigned char *input, size_t input_size, unsigned char *output, size_t output_size,
                         size_t *written);

/// The most bytes that `obscura_zlib_deflate` writes for an input of this size.
size_t obscura_zlib_bound(size_t input_size);
