/* Words that system-call filters are written in. */
#pragma once

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/syscall.h>

#if defined(__x86_64__)
#define ASSAY_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ASSAY_ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#ifdef ASSAY_ARCHITECTURE

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define ANSWER(value) BPF_STMT(BPF_RET | BPF_K, (value))
#define REFUSE(error) ANSWER(SECCOMP_RET_ERRNO | ((error) & SECCOMP_RET_DATA))
#define DENY(name, error) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_##name, 0, 1), REFUSE(error)

/* What every filter begins with: another architecture's numbers are other calls. */
#if defined(__x86_64__)
/* The x32 ABI numbers the same calls otherwise. */
#define REFUSE_X32 BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1), ANSWER(SECCOMP_RET_KILL_PROCESS),
#else
#define REFUSE_X32
#endif
#define BEGIN                                                                                                           \
    LOAD(arch), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ASSAY_ARCHITECTURE, 1, 0), ANSWER(SECCOMP_RET_KILL_PROCESS), LOAD(nr), \
        REFUSE_X32

#endif

/* Takes the filter for all threads there are; 0, or an errno. */
int assay_filter_set(const struct sock_filter *filter, unsigned short length);
