#include "node.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

// Bytes of one bulk request; the kernel allocates them in one piece.
enum { MOST_AT_ONCE = 64 << 10 };

static int node_open(int bus, int device, void **handle) {
    char path[32];
    snprintf(path, sizeof path, "/dev/bus/usb/%03d/%03d", bus, device);
    struct node *node = calloc(1, sizeof *node);
    if (!node) return -ENOMEM;
    node->file = open(path, O_RDWR | O_CLOEXEC);
    if (node->file < 0) {
        int code = -errno;
        free(node);
        return code;
    }
    *handle = node;
    return 0;
}

static void node_close(void *handle) {
    struct node *node = handle;
    obscura_node_stop(node);
    // Closing takes back what waits and gives back what is claimed.
    close(node->file);
    free(node);
}

static int node_descriptors(void *handle, unsigned char *bytes, int room) {
    struct node *node = handle;
    return called(pread(node->file, bytes, room, 0));
}

static int node_claim(void *handle, int interface) {
    struct node *node = handle;
    return called(ioctl(node->file, USBDEVFS_CLAIMINTERFACE, &interface));
}

static int node_release(void *handle, int interface) {
    struct node *node = handle;
    if (node->waiting && ioctl(node->file, USBDEVFS_DISCARDURB, &node->request) == 0) {
        struct usbdevfs_urb *done = NULL;
        while (ioctl(node->file, USBDEVFS_REAPURB, &done) < 0 && errno == EINTR) {}
    }
    node->waiting = 0;
    return called(ioctl(node->file, USBDEVFS_RELEASEINTERFACE, &interface));
}

static int node_clear_halt(void *handle, int endpoint) {
    struct node *node = handle;
    return called(ioctl(node->file, USBDEVFS_CLEAR_HALT, &endpoint));
}

static int node_control(
    void *handle, int kind, int request, int value, int index, char *bytes, int count, int milliseconds) {
    struct node *node = handle;
    struct usbdevfs_ctrltransfer transfer = {
        .bRequestType = kind, .bRequest = request, .wValue = value, .wIndex = index, .wLength = count,
        .timeout = milliseconds, .data = bytes};
    return called(ioctl(node->file, USBDEVFS_CONTROL, &transfer));
}

static int node_bulk(void *handle, int endpoint, char *bytes, int count, int milliseconds) {
    struct node *node = handle;
    int moved = 0;
    do {
        int some = count - moved < MOST_AT_ONCE ? count - moved : MOST_AT_ONCE;
        struct usbdevfs_bulktransfer transfer = {
            .ep = endpoint, .len = some, .timeout = milliseconds, .data = bytes + moved};
        int result = ioctl(node->file, USBDEVFS_BULK, &transfer);
        if (result < 0) return moved > 0 && errno == ETIMEDOUT ? moved : -errno;
        moved += result;
        if (result < some) break;
    } while (moved < count);
    return moved;
}

int obscura_node_reap(struct node *node, int milliseconds, struct usbdevfs_urb **done) {
    struct pollfd question = {.fd = node->file, .events = POLLOUT};
    int ready = poll(&question, 1, milliseconds);
    if (ready < 0) return -errno;
    if (ready == 0) return -ETIMEDOUT;
    if (ioctl(node->file, USBDEVFS_REAPURBNDELAY, done) < 0) return errno == EAGAIN ? -ETIMEDOUT : -errno;
    return 0;
}

static int node_interrupt(void *handle, int endpoint, char *bytes, int count, int milliseconds) {
    struct node *node = handle;
    if (!node->waiting) {
        memset(&node->request, 0, sizeof node->request);
        node->request.type = USBDEVFS_URB_TYPE_INTERRUPT;
        node->request.endpoint = endpoint;
        node->request.buffer = node->event;
        node->request.buffer_length = sizeof node->event;
        if (ioctl(node->file, USBDEVFS_SUBMITURB, &node->request) < 0) return -errno;
        node->waiting = 1;
    }
    struct usbdevfs_urb *done = NULL;
    int code = obscura_node_reap(node, milliseconds, &done);
    if (code < 0) return code;
    node->waiting = 0;
    if (node->request.status < 0) return node->request.status;
    int got = node->request.actual_length < count ? node->request.actual_length : count;
    memcpy(bytes, node->event, got);
    return got;
}

const struct obscura_still_transport obscura_still_transport = {
    .open = node_open,
    .close = node_close,
    .descriptors = node_descriptors,
    .claim = node_claim,
    .release = node_release,
    .clear_halt = node_clear_halt,
    .control = node_control,
    .bulk = node_bulk,
    .interrupt = node_interrupt,
    .take = obscura_node_take,
    .give_back = obscura_node_give_back,
    .rescue = obscura_node_rescue,
    .alternate = obscura_node_alternate,
    .listen = obscura_node_listen,
    .next = obscura_node_next,
    .stop = obscura_node_stop,
};
