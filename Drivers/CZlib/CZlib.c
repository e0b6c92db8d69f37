#include "CZlib.h"

#include <limits.h>
#include <string.h>
#include <zlib.h>

enum { done = 0, too_large = 1, corrupt = 2, no_memory = 3 };

int obscura_zlib_inflate(const unsigned char *input, size_t input_size, unsigned char *output, size_t output_size,
                         size_t *written) {
    *written = 0;
    if (input_size > UINT_MAX || output_size > UINT_MAX) {
        return too_large;
    }
    z_stream stream;
    memset(&stream, 0, sizeof stream);
    if (inflateInit(&stream) != Z_OK) {
        return no_memory;
    }
    stream.next_in = (Bytef *)input;
    stream.avail_in = (uInt)input_size;
    stream.next_out = output;
    stream.avail_out = (uInt)output_size;
    int result = inflate(&stream, Z_FINISH);
    size_t rest = stream.avail_in;
    *written = stream.total_out;
    uInt room = stream.avail_out;
    inflateEnd(&stream);
    if (result == Z_STREAM_END) {
        return rest == 0 ? done : corrupt;
    }
    if (result == Z_MEM_ERROR) {
        return no_memory;
    }
    // A stream that fills the output exactly and has not said its end could only go on.
    return (result == Z_OK || result == Z_BUF_ERROR) && room == 0 ? too_large : corrupt;
}

int obscura_zlib_deflate(const unsigned char *input, size_t input_size, unsigned char *output, size_t output_size,
                         size_t *written) {
    uLongf size = output_size;
    int result = compress2(output, &size, input, input_size, Z_BEST_COMPRESSION);
    *written = result == Z_OK ? size : 0;
    return result == Z_OK ? done : result == Z_BUF_ERROR ? too_large : no_memory;
}

size_t obscura_zlib_bound(size_t input_size) { return compressBound(input_size); }
