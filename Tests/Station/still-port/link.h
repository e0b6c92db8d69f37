// One device of one USB/IP server, without a kernel between.
#pragma once
#include "StillPort.h"

// Linux, Documentation/usb/usbip_protocol.rst.
enum { SUBMIT = 1, UNLINK = 2, SUBMITTED = 3, UNLINKED = 4, HEADER = 48, MOST_FLIGHTS = 16 };

struct flight;

struct link {
    int socket;
    uint32_t sequence;
    // Transfers from endpoints that are listened to; the one that is lent is asked for again before the next.
    struct flight *flights[MOST_FLIGHTS];
    int count;
    struct flight *lent;
};

// Each returns 0 or a negative errno.
int obscura_link_send(int socket, const void *bytes, size_t count);
int obscura_link_receive(int socket, void *bytes, size_t count);
void obscura_link_put(uint32_t *words, int index, uint32_t value);
// Without the descriptors of packets, where it has any.
int obscura_link_submit(
    struct link *link, int endpoint, const unsigned char *setup, const char *out, int count, int incoming, int packets);
int obscura_link_take_back(struct link *link, uint32_t sequence);
// The next answer's header as numbers, but for its last eight bytes.
int obscura_link_header(struct link *link, int milliseconds, uint32_t *words);
// Takes what follows such a header for a transfer that is listened for.
int obscura_link_keep(struct link *link, const uint32_t *words);

int obscura_link_listen(void *handle, int endpoint, int size, int packets);
int obscura_link_next(void *handle, int milliseconds, struct obscura_still_arrival *arrival);
void obscura_link_stop(void *handle);
