#include "link.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { IDENTITY = 312, MOST_IN = 1 << 20, MOST_OUT = 4096 };

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

int obscura_link_send(int socket, const void *bytes, size_t count) {
    while (count > 0) {
        ssize_t some = send(socket, bytes, count, MSG_NOSIGNAL);
        if (some <= 0) return -ENODEV;
        bytes = (const char *)bytes + some;
        count -= some;
    }
    return 0;
}

int obscura_link_receive(int socket, void *bytes, size_t count) {
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
        obscura_link_send(link->socket, opening, sizeof opening) < 0 || obscura_link_receive(link->socket, answer, sizeof answer) < 0 ||
        answer[7] != 0 || obscura_link_receive(link->socket, identity, sizeof identity) < 0) {
        if (link->socket >= 0) close(link->socket);
        free(link);
        return -ENODEV;
    }
    *handle = link;
    return 0;
}

static void link_close(void *handle) {
    obscura_link_stop(handle);
    close(((struct link *)handle)->socket);
    free(handle);
}

void obscura_link_put(uint32_t *words, int index, uint32_t value) { words[index] = htonl(value); }

int obscura_link_submit(
    struct link *link, int endpoint, const unsigned char *setup, const char *out, int count, int incoming, int packets) {
    uint32_t words[HEADER / 4] = {0};
    obscura_link_put(words, 0, SUBMIT);
    obscura_link_put(words, 1, ++link->sequence);
    obscura_link_put(words, 2, 1 << 16 | 2);
    obscura_link_put(words, 3, incoming);
    obscura_link_put(words, 4, endpoint & 15);
    obscura_link_put(words, 6, count);
    obscura_link_put(words, 8, packets > 0 ? (uint32_t)packets : 0xffffffff);
    if (setup) memcpy(words + 10, setup, 8);
    int code = obscura_link_send(link->socket, words, sizeof words);
    return code < 0 || incoming ? code : obscura_link_send(link->socket, out, count);
}

int obscura_link_take_back(struct link *link, uint32_t sequence) {
    uint32_t words[HEADER / 4] = {0};
    obscura_link_put(words, 0, UNLINK);
    obscura_link_put(words, 1, ++link->sequence);
    obscura_link_put(words, 2, 1 << 16 | 2);
    obscura_link_put(words, 5, sequence);
    return obscura_link_send(link->socket, words, sizeof words);
}

int obscura_link_header(struct link *link, int milliseconds, uint32_t *words) {
    struct pollfd question = {.fd = link->socket, .events = POLLIN};
    int ready = poll(&question, 1, milliseconds);
    if (ready < 0) return -errno;
    if (ready == 0) return -ETIMEDOUT;
    if (obscura_link_receive(link->socket, words, HEADER) < 0) return -ENODEV;
    for (int index = 0; index < 10; index++) words[index] = ntohl(words[index]);
    return 0;
}

// Waits for the answer to `wanted` and takes the question back when the time is over. What comes for endpoints that are
// listened to is kept.
static int answer(struct link *link, uint32_t wanted, char *bytes, int room, int milliseconds, int incoming) {
    int64_t deadline = now() + milliseconds;
    int unlinking = 0, result = -ETIMEDOUT;
    while (1) {
        int64_t left = deadline - now();
        uint32_t words[HEADER / 4];
        int code = obscura_link_header(link, left > 0 ? (int)left : 0, words);
        if (code == -ETIMEDOUT && !unlinking) {
            if (obscura_link_take_back(link, wanted) < 0) return -ENODEV;
            unlinking = 1;
            deadline = now() + 2000;
            continue;
        }
        if (code < 0) return -ENODEV;
        if (words[0] == UNLINKED) return result;
        if (words[0] != SUBMITTED) return -ENODEV;
        if (words[1] != wanted) {
            if (obscura_link_keep(link, words) < 0) return -ENODEV;
            continue;
        }
        int status = (int)words[5], length = (int)words[6];
        if (length < 0 || (incoming && length > room)) return -ENODEV;
        if (incoming && length > 0 && obscura_link_receive(link->socket, bytes, length) < 0) return -ENODEV;
        result = status < 0 ? status : length;
        // Where it came while it was being taken back, the answer to that is still on its way.
        if (!unlinking) return result;
    }
}

static int link_control(
    void *handle, int kind, int request, int value, int index, char *bytes, int count, int milliseconds) {
    struct link *link = handle;
    unsigned char setup[8] = {kind, request, value, value >> 8, index, index >> 8, count, count >> 8};
    int incoming = (kind & 0x80) != 0;
    int code = obscura_link_submit(link, 0, setup, bytes, count, incoming, 0);
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

// No kernel's driver is there to come back: it always has what is its own.
static int link_give_back(void *handle, int interface) {
    (void)handle, (void)interface;
    return -EBUSY;
}

static int link_alternate(void *handle, int interface, int setting) {
    return link_control(handle, 1, 11, setting, interface, NULL, 0, 2000);
}

static int link_clear_halt(void *handle, int endpoint) { return link_control(handle, 2, 1, 0, endpoint, NULL, 0, 2000); }

static int link_bulk(void *handle, int endpoint, char *bytes, int count, int milliseconds) {
    struct link *link = handle;
    int incoming = (endpoint & 0x80) != 0, most = incoming ? MOST_IN : MOST_OUT, moved = 0;
    do {
        int some = count - moved < most ? count - moved : most;
        int code = obscura_link_submit(link, endpoint, NULL, bytes + moved, some, incoming, 0);
        if (code == 0) code = answer(link, link->sequence, bytes + moved, some, milliseconds, incoming);
        if (code < 0) return moved > 0 && code == -ETIMEDOUT ? moved : code;
        moved += code;
        if (code < some) break;
    } while (moved < count);
    return moved;
}

static int link_interrupt(void *handle, int endpoint, char *bytes, int count, int milliseconds) {
    struct link *link = handle;
    int code = obscura_link_submit(link, endpoint, NULL, NULL, count, 1, 0);
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
    .take = link_claim,
    .give_back = link_give_back,
    .rescue = link_give_back,
    .alternate = link_alternate,
    .listen = obscura_link_listen,
    .next = obscura_link_next,
    .stop = obscura_link_stop,
};
