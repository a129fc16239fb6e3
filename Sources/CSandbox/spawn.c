#define _GNU_SOURCE
#include "CSpawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#if defined(__linux__)

#include <sys/mman.h>

int assay_spawn(const char *program, char *const *arguments, char *const *environment, const int32_t *descriptors,
                size_t count, int32_t *child) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int error = posix_spawn_file_actions_init(&actions);
    if (error != 0) return error;
    error = posix_spawnattr_init(&attributes);
    if (error != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return error;
    }
    for (size_t number = 0; number < count && error == 0; number++)
        error = posix_spawn_file_actions_adddup2(&actions, descriptors[number], (int)number);
    if (error == 0) error = posix_spawn_file_actions_addclosefrom_np(&actions, (int)count);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    if (error == 0) error = posix_spawnattr_setsigmask(&attributes, &none);
    if (error == 0) error = posix_spawnattr_setsigdefault(&attributes, &all);
    if (error == 0)
        error = posix_spawnattr_setflags(&attributes,
                                         POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    pid_t identifier = 0;
    if (error == 0) error = posix_spawn(&identifier, program, &actions, &attributes, arguments, environment);
    *child = identifier;
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

int assay_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

int assay_pipe(int32_t *reading, int32_t *writing) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return -1;
    *reading = ends[0];
    *writing = ends[1];
    return 0;
}

#else

int assay_spawn(const char *program, char *const *arguments, char *const *environment, const int32_t *descriptors,
                size_t count, int32_t *child) {
    (void)program, (void)arguments, (void)environment, (void)descriptors, (void)count;
    *child = 0;
    return ENOSYS;
}

int assay_memory_file(const char *name) {
    (void)name;
    errno = ENOSYS;
    return -1;
}

int assay_pipe(int32_t *reading, int32_t *writing) {
    (void)reading, (void)writing;
    errno = ENOSYS;
    return -1;
}

#endif
