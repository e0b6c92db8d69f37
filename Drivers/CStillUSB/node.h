// One opened node of usbfs.
#pragma once
#include "CStillUSB.h"
#include <errno.h>
#include <linux/usbdevice_fs.h>

enum { MOST_EVENT = 64, MOST_FLIGHTS = 32 };

// A transfer that waits in the kernel, or is lent to whoever asked for it.
struct flight;

struct node {
    int file, waiting;
    unsigned char event[MOST_EVENT];
    struct flight *flights[MOST_FLIGHTS];
    int count;
    struct flight *lent;
    // An interrupt request that waits in the kernel between two questions: an event is never lost between them.
    struct usbdevfs_urb request;
};

static inline int called(int result) { return result < 0 ? -errno : result; }

// The next transfer that ended; -ETIMEDOUT.
int obscura_node_reap(struct node *node, int milliseconds, struct usbdevfs_urb **done);

int obscura_node_take(void *handle, int interface);
int obscura_node_give_back(void *handle, int interface);
int obscura_node_rescue(void *handle, int interface);
int obscura_node_alternate(void *handle, int interface, int setting);
int obscura_node_listen(void *handle, int endpoint, int size, int packets);
int obscura_node_next(void *handle, int milliseconds, struct obscura_still_arrival *arrival);
void obscura_node_stop(void *handle);
