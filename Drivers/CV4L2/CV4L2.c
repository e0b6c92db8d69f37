#define _GNU_SOURCE
#include "CV4L2.h"
#include <errno.h>
#include <fcntl.h>
#include <libv4l-plugin.h>
#include <libv4lconvert.h>
#include <linux/videodev2.h>
#include <string.h>
#include <sys/ioctl.h>

static int control_call(int device, unsigned long request, void *argument) {
    int result;
    do { result = ioctl(device, request, argument); } while (result == -1 && errno == EINTR);
    return result;
}

// Kernel strings are fixed arrays that a lying driver may leave without an end.
static void copy_text(char *out, const void *in, size_t count) {
    memcpy(out, in, count);
    out[count] = 0;
}

int obscura_v4l2_open(const char *path) { return open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC); }

int obscura_v4l2_capability(int device, struct obscura_v4l2_capability *out) {
    struct v4l2_capability found;
    memset(&found, 0, sizeof found);
    if (control_call(device, VIDIOC_QUERYCAP, &found) != 0) return -1;
    copy_text(out->driver, found.driver, 16);
    copy_text(out->card, found.card, 32);
    copy_text(out->bus, found.bus_info, 32);
    out->device_caps = found.capabilities & V4L2_CAP_DEVICE_CAPS ? found.device_caps : found.capabilities;
    return 0;
}

int obscura_v4l2_format_at(int device, uint32_t index, uint32_t *fourcc) {
    struct v4l2_fmtdesc found;
    memset(&found, 0, sizeof found);
    found.index = index;
    found.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    if (control_call(device, VIDIOC_ENUM_FMT, &found) != 0) return -1;
    *fourcc = found.pixelformat;
    return 0;
}

int obscura_v4l2_size_at(int device, uint32_t fourcc, uint32_t index, uint32_t *width, uint32_t *height, int *stepwise) {
    struct v4l2_frmsizeenum found;
    memset(&found, 0, sizeof found);
    found.index = index;
    found.pixel_format = fourcc;
    if (control_call(device, VIDIOC_ENUM_FRAMESIZES, &found) != 0) return -1;
    *stepwise = found.type != V4L2_FRMSIZE_TYPE_DISCRETE;
    *width = *stepwise ? found.stepwise.max_width : found.discrete.width;
    *height = *stepwise ? found.stepwise.max_height : found.discrete.height;
    return 0;
}

int obscura_v4l2_interval_at(int device, uint32_t fourcc, uint32_t width, uint32_t height, uint32_t index,
                             uint32_t *numerator, uint32_t *denominator) {
    struct v4l2_frmivalenum found;
    memset(&found, 0, sizeof found);
    found.index = index;
    found.pixel_format = fourcc;
    found.width = width;
    found.height = height;
    if (control_call(device, VIDIOC_ENUM_FRAMEINTERVALS, &found) != 0) return -1;
    struct v4l2_fract interval = found.type == V4L2_FRMIVAL_TYPE_DISCRETE ? found.discrete : found.stepwise.min;
    *numerator = interval.numerator;
    *denominator = interval.denominator;
    return 0;
}

static void read_format(struct obscura_v4l2_format *out, const struct v4l2_pix_format *in) {
    out->width = in->width;
    out->height = in->height;
    out->fourcc = in->pixelformat;
    out->field = in->field;
    out->bytes_per_line = in->bytesperline;
    out->size_image = in->sizeimage;
    out->colorspace = in->colorspace;
    out->ycbcr_encoding = in->ycbcr_enc;
    out->quantization = in->quantization;
    out->transfer = in->xfer_func;
}

int obscura_v4l2_set_format(int device, struct obscura_v4l2_format *format) {
    struct v4l2_format wanted;
    memset(&wanted, 0, sizeof wanted);
    wanted.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    wanted.fmt.pix.width = format->width;
    wanted.fmt.pix.height = format->height;
    wanted.fmt.pix.pixelformat = format->fourcc;
    wanted.fmt.pix.field = V4L2_FIELD_NONE;
    if (control_call(device, VIDIOC_S_FMT, &wanted) != 0) return -1;
    read_format(format, &wanted.fmt.pix);
    return 0;
}

int obscura_v4l2_keep_format(int device) {
    struct v4l2_format current;
    memset(&current, 0, sizeof current);
    current.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    if (control_call(device, VIDIOC_G_FMT, &current) != 0) return -1;
    return control_call(device, VIDIOC_S_FMT, &current);
}

int obscura_v4l2_set_interval(int device, uint32_t *numerator, uint32_t *denominator) {
    struct v4l2_streamparm wanted;
    memset(&wanted, 0, sizeof wanted);
    wanted.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    wanted.parm.capture.timeperframe.numerator = *numerator;
    wanted.parm.capture.timeperframe.denominator = *denominator;
    if (control_call(device, VIDIOC_S_PARM, &wanted) != 0) return -1;
    *numerator = wanted.parm.capture.timeperframe.numerator;
    *denominator = wanted.parm.capture.timeperframe.denominator;
    return 0;
}

int obscura_v4l2_request_buffers(int device, uint32_t count) {
    struct v4l2_requestbuffers wanted;
    memset(&wanted, 0, sizeof wanted);
    wanted.count = count;
    wanted.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    wanted.memory = V4L2_MEMORY_MMAP;
    if (control_call(device, VIDIOC_REQBUFS, &wanted) != 0) return -1;
    return (int)wanted.count;
}

static struct v4l2_buffer empty_buffer(uint32_t index) {
    struct v4l2_buffer buffer;
    memset(&buffer, 0, sizeof buffer);
    buffer.index = index;
    buffer.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    buffer.memory = V4L2_MEMORY_MMAP;
    return buffer;
}

