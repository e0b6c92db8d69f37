#include "StillPort.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

// Linux, Documentation/usb/usbip_protocol.rst.
enum { SUBMIT = 1, UNLINK = 2, SUBMITTED = 3, UNLINKED = 4, HEADER = 48, IDENTITY = 312, MOST_IN = 1 << 20, MOST_OUT = 4096 };

struct link {
    int socket;
    uint32_t sequence;
};

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

static int send_all(int socket, const void *bytes, size_t count) {
    while (count > 0) {
        ssize_t some = send(socket, bytes, count, MSG_NOSIGNAL);
        if (some <= 0) return -ENODEV;
        bytes = (const char *)bytes + some;
        count -= some;
    }
    return 0;
}

static int receive_all(int socket, void *bytes, size_t count) {
    while (count > 0) {
        ssize_t some = recv(socket, bytes, count, 0);
        if (some <= 0) return -ENODEV;
        bytes = (char *)bytes + some;
        count -= some;
    }
    return 0;
}

static int link_open(int bus, int device, void **handle) {
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(bus * 1000 + device), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    unsigned char opening[40] = {1, 0x11, 0x80, 3}, answer[8], identity[IDENTITY];
    struct link *link = calloc(1, sizeof *link);
    if (!link) return -ENOMEM;
    memcpy(opening + 8, "1-1", 3);
    link->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (link->socket < 0 || connect(link->socket, (struct sockaddr *)&address, sizeof address) < 0 ||
        send_all(link->socket, opening, sizeof opening) < 0 || receive_all(link->socket, answer, sizeof answer) < 0 ||
        answer[7] != 0 || receive_all(link->socket, identity, sizeof identity) < 0) {
        if (link->socket >= 0) close(link->socket);
        free(link);
        return -ENODEV;
    }
    *handle = link;
    return 0;
}

static void link_close(void *handle) {
    close(((struct link *)handle)->socket);
    free(handle);
}

static void put(uint32_t *words, int index, uint32_t value) { words[index] = htonl(value); }

static int submit(struct link *link, int endpoint, const unsigned char *setup, const char *out, int count, int incoming) {
    uint32_t words[HEADER / 4] = {0};
    put(words, 0, SUBMIT);
    put(words, 1, ++link->sequence);
    put(words, 2, 1 << 16 | 2);
    put(words, 3, incoming);
    put(words, 4, endpoint & 15);
    put(words, 6, count);
    put(words, 8, 0xffffffff);
    if (setup) memcpy(words + 10, setup, 8);
    int code = send_all(link->socket, words, sizeof words);
    return code < 0 || incoming ? code : send_all(link->socket, out, count);
}

// Waits for the answer to `wanted`, the only one that is due, and takes the question back when the time is over.
static int answer(struct link *link, uint32_t wanted, char *bytes, int room, int milliseconds, int incoming) {
    int64_t deadline = now() + milliseconds;
    int unlinking = 0;
    while (1) {
        struct pollfd question = {.fd = link->socket, .events = POLLIN};
        int64_t left = deadline - now();
        int ready = poll(&question, 1, left > 0 ? (int)left : 0);
        if (ready < 0) return -errno;
        if (ready == 0) {
            if (unlinking) return -ENODEV;
            uint32_t words[HEADER / 4] = {0};
            put(words, 0, UNLINK);
            put(words, 1, ++link->sequence);
            put(words, 2, 1 << 16 | 2);
            put(words, 5, wanted);
            if (send_all(link->socket, words, sizeof words) < 0) return -ENODEV;
            unlinking = 1;
            deadline = now() + 2000;
            continue;
        }
        uint32_t words[HEADER / 4];
        if (receive_all(link->socket, words, sizeof words) < 0) return -ENODEV;
        uint32_t kind = ntohl(words[0]), sequence = ntohl(words[1]);
        int status = (int)ntohl(words[5]), length = (int)ntohl(words[6]);
        if (kind == UNLINKED) return -ETIMEDOUT;
        if (kind != SUBMITTED) return -ENODEV;
        if (sequence != wanted || length < 0 || (incoming && length > room)) return -ENODEV;
        if (incoming && length > 0 && receive_all(link->socket, bytes, length) < 0) return -ENODEV;
        if (!unlinking) return status < 0 ? status : length;
        // It came while it was being taken back; the answer to that is still on its way.
        if (receive_all(link->socket, words, sizeof words) < 0) return -ENODEV;
        return status < 0 ? status : length;
    }
}

static int link_control(
    void *handle, int kind, int request, int value, int index, char *bytes, int count, int milliseconds) {
    struct link *link = handle;
    unsigned char setup[8] = {kind, request, value, value >> 8, index, index >> 8, count, count >> 8};
    int incoming = (kind & 0x80) != 0;
    int code = submit(link, 0, setup, bytes, count, incoming);
    return code < 0 ? code : answer(link, link->sequence, bytes, count, milliseconds, incoming);
}

static int link_descriptors(void *handle, unsigned char *bytes, int room) {
    int device = link_control(handle, 0x80, 6, 0x100, 0, (char *)bytes, 18, 2000);
    if (device < 18 || room < 1018) return device < 0 ? device : -ENODEV;
    int rest = link_control(handle, 0x80, 6, 0x200, 0, (char *)bytes + 18, 1000, 2000);
    return rest < 0 ? rest : 18 + rest;
}

static int link_claim(void *handle, int interface) {
    (void)interface;
    return link_control(handle, 0, 9, 1, 0, NULL, 0, 2000);
}

static int link_release(void *handle, int interface) {
    (void)handle, (void)interface;
    return 0;
}

static int link_clear_halt(void *handle, int endpoint) { return link_control(handle, 2, 1, 0, endpoint, NULL, 0, 2000); }

static int link_bulk(void *handle, int endpoint, char *bytes, int count, int milliseconds) {
    struct link *link = handle;
    int incoming = (endpoint & 0x80) != 0, most = incoming ? MOST_IN : MOST_OUT, moved = 0;
    do {
        int some = count - moved < most ? count - moved : most;
        int code = submit(link, endpoint, NULL, bytes + moved, some, incoming);
        if (code == 0) code = answer(link, link->sequence, bytes + moved, some, milliseconds, incoming);
        if (code < 0) return moved > 0 && code == -ETIMEDOUT ? moved : code;
        moved += code;
        if (code < some) break;
    } while (moved < count);
    return moved;
}

static int link_interrupt(void *handle, int endpoint, char *bytes, int count, int milliseconds) {
    struct link *link = handle;
    int code = submit(link, endpoint, NULL, NULL, count, 1);
    return code < 0 ? code : answer(link, link->sequence, bytes, count, milliseconds, 1);
}

const struct obscura_still_transport obscura_still_transport = {
    .open = link_open,
    .close = link_close,
    .descriptors = link_descriptors,
    .claim = link_claim,
    .release = link_release,
    .clear_halt = link_clear_halt,
    .control = link_control,
    .bulk = link_bulk,
    .interrupt = link_interrupt,
};
