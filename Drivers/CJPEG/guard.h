#ifndef OBSCURA_CJPEG_GUARD_H
#define OBSCURA_CJPEG_GUARD_H

// jpeglib.h needs FILE and size_t first.
#include <stdio.h>

#include <jerror.h>
#include <jpeglib.h>
#include <setjmp.h>

#include "cjpeg.h"

/// libjpeg's error manager and the place to come back to; the first member so that the pointer can be cast.
typedef struct {
    struct jpeg_error_mgr manager;
    jmp_buf place;
    int status;
    int code;
} obscura_jpeg_guard;

struct jpeg_error_mgr *obscura_jpeg_watch(obscura_jpeg_guard *guard);

/// Leaves through the guard with a status of our own.
_Noreturn void obscura_jpeg_leave(j_common_ptr cinfo, int status);

/// Creates the decompressor over the picture and reads its header; leaves when the shape is another.
void obscura_jpeg_open(struct jpeg_decompress_struct *cinfo, obscura_jpeg_picture picture);

#endif
