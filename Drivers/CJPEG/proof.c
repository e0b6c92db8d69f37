#include "proof.h"

#include <string.h>

static const JBLOCK nothing;

obscura_jpeg_map obscura_jpeg_draw(struct jpeg_decompress_struct *cinfo, const obscura_jpeg_units *units,
                                   size_t unit_count) {
    obscura_jpeg_map map;
    JDIMENSION width = (JDIMENSION)cinfo->max_h_samp_factor * DCTSIZE;
    JDIMENSION height = (JDIMENSION)cinfo->max_v_samp_factor * DCTSIZE;
    map.columns = (cinfo->image_width + width - 1) / width;
    map.rows = (cinfo->image_height + height - 1) / height;
    size_t count = (size_t)map.columns * map.rows;
    map.units = cinfo->mem->alloc_large((j_common_ptr)cinfo, JPOOL_IMAGE, count);
    memset(map.units, 0, count);
    for (size_t i = 0; i < unit_count; i++)
        for (JDIMENSION row = units[i].top; row < units[i].bottom && row < map.rows; row++)
            for (JDIMENSION column = units[i].left; column < units[i].right && column < map.columns; column++)
                map.units[(size_t)row * map.columns + column] = 1;
    return map;
}

JDIMENSION obscura_jpeg_columns(const jpeg_component_info *component) {
    JDIMENSION across = (JDIMENSION)component->h_samp_factor;
    return (component->width_in_blocks + across - 1) / across * across;
}

void obscura_jpeg_make_rows(struct jpeg_decompress_struct *cinfo, obscura_jpeg_rows *rows) {
    for (int i = 0; i < cinfo->num_components; i++) {
        const jpeg_component_info *component = &cinfo->comp_info[i];
        size_t size = obscura_jpeg_columns(component) * sizeof(JBLOCK);
        for (int row = 0; row < component->v_samp_factor; row++)
            rows->of[i][row] = cinfo->mem->alloc_large((j_common_ptr)cinfo, JPOOL_IMAGE, size);
    }
}

static int same_shape(const struct jpeg_decompress_struct *one, const struct jpeg_decompress_struct *other) {
    if (one->num_components != other->num_components || one->jpeg_color_space != other->jpeg_color_space ||
        one->image_width != other->image_width || one->image_height != other->image_height)
        return 0;
    for (int i = 0; i < one->num_components; i++) {
        const jpeg_component_info *a = &one->comp_info[i], *b = &other->comp_info[i];
        if (a->component_id != b->component_id || a->h_samp_factor != b->h_samp_factor ||
            a->v_samp_factor != b->v_samp_factor)
            return 0;
    }
    return 1;
}

static int same_quantisation(const struct jpeg_decompress_struct *one, const struct jpeg_decompress_struct *other) {
    for (int i = 0; i < one->num_components; i++) {
        const jpeg_component_info *a = &one->comp_info[i], *b = &other->comp_info[i];
        if (!a->quant_table || !b->quant_table ||
            memcmp(a->quant_table->quantval, b->quant_table->quantval, sizeof a->quant_table->quantval) != 0)
            return 0;
    }
    return 1;
}

/// One row of blocks; `marks` says for each coded unit whether it must be empty.
static int compare(const jpeg_component_info *component, const uint8_t *marks, int is_padding, JBLOCKROW before,
                   JBLOCKROW after) {
    JDIMENSION columns = obscura_jpeg_columns(component), across = (JDIMENSION)component->h_samp_factor;
    for (JDIMENSION column = 0; column < columns; column++) {
        if (marks[column / across]) {
            if (memcmp(after[column], nothing, sizeof nothing) != 0) return OBSCURA_JPEG_INSIDE;
            continue;
        }
        // Padding is not part of the picture: an encoder may fill it as it likes.
        if (is_padding || column >= component->width_in_blocks) continue;
        if (memcmp(before[column], after[column], sizeof nothing) != 0) return OBSCURA_JPEG_OUTSIDE;
    }
    return OBSCURA_JPEG_DONE;
}

