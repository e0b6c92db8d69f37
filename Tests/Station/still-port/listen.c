#include "link.h"
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { WAITING = 8, PACKET = 16 };

struct flight {
    uint32_t sequence;
    int endpoint, size, packets, waiting, ended, status, moved;
    uint32_t order;
    unsigned char *bytes;
    struct obscura_still_packet packet[OBSCURA_STILL_MOST_PACKETS];
};

static int submit(struct link *link, struct flight *flight) {
    int count = flight->packets > 0 ? flight->packets * flight->size : flight->size;
    int code = obscura_link_submit(link, flight->endpoint, NULL, NULL, count, 1, flight->packets);
    flight->sequence = link->sequence;
    for (int index = 0; code == 0 && index < flight->packets; index++) {
        uint32_t words[4] = {0};
        obscura_link_put(words, 0, index * flight->size);
        obscura_link_put(words, 1, flight->size);
        code = obscura_link_send(link->socket, words, sizeof words);
    }
    flight->waiting = code == 0;
    flight->ended = 0;
    return code;
}

int obscura_link_listen(void *handle, int endpoint, int size, int packets) {
    struct link *link = handle;
    if (link->count + WAITING > MOST_FLIGHTS || packets > OBSCURA_STILL_MOST_PACKETS) return -EINVAL;
    for (int index = 0; index < WAITING; index++) {
        struct flight *flight = calloc(1, sizeof *flight);
        unsigned char *bytes = calloc(packets > 0 ? packets : 1, size);
        if (!flight || !bytes) {
            free(flight);
            free(bytes);
            return -ENOMEM;
        }
        *flight = (struct flight){.endpoint = endpoint, .size = size, .packets = packets, .bytes = bytes};
        link->flights[link->count++] = flight;
        int code = submit(link, flight);
        if (code < 0) return code;
    }
    return 0;
}

static struct flight *flight_of(struct link *link, uint32_t sequence) {
    for (int index = 0; index < link->count; index++)
        if (link->flights[index]->waiting && link->flights[index]->sequence == sequence) return link->flights[index];
    return NULL;
}

// The packets' data stand without gaps; here each gets its own place, as the kernel gives it.
static int take_packets(struct link *link, struct flight *flight) {
    static unsigned char all[OBSCURA_STILL_MOST_PACKETS * PACKET];
    int from = flight->moved, size = flight->packets * PACKET;
    if (obscura_link_receive(link->socket, all, size) < 0) return -ENODEV;
    for (int index = flight->packets - 1; index >= 0; index--) {
        uint32_t words[4];
        memcpy(words, all + index * PACKET, PACKET);
        int count = (int)ntohl(words[2]);
        if (count < 0 || count > flight->size || count > from) return -ENODEV;
        from -= count;
        flight->packet[index] = (struct obscura_still_packet){
            .offset = index * flight->size, .count = count, .status = (int)ntohl(words[3])};
        memmove(flight->bytes + index * flight->size, flight->bytes + from, count);
    }
    return from == 0 ? 0 : -ENODEV;
}

int obscura_link_keep(struct link *link, const uint32_t *words) {
    static uint32_t order;
    struct flight *flight = flight_of(link, words[1]);
    int status = (int)words[5], length = (int)words[6];
    if (!flight || length < 0 || length > (flight->packets > 0 ? flight->packets : 1) * flight->size) return -ENODEV;
    if (length > 0 && obscura_link_receive(link->socket, flight->bytes, length) < 0) return -ENODEV;
    flight->moved = length;
    flight->status = status;
    flight->packet[0] = (struct obscura_still_packet){.count = length, .status = status};
    // An answer says how many packets follow it: none for a transfer that failed as a whole.
    if (flight->packets > 0 && words[8] != (uint32_t)flight->packets) {
        if (status == 0) return -ENODEV;
    } else if (flight->packets > 0 && take_packets(link, flight) < 0) {
        return -ENODEV;
    }
    flight->waiting = 0;
    flight->ended = 1;
    flight->order = ++order;
    return 0;
}

int obscura_link_next(void *handle, int milliseconds, struct obscura_still_arrival *arrival) {
    struct link *link = handle;
    if (link->lent) {
        struct flight *lent = link->lent;
        link->lent = NULL;
        if (submit(link, lent) < 0) return -ENODEV;
    }
    while (1) {
        struct flight *first = NULL;
        for (int index = 0; index < link->count; index++) {
            struct flight *flight = link->flights[index];
            if (flight->ended && (!first || flight->order < first->order)) first = flight;
        }
        if (first) {
            first->ended = 0;
            link->lent = first;
            arrival->endpoint = first->endpoint;
            arrival->status = first->status;
            arrival->bytes = first->bytes;
            arrival->packets = first->packets > 0 ? first->packets : 1;
            memcpy(arrival->packet, first->packet, sizeof first->packet);
            return 0;
        }
        uint32_t words[HEADER / 4];
        int code = obscura_link_header(link, milliseconds, words);
        if (code < 0) return code;
        if (words[0] != SUBMITTED || obscura_link_keep(link, words) < 0) return -ENODEV;
    }
}

void obscura_link_stop(void *handle) {
    struct link *link = handle;
    int unlinked = 0;
    for (int index = 0; index < link->count; index++) {
        if (!link->flights[index]->waiting) continue;
        if (obscura_link_take_back(link, link->flights[index]->sequence) < 0) break;
        unlinked++;
    }
    while (unlinked > 0) {
        uint32_t words[HEADER / 4];
        if (obscura_link_header(link, 2000, words) < 0) break;
        if (words[0] == UNLINKED) unlinked--;
        else if (obscura_link_keep(link, words) < 0) break;
    }
    for (int index = 0; index < link->count; index++) {
        free(link->flights[index]->bytes);
        free(link->flights[index]);
    }
    link->count = 0;
    link->lent = NULL;
}
