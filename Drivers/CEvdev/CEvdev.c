#define _GNU_SOURCE
#include "CEvdev.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/input.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

_Static_assert(sizeof(struct input_event) == 24, "KeyReports reads events of 24 bytes");

int obscura_input_open(const char *path) { return open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY); }

int obscura_input_open_bell(const char *path) { return open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY); }

int obscura_input_port(int device, char *port, size_t capacity) {
    memset(port, 0, capacity);
    // A device without a port says ENOENT.
    if (ioctl(device, EVIOCGPHYS(capacity - 1), port) < 0 && errno != ENOENT) return -1;
    return 0;
}

int obscura_input_use_monotonic(int device) {
    int clock = CLOCK_MONOTONIC;
    return ioctl(device, EVIOCSCLOCKID, &clock);
}

int obscura_input_grab(int device) { return ioctl(device, EVIOCGRAB, (void *)1); }

int obscura_input_tone(int device, uint16_t hertz) {
    struct input_event event;
    memset(&event, 0, sizeof event);
    event.type = EV_SND;
    event.code = SND_TONE;
    event.value = hertz;
    return write(device, &event, sizeof event) == (ssize_t)sizeof event ? 0 : -1;
}
