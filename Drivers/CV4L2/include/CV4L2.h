// Video4Linux2 without unions and _IOWR macros: one small function an ioctl (V4L2 API, single-planar capture).
// Every function returns 0 or a count, or -1 with errno.
#pragma once
#include <stddef.h>
#include <stdint.h>

struct obscura_v4l2_capability {
    char driver[17], card[33], bus[33];
    uint32_t device_caps;
};
struct obscura_v4l2_format {
    uint32_t width, height, fourcc, field, bytes_per_line, size_image;
    uint32_t colorspace, ycbcr_encoding, quantization, transfer;
};
struct obscura_v4l2_buffer {
    uint32_t index, bytes_used, flags, sequence, length, offset, field;
    int64_t timestamp; // nanoseconds of the clock that the flags name
};
struct obscura_v4l2_control {
    uint32_t id, type, flags;
    char name[33];
    int64_t minimum, maximum, step, default_value;
};

int obscura_v4l2_open(const char *path);
int obscura_v4l2_capability(int device, struct obscura_v4l2_capability *out);
// Index counts from 0; EINVAL ends the enumeration.
int obscura_v4l2_format_at(int device, uint32_t index, uint32_t *fourcc);
// Discrete sizes only; a stepwise range answers its largest size at index 0 and *stepwise = 1.
int obscura_v4l2_size_at(int device, uint32_t fourcc, uint32_t index, uint32_t *width, uint32_t *height, int *stepwise);
// Frame interval in seconds as numerator / denominator; a range answers its shortest interval.
int obscura_v4l2_interval_at(int device, uint32_t fourcc, uint32_t width, uint32_t height, uint32_t index,
                             uint32_t *numerator, uint32_t *denominator);
int obscura_v4l2_set_format(int device, struct obscura_v4l2_format *format);
// Sets the format that the device has: EBUSY while another program streams from it.
int obscura_v4l2_keep_format(int device);
int obscura_v4l2_set_interval(int device, uint32_t *numerator, uint32_t *denominator);
int obscura_v4l2_request_buffers(int device, uint32_t count);
int obscura_v4l2_query_buffer(int device, uint32_t index, struct obscura_v4l2_buffer *out);
int obscura_v4l2_queue(int device, uint32_t index);
int obscura_v4l2_dequeue(int device, struct obscura_v4l2_buffer *out);
int obscura_v4l2_stream(int device, int on);
// The control after `id` (0 for the first).
int obscura_v4l2_next_control(int device, uint32_t id, struct obscura_v4l2_control *out);
int obscura_v4l2_get_control(int device, uint32_t id, int64_t *value);
int obscura_v4l2_set_control(int device, uint32_t id, int64_t value);

// libv4lconvert: a frame of any format it knows, as RGB24 (width * height * 3 bytes). NULL where it cannot.
void *obscura_v4l2_converter(void);
void obscura_v4l2_converter_free(void *converter);
int obscura_v4l2_convert(void *converter, const struct obscura_v4l2_format *format, const uint8_t *source,
                         size_t source_count, uint8_t *rgb, size_t rgb_count);

enum {
    OBSCURA_V4L2_CAP_CAPTURE = 0x1,
    OBSCURA_V4L2_CAP_STREAMING = 0x04000000,
    OBSCURA_V4L2_FLAG_ERROR = 0x40,
    OBSCURA_V4L2_FLAG_TIMESTAMP_MASK = 0xe000,
    OBSCURA_V4L2_FLAG_TIMESTAMP_MONOTONIC = 0x2000,
    OBSCURA_V4L2_FLAG_SOURCE_MASK = 0x70000,
    OBSCURA_V4L2_FLAG_SOURCE_START = 0x10000,
    OBSCURA_V4L2_CONTROL_READ_ONLY = 0x4,
    OBSCURA_V4L2_CONTROL_DISABLED = 0x1,
};
