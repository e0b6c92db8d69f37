// libusb-1.0 for a device whose node is open already, without discovery and so without netlink: one function an operation.
#pragma once
#include <stddef.h>
#include <stdint.h>

struct obscura_usb;

// How a transfer ended; negative numbers are libusb's own errors (libusb.h, enum libusb_error).
enum {
    OBSCURA_USB_DONE = 0,
    OBSCURA_USB_FAILED = 1,
    OBSCURA_USB_TIMED_OUT = 2,
    OBSCURA_USB_CANCELLED = 3,
    OBSCURA_USB_STALLED = 4,
    OBSCURA_USB_GONE = 5,
    OBSCURA_USB_BABBLED = 6,
    OBSCURA_USB_ERROR_ACCESS = -3,
    OBSCURA_USB_ERROR_NO_DEVICE = -4,
    OBSCURA_USB_ERROR_BUSY = -6,
};

// Wraps an open node of usbfs, which stays the caller's and must outlive this. 0, or libusb's error.
int obscura_usb_open(int node, struct obscura_usb **out);
// No transfer may be under way.
void obscura_usb_close(struct obscura_usb *usb);
int obscura_usb_claim(struct obscura_usb *usb, int interface);
// Puts the interface into an alternate setting, which begins its endpoints anew (USB 2.0, 9.4.10).
int obscura_usb_set(struct obscura_usb *usb, int interface, int alternate);
int obscura_usb_release(struct obscura_usb *usb, int interface);
// Ends a halt and begins the data toggle anew (USB 2.0, 9.4.5).
int obscura_usb_clear_halt(struct obscura_usb *usb, uint8_t endpoint);

// One bulk or interrupt transfer; waits until it has ended. Any number of threads may have one under way each.
// *moved is how many bytes were moved, whatever the ending. A time of 0 is no limit; one in which the whole machine stands still
// does not count. An outgoing transfer may be empty.
int obscura_usb_move(struct obscura_usb *usb, int is_interrupt, uint8_t endpoint, uint8_t *bytes, size_t count,
                     unsigned milliseconds, size_t *moved);
// A vendor's request to an interface (USB 2.0, 9.3), with `count` bytes from the device; nothing cancels it, so it needs a time.
// 0, OBSCURA_USB_STALLED, OBSCURA_USB_TIMED_OUT, or libusb's error.
int obscura_usb_ask(struct obscura_usb *usb, uint8_t request, uint8_t interface, uint8_t *bytes, uint16_t count,
                    unsigned milliseconds, size_t *moved);
// Ends every transfer that is under way and every one that is asked for from now on.
void obscura_usb_cancel(struct obscura_usb *usb);

// The words of libusb for its error.
const char *obscura_usb_words(int error);
