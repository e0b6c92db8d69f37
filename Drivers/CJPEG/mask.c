#include <string.h>

#include "proof.h"

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
    /// The original's coefficients. Nobody writes to them: the proof compares with them.
    jvirt_barray_ptr *arrays;
    obscura_jpeg_map map;
    /// What the compressor sees in place of rows that the mask touches.
    obscura_jpeg_rows rows;
    obscura_jpeg_proof proof;
    int is_written;
};

static void begin(j_compress_ptr cinfo) {
    struct sink *sink = (struct sink *)cinfo->dest;
    sink->manager.next_output_byte = sink->out;
    sink->manager.free_in_buffer = sink->capacity;
}

static boolean full(j_compress_ptr cinfo) { obscura_jpeg_leave((j_common_ptr)cinfo, OBSCURA_JPEG_FULL); }

static void end(j_compress_ptr cinfo) { (void)cinfo; }

/// Whether one coefficient is beyond what baseline can code (T.81 F.1.2).
static unsigned beyond(const JCOEF *block) {
    unsigned found = block[0] < -1024 || block[0] > 1023;
    for (int i = 1; i < DCTSIZE2; i++) found |= (uint16_t)(block[i] + 1023) > 2046;
    return found;
}

/// In place of libjpeg's: rows of blocks for the compressor, empty where the mask lies.
static JBLOCKARRAY emptied(j_common_ptr cinfo, jvirt_barray_ptr array, JDIMENSION first, JDIMENSION count,
                           boolean writable) {
    struct job *job = cinfo->client_data;
    j_common_ptr source = (j_common_ptr)&job->source;
    int index = 0;
    while (index < job->source.num_components && job->arrays[index] != array) index++;
    if (writable || index == job->source.num_components) obscura_jpeg_leave(cinfo, OBSCURA_JPEG_SHAPE);
    const jpeg_component_info *component = &job->source.comp_info[index];
    JDIMENSION across = (JDIMENSION)component->h_samp_factor, columns = obscura_jpeg_columns(component);
    JDIMENSION unit_row = first / (JDIMENSION)component->v_samp_factor;
    if (count != (JDIMENSION)component->v_samp_factor || first != unit_row * count || unit_row >= job->map.rows)
        obscura_jpeg_leave(cinfo, OBSCURA_JPEG_SHAPE);
    JBLOCKARRAY rows = job->source.mem->access_virt_barray(source, array, first, count, FALSE);
    const uint8_t *marks = job->map.units + (size_t)unit_row * job->map.columns;
    if (memchr(marks, 1, job->map.columns)) {
        for (JDIMENSION row = 0; row < count; row++) {
            JBLOCKROW copy = job->rows.of[index][row];
            memcpy(copy, rows[row], columns * sizeof(JBLOCK));
            for (JDIMENSION column = 0; column < columns; column++)
                if (marks[column / across]) memset(copy[column], 0, sizeof(JBLOCK));
        }
        rows = job->rows.of[index];
    }
    // libjpeg's fast Huffman coder does not look: from a hostile picture it would write one that cannot be read again.
    unsigned found = 0;
    for (JDIMENSION row = 0; row < count && first + row < component->height_in_blocks; row++)
        for (JDIMENSION column = 0; column < component->width_in_blocks; column++) found |= beyond(rows[row][column]);
    if (found) ERREXIT(cinfo, JERR_BAD_DCT_COEF);
    return rows;
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

static void write_masked(struct job *job, obscura_jpeg_picture picture, const obscura_jpeg_units *units,
                         size_t unit_count) {
    struct jpeg_decompress_struct *source = &job->source;
    struct jpeg_compress_struct *target = &job->target;
    obscura_jpeg_open(source, picture);
    job->map = obscura_jpeg_draw(source, units, unit_count);
    job->arrays = jpeg_read_coefficients(source);
    obscura_jpeg_make_rows(source, &job->rows);

    jpeg_create_compress(target);
    job->sink.manager.init_destination = begin;
    job->sink.manager.empty_output_buffer = full;
    job->sink.manager.term_destination = end;
    target->dest = &job->sink.manager;
    jpeg_copy_critical_parameters(source, target);
    target->restart_interval = source->restart_interval;
    choose_markers(source, target);
    target->client_data = job;
    target->mem->access_virt_barray = emptied;
    jpeg_write_coefficients(target, job->arrays);
    jpeg_finish_compress(target);
    job->is_written = 1;
}

static int run(struct job *job, obscura_jpeg_picture picture, const obscura_jpeg_units *units, size_t unit_count) {
    if (setjmp(job->guard.place)) {
        int status = job->guard.status;
        // Whatever is wrong with what was written here is not the camera's fault.
        int is_ours = job->is_written && status != OBSCURA_JPEG_OUTSIDE && status != OBSCURA_JPEG_INSIDE;
        return is_ours ? OBSCURA_JPEG_UNREADABLE : status;
    }
    write_masked(job, picture, units, unit_count);
    obscura_jpeg_picture masked = picture;
    masked.bytes = job->sink.out;
    masked.count = job->sink.capacity - job->sink.manager.free_in_buffer;
    obscura_jpeg_prove(&job->proof, &job->source, job->arrays, masked, units, unit_count);
    jpeg_finish_decompress(&job->source);
    return OBSCURA_JPEG_DONE;
}

obscura_jpeg_result obscura_jpeg_mask(obscura_jpeg_picture picture, const obscura_jpeg_units *units, size_t unit_count,
                                      uint8_t *out, size_t capacity) {
    struct job job;
    memset(&job, 0, sizeof job);
    job.source.err = obscura_jpeg_watch(&job.guard);
    job.target.err = job.source.err;
    job.proof.masked.err = job.source.err;
    job.sink.out = out;
    job.sink.capacity = capacity;
    int status = run(&job, picture, units, unit_count);
    // The compressor and the proof read the decompressor's arrays: they go first.
    jpeg_destroy_compress(&job.target);
    obscura_jpeg_forget_proof(&job.proof);
    jpeg_destroy_decompress(&job.source);
    obscura_jpeg_result result = {status, job.guard.code, 0};
    if (status == OBSCURA_JPEG_DONE)
        result.written = capacity - job.sink.manager.free_in_buffer;
    else
        explicit_bzero(out, capacity);
    return result;
}
