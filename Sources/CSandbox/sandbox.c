#define _GNU_SOURCE
#include "CSandbox.h"

#if defined(__linux__)

#include "filter.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

static void note(struct assay_sandbox_report *report, int step, int outcome, int error) {
    report->outcome[step] = outcome;
    report->error[step] = outcome == ASSAY_SANDBOX_APPLIED ? 0 : error;
}

/* A hard limit that is lower already stays. */
static void limit(struct assay_sandbox_report *report, int step, int resource, uint64_t value) {
    struct rlimit current;
    if (getrlimit(resource, &current) != 0) {
        note(report, step, ASSAY_SANDBOX_FAILED, errno);
        return;
    }
    rlim_t wanted = value;
    if (current.rlim_max != RLIM_INFINITY && current.rlim_max < wanted) wanted = current.rlim_max;
    struct rlimit next = {.rlim_cur = wanted, .rlim_max = wanted};
    if (setrlimit(resource, &next) != 0) note(report, step, ASSAY_SANDBOX_FAILED, errno);
}

#ifdef ASSAY_ARCHITECTURE

/*
 * A list of refusals, since the libraries behind a reader may take calls of the harmless kind from release to release.
 * Refused is whatever reaches beyond the descriptors the process was given.
 */
static const struct sock_filter filter[] = {
    BEGIN

    /* Files beyond the descriptors held. */
    DENY(openat, EACCES),
    DENY(openat2, EACCES),
    DENY(open_by_handle_at, EACCES),
    DENY(name_to_handle_at, EACCES),
    DENY(mkdirat, EACCES),
    DENY(mknodat, EACCES),
    DENY(unlinkat, EACCES),
    DENY(renameat2, EACCES),
    DENY(linkat, EACCES),
    DENY(symlinkat, EACCES),
    DENY(fchmodat, EACCES),
    DENY(fchownat, EACCES),
    DENY(fchmod, EACCES),
    DENY(fchown, EACCES),
    DENY(truncate, EACCES),
    DENY(chdir, EACCES),
    DENY(fchdir, EACCES),
    DENY(chroot, EACCES),
    DENY(pivot_root, EACCES),
    DENY(mount, EPERM),
    DENY(umount2, EPERM),
    DENY(fsopen, EPERM),
    DENY(open_tree, EPERM),
    DENY(move_mount, EPERM),
    DENY(quotactl, EPERM),
    DENY(acct, EPERM),
    DENY(swapon, EPERM),
    DENY(swapoff, EPERM),
    DENY(fanotify_init, EPERM),
#if defined(__x86_64__)
    DENY(open, EACCES),
    DENY(creat, EACCES),
    DENY(mkdir, EACCES),
    DENY(mknod, EACCES),
    DENY(rmdir, EACCES),
    DENY(unlink, EACCES),
    DENY(rename, EACCES),
    DENY(link, EACCES),
    DENY(symlink, EACCES),
    DENY(chmod, EACCES),
    DENY(chown, EACCES),
    DENY(lchown, EACCES),
    DENY(uselib, EPERM),
#endif
    DENY(renameat, EACCES),

    /* Programs. */
    DENY(execve, EPERM),
    DENY(execveat, EPERM),

#include "refusals.h"

    ANSWER(SECCOMP_RET_ALLOW),
};

int assay_filter_set(const struct sock_filter *filter, unsigned short length) {
    struct sock_fprog program = {.len = length, .filter = (struct sock_filter *)filter};
    long answer = syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program);
    if (answer == 0) return 0;
    /* A positive answer is the thread that could not be taken along. */
    return answer > 0 ? EBUSY : errno;
}

static int set_filter(void) { return assay_filter_set(filter, sizeof filter / sizeof filter[0]); }

int assay_sandbox_supported(void) {
    uint32_t action = SECCOMP_RET_ERRNO;
    return syscall(__NR_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0 ? 0 : errno;
}

#else

static int set_filter(void) { return ENOSYS; }
int assay_sandbox_supported(void) { return ENOSYS; }

#endif

int assay_sandbox_apply(const struct assay_sandbox_limits *limits, struct assay_sandbox_report *report) {
    memset(report, 0, sizeof *report);

    struct rlimit none = {0, 0};
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || prctl(PR_SET_DUMPABLE, 0) != 0 ||
        setrlimit(RLIMIT_CORE, &none) != 0)
        note(report, ASSAY_SANDBOX_PARENT, ASSAY_SANDBOX_FAILED, errno);
    /* A file that may not grow answers EFBIG then, instead of ending the process. */
    signal(SIGXFSZ, SIG_IGN);
    limit(report, ASSAY_SANDBOX_FILE_SIZE, RLIMIT_FSIZE, 0);
    if (limits->memory_bytes != 0) limit(report, ASSAY_SANDBOX_MEMORY, RLIMIT_AS, limits->memory_bytes);
    if (limits->processor_seconds != 0) limit(report, ASSAY_SANDBOX_PROCESSOR, RLIMIT_CPU, limits->processor_seconds);
    if (limits->descriptors != 0) limit(report, ASSAY_SANDBOX_DESCRIPTORS, RLIMIT_NOFILE, limits->descriptors);

    /* The filter refuses sockets by itself; the namespace is a second wall where one may be built. */
    if (unshare(CLONE_NEWNET) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
        note(report, ASSAY_SANDBOX_NETWORK, ASSAY_SANDBOX_NOT_PERMITTED, errno);

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        note(report, ASSAY_SANDBOX_NO_NEW_PRIVILEGES, ASSAY_SANDBOX_FAILED, errno);
    int error = set_filter();
    if (error != 0) note(report, ASSAY_SANDBOX_FILTER, ASSAY_SANDBOX_FAILED, error);

    for (int step = 0; step < ASSAY_SANDBOX_STEP_COUNT; step++)
        if (report->outcome[step] == ASSAY_SANDBOX_FAILED) return -1;
    return 0;
}

#else

#include <errno.h>
#include <string.h>

int assay_sandbox_supported(void) { return ENOSYS; }

int assay_sandbox_apply(const struct assay_sandbox_limits *limits, struct assay_sandbox_report *report) {
    (void)limits;
    memset(report, 0, sizeof *report);
    report->outcome[ASSAY_SANDBOX_FILTER] = ASSAY_SANDBOX_FAILED;
    report->error[ASSAY_SANDBOX_FILTER] = ENOSYS;
    return -1;
}

#endif