static void read_buffer(struct obscura_v4l2_buffer *out, const struct v4l2_buffer *in) {
    out->index = in->index;
    out->bytes_used = in->bytesused;
    out->flags = in->flags;
    out->sequence = in->sequence;
    out->length = in->length;
    out->offset = in->m.offset;
    out->field = in->field;
    out->timestamp = (int64_t)in->timestamp.tv_sec * 1000000000 + (int64_t)in->timestamp.tv_usec * 1000;
}

int obscura_v4l2_query_buffer(int device, uint32_t index, struct obscura_v4l2_buffer *out) {
    struct v4l2_buffer buffer = empty_buffer(index);
    if (control_call(device, VIDIOC_QUERYBUF, &buffer) != 0) return -1;
    read_buffer(out, &buffer);
    return 0;
}

int obscura_v4l2_queue(int device, uint32_t index) {
    struct v4l2_buffer buffer = empty_buffer(index);
    return control_call(device, VIDIOC_QBUF, &buffer);
}

int obscura_v4l2_dequeue(int device, struct obscura_v4l2_buffer *out) {
    struct v4l2_buffer buffer = empty_buffer(0);
    if (control_call(device, VIDIOC_DQBUF, &buffer) != 0) return -1;
    read_buffer(out, &buffer);
    return 0;
}

int obscura_v4l2_stream(int device, int on) {
    int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    return control_call(device, on ? VIDIOC_STREAMON : VIDIOC_STREAMOFF, &type);
}

int obscura_v4l2_next_control(int device, uint32_t id, struct obscura_v4l2_control *out) {
    struct v4l2_query_ext_ctrl found;
    memset(&found, 0, sizeof found);
    found.id = id | V4L2_CTRL_FLAG_NEXT_CTRL;
    if (control_call(device, VIDIOC_QUERY_EXT_CTRL, &found) != 0) return -1;
    out->id = found.id;
    out->type = found.type;
    out->flags = found.flags;
    copy_text(out->name, found.name, 32);
    out->minimum = found.minimum;
    out->maximum = found.maximum;
    out->step = (int64_t)found.step;
    out->default_value = found.default_value;
    return 0;
}

static int one_control(int device, unsigned long request, uint32_t id, int64_t *value) {
    struct v4l2_ext_control control;
    struct v4l2_ext_controls controls;
    memset(&control, 0, sizeof control);
    memset(&controls, 0, sizeof controls);
    control.id = id;
    control.value = (int32_t)*value;
    controls.which = V4L2_CTRL_WHICH_CUR_VAL;
    controls.count = 1;
    controls.controls = &control;
    if (control_call(device, request, &controls) != 0) return -1;
    *value = control.value;
    return 0;
}

int obscura_v4l2_get_control(int device, uint32_t id, int64_t *value) {
    *value = 0;
    return one_control(device, VIDIOC_G_EXT_CTRLS, id, value);
}

int obscura_v4l2_set_control(int device, uint32_t id, int64_t value) {
    return one_control(device, VIDIOC_S_EXT_CTRLS, id, &value);
}

// The library asks its device what it is, to correct cameras that it knows. Here it converts what was already taken:
// it gets no device, and every camera is one that needs no correction.
static void *no_open(int device) { (void)device; return NULL; }
static void no_close(void *state) { (void)state; }
static int no_call(void *state, int device, unsigned long request, void *argument) {
    (void)state, (void)device;
    if (request == VIDIOC_QUERYCAP) { memset(argument, 0, sizeof(struct v4l2_capability)); return 0; }
    errno = ENOTTY;
    return -1;
}
static ssize_t no_read(void *state, int device, void *buffer, size_t count) {
    (void)state, (void)device, (void)buffer, (void)count;
    errno = ENOTTY;
    return -1;
}
static ssize_t no_write(void *state, int device, const void *buffer, size_t count) {
    (void)state, (void)device, (void)buffer, (void)count;
    errno = ENOTTY;
    return -1;
}
static const struct libv4l_dev_ops no_device = {
    .init = no_open, .close = no_close, .ioctl = no_call, .read = no_read, .write = no_write,
};

void *obscura_v4l2_converter(void) { return v4lconvert_create_with_dev_ops(-1, NULL, &no_device); }

void obscura_v4l2_converter_free(void *converter) { v4lconvert_destroy(converter); }

int obscura_v4l2_convert(void *converter, const struct obscura_v4l2_format *format, const uint8_t *source,
                         size_t source_count, uint8_t *rgb, size_t rgb_count) {
    struct v4l2_format from, to;
    memset(&from, 0, sizeof from);
    from.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    from.fmt.pix.width = format->width;
    from.fmt.pix.height = format->height;
    from.fmt.pix.pixelformat = format->fourcc;
    from.fmt.pix.bytesperline = format->bytes_per_line;
    from.fmt.pix.sizeimage = format->size_image;
    from.fmt.pix.field = format->field;
    to = from;
    to.fmt.pix.pixelformat = V4L2_PIX_FMT_RGB24;
    to.fmt.pix.bytesperline = format->width * 3;
    to.fmt.pix.sizeimage = format->width * format->height * 3;
    if (rgb_count < to.fmt.pix.sizeimage || source_count > 0x7fffffff) { errno = EINVAL; return -1; }
    // The library takes a non-const source but only reads it.
    return v4lconvert_convert(converter, &from, &to, (unsigned char *)(uintptr_t)source, (int)source_count, rgb, (int)rgb_count);
}
