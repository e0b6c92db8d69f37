#include <string.h>

#include "guard.h"

struct job {
    obscura_jpeg_guard guard;
    struct jpeg_compress_struct target;
    struct jpeg_destination_mgr memory;
};

static void begin(j_compress_ptr cinfo) { (void)cinfo; }

static boolean full(j_compress_ptr cinfo) { obscura_jpeg_leave((j_common_ptr)cinfo, OBSCURA_JPEG_FULL); }

static void end(j_compress_ptr cinfo) { (void)cinfo; }

static int run(struct job *job, const uint8_t *rgb, uint32_t width, uint32_t height, int quality, uint8_t *out,
               size_t capacity, size_t *written) {
    if (setjmp(job->guard.place)) return job->guard.status;
    struct jpeg_compress_struct *target = &job->target;
    jpeg_create_compress(target);
    job->memory.next_output_byte = out;
    job->memory.free_in_buffer = capacity;
    job->memory.init_destination = begin;
    job->memory.empty_output_buffer = full;
    job->memory.term_destination = end;
    target->dest = &job->memory;
    target->image_width = width;
    target->image_height = height;
    target->input_components = 3;
    target->in_color_space = JCS_RGB;
    jpeg_set_defaults(target);
    jpeg_set_quality(target, quality, TRUE);
    target->dct_method = JDCT_IFAST;
    jpeg_start_compress(target, TRUE);
    while (target->next_scanline < height) {
        // libjpeg takes rows that it could write to, and does not.
        JSAMPROW row = (JSAMPROW)(uintptr_t)(rgb + (size_t)target->next_scanline * width * 3);
        jpeg_write_scanlines(target, &row, 1);
    }
    jpeg_finish_compress(target);
    *written = capacity - job->memory.free_in_buffer;
    return OBSCURA_JPEG_DONE;
}

obscura_jpeg_result obscura_jpeg_encode(const uint8_t *rgb, uint32_t width, uint32_t height, int quality, uint8_t *out,
                                        size_t capacity) {
    struct job job;
    memset(&job, 0, sizeof job);
    job.target.err = obscura_jpeg_watch(&job.guard);
    size_t written = 0;
    int status = run(&job, rgb, width, height, quality, out, capacity, &written);
    jpeg_destroy_compress(&job.target);
    if (status != OBSCURA_JPEG_DONE) explicit_bzero(out, capacity);
    obscura_jpeg_result result = {status, job.guard.code, status == OBSCURA_JPEG_DONE ? written : 0};
    return result;
}
