// A USB port library for libgphoto2 that knows one device and nothing else: it lists no devices, asks neither sysfs nor
// udev, and needs no netlink. How bytes reach the device is a transport's matter: usbfs in the product (CStillUSB), USB/IP
// over loopback in tests.
#pragma once
#include <stddef.h>
#include <stdint.h>

struct obscura_still_transport {
    // Opens the device of a port's path `usb:BBB,DDD`. Returns 0 or a negative errno, as all of these do.
    int (*open)(int bus, int device, void **handle);
    void (*close)(void *handle);
    // The device descriptor and the first configuration with all that follows it; returns how many bytes.
    int (*descriptors)(void *handle, unsigned char *bytes, int room);
    int (*claim)(void *handle, int interface);
    int (*release)(void *handle, int interface);
    int (*clear_halt)(void *handle, int endpoint);
    // Each returns how many bytes were moved. A bulk read ends with a short packet.
    int (*control)(void *handle, int kind, int request, int value, int index, char *bytes, int count, int milliseconds);
    int (*bulk)(void *handle, int endpoint, char *bytes, int count, int milliseconds);
    int (*interrupt)(void *handle, int endpoint, char *bytes, int count, int milliseconds);
};

// Defined by the library that this one is linked into.
extern const struct obscura_still_transport obscura_still_transport;

// Bytes that a device may send between opening and closing: no memory is enough for one that never ends.
#define OBSCURA_STILL_MOST_BYTES (96 << 20)
// Nanoseconds that a device has between opening and closing, whatever it was asked for.
#define OBSCURA_STILL_PATIENCE 90000000000
