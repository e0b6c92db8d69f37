#include "CStillPort.h"
#include "gphoto_port_abi.h"
#include <errno.h>
#include <gphoto2/gphoto2-port-result.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// USB 2.0, 9.6: descriptor types; still image class, USB Still Image Capture Device Definition 1.0, 4.
enum { INTERFACE = 4, ENDPOINT = 5, STILL_CLASS = 6, STILL_SUBCLASS = 1, STILL_PROTOCOL = 1, DATA_CONTAINER = 2 };

struct _GPPortPrivateLibrary {
    void *device;
    int claimed;
    int64_t deadline, left;
    // Bytes of the data phase that is being read: still to come, come so far; and of the longest one.
    uint32_t awaited, come, longest;
};

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static int failure(int code, int otherwise) {
    switch (-code) {
    case ETIMEDOUT: return GP_ERROR_TIMEOUT;
    case ENODEV:
    case ENOENT:
    case ESHUTDOWN: return GP_ERROR_IO_USB_FIND;
    case EBUSY:
    case EACCES:
    case EPERM: return GP_ERROR_IO_USB_CLAIM;
    case ENOMEM: return GP_ERROR_NO_MEMORY;
    default: return otherwise;
    }
}

// What is left of the device's time, at most what is asked for; 0 when it is over.
static int patience(GPPort *port, int wanted) {
    int64_t left = (port->pl->deadline - now()) / 1000000;
    if (left <= 0) return 0;
    return left < wanted ? (int)left : wanted;
}

GPPortType gp_port_library_type(void) { return GP_PORT_USB; }

// Lists no device: an entry without a name stands for every path that it fits, and who uses this library gives the path.
int gp_port_library_list(GPPortInfoList *list) {
    GPPortInfo info;
    int code = gp_port_info_new(&info);
    if (code < 0) return code;
    gp_port_info_set_type(info, GP_PORT_USB);
    gp_port_info_set_name(info, "");
    gp_port_info_set_path(info, "^usb:[0-9][0-9][0-9],[0-9][0-9][0-9]$");
    // The result counts entries with a name and is below zero here.
    gp_port_info_list_append(list, info);
    return GP_OK;
}

static int port_init(GPPort *port) {
    port->pl = calloc(1, sizeof *port->pl);
    return port->pl ? GP_OK : GP_ERROR_NO_MEMORY;
}

static int port_exit(GPPort *port) {
    if (!port->pl) return GP_OK;
    if (port->pl->device) obscura_still_transport.close(port->pl->device);
    free(port->pl);
    port->pl = NULL;
    return GP_OK;
}

// The device is opened once and stays open until the port is gone: it cannot become another one in between.
static int reach(GPPort *port) {
    if (port->pl->device) return GP_OK;
    GPPortInfo info;
    char *path = NULL;
    int bus = 0, device = 0;
    if (gp_port_get_info(port, &info) < 0 || gp_port_info_get_path(info, &path) < 0 || !path ||
        sscanf(path, "usb:%3d,%3d", &bus, &device) != 2 || bus < 1 || device < 1)
        return GP_ERROR_BAD_PARAMETERS;
    int code = obscura_still_transport.open(bus, device, &port->pl->device);
    if (code < 0) return failure(code, GP_ERROR_IO);
    port->pl->deadline = now() + OBSCURA_STILL_PATIENCE;
    port->pl->left = OBSCURA_STILL_MOST_BYTES;
    return GP_OK;
}

// Notes the endpoints of the first still image interface. Descriptors are the device's own word: every length is looked at.
static int look(GPPort *port, const unsigned char *bytes, int count) {
    GPPortSettingsUSB usb = port->settings.usb;
    int found = 0, in = -1, out = -1, interrupt = -1, packet = 0;
    for (int at = bytes[0]; at + 2 <= count && bytes[at] >= 2 && at + bytes[at] <= count; at += bytes[at]) {
        const unsigned char *one = bytes + at;
        if (one[1] == INTERFACE && one[0] >= 9) {
            if (found) break;
            found = one[5] == STILL_CLASS && one[6] == STILL_SUBCLASS && one[7] == STILL_PROTOCOL && one[3] == 0;
            usb.interface = one[2];
            usb.altsetting = 0;
        } else if (one[1] == ENDPOINT && one[0] >= 7 && found) {
            int kind = one[3] & 3, incoming = one[2] & 0x80;
            if (kind == 2 && incoming && in < 0) in = one[2], packet = one[4] | one[5] << 8;
            if (kind == 2 && !incoming && out < 0) out = one[2];
            if (kind == 3 && incoming && interrupt < 0) interrupt = one[2];
        }
    }
    if (!found || in < 0 || out < 0 || interrupt < 0 || packet < 8) return GP_ERROR_IO_USB_FIND;
    usb.inep = in;
    usb.outep = out;
    usb.intep = interrupt;
    usb.maxpacketsize = packet;
    usb.config = 1;
    port->settings.usb = usb;
    return GP_OK;
}

static int describe(GPPort *port, unsigned char *bytes, int room) {
    int code = reach(port);
    if (code < 0) return code;
    int count = obscura_still_transport.descriptors(port->pl->device, bytes, room);
    if (count < 0) return failure(count, GP_ERROR_IO);
    return count >= 18 && bytes[0] == 18 && bytes[1] == 1 ? count : GP_ERROR_IO_USB_FIND;
}

static int port_find(GPPort *port, int vendor, int product) {
    unsigned char bytes[4096];
    int count = describe(port, bytes, sizeof bytes);
    if (count < 0) return count;
    if (vendor != (bytes[8] | bytes[9] << 8) || product != (bytes[10] | bytes[11] << 8)) return GP_ERROR_IO_USB_FIND;
    return look(port, bytes, count);
}

