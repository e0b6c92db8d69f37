#include <string.h>

#include "guard.h"

struct job {
    obscura_jpeg_guard guard;
    struct jpeg_decompress_struct source;
};

static int run(struct job *job, obscura_jpeg_picture picture, unsigned denominator, int channels, uint8_t *out,
               size_t count) {
    if (setjmp(job->guard.place)) return job->guard.status;
    struct jpeg_decompress_struct *source = &job->source;
    obscura_jpeg_open(source, picture);
    source->scale_num = 1;
    source->scale_denom = denominator;
    source->out_color_space = channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    source->dct_method = JDCT_ISLOW;
    // Plain upsampling: the neighbours of a masked unit keep their pixels exactly.
    source->do_fancy_upsampling = FALSE;
    jpeg_start_decompress(source);
    size_t row = (size_t)source->output_width * (size_t)channels;
    if (source->output_components != channels || row * source->output_height != count)
        obscura_jpeg_leave((j_common_ptr)source, OBSCURA_JPEG_SHAPE);
    while (source->output_scanline < source->output_height) {
        JSAMPROW line = out + (size_t)source->output_scanline * row;
        jpeg_read_scanlines(source, &line, 1);
    }
    jpeg_finish_decompress(source);
    return OBSCURA_JPEG_DONE;
}

obscura_jpeg_result obscura_jpeg_decode(obscura_jpeg_picture picture, unsigned denominator, int channels,
                                        uint8_t *out, size_t count) {
    struct job job;
    memset(&job, 0, sizeof job);
    job.source.err = obscura_jpeg_watch(&job.guard);
    int status = run(&job, picture, denominator, channels, out, count);
    jpeg_destroy_decompress(&job.source);
    if (status != OBSCURA_JPEG_DONE) explicit_bzero(out, count);
    obscura_jpeg_result result = {status, job.guard.code, status == OBSCURA_JPEG_DONE ? count : 0};
    return result;
}
