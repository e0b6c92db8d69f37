// A USB port library for libgphoto2 that knows one device and nothing else: it lists no devices, asks neither sysfs nor
// udev, and needs no netlink. How bytes reach the device is a transport's matter.
#pragma once
#include <CStillTransport.h>

// Defined by the library that this one is linked into.
extern const struct obscura_still_transport obscura_still_transport;

// Bytes that a device may send between opening and closing: no memory is enough for one that never ends.
#define OBSCURA_STILL_MOST_BYTES (96 << 20)
// Nanoseconds that a device has between opening and closing, whatever it was asked for.
#define OBSCURA_STILL_PATIENCE 90000000000
