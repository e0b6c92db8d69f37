// What a camera without libgphoto2 needs: its interfaces from the kernel's driver, and transfers that always wait.
#include "node.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

enum { WAITING = 16, MOST_SIZE = 64 << 10 };

struct flight {
    unsigned char *bytes;
    // Of one packet, or of all where there are none.
    int size, waiting;
    // Last: its packets stand behind it.
    struct usbdevfs_urb request;
};

int obscura_node_take(void *handle, int interface) {
    struct node *node = handle;
    struct usbdevfs_disconnect_claim claim = {
        .interface = interface, .flags = USBDEVFS_DISCONNECT_CLAIM_IF_DRIVER, .driver = "uvcvideo"};
    return called(ioctl(node->file, USBDEVFS_DISCONNECT_CLAIM, &claim));
}

int obscura_node_give_back(void *handle, int interface) {
    struct node *node = handle;
    ioctl(node->file, USBDEVFS_RELEASEINTERFACE, &interface);
    struct usbdevfs_ioctl connect = {.ifno = interface, .ioctl_code = USBDEVFS_CONNECT};
    return called(ioctl(node->file, USBDEVFS_IOCTL, &connect));
}

int obscura_node_rescue(void *handle, int interface) {
    struct node *node = handle;
    int code = called(ioctl(node->file, USBDEVFS_CLAIMINTERFACE, &interface));
    if (code < 0) return code;
    // Its stream may still run, and a still may still be due: both would come to whoever asks next.
    code = called(ioctl(node->file, USBDEVFS_RESET, NULL));
    int back = obscura_node_give_back(node, interface);
    if (code < 0) return code;
    // The reset itself took the interface from this program, and mostly has called its driver already.
    if (back == -EBUSY) return 0;
    return back == 0 ? -ENXIO : back;
}

int obscura_node_alternate(void *handle, int interface, int setting) {
    struct node *node = handle;
    struct usbdevfs_setinterface alternate = {.interface = interface, .altsetting = setting};
    return called(ioctl(node->file, USBDEVFS_SETINTERFACE, &alternate));
}

static int submit(struct node *node, struct flight *flight) {
    struct usbdevfs_urb *request = &flight->request;
    request->status = request->actual_length = request->error_count = 0;
    for (int index = 0; index < request->number_of_packets; index++)
        request->iso_frame_desc[index] = (struct usbdevfs_iso_packet_desc){.length = flight->size};
    int code = called(ioctl(node->file, USBDEVFS_SUBMITURB, request));
    flight->waiting = code >= 0;
    return code;
}

static struct flight *flight_of(int endpoint, int size, int packets) {
    struct flight *flight = calloc(1, sizeof *flight + packets * sizeof(struct usbdevfs_iso_packet_desc));
    int count = packets > 0 ? packets * size : size;
    unsigned char *bytes = calloc(1, count);
    if (!flight || !bytes) {
        free(flight);
        free(bytes);
        return NULL;
    }
    flight->bytes = bytes;
    flight->size = size;
    flight->request.type = packets > 0 ? USBDEVFS_URB_TYPE_ISO : USBDEVFS_URB_TYPE_BULK;
    flight->request.flags = packets > 0 ? USBDEVFS_URB_ISO_ASAP : 0;
    flight->request.endpoint = endpoint;
    flight->request.buffer = bytes;
    flight->request.buffer_length = count;
    flight->request.number_of_packets = packets;
    flight->request.usercontext = flight;
    return flight;
}

int obscura_node_listen(void *handle, int endpoint, int size, int packets) {
    struct node *node = handle;
    if (node->count + WAITING > MOST_FLIGHTS || size < 1 || size > MOST_SIZE || packets < 0 ||
        packets > OBSCURA_STILL_MOST_PACKETS)
        return -EINVAL;
    for (int index = 0; index < WAITING; index++) {
        struct flight *flight = flight_of(endpoint, size, packets);
        if (!flight) return -ENOMEM;
        node->flights[node->count++] = flight;
        int code = submit(node, flight);
        if (code < 0) return code;
    }
    return 0;
}

// The transfer that ended, with what it brought.
static void describe(const struct flight *flight, struct obscura_still_arrival *arrival) {
    const struct usbdevfs_urb *request = &flight->request;
    int packets = request->number_of_packets;
    arrival->endpoint = request->endpoint;
    arrival->status = request->status;
    arrival->bytes = flight->bytes;
    arrival->packets = packets > 0 ? packets : 1;
    arrival->packet[0] = (struct obscura_still_packet){.count = request->actual_length, .status = request->status};
    for (int index = 0; index < packets; index++) {
        const struct usbdevfs_iso_packet_desc *packet = &request->iso_frame_desc[index];
        int count = packet->actual_length < (unsigned)flight->size ? (int)packet->actual_length : flight->size;
        arrival->packet[index] = (struct obscura_still_packet){
            .offset = index * flight->size, .count = count, .status = (int)packet->status};
    }
}

int obscura_node_next(void *handle, int milliseconds, struct obscura_still_arrival *arrival) {
    struct node *node = handle;
    if (node->lent) {
        struct flight *lent = node->lent;
        node->lent = NULL;
        int code = submit(node, lent);
        if (code < 0) return code;
    }
    struct usbdevfs_urb *done = NULL;
    int code = obscura_node_reap(node, milliseconds, &done);
    if (code < 0) return code;
    struct flight *flight = done->usercontext;
    flight->waiting = 0;
    node->lent = flight;
    describe(flight, arrival);
    return 0;
}

void obscura_node_stop(void *handle) {
    struct node *node = handle;
    int waiting = 0;
    for (int index = 0; index < node->count; index++) {
        if (!node->flights[index]->waiting) continue;
        // What has ended meanwhile is taken like the others.
        ioctl(node->file, USBDEVFS_DISCARDURB, &node->flights[index]->request);
        waiting++;
    }
    while (waiting > 0) {
        struct usbdevfs_urb *done = NULL;
        if (ioctl(node->file, USBDEVFS_REAPURB, &done) == 0) waiting--;
        // A device that is gone has ended them all.
        else if (errno != EINTR) break;
    }
    for (int index = 0; index < node->count; index++) {
        struct flight *flight = node->flights[index];
        // The patient's picture came through here.
        explicit_bzero(flight->bytes, flight->request.buffer_length);
        free(flight->bytes);
        free(flight);
    }
    node->count = 0;
    node->lent = NULL;
}
