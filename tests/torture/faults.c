/* A disk that fails, for LD_PRELOAD: torture only.
 *
 * FAULT_FSYNC=30       three of ten fsync and fdatasync answer EIO, without doing anything
 * FAULT_FULL=path      as long as that file exists, every write to the database and its journal answers ENOSPC
 *
 * Only files whose name holds ".sqlite" are concerned.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int is_database(int descriptor) {
    char link[64], name[4096];
    ssize_t length;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    length = readlink(link, name, sizeof name - 1);
    if (length <= 0) return 0;
    name[length] = 0;
    return strstr(name, ".sqlite") != NULL;
}

static int unlucky(void) {
    static __thread unsigned int state = 0;
    const char *percent = getenv("FAULT_FSYNC");
    if (percent == NULL) return 0;
    if (state == 0) state = (unsigned int)getpid() ^ (unsigned int)(size_t)&state;
    return rand_r(&state) % 100 < atoi(percent);
}

static int full(int descriptor) {
    const char *flag = getenv("FAULT_FULL");
    return flag != NULL && access(flag, F_OK) == 0 && is_database(descriptor);
}

int fsync(int descriptor) {
    int (*real)(int) = dlsym(RTLD_NEXT, "fsync");
    if (is_database(descriptor) && unlucky()) { errno = EIO; return -1; }
    return real(descriptor);
}

int fdatasync(int descriptor) {
    int (*real)(int) = dlsym(RTLD_NEXT, "fdatasync");
    if (is_database(descriptor) && unlucky()) { errno = EIO; return -1; }
    return real(descriptor);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
    ssize_t (*real)(int, const void *, size_t, off_t) = dlsym(RTLD_NEXT, "pwrite");
    if (full(descriptor)) { errno = ENOSPC; return -1; }
    return real(descriptor, bytes, count, offset);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset) {
    ssize_t (*real)(int, const void *, size_t, off64_t) = dlsym(RTLD_NEXT, "pwrite64");
    if (full(descriptor)) { errno = ENOSPC; return -1; }
    return real(descriptor, bytes, count, offset);
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
    ssize_t (*real)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
    if (full(descriptor)) { errno = ENOSPC; return -1; }
    return real(descriptor, bytes, count);
}
