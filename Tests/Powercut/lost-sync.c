// Loses one class of syncs, so that a test of durability can show that it would see the loss. Preloaded by Tests/Powercut/record;
// LOST_SYNC names the class.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool ends(const char *path, const char *end) {
    size_t length = strlen(path), wanted = strlen(end);
    return length >= wanted && strcmp(path + length - wanted, end) == 0;
}

static bool is_lost(int number) {
    const char *class = getenv("LOST_SYNC");
    char link[64], path[4096];
    struct stat status;
    if (!class || fstat(number, &status) != 0) return false;
    snprintf(link, sizeof link, "/proc/self/fd/%d", number);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return false;
    path[length] = 0;
    bool folder = S_ISDIR(status.st_mode);
    if (!strcmp(class, "outbox-folder")) return folder && ends(path, "/outbox");
    if (!strcmp(class, "bundle-file")) return !folder && ends(path, ".obs.tmp");
    if (!strcmp(class, "digest-file")) return !folder && ends(path, ".sha256.tmp");
    if (!strcmp(class, "journal-file")) return !folder && ends(path, ".journal");
    if (!strcmp(class, "keys-file")) return !folder && ends(path, "/keys/.sequences.tmp");
    fprintf(stderr, "lost-sync: no class %s\n", class);
    abort();
}

int fsync(int number) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    return is_lost(number) ? 0 : real(number);
}

int fdatasync(int number) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    return is_lost(number) ? 0 : real(number);
}
