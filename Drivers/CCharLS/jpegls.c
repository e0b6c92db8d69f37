#include "ccharls.h"

#include <charls/charls.h>
#include <string.h>

enum { NOT_TAKEN = -1 };

int obscura_jpegls_encode(obscura_jpegls_shape shape, const uint8_t *in, size_t count, uint8_t *out, size_t capacity,
                          size_t *written) {
    charls_jpegls_encoder *encoder = charls_jpegls_encoder_create();
    if (!encoder) return CHARLS_JPEGLS_ERRC_NOT_ENOUGH_MEMORY;
    charls_frame_info frame = {shape.width, shape.height, shape.bits, shape.components};
    charls_interleave_mode mode = shape.components == 1 ? CHARLS_INTERLEAVE_MODE_NONE : CHARLS_INTERLEAVE_MODE_LINE;
    charls_jpegls_errc error = charls_jpegls_encoder_set_frame_info(encoder, &frame);
    if (!error) error = charls_jpegls_encoder_set_interleave_mode(encoder, mode);
    if (!error) error = charls_jpegls_encoder_set_destination_buffer(encoder, out, capacity);
    if (!error) error = charls_jpegls_encoder_encode_from_buffer(encoder, in, count, 0);
    if (!error) error = charls_jpegls_encoder_get_bytes_written(encoder, written);
    charls_jpegls_encoder_destroy(encoder);
    if (error) explicit_bzero(out, capacity);
    return (int)error;
}

static int open_header(const uint8_t *in, size_t count, charls_jpegls_decoder **decoder, obscura_jpegls_shape *shape) {
    *decoder = charls_jpegls_decoder_create();
    if (!*decoder) return CHARLS_JPEGLS_ERRC_NOT_ENOUGH_MEMORY;
    charls_frame_info frame;
    int32_t near = 0;
    charls_interleave_mode mode = CHARLS_INTERLEAVE_MODE_NONE;
    charls_color_transformation colour = CHARLS_COLOR_TRANSFORMATION_NONE;
    charls_jpegls_errc error = charls_jpegls_decoder_set_source_buffer(*decoder, in, count);
    if (!error) error = charls_jpegls_decoder_read_header(*decoder);
    if (!error) error = charls_jpegls_decoder_get_frame_info(*decoder, &frame);
    if (!error) error = charls_jpegls_decoder_get_near_lossless(*decoder, 0, &near);
    if (!error) error = charls_jpegls_decoder_get_interleave_mode(*decoder, &mode);
    if (!error) error = charls_jpegls_decoder_get_color_transformation(*decoder, &colour);
    if (error) return (int)error;
    shape->width = frame.width;
    shape->height = frame.height;
    shape->bits = frame.bits_per_sample;
    shape->components = frame.component_count;
    int planes = frame.component_count > 1 && mode == CHARLS_INTERLEAVE_MODE_NONE;
    return near || planes || colour != CHARLS_COLOR_TRANSFORMATION_NONE ? NOT_TAKEN : 0;
}

int obscura_jpegls_shape_of(const uint8_t *in, size_t count, obscura_jpegls_shape *shape) {
    charls_jpegls_decoder *decoder;
    int error = open_header(in, count, &decoder, shape);
    if (decoder) charls_jpegls_decoder_destroy(decoder);
    return error;
}

int obscura_jpegls_decode(const uint8_t *in, size_t count, uint8_t *out, size_t size) {
    charls_jpegls_decoder *decoder;
    obscura_jpegls_shape shape;
    size_t needed = 0;
    int error = open_header(in, count, &decoder, &shape);
    if (!error) error = (int)charls_jpegls_decoder_get_destination_size(decoder, 0, &needed);
    if (!error && needed != size) error = NOT_TAKEN;
    if (!error) error = (int)charls_jpegls_decoder_decode_to_buffer(decoder, out, size, 0);
    if (decoder) charls_jpegls_decoder_destroy(decoder);
    if (error) explicit_bzero(out, size);
    return error;
}
