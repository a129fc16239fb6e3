#define _GNU_SOURCE
#include "CSpawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#if defined(__linux__)

#include <sys/prctl.h>
#include <sys/syscall.h>

// Between fork and execve only what signal handlers may call is called: the parent has threads.

static void default_signals(void) {
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static void close_from(int first) {
    if (syscall(SYS_close_range, (unsigned)first, ~0u, 0u) == 0) return;
    struct rlimit limit;
    int last = getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < 65536 ? (int)limit.rlim_cur : 65536;
    for (int number = first; number < last; number++) close(number);
}

static _Noreturn void become(const char *program, char *const *arguments, char *const *environment, int saying, pid_t keeper) {
    int failure = 0;
    // What it starts is ended by its group; it itself is, even if it leaves the group.
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) failure = errno;
    if (failure == 0 && getppid() != keeper) _exit(127);
    if (failure == 0) {
        execve(program, arguments, environment);
        failure = errno;
    }
    while (write(saying, &failure, sizeof failure) < 0 && errno == EINTR) {}
    _exit(127);
}

// Ends as the program ended.
static _Noreturn void end_as(int status) {
    if (WIFEXITED(status)) _exit(WEXITSTATUS(status));
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    raise(WTERMSIG(status));
    _exit(128 + WTERMSIG(status));
}

static _Noreturn void keep(pid_t program, int watched) {
    for (;;) {
        int status;
        pid_t ended = waitpid(program, &status, WNOHANG);
        if (ended == program) end_as(status);
        if (ended < 0 && errno != EINTR) _exit(127);
        struct pollfd wait = {.fd = watched, .events = POLLIN, .revents = 0};
        // Nobody writes: it is readable once nobody holds the other end any more.
        if (poll(&wait, 1, 50) > 0) {
            kill(0, SIGKILL);
            _exit(127);
        }
    }
}

int assay_spawn_kept(const char *program, char *const *arguments, char *const *environment, const int32_t *descriptors,
                     size_t count, int32_t watched, int32_t *child) {
    *child = 0;
    if (count > 16) return EINVAL;
    int saying[2];
    if (pipe2(saying, O_CLOEXEC) != 0) return errno;
    pid_t keeper = fork();
    if (keeper < 0) {
        int failure = errno;
        close(saying[0]);
        close(saying[1]);
        return failure;
    }
    if (keeper == 0) {
        int failure = 0, held[18];
        default_signals();
        if (setpgid(0, 0) != 0) failure = errno;
        // Out of the way of the numbers that they are to have.
        for (size_t number = 0; number < count + 2 && failure == 0; number++) {
            int from = number < count ? descriptors[number] : number == count ? watched : saying[1];
            held[number] = fcntl(from, F_DUPFD_CLOEXEC, 32);
            if (held[number] < 0) failure = errno;
        }
        for (size_t number = 0; number < count && failure == 0; number++)
            if (dup2(held[number], (int)number) < 0) failure = errno;
        if (failure == 0) {
            int pair[2] = {(int)count, (int)count + 1};
            if (dup3(held[count], pair[0], O_CLOEXEC) < 0 || dup3(held[count + 1], pair[1], O_CLOEXEC) < 0) failure = errno;
            close_from((int)count + 2);
            pid_t self = getpid();
            pid_t running = failure == 0 ? fork() : -1;
            if (failure == 0 && running < 0) failure = errno;
            if (running == 0) become(program, arguments, environment, pair[1], self);
            if (running > 0) {
                // It keeps nothing open that somebody may wait for the end of.
                for (int number = 0; number < (int)count; number++) close(number);
                close(pair[1]);
                keep(running, pair[0]);
            }
            saying[1] = pair[1];
        }
        while (write(saying[1], &failure, sizeof failure) < 0 && errno == EINTR) {}
        _exit(127);
    }
    close(saying[1]);
    int failure = 0;
    ssize_t said;
    while ((said = read(saying[0], &failure, sizeof failure)) < 0 && errno == EINTR) {}
    close(saying[0]);
    if (said == 0) {
        *child = keeper;
        return 0;
    }
    int status;
    while (waitpid(keeper, &status, 0) < 0 && errno == EINTR) {}
    return said == (ssize_t)sizeof failure && failure != 0 ? failure : EIO;
}

#else

int assay_spawn_kept(const char *program, char *const *arguments, char *const *environment, const int32_t *descriptors,
                     size_t count, int32_t watched, int32_t *child) {
    (void)program, (void)arguments, (void)environment, (void)descriptors, (void)count, (void)watched;
    *child = 0;
    return ENOSYS;
}

#endif