static int port_find_class(GPPort *port, int class, int subclass, int protocol) {
    unsigned char bytes[4096];
    if (class != STILL_CLASS || (subclass != -1 && subclass != STILL_SUBCLASS) ||
        (protocol != -1 && protocol != STILL_PROTOCOL))
        return GP_ERROR_IO_USB_FIND;
    int count = describe(port, bytes, sizeof bytes);
    return count < 0 ? count : look(port, bytes, count);
}

static int port_open(GPPort *port) {
    int code = reach(port);
    if (code < 0) return code;
    if (port->pl->claimed) return GP_OK;
    code = obscura_still_transport.claim(port->pl->device, port->settings.usb.interface);
    if (code < 0) return failure(code, GP_ERROR_IO_USB_CLAIM);
    port->pl->claimed = 1;
    return GP_OK;
}

static int port_close(GPPort *port) {
    if (port->pl && port->pl->claimed) {
        obscura_still_transport.release(port->pl->device, port->settings.usb.interface);
        port->pl->claimed = 0;
    }
    return GP_OK;
}

// Counts the bytes of data phases (ISO 15740 over USB: length, type, code, transaction, then data). libgphoto2 2.5.30 believes
// a camera's announced size of a picture; who uses this library compares it with what really came.
static void account(GPPort *port, const unsigned char *bytes, uint32_t count) {
    struct _GPPortPrivateLibrary *pl = port->pl;
    if (pl->awaited == 0) {
        if (count < 12 || (bytes[4] | bytes[5] << 8) != DATA_CONTAINER) return;
        uint32_t length = bytes[0] | bytes[1] << 8 | bytes[2] << 16 | (uint32_t)bytes[3] << 24;
        pl->come = count - 12;
        pl->awaited = length > count ? length - count : 0;
    } else {
        pl->come += count;
        pl->awaited = pl->awaited > count ? pl->awaited - count : 0;
    }
    if (pl->come > pl->longest) pl->longest = pl->come;
    snprintf(port->settings.usb.port, sizeof port->settings.usb.port, "%u", pl->longest);
}

static int port_read(GPPort *port, char *bytes, int count) {
    int time = patience(port, port->timeout);
    if (time == 0) return GP_ERROR_TIMEOUT;
    int got = obscura_still_transport.bulk(port->pl->device, port->settings.usb.inep, bytes, count, time);
    if (got < 0) return failure(got, GP_ERROR_IO_READ);
    port->pl->left -= got;
    if (port->pl->left < 0) return GP_ERROR_NO_MEMORY;
    account(port, (const unsigned char *)bytes, got);
    return got;
}

static int port_write(GPPort *port, const char *bytes, int count) {
    int time = patience(port, port->timeout);
    if (time == 0) return GP_ERROR_TIMEOUT;
    // A new request: what the device still owes of the last data phase will not come.
    port->pl->awaited = 0;
    int sent = obscura_still_transport.bulk(port->pl->device, port->settings.usb.outep, (char *)bytes, count, time);
    return sent < 0 ? failure(sent, GP_ERROR_IO_WRITE) : sent;
}

static int port_interrupt(GPPort *port, char *bytes, int count, int timeout) {
    int time = patience(port, timeout > 0 ? timeout : 1);
    if (time == 0) return GP_ERROR_TIMEOUT;
    int got = obscura_still_transport.interrupt(port->pl->device, port->settings.usb.intep, bytes, count, time);
    return got < 0 ? failure(got, GP_ERROR_IO_READ) : got;
}

static int port_clear_halt(GPPort *port, int endpoint) {
    GPPortSettingsUSB *usb = &port->settings.usb;
    int number = endpoint == GP_PORT_USB_ENDPOINT_IN ? usb->inep : endpoint == GP_PORT_USB_ENDPOINT_OUT ? usb->outep : usb->intep;
    int code = obscura_still_transport.clear_halt(port->pl->device, number);
    return code < 0 ? failure(code, GP_ERROR_IO_USB_CLEAR_HALT) : GP_OK;
}

static int control(GPPort *port, int kind, int request, int value, int index, char *bytes, int count, int otherwise) {
    int time = patience(port, port->timeout);
    if (time == 0) return GP_ERROR_TIMEOUT;
    if (count < 0 || count > 4096) return GP_ERROR_BAD_PARAMETERS;
    int moved = obscura_still_transport.control(port->pl->device, kind, request, value, index, bytes, count, time);
    return moved < 0 ? failure(moved, otherwise) : moved;
}

// Class requests to the interface (USB Still Image Capture Device Definition 1.0, 5.2).
static int port_class_write(GPPort *port, int request, int value, int index, char *bytes, int count) {
    return control(port, 0x21, request, value, index, bytes, count, GP_ERROR_IO_WRITE);
}

static int port_class_read(GPPort *port, int request, int value, int index, char *bytes, int count) {
    return control(port, 0xa1, request, value, index, bytes, count, GP_ERROR_IO_READ);
}

static int port_update(GPPort *port) {
    memcpy(&port->settings, &port->settings_pending, sizeof port->settings);
    return GP_OK;
}

GPPortOperations *gp_port_library_operations(void) {
    GPPortOperations *operations = calloc(1, sizeof *operations);
    if (!operations) return NULL;
    operations->init = port_init;
    operations->exit = port_exit;
    operations->open = port_open;
    operations->close = port_close;
    operations->read = port_read;
    operations->write = port_write;
    operations->check_int = port_interrupt;
    operations->update = port_update;
    operations->clear_halt = port_clear_halt;
    operations->msg_class_write = port_class_write;
    operations->msg_class_read = port_class_read;
    operations->find_device = port_find;
    operations->find_device_by_class = port_find_class;
    return operations;
}
