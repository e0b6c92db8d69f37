#include "guard.h"

static _Noreturn void fail(j_common_ptr cinfo) {
    obscura_jpeg_guard *guard = (obscura_jpeg_guard *)cinfo->err;
    guard->status = OBSCURA_JPEG_CORRUPT;
    guard->code = guard->manager.msg_code;
    longjmp(guard->place, 1);
}

// A warning means that libjpeg repaired something: the repaired picture is not the camera's.
static void notice(j_common_ptr cinfo, int level) {
    if (level < 0) fail(cinfo);
}

static void say_nothing(j_common_ptr cinfo) { (void)cinfo; }

struct jpeg_error_mgr *obscura_jpeg_watch(obscura_jpeg_guard *guard) {
    struct jpeg_error_mgr *manager = jpeg_std_error(&guard->manager);
    manager->error_exit = fail;
    manager->emit_message = notice;
    manager->output_message = say_nothing;
    guard->status = OBSCURA_JPEG_CORRUPT;
    guard->code = 0;
    return manager;
}

_Noreturn void obscura_jpeg_leave(j_common_ptr cinfo, int status) {
    obscura_jpeg_guard *guard = (obscura_jpeg_guard *)cinfo->err;
    guard->status = status;
    guard->code = 0;
    longjmp(guard->place, 1);
}

static int colour_of(J_COLOR_SPACE space) {
    switch (space) {
    case JCS_GRAYSCALE: return OBSCURA_JPEG_GREY;
    case JCS_RGB: return OBSCURA_JPEG_RGB;
    case JCS_YCbCr: return OBSCURA_JPEG_YCBCR;
    default: return 0;
    }
}

void obscura_jpeg_open(struct jpeg_decompress_struct *cinfo, obscura_jpeg_picture picture) {
    jpeg_create_decompress(cinfo);
    jpeg_mem_src(cinfo, picture.bytes, picture.count);
    jpeg_read_header(cinfo, TRUE);
    if (cinfo->image_width != picture.width || cinfo->image_height != picture.height ||
        colour_of(cinfo->jpeg_color_space) != picture.colour || cinfo->progressive_mode || cinfo->arith_code ||
        cinfo->data_precision != 8)
        obscura_jpeg_leave((j_common_ptr)cinfo, OBSCURA_JPEG_SHAPE);
}
