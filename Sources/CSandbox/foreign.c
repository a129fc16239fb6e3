#define _GNU_SOURCE
#include "CSandbox.h"

#include <errno.h>
#include <string.h>

#if defined(__linux__)

#include "filter.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Landlock's own numbers, since the headers of older systems do not have them; they never change. */
enum {
    LANDLOCK_CREATE_RULESET = 444,
    LANDLOCK_ADD_RULE = 445,
    LANDLOCK_RESTRICT_SELF = 446,
    LANDLOCK_CREATE_VERSION = 1,
    LANDLOCK_PATH_BENEATH = 1,
};

enum {
    FILE_EXECUTE = 1 << 0,
    FILE_WRITE = 1 << 1,
    FILE_READ = 1 << 2,
    FOLDER_READ = 1 << 3,
    /* Removing, making folders, files, links; 4 to 12. */
    FILE_REFER = 1 << 13,
    FILE_TRUNCATE = 1 << 14,
    FILE_IOCTL = 1 << 15,
    NETWORK_BIND = 1 << 0,
    NETWORK_CONNECT = 1 << 1,
    SCOPE_ABSTRACT_SOCKETS = 1 << 0,
    SCOPE_SIGNALS = 1 << 1,
};

struct ruleset {
    uint64_t files;
    uint64_t network;
    uint64_t scope;
};

struct path_rule {
    uint64_t allowed;
    int32_t parent;
} __attribute__((packed));

static void note(struct assay_foreign_report *report, int step, int outcome, int error) {
    report->outcome[step] = outcome;
    report->error[step] = outcome == ASSAY_SANDBOX_APPLIED ? 0 : error;
}

static int limit(int resource, uint64_t value) {
    struct rlimit current;
    if (getrlimit(resource, &current) != 0) return errno;
    rlim_t wanted = value;
    if (current.rlim_max != RLIM_INFINITY && current.rlim_max < wanted) wanted = current.rlim_max;
    struct rlimit next = {.rlim_cur = wanted, .rlim_max = wanted};
    return setrlimit(resource, &next) == 0 ? 0 : errno;
}

static int set_limits(const struct assay_foreign_rules *rules) {
    int error = limit(RLIMIT_AS, rules->memory_bytes);
    if (error == 0) error = limit(RLIMIT_FSIZE, rules->file_bytes);
    if (error == 0) error = limit(RLIMIT_NOFILE, rules->descriptors);
    if (error == 0) error = limit(RLIMIT_MSGQUEUE, 0);
    if (error == 0 && rules->processor_seconds != 0) error = limit(RLIMIT_CPU, rules->processor_seconds);
    return error;
}

static int write_text(const char *path, const char *text) {
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0) return errno;
    size_t length = strlen(text);
    int error = write(file, text, length) == (ssize_t)length ? 0 : errno;
    close(file);
    return error;
}

/* A user without privileges, in namespaces where there is no network. */
static int enter_namespaces(void) {
    unsigned user = geteuid(), group = getegid();
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC) != 0) return errno;
    char line[64];
    int error = write_text("/proc/self/setgroups", "deny");
    snprintf(line, sizeof line, "65534 %u 1", user);
    if (error == 0) error = write_text("/proc/self/uid_map", line);
    snprintf(line, sizeof line, "65534 %u 1", group);
    if (error == 0) error = write_text("/proc/self/gid_map", line);
    return error;
}

static int mount_scratch(const struct assay_foreign_rules *rules) {
    if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) return errno;
    char options[96];
    snprintf(options, sizeof options, "size=%llu,nr_inodes=4096,mode=0700", (unsigned long long)rules->scratch_bytes);
    return mount("tmpfs", rules->scratch, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, options) == 0 ? 0 : errno;
}

/* Where there are no namespaces, an administrator's process is still one: its capabilities are given up one by one. */
static void drop_capabilities(void) {
    for (int capability = 0; capability < 64; capability++) prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
}

static int allow(int ruleset, const char *path, uint64_t rights) {
    int file = open(path, O_PATH | O_CLOEXEC);
    if (file < 0) return errno == ENOENT || errno == ENOTDIR || errno == EACCES ? 0 : errno;
    struct stat facts;
    int error = fstat(file, &facts) == 0 ? 0 : errno;
    if (error == 0) {
        /* Rights to folders are refused for a file. */
        if (!S_ISDIR(facts.st_mode)) rights &= FILE_EXECUTE | FILE_WRITE | FILE_READ | FILE_TRUNCATE;
        struct path_rule rule = {.allowed = rights, .parent = file};
        if (syscall(LANDLOCK_ADD_RULE, ruleset, LANDLOCK_PATH_BENEATH, &rule, 0) != 0) error = errno;
    }
    close(file);
    return error;
}

