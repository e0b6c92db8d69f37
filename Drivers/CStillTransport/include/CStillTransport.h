// How bytes reach one USB device that gives still pictures: usbfs in the product (CStillUSB), USB/IP over loopback in tests.
// A library that libgphoto2 loads as its port brings one; what speaks to a camera without libgphoto2 takes it from there too.
#pragma once
#include <stddef.h>
#include <stdint.h>

enum { OBSCURA_STILL_MOST_PACKETS = 32 };

// A transfer from an endpoint that is listened to, as it ended.
struct obscura_still_arrival {
    int endpoint;
    // 0 or a negative errno: of the whole transfer. What it brought before is there all the same.
    int status;
    // Valid until the next one is asked for.
    const unsigned char *bytes;
    // Packets of an isochronous transfer; a bulk one has a single packet, all of it.
    int packets;
    // In `bytes`, in bytes; the status of each as above.
    struct obscura_still_packet {
        int offset, count, status;
    } packet[OBSCURA_STILL_MOST_PACKETS];
};

static inline struct obscura_still_packet obscura_still_packet_of(const struct obscura_still_arrival *arrival, int index) {
    return arrival->packet[index];
}

struct obscura_still_transport {
    // Opens the device of a port's path `usb:BBB,DDD`. Returns 0 or a negative errno, as all of these do.
    int (*open)(int bus, int device, void **handle);
    void (*close)(void *handle);
    // The device descriptor and its configurations with all that follows them; returns how many bytes.
    int (*descriptors)(void *handle, unsigned char *bytes, int room);
    int (*claim)(void *handle, int interface);
    int (*release)(void *handle, int interface);
    int (*clear_halt)(void *handle, int endpoint);
    // Each returns how many bytes were moved. A bulk read ends with a short packet.
    int (*control)(void *handle, int kind, int request, int value, int index, char *bytes, int count, int milliseconds);
    int (*bulk)(void *handle, int endpoint, char *bytes, int count, int milliseconds);
    int (*interrupt)(void *handle, int endpoint, char *bytes, int count, int milliseconds);

    // Claims an interface of which the kernel's driver for video has to let go first; -EBUSY where another driver has it.
    int (*take)(void *handle, int interface);
    // Releases an interface and has the kernel's drivers look at it.
    int (*give_back)(void *handle, int interface);
    // Resets a device that a process took and died of, and has the kernel's drivers look at the interface; -EBUSY where a
    // driver or another program has it.
    int (*rescue)(void *handle, int interface);
    int (*alternate)(void *handle, int interface, int setting);
    // From now on always has transfers waiting at an incoming endpoint, so that nothing is missed between two of them:
    // isochronous ones of `packets` packets of `size` bytes, or bulk ones of `size` bytes where `packets` is 0.
    int (*listen)(void *handle, int endpoint, int size, int packets);
    // The next transfer that ended, of any endpoint; -ETIMEDOUT.
    int (*next)(void *handle, int milliseconds, struct obscura_still_arrival *arrival);
    // Takes all waiting transfers back.
    void (*stop)(void *handle);
};

// The transport of the one library in a folder; NULL where there is none, or another file beside it.
const struct obscura_still_transport *obscura_still_transport_in(const char *folder);
