#include "CUSB.h"

#include <libusb-1.0/libusb.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    MOST_UNDER_WAY = 8,
    // Microseconds of one look for a transfer that has a limit.
    LOOK = 50000,
};

struct obscura_usb {
    libusb_context *context;
    libusb_device_handle *handle;
    pthread_mutex_t mutex;
    int is_cancelled;
    struct libusb_transfer *under_way[MOST_UNDER_WAY];
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int option_result;

// For every context of this process: the default ones of libusb listen to the kernel's netlink.
static void forbid_discovery(void) { option_result = libusb_set_option(NULL, LIBUSB_OPTION_NO_DEVICE_DISCOVERY); }

int obscura_usb_open(int node, struct obscura_usb **out) {
    pthread_once(&once, forbid_discovery);
    if (option_result != 0) return option_result;
    struct obscura_usb *usb = calloc(1, sizeof *usb);
    if (usb == NULL) return LIBUSB_ERROR_NO_MEM;
    int result = libusb_init(&usb->context);
    if (result == 0) {
        result = libusb_wrap_sys_device(usb->context, node, &usb->handle);
        if (result != 0) libusb_exit(usb->context);
    }
    if (result == 0 && pthread_mutex_init(&usb->mutex, NULL) != 0) {
        libusb_close(usb->handle);
        libusb_exit(usb->context);
        result = LIBUSB_ERROR_NO_MEM;
    }
    if (result != 0) {
        free(usb);
        return result;
    }
    *out = usb;
    return 0;
}

void obscura_usb_close(struct obscura_usb *usb) {
    libusb_close(usb->handle);
    libusb_exit(usb->context);
    pthread_mutex_destroy(&usb->mutex);
    free(usb);
}

int obscura_usb_claim(struct obscura_usb *usb, int interface) { return libusb_claim_interface(usb->handle, interface); }

int obscura_usb_set(struct obscura_usb *usb, int interface, int alternate) {
    return libusb_set_interface_alt_setting(usb->handle, interface, alternate);
}

int obscura_usb_release(struct obscura_usb *usb, int interface) {
    return libusb_release_interface(usb->handle, interface);
}

int obscura_usb_clear_halt(struct obscura_usb *usb, uint8_t endpoint) { return libusb_clear_halt(usb->handle, endpoint); }

static void LIBUSB_CALL ended(struct libusb_transfer *transfer) { *(int *)transfer->user_data = 1; }

// Submits it where cancelling sees it: there is no moment in which a transfer is under way and not on the list.
static int submit(struct obscura_usb *usb, struct libusb_transfer *transfer, int *place) {
    int result = LIBUSB_ERROR_BUSY;
    pthread_mutex_lock(&usb->mutex);
    if (usb->is_cancelled) {
        result = OBSCURA_USB_CANCELLED;
    } else {
        for (int i = 0; i < MOST_UNDER_WAY; i++) {
            if (usb->under_way[i] != NULL) continue;
            result = libusb_submit_transfer(transfer);
            if (result == 0) {
                usb->under_way[i] = transfer;
                *place = i;
            }
            break;
        }
    }
    pthread_mutex_unlock(&usb->mutex);
    return result;
}

static int ending(enum libusb_transfer_status status) {
    switch (status) {
        case LIBUSB_TRANSFER_COMPLETED: return OBSCURA_USB_DONE;
        case LIBUSB_TRANSFER_TIMED_OUT: return OBSCURA_USB_TIMED_OUT;
        case LIBUSB_TRANSFER_CANCELLED: return OBSCURA_USB_CANCELLED;
        case LIBUSB_TRANSFER_STALL: return OBSCURA_USB_STALLED;
        case LIBUSB_TRANSFER_NO_DEVICE: return OBSCURA_USB_GONE;
        case LIBUSB_TRANSFER_OVERFLOW: return OBSCURA_USB_BABBLED;
        default: return OBSCURA_USB_FAILED;
    }
}

static int64_t microseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

// Waits for the end of a transfer, and ends it itself when its time, which is not 0, is over; -1 when libusb itself cannot wait
// any more. libusb's own times would call a device silent on a machine that stood still: its answer could not come either. So
// of each look only as much counts as a machine that runs can make of it.
static int await_end(struct obscura_usb *usb, struct libusb_transfer *transfer, int *done, int64_t time, int *is_late) {
    for (int failures = 0; !*done && failures < 100;) {
        struct timeval look = {.tv_sec = time == 0 ? 60 : 0, .tv_usec = time == 0 ? 0 : LOOK};
        int64_t before = microseconds();
        int result = libusb_handle_events_timeout_completed(usb->context, &look, done);
        if (result != 0 && result != LIBUSB_ERROR_INTERRUPTED) {
            if (failures++ == 0) libusb_cancel_transfer(transfer);
            continue;
        }
        if (time == 0 || *is_late) continue;
        int64_t passed = microseconds() - before;
        time -= passed < 2 * LOOK ? passed : 2 * LOOK;
        if (time > 0 || *done) continue;
        time = 0;
        *is_late = 1;
        libusb_cancel_transfer(transfer);
    }
    return *done ? 0 : -1;
}

int obscura_usb_move(struct obscura_usb *usb, int is_interrupt, uint8_t endpoint, uint8_t *bytes, size_t count,
                     unsigned milliseconds, size_t *moved) {
    *moved = 0;
    int is_incoming = (endpoint & LIBUSB_ENDPOINT_IN) != 0;
    if (count > INT_MAX || (count == 0 && is_incoming)) return LIBUSB_ERROR_INVALID_PARAM;
    // A buffer of its own, because a transfer that never ends keeps it for ever.
    uint8_t *buffer = malloc(count == 0 ? 1 : count);
    struct libusb_transfer *transfer = libusb_alloc_transfer(0);
    int *done = calloc(1, sizeof *done), place = 0, is_late = 0;
    if (buffer == NULL || transfer == NULL || done == NULL) {
        free(buffer);
        free(done);
        libusb_free_transfer(transfer);
        return LIBUSB_ERROR_NO_MEM;
    }
    if (is_incoming) memset(buffer, 0, count);
    else if (count > 0) memcpy(buffer, bytes, count);
    libusb_fill_bulk_transfer(transfer, usb->handle, endpoint, buffer, (int)count, ended, done, 0);
    if (is_interrupt) transfer->type = LIBUSB_TRANSFER_TYPE_INTERRUPT;
    int result = submit(usb, transfer, &place);
    if (result == 0) {
        int is_lost = await_end(usb, transfer, done, (int64_t)milliseconds * 1000, &is_late) != 0;
        pthread_mutex_lock(&usb->mutex);
        usb->under_way[place] = NULL;
        is_late = is_late && !usb->is_cancelled;
        pthread_mutex_unlock(&usb->mutex);
        // What libusb still owns is not freed under it.
        if (is_lost) return OBSCURA_USB_FAILED;
        result = is_late && transfer->status == LIBUSB_TRANSFER_CANCELLED ? OBSCURA_USB_TIMED_OUT : ending(transfer->status);
        size_t length = transfer->actual_length < 0 ? 0 : (size_t)transfer->actual_length;
        *moved = length < count ? length : count;
        if (is_incoming) memcpy(bytes, buffer, *moved);
    }
    libusb_free_transfer(transfer);
    free(done);
    free(buffer);
    return result;
}

int obscura_usb_ask(struct obscura_usb *usb, uint8_t request, uint8_t interface, uint8_t *bytes, uint16_t count,
                    unsigned milliseconds, size_t *moved) {
    *moved = 0;
    uint8_t type = LIBUSB_REQUEST_TYPE_VENDOR | LIBUSB_RECIPIENT_INTERFACE | (count == 0 ? 0 : LIBUSB_ENDPOINT_IN);
    int result = libusb_control_transfer(usb->handle, type, request, 0, interface, bytes, count, milliseconds);
    if (result == LIBUSB_ERROR_PIPE) return OBSCURA_USB_STALLED;
    if (result == LIBUSB_ERROR_TIMEOUT) return OBSCURA_USB_TIMED_OUT;
    if (result < 0) return result;
    *moved = (size_t)result < count ? (size_t)result : count;
    return 0;
}

void obscura_usb_cancel(struct obscura_usb *usb) {
    pthread_mutex_lock(&usb->mutex);
    usb->is_cancelled = 1;
    for (int i = 0; i < MOST_UNDER_WAY; i++)
        if (usb->under_way[i] != NULL) libusb_cancel_transfer(usb->under_way[i]);
    pthread_mutex_unlock(&usb->mutex);
}

const char *obscura_usb_words(int error) { return libusb_strerror(error); }
