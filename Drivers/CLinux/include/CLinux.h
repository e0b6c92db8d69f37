// What the Glibc module does not export: declarations and the few calls that are macros or variadic in C.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct obscura_peer { int32_t pid; uint32_t uid; uint32_t gid; };

// SO_PEERCRED and SO_PEERGROUPS of a connected Unix socket; -1 and errno on failure.
int obscura_peer_credentials(int socket, struct obscura_peer *out);
// Number of groups written to `groups` (at most `capacity`), or -1.
int obscura_peer_groups(int socket, uint32_t *groups, int capacity);

// One byte of data with one descriptor (SCM_RIGHTS).
ssize_t obscura_send_descriptor(int socket, int descriptor);
// Receives one byte and at most one descriptor; *descriptor is -1 where none came. Extra descriptors are closed.
ssize_t obscura_receive_descriptor(int socket, int *descriptor);

// accept4 with SOCK_CLOEXEC.
int obscura_accept(int socket);

// A counter at 0 that nobody waits for (EFD_NONBLOCK, EFD_CLOEXEC).
int obscura_eventfd(void);

int obscura_memfd(const char *name);
int obscura_seal_size(int descriptor);
// 1 when the size is sealed against growing and shrinking, 0 when not, -1 and errno on failure.
int obscura_size_is_sealed(int descriptor);

// PR_SET_DUMPABLE 0, RLIMIT_CORE 0, PR_SET_NO_NEW_PRIVS 1.
int obscura_no_dump(void);
int obscura_lock_all_memory(void);
int obscura_die_with_parent(void);

// Whether an open folder lies on a tmpfs; -1 and errno on failure.
int obscura_is_in_memory(int folder);
// Whether the kernel may move memory to a disk; yes where it does not say.
int obscura_has_swap(void);

// Starts a program that the kernel kills when the calling thread ends; -1 and errno on failure. A program that cannot
// be executed ends with status 127.
int obscura_start(const char *path, char *const arguments[]);
