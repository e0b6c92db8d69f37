#include <string.h>

#include "guard.h"

/// Writes into the caller's memory and never beyond it.
struct sink {
    struct jpeg_destination_mgr manager;
    uint8_t *out;
    size_t capacity;
};

struct job {
    obscura_jpeg_guard guard;
    struct jpeg_decompress_struct source;
    struct jpeg_compress_struct target;
    struct sink sink;
};

static void begin(j_compress_ptr cinfo) {
    struct sink *sink = (struct sink *)cinfo->dest;
    sink->manager.next_output_byte = sink->out;
    sink->manager.free_in_buffer = sink->capacity;
}

static boolean full(j_compress_ptr cinfo) { obscura_jpeg_leave((j_common_ptr)cinfo, OBSCURA_JPEG_FULL); }

static void end(j_compress_ptr cinfo) { (void)cinfo; }

static JDIMENSION least(JDIMENSION one, JDIMENSION other) { return one < other ? one : other; }

static JDIMENSION rounded(JDIMENSION count, int unit) {
    return (count + (JDIMENSION)unit - 1) / (JDIMENSION)unit * (JDIMENSION)unit;
}

static void empty(struct jpeg_decompress_struct *source, jvirt_barray_ptr *arrays, obscura_jpeg_units units) {
    for (int i = 0; i < source->num_components; i++) {
        jpeg_component_info *component = &source->comp_info[i];
        JDIMENSION across = (JDIMENSION)component->h_samp_factor, down = (JDIMENSION)component->v_samp_factor;
        // Rounded up to whole units: the padding blocks hold replicated edge pixels.
        JDIMENSION columns = rounded(component->width_in_blocks, component->h_samp_factor);
        JDIMENSION rows = rounded(component->height_in_blocks, component->v_samp_factor);
        JDIMENSION left = least(units.left * across, columns), right = least(units.right * across, columns);
        JDIMENSION bottom = least(units.bottom * down, rows);
        for (JDIMENSION row = units.top * down; row < bottom; row++) {
            JBLOCKARRAY blocks = source->mem->access_virt_barray((j_common_ptr)source, arrays[i], row, 1, TRUE);
            if (left < right) memset(blocks[0][left], 0, (right - left) * sizeof(JBLOCK));
        }
    }
}

/// Whether one coefficient is beyond what baseline can code (T.81 F.1.2).
static unsigned beyond(const JCOEF *block) {
    unsigned found = block[0] < -1024 || block[0] > 1023;
    for (int i = 1; i < DCTSIZE2; i++) found |= (uint16_t)(block[i] + 1023) > 2046;
    return found;
}

/// libjpeg's fast Huffman coder does not look: from a hostile picture it would write one that cannot be read again.
static void check_range(struct jpeg_decompress_struct *source, jvirt_barray_ptr *arrays) {
    for (int i = 0; i < source->num_components; i++) {
        const jpeg_component_info *component = &source->comp_info[i];
        for (JDIMENSION row = 0; row < component->height_in_blocks; row++) {
            JBLOCKROW blocks = source->mem->access_virt_barray((j_common_ptr)source, arrays[i], row, 1, FALSE)[0];
            unsigned found = 0;
            for (JDIMENSION column = 0; column < component->width_in_blocks; column++) found |= beyond(blocks[column]);
            if (found) ERREXIT(source, JERR_BAD_DCT_COEF);
        }
    }
}

/// The markers that a decoder needs to read the colours the same way, and no other.
static void choose_markers(const struct jpeg_decompress_struct *source, struct jpeg_compress_struct *target) {
    int usual = 1;
    for (int i = 0; i < target->num_components; i++) usual &= target->comp_info[i].component_id == i + 1;
    target->write_JFIF_header = source->jpeg_color_space == JCS_YCbCr && !usual;
    target->write_Adobe_marker = source->jpeg_color_space == JCS_RGB;
    target->JFIF_major_version = 1;
    target->JFIF_minor_version = 1;
    target->density_unit = 0;
    target->X_density = 1;
    target->Y_density = 1;
}

static int run(struct job *job, obscura_jpeg_picture picture, const obscura_jpeg_units *units, size_t unit_count) {
    if (setjmp(job->guard.place)) return job->guard.status;
    struct jpeg_decompress_struct *source = &job->source;
    struct jpeg_compress_struct *target = &job->target;
    obscura_jpeg_open(source, picture);
    jvirt_barray_ptr *arrays = jpeg_read_coefficients(source);
    for (size_t i = 0; i < unit_count; i++) empty(source, arrays, units[i]);
    check_range(source, arrays);

    jpeg_create_compress(target);
    job->sink.manager.init_destination = begin;
    job->sink.manager.empty_output_buffer = full;
    job->sink.manager.term_destination = end;
    target->dest = &job->sink.manager;
    jpeg_copy_critical_parameters(source, target);
    target->restart_interval = source->restart_interval;
    choose_markers(source, target);
    jpeg_write_coefficients(target, arrays);
    jpeg_finish_compress(target);
    jpeg_finish_decompress(source);
    return OBSCURA_JPEG_DONE;
}

obscura_jpeg_result obscura_jpeg_mask(obscura_jpeg_picture picture, const obscura_jpeg_units *units, size_t unit_count,
                                      uint8_t *out, size_t capacity) {
    struct job job;
    memset(&job, 0, sizeof job);
    job.source.err = obscura_jpeg_watch(&job.guard);
    job.target.err = job.source.err;
    job.sink.out = out;
    job.sink.capacity = capacity;
    int status = run(&job, picture, units, unit_count);
    // The compressor reads the decompressor's arrays: it goes first.
    jpeg_destroy_compress(&job.target);
    jpeg_destroy_decompress(&job.source);
    obscura_jpeg_result result = {status, job.guard.code, 0};
    if (status == OBSCURA_JPEG_DONE)
        result.written = capacity - job.sink.manager.free_in_buffer;
    else
        explicit_bzero(out, capacity);
    return result;
}