static int restrict_files(const struct assay_foreign_rules *rules, int has_scratch) {
    long version = syscall(LANDLOCK_CREATE_RULESET, NULL, 0, LANDLOCK_CREATE_VERSION);
    if (version < 1) return version < 0 ? errno : ENOSYS;
    uint64_t files = (1 << 13) - 1;
    if (version >= 2) files |= FILE_REFER;
    if (version >= 3) files |= FILE_TRUNCATE;
    if (version >= 5) files |= FILE_IOCTL;
    struct ruleset set = {.files = files};
    if (version >= 4) set.network = NETWORK_BIND | NETWORK_CONNECT;
    if (version >= 6) set.scope = SCOPE_ABSTRACT_SOCKETS | SCOPE_SIGNALS;
    size_t size = version >= 6 ? sizeof set : version >= 4 ? 2 * sizeof(uint64_t) : sizeof(uint64_t);
    long ruleset = syscall(LANDLOCK_CREATE_RULESET, &set, size, 0);
    if (ruleset < 0) return errno;
    int error = 0;
    for (size_t index = 0; index < rules->program_count && error == 0; index++)
        error = allow((int)ruleset, rules->programs[index], FILE_EXECUTE | FILE_READ);
    for (size_t index = 0; index < rules->readable_count && error == 0; index++)
        error = allow((int)ruleset, rules->readable[index], FILE_READ | FOLDER_READ);
    if (error == 0 && has_scratch) error = allow((int)ruleset, rules->scratch, files & ~(uint64_t)FILE_EXECUTE);
    if (error == 0 && syscall(LANDLOCK_RESTRICT_SELF, ruleset, 0) != 0) error = errno;
    close((int)ruleset);
    return error;
}

#ifdef ASSAY_ARCHITECTURE

/* Refused unless the argument is the value, of which the lower half is looked at: the calls take 32 bits of it. */
#define ONLY_WITH(name, argument, value)                                                                              \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_##name, 0, 4), LOAD(args[argument]),                                      \
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 1, 0), REFUSE(EPERM), LOAD(nr)
#define NEVER_WITH(name, argument, value)                                                                              \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_##name, 0, 4), LOAD(args[argument]),                                      \
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 0, 1), REFUSE(EPERM), LOAD(nr)

/*
 * Files are Landlock's to judge, as far as it does: it knows nothing of modes, owners, times and attributes. Programs may be
 * run, of which there is one by Landlock's rules, and what it becomes is confined as it was.
 */
static int set_filter(void) {
    uint32_t own = (uint32_t)getpid();
    struct sock_filter filter[] = {
        BEGIN

        DENY(openat2, ENOSYS),
        DENY(open_by_handle_at, EPERM),
        DENY(name_to_handle_at, EPERM),
        DENY(mknodat, EPERM),
        DENY(truncate, EPERM),
        DENY(fchmod, EPERM),
        DENY(fchmodat, EPERM),
        DENY(fchown, EPERM),
        DENY(fchownat, EPERM),
        DENY(utimensat, EPERM),
        DENY(setxattr, EPERM),
        DENY(lsetxattr, EPERM),
        DENY(fsetxattr, EPERM),
        DENY(removexattr, EPERM),
        DENY(lremovexattr, EPERM),
        DENY(fremovexattr, EPERM),
#if defined(__NR_fchmodat2)
        DENY(fchmodat2, EPERM),
#endif
#if defined(__NR_setxattrat)
        DENY(setxattrat, EPERM),
        DENY(removexattrat, EPERM),
#endif
#if defined(__x86_64__)
        DENY(mknod, EPERM),
        DENY(chmod, EPERM),
        DENY(chown, EPERM),
        DENY(lchown, EPERM),
        DENY(utime, EPERM),
        DENY(utimes, EPERM),
        DENY(futimesat, EPERM),
        DENY(uselib, EPERM),
#endif
        DENY(chroot, EPERM),
        DENY(pivot_root, EPERM),
        DENY(mount, EPERM),
        DENY(umount2, EPERM),
        DENY(fsopen, EPERM),
        DENY(fspick, EPERM),
        DENY(open_tree, EPERM),
        DENY(move_mount, EPERM),
        DENY(quotactl, EPERM),
        DENY(acct, EPERM),
        DENY(swapon, EPERM),
        DENY(swapoff, EPERM),
        DENY(fanotify_init, EPERM),
        /* Memory that the limit on addresses does not count. */
        DENY(memfd_create, EPERM),
#if defined(__NR_memfd_secret)
        DENY(memfd_secret, EPERM),
#endif

        /* Other processes of the same user. */
        ONLY_WITH(tgkill, 0, own),
        ONLY_WITH(prlimit64, 0, 0),
        ONLY_WITH(sched_setaffinity, 0, 0),
        DENY(sched_setscheduler, EPERM),
        DENY(sched_setparam, EPERM),
        DENY(sched_setattr, EPERM),
        DENY(ioprio_set, EPERM),
        DENY(migrate_pages, EPERM),
        DENY(move_pages, EPERM),
        NEVER_WITH(fcntl, 1, F_SETOWN),
        NEVER_WITH(fcntl, 1, F_SETOWN_EX),
        NEVER_WITH(fcntl, 1, F_SETSIG),

#include "refusals.h"

        ANSWER(SECCOMP_RET_ALLOW),
    };
    return assay_filter_set(filter, sizeof filter / sizeof filter[0]);
}

