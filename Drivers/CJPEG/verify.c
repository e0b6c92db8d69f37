#include <string.h>

#include "proof.h"

struct job {
    obscura_jpeg_guard guard;
    struct jpeg_decompress_struct original;
    obscura_jpeg_proof proof;
};

static int run(struct job *job, obscura_jpeg_picture original, obscura_jpeg_picture masked,
               const obscura_jpeg_units *units, size_t unit_count) {
    if (setjmp(job->guard.place)) return job->guard.status;
    obscura_jpeg_open(&job->original, original);
    jvirt_barray_ptr *arrays = jpeg_read_coefficients(&job->original);
    obscura_jpeg_prove(&job->proof, &job->original, arrays, masked, units, unit_count);
    jpeg_finish_decompress(&job->original);
    return OBSCURA_JPEG_DONE;
}

obscura_jpeg_result obscura_jpeg_verify(obscura_jpeg_picture original, obscura_jpeg_picture masked,
                                        const obscura_jpeg_units *units, size_t unit_count) {
    struct job job;
    memset(&job, 0, sizeof job);
    job.original.err = obscura_jpeg_watch(&job.guard);
    job.proof.masked.err = job.original.err;
    int status = run(&job, original, masked, units, unit_count);
    obscura_jpeg_forget_proof(&job.proof);
    jpeg_destroy_decompress(&job.original);
    obscura_jpeg_result result = {status, job.guard.code, 0};
    return result;
}
