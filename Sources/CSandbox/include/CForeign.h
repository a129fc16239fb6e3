// Confines the calling process for good and then becomes another program: for code of models that nobody has read.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What the program may use. Paths that are not there are passed over.
struct assay_foreign_rules {
    /// Files that may be run: the program and its loader.
    const char *const *programs;
    size_t program_count;
    /// Files and folders that may be read, with everything below.
    const char *const *readable;
    size_t readable_count;
    /// An empty folder. Files of at most `scratch_bytes` together live there, in memory, and nobody else sees them.
    const char *scratch;
    uint64_t scratch_bytes;
    /// Bytes of address space.
    uint64_t memory_bytes;
    /// Seconds of processor time; 0 for a process that lives long.
    uint64_t processor_seconds;
    /// Bytes of one file, those it was handed included.
    uint64_t file_bytes;
    uint64_t descriptors;
};

/// The steps, in the order in which they are taken.
enum assay_foreign_step {
    /// Dies with its parent, leaves no core file.
    ASSAY_FOREIGN_PARENT = 0,
    ASSAY_FOREIGN_LIMITS = 1,
    /// Namespaces of its own for users, mounts, network and IPC; not everybody may have them.
    ASSAY_FOREIGN_NAMESPACES = 2,
    /// Somewhere to write; without namespaces there is nowhere.
    ASSAY_FOREIGN_SCRATCH = 3,
    ASSAY_FOREIGN_NO_NEW_PRIVILEGES = 4,
    /// Landlock: which files may be read, and none written.
    ASSAY_FOREIGN_FILES = 5,
    /// The system-call filter.
    ASSAY_FOREIGN_FILTER = 6,
    ASSAY_FOREIGN_STEP_COUNT = 7,
};

struct assay_foreign_report {
    /// Values of `assay_sandbox_outcome`.
    int32_t outcome[ASSAY_FOREIGN_STEP_COUNT];
    /// errno of a step that was not applied, else 0.
    int32_t error[ASSAY_FOREIGN_STEP_COUNT];
};

/// Goes on in a child, while the calling process waits and ends as the child ends, and applies all steps there. Returns 0 if
/// every step that confinement rests on was applied, else −1: then the program must not be started.
///
/// Afterwards the process, and what it becomes by execve, can read what the rules name and write its scratch. It cannot
/// make sockets or processes, see or signal others, change modes, owners, times or attributes of files, or get privileges.
int assay_foreign_apply(const struct assay_foreign_rules *rules, struct assay_foreign_report *report);

/// Whether this kernel has what `assay_foreign_apply` rests on; 0, or an errno.
int assay_foreign_supported(void);

#ifdef __cplusplus
}
#endif