#else

static int set_filter(void) { return ENOSYS; }

#endif

int assay_foreign_supported(void) {
    int error = assay_sandbox_supported();
    if (error != 0) return error;
    return syscall(LANDLOCK_CREATE_RULESET, NULL, 0, LANDLOCK_CREATE_VERSION) >= 1 ? 0 : errno;
}

/* Only a process of one thread may enter a user namespace, and runtimes start some by themselves. So a child of this one goes on,
   and this one holds nothing any more and ends as the child ends. 0, or an errno. */
static int continue_in_child(void) {
    pid_t child = fork();
    if (child < 0) return errno;
    if (child == 0) return 0;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close_range(0, ~0U, 0);
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    if (WIFSIGNALED(status)) {
        struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        signal(WTERMSIG(status), SIG_DFL);
        raise(WTERMSIG(status));
    }
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
}

int assay_foreign_apply(const struct assay_foreign_rules *rules, struct assay_foreign_report *report) {
    memset(report, 0, sizeof *report);

    int failure = continue_in_child();
    if (failure != 0) {
        note(report, ASSAY_FOREIGN_PARENT, ASSAY_SANDBOX_FAILED, failure);
        return -1;
    }
    /* A file that may not grow answers EFBIG then, instead of ending the process; the program inherits it. */
    signal(SIGXFSZ, SIG_IGN);

    int error = enter_namespaces();
    int is_alone = error == 0;
    note(report, ASSAY_FOREIGN_NAMESPACES, is_alone ? ASSAY_SANDBOX_APPLIED : ASSAY_SANDBOX_NOT_PERMITTED, error);
    if (is_alone) error = mount_scratch(rules);
    int has_scratch = is_alone && error == 0;
    note(report, ASSAY_FOREIGN_SCRATCH, has_scratch ? ASSAY_SANDBOX_APPLIED : ASSAY_SANDBOX_NOT_PERMITTED, error);
    drop_capabilities();

    /* After the namespaces, since the kernel forgets it when credentials change. */
    struct rlimit none = {0, 0};
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || setrlimit(RLIMIT_CORE, &none) != 0)
        note(report, ASSAY_FOREIGN_PARENT, ASSAY_SANDBOX_FAILED, errno);
    error = set_limits(rules);
    if (error != 0) note(report, ASSAY_FOREIGN_LIMITS, ASSAY_SANDBOX_FAILED, error);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        note(report, ASSAY_FOREIGN_NO_NEW_PRIVILEGES, ASSAY_SANDBOX_FAILED, errno);
    error = restrict_files(rules, has_scratch);
    if (error != 0) note(report, ASSAY_FOREIGN_FILES, ASSAY_SANDBOX_FAILED, error);
    error = set_filter();
    if (error != 0) note(report, ASSAY_FOREIGN_FILTER, ASSAY_SANDBOX_FAILED, error);

    for (int step = 0; step < ASSAY_FOREIGN_STEP_COUNT; step++)
        if (report->outcome[step] == ASSAY_SANDBOX_FAILED) return -1;
    return 0;
}

#else

int assay_foreign_supported(void) { return ENOSYS; }

int assay_foreign_apply(const struct assay_foreign_rules *rules, struct assay_foreign_report *report) {
    (void)rules;
    memset(report, 0, sizeof *report);
    report->outcome[ASSAY_FOREIGN_FILES] = ASSAY_SANDBOX_FAILED;
    report->error[ASSAY_FOREIGN_FILES] = ENOSYS;
    return -1;
}

#endif
