#include <string.h>

#include "guard.h"

struct job {
    obscura_jpeg_guard guard;
    struct jpeg_decompress_struct original, masked;
};

/// One byte a unit: 1 where it must be empty.
struct map {
    uint8_t *units;
    JDIMENSION columns, rows;
};

static const JBLOCK nothing;

static struct map draw(struct jpeg_decompress_struct *source, const obscura_jpeg_units *units, size_t unit_count) {
    struct map map;
    JDIMENSION width = (JDIMENSION)source->max_h_samp_factor * DCTSIZE;
    JDIMENSION height = (JDIMENSION)source->max_v_samp_factor * DCTSIZE;
    map.columns = (source->image_width + width - 1) / width;
    map.rows = (source->image_height + height - 1) / height;
    size_t count = (size_t)map.columns * map.rows;
    map.units = source->mem->alloc_large((j_common_ptr)source, JPOOL_IMAGE, count);
    memset(map.units, 0, count);
    for (size_t i = 0; i < unit_count; i++)
        for (JDIMENSION row = units[i].top; row < units[i].bottom && row < map.rows; row++)
            for (JDIMENSION column = units[i].left; column < units[i].right && column < map.columns; column++)
                map.units[(size_t)row * map.columns + column] = 1;
    return map;
}

static int same_shape(const struct jpeg_decompress_struct *one, const struct jpeg_decompress_struct *other) {
    if (one->num_components != other->num_components || one->jpeg_color_space != other->jpeg_color_space) return 0;
    for (int i = 0; i < one->num_components; i++) {
        const jpeg_component_info *a = &one->comp_info[i], *b = &other->comp_info[i];
        if (a->component_id != b->component_id || a->h_samp_factor != b->h_samp_factor ||
            a->v_samp_factor != b->v_samp_factor || !a->quant_table || !b->quant_table ||
            memcmp(a->quant_table->quantval, b->quant_table->quantval, sizeof a->quant_table->quantval) != 0)
            return 0;
    }
    return 1;
}

static int compare(struct job *job, struct map map, int index, jvirt_barray_ptr original, jvirt_barray_ptr masked) {
    j_common_ptr one = (j_common_ptr)&job->original, other = (j_common_ptr)&job->masked;
    jpeg_component_info *component = &job->original.comp_info[index];
    JDIMENSION across = (JDIMENSION)component->h_samp_factor, down = (JDIMENSION)component->v_samp_factor;
    JDIMENSION columns = (component->width_in_blocks + across - 1) / across * across;
    JDIMENSION rows = (component->height_in_blocks + down - 1) / down * down;
    for (JDIMENSION row = 0; row < rows; row++) {
        JBLOCKROW a = one->mem->access_virt_barray(one, original, row, 1, FALSE)[0];
        JBLOCKROW b = other->mem->access_virt_barray(other, masked, row, 1, FALSE)[0];
        for (JDIMENSION column = 0; column < columns; column++) {
            if (map.units[(size_t)(row / down) * map.columns + column / across]) {
                if (memcmp(b[column], nothing, sizeof nothing) != 0) return OBSCURA_JPEG_INSIDE;
                continue;
            }
            // Padding is not part of the picture: an encoder may fill it as it likes.
            if (row >= component->height_in_blocks || column >= component->width_in_blocks) continue;
            if (memcmp(a[column], b[column], sizeof nothing) != 0) return OBSCURA_JPEG_OUTSIDE;
        }
    }
    return OBSCURA_JPEG_DONE;
}

static int run(struct job *job, obscura_jpeg_picture original, obscura_jpeg_picture masked,
               const obscura_jpeg_units *units, size_t unit_count) {
    if (setjmp(job->guard.place)) return job->guard.status;
    obscura_jpeg_open(&job->original, original);
    obscura_jpeg_open(&job->masked, masked);
    jvirt_barray_ptr *one = jpeg_read_coefficients(&job->original);
    jvirt_barray_ptr *other = jpeg_read_coefficients(&job->masked);
    if (!same_shape(&job->original, &job->masked)) return OBSCURA_JPEG_SHAPE;
    struct map map = draw(&job->original, units, unit_count);
    for (int i = 0; i < job->original.num_components; i++) {
        int status = compare(job, map, i, one[i], other[i]);
        if (status != OBSCURA_JPEG_DONE) return status;
    }
    jpeg_finish_decompress(&job->original);
    jpeg_finish_decompress(&job->masked);
    return OBSCURA_JPEG_DONE;
}

obscura_jpeg_result obscura_jpeg_verify(obscura_jpeg_picture original, obscura_jpeg_picture masked,
                                        const obscura_jpeg_units *units, size_t unit_count) {
    struct job job;
    memset(&job, 0, sizeof job);
    job.original.err = obscura_jpeg_watch(&job.guard);
    job.masked.err = job.original.err;
    int status = run(&job, original, masked, units, unit_count);
    jpeg_destroy_decompress(&job.original);
    jpeg_destroy_decompress(&job.masked);
    obscura_jpeg_result result = {status, job.guard.code, 0};
    return result;
}