/// Compares the row of coded units that was decoded last.
static void compare_unit_row(obscura_jpeg_proof *proof) {
    struct jpeg_decompress_struct *original = proof->original;
    const uint8_t *marks = proof->map.units + (size_t)proof->compared * proof->map.columns;
    int is_touched = memchr(marks, 1, proof->map.columns) != NULL;
    for (int i = 0; i < original->num_components; i++) {
        const jpeg_component_info *component = &original->comp_info[i];
        for (int line = 0; line < component->v_samp_factor; line++) {
            JDIMENSION row = proof->compared * (JDIMENSION)component->v_samp_factor + (JDIMENSION)line;
            JBLOCKROW before =
                original->mem->access_virt_barray((j_common_ptr)original, proof->arrays[i], row, 1, FALSE)[0];
            JBLOCKROW after = proof->rows.of[i][line];
            int is_padding = row >= component->height_in_blocks;
            if (!is_touched && !is_padding && memcmp(before, after, component->width_in_blocks * sizeof(JBLOCK)) == 0)
                continue;
            int status = compare(component, marks, is_padding, before, after);
            if (status != OBSCURA_JPEG_DONE) obscura_jpeg_leave((j_common_ptr)&proof->masked, status);
        }
    }
    proof->compared++;
}

/// In place of libjpeg's: notes which array belongs to which component; they are asked for in order.
static jvirt_barray_ptr request(j_common_ptr cinfo, int pool, boolean zeroed, JDIMENSION columns, JDIMENSION rows,
                                JDIMENSION access) {
    obscura_jpeg_proof *proof = cinfo->client_data;
    jvirt_barray_ptr array = proof->request(cinfo, pool, zeroed, columns, rows, access);
    if (proof->known_count < MAX_COMPONENTS) proof->known[proof->known_count++] = array;
    return array;
}

/// In place of libjpeg's: the same memory for every row of coded units, zero as its entropy decoder wants it.
static JBLOCKARRAY access(j_common_ptr cinfo, jvirt_barray_ptr array, JDIMENSION first, JDIMENSION count,
                          boolean writable) {
    (void)writable;
    obscura_jpeg_proof *proof = cinfo->client_data;
    int index = 0;
    while (index < proof->known_count && proof->known[index] != array) index++;
    if (index >= proof->masked.num_components) obscura_jpeg_leave(cinfo, OBSCURA_JPEG_SHAPE);
    const jpeg_component_info *component = &proof->masked.comp_info[index];
    JDIMENSION unit_row = first / (JDIMENSION)component->v_samp_factor;
    if (count != (JDIMENSION)component->v_samp_factor || first != unit_row * count || unit_row >= proof->map.rows)
        obscura_jpeg_leave(cinfo, OBSCURA_JPEG_SHAPE);
    if (unit_row != proof->writing) {
        // The components are asked for one after the other: the first to go on has all of the row before it complete.
        if (unit_row != proof->writing + 1 || index != 0) obscura_jpeg_leave(cinfo, OBSCURA_JPEG_SHAPE);
        compare_unit_row(proof);
        proof->writing = unit_row;
    }
    for (JDIMENSION line = 0; line < count; line++)
        memset(proof->rows.of[index][line], 0, obscura_jpeg_columns(component) * sizeof(JBLOCK));
    return proof->rows.of[index];
}

void obscura_jpeg_prove(obscura_jpeg_proof *proof, struct jpeg_decompress_struct *original, jvirt_barray_ptr *arrays,
                        obscura_jpeg_picture picture, const obscura_jpeg_units *units, size_t unit_count) {
    struct jpeg_decompress_struct *masked = &proof->masked;
    j_common_ptr common = (j_common_ptr)masked;
    proof->original = original;
    proof->arrays = arrays;
    obscura_jpeg_open(masked, picture);
    if (!same_shape(original, masked)) obscura_jpeg_leave(common, OBSCURA_JPEG_SHAPE);
    proof->map = obscura_jpeg_draw(masked, units, unit_count);
    obscura_jpeg_make_rows(masked, &proof->rows);
    proof->request = masked->mem->request_virt_barray;
    masked->client_data = proof;
    masked->mem->request_virt_barray = request;
    masked->mem->access_virt_barray = access;
    jpeg_read_coefficients(masked);
    // The last row has nobody behind it who asks.
    compare_unit_row(proof);
    if (proof->compared != proof->map.rows || !same_quantisation(original, masked))
        obscura_jpeg_leave(common, OBSCURA_JPEG_SHAPE);
    jpeg_finish_decompress(masked);
}

void obscura_jpeg_forget_proof(obscura_jpeg_proof *proof) { jpeg_destroy_decompress(&proof->masked); }
