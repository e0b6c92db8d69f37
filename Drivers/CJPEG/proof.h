#ifndef OBSCURA_CJPEG_PROOF_H
#define OBSCURA_CJPEG_PROOF_H

#include "guard.h"

/// Which coded units must be empty: one byte a unit, 1 where it must.
typedef struct {
    uint8_t *units;
    JDIMENSION columns, rows;
} obscura_jpeg_map;

/// The map lives as long as `cinfo`'s image; the header has been read.
obscura_jpeg_map obscura_jpeg_draw(struct jpeg_decompress_struct *cinfo, const obscura_jpeg_units *units,
                                   size_t unit_count);

/// One row of coded units of each component: as many rows of blocks as its vertical sampling factor.
typedef struct {
    JBLOCKROW of[MAX_COMPONENTS][MAX_SAMP_FACTOR];
} obscura_jpeg_rows;

/// Memory that lives as long as `cinfo`'s image; the dimensions in blocks are known.
void obscura_jpeg_make_rows(struct jpeg_decompress_struct *cinfo, obscura_jpeg_rows *rows);

/// Blocks across, rounded up to whole coded units.
JDIMENSION obscura_jpeg_columns(const jpeg_component_info *component);

/// A masked picture that is being decoded again and compared, one row of coded units after the other.
///
/// Its coefficients never lie in memory as a whole: libjpeg is given one row's memory again and again. The caller sets
/// `masked.err`; all else is zero at first.
typedef struct {
    struct jpeg_decompress_struct masked;
    struct jpeg_decompress_struct *original;
    /// The original's coefficients, as they were decoded.
    jvirt_barray_ptr *arrays;
    obscura_jpeg_map map;
    obscura_jpeg_rows rows;
    /// libjpeg's own arrays for the masked picture, never filled: they only say which component is meant.
    jvirt_barray_ptr known[MAX_COMPONENTS];
    int known_count;
    /// The row of coded units that libjpeg fills now, and how many were compared.
    JDIMENSION writing, compared;
    jvirt_barray_ptr (*request)(j_common_ptr, int, boolean, JDIMENSION, JDIMENSION, JDIMENSION);
} obscura_jpeg_proof;

/// Decodes `masked` and compares it with the original's coefficients, which nobody has written to.
///
/// Leaves through the guard with SHAPE, INSIDE or OUTSIDE, or when libjpeg finds fault with the masked picture.
void obscura_jpeg_prove(obscura_jpeg_proof *proof, struct jpeg_decompress_struct *original, jvirt_barray_ptr *arrays,
                        obscura_jpeg_picture masked, const obscura_jpeg_units *units, size_t unit_count);

void obscura_jpeg_forget_proof(obscura_jpeg_proof *proof);

#endif
