#include "CStillTransport.h"
#include <dirent.h>
#include <dlfcn.h>
#include <stdio.h>

const struct obscura_still_transport *obscura_still_transport_in(const char *folder) {
    DIR *files = opendir(folder);
    if (!files) return NULL;
    char path[4096] = "";
    int count = 0;
    for (struct dirent *file; (file = readdir(files));) {
        if (file->d_name[0] == '.') continue;
        int length = snprintf(path, sizeof path, "%s/%s", folder, file->d_name);
        count += length > 0 && length < (int)sizeof path ? 1 : 2;
    }
    closedir(files);
    void *library = count == 1 ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
    return library ? dlsym(library, "obscura_still_transport") : NULL;
}
