#include "cpng.h"

#include <png.h>
#include <setjmp.h>
#include <string.h>

/// Memory that libpng reads from or writes to, never beyond its end.
struct stream {
    const uint8_t *in;
    uint8_t *out;
    size_t count, place;
};

static void refuse(png_structp png, png_const_charp message) {
    (void)message;
    png_longjmp(png, 1);
}

static void take(png_structp png, png_bytep bytes, size_t count) {
    struct stream *stream = png_get_io_ptr(png);
    if (count > stream->count - stream->place) png_error(png, "");
    memcpy(stream->out + stream->place, bytes, count);
    stream->place += count;
}

static void give(png_structp png, png_bytep bytes, size_t count) {
    struct stream *stream = png_get_io_ptr(png);
    if (count > stream->count - stream->place) png_error(png, "");
    memcpy(bytes, stream->in + stream->place, count);
    stream->place += count;
}

static void flush(png_structp png) { (void)png; }

static int write_rows(png_structp png, png_infop info, obscura_png_shape shape, const uint8_t *in) {
    if (setjmp(png_jmpbuf(png))) return 0;
    int colour = shape.channels == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY;
    png_set_IHDR(png, info, shape.width, shape.height, shape.bits, colour, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (shape.significant != shape.bits) {
        png_byte bits = (png_byte)shape.significant;
        png_color_8 significant = {bits, bits, bits, bits, 0};
        png_set_sBIT(png, info, &significant);
    }
    png_write_info(png, info);
    size_t row = (size_t)shape.width * (size_t)shape.channels * (size_t)shape.bits / 8;
    for (uint32_t y = 0; y < shape.height; y++) png_write_row(png, in + row * y);
    png_write_end(png, NULL);
    return 1;
}

int obscura_png_write(obscura_png_shape shape, const uint8_t *in, uint8_t *out, size_t capacity, size_t *written) {
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, refuse, refuse);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    struct stream stream = {NULL, out, capacity, 0};
    int done = 0;
    if (info) {
        png_set_write_fn(png, &stream, take, flush);
        done = write_rows(png, info, shape, in);
    }
    png_destroy_write_struct(&png, &info);
    *written = done ? stream.place : 0;
    if (!done) explicit_bzero(out, capacity);
    return done;
}

/// Reads the header, and the rows too when there is an output.
static int read_all(png_structp png, png_infop info, obscura_png_shape *shape, uint8_t *out, size_t size) {
    if (setjmp(png_jmpbuf(png))) return 0;
    png_set_user_limits(png, 16384, 16384);
    png_set_chunk_cache_max(png, 64);
    png_set_chunk_malloc_max(png, 1 << 20);
    // Text, profiles, EXIF and times are passed over unread.
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_AS_DEFAULT, (png_const_bytep) "sBIT", 1);
    png_read_info(png, info);
    int colour = png_get_color_type(png, info);
    shape->width = png_get_image_width(png, info);
    shape->height = png_get_image_height(png, info);
    shape->bits = png_get_bit_depth(png, info);
    shape->significant = shape->bits;
    shape->channels = colour & PNG_COLOR_MASK_COLOR ? 3 : 1;
    if (colour == PNG_COLOR_TYPE_PALETTE) {
        png_set_palette_to_rgb(png);
        shape->bits = shape->significant = 8;
    }
    // Sixteen bits are kept of grey, which is what this writes; of a colour picture the upper eight are enough.
    if (shape->channels == 3 && shape->bits == 16) {
        png_set_scale_16(png);
        shape->bits = shape->significant = 8;
    }
    if (shape->bits < 8 || png_get_interlace_type(png, info) != PNG_INTERLACE_NONE) return 0;
    // The colours under a transparent place are a picture's too.
    png_set_strip_alpha(png);
    png_color_8p significant;
    if (png_get_sBIT(png, info, &significant) && colour == PNG_COLOR_TYPE_GRAY) shape->significant = significant->gray;
    if (!out) return 1;
    size_t row = (size_t)shape->width * (size_t)shape->channels * (size_t)shape->bits / 8;
    png_read_update_info(png, info);
    if (row * shape->height != size || png_get_rowbytes(png, info) != row) return 0;
    for (uint32_t y = 0; y < shape->height; y++) png_read_row(png, out + row * y, NULL);
    png_read_end(png, NULL);
    return 1;
}

static int open_stream(const uint8_t *in, size_t count, obscura_png_shape *shape, uint8_t *out, size_t size) {
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, refuse, refuse);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    struct stream stream = {in, NULL, count, 0};
    int done = 0;
    if (info) {
        png_set_read_fn(png, &stream, give);
        done = read_all(png, info, shape, out, size);
    }
    png_destroy_read_struct(&png, &info, NULL);
    return done;
}

int obscura_png_shape_of(const uint8_t *in, size_t count, obscura_png_shape *shape) {
    return open_stream(in, count, shape, NULL, 0);
}

int obscura_png_read(const uint8_t *in, size_t count, uint8_t *out, size_t size) {
    obscura_png_shape shape;
    int done = open_stream(in, count, &shape, out, size);
    if (!done) explicit_bzero(out, size);
    return done;
}
