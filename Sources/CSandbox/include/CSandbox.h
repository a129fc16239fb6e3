// Confines the calling process for good: for a child that reads untrusted files and must not reach anything else.
#pragma once

#include <stdint.h>

#include "CForeign.h"
#include "CMemory.h"
#include "CSpawn.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Limits of the process; a 0 leaves that one as it is.
struct assay_sandbox_limits {
    /// Bytes of address space.
    uint64_t memory_bytes;
    /// Seconds of processor time.
    uint64_t processor_seconds;
    /// Open descriptors.
    uint64_t descriptors;
};

/// What became of one step.
enum assay_sandbox_outcome {
    ASSAY_SANDBOX_APPLIED = 0,
    /// The system does not permit it, and confinement does not rest on it.
    ASSAY_SANDBOX_NOT_PERMITTED = 1,
    /// It failed, and the job must be refused.
    ASSAY_SANDBOX_FAILED = 2,
};

/// The steps, in the order in which they are taken.
enum assay_sandbox_step {
    /// Dies with its parent, leaves no core file, cannot be traced.
    ASSAY_SANDBOX_PARENT = 0,
    ASSAY_SANDBOX_MEMORY = 1,
    ASSAY_SANDBOX_PROCESSOR = 2,
    ASSAY_SANDBOX_FILE_SIZE = 3,
    ASSAY_SANDBOX_DESCRIPTORS = 4,
    /// A network namespace without any interface; not everybody may have one.
    ASSAY_SANDBOX_NETWORK = 5,
    ASSAY_SANDBOX_NO_NEW_PRIVILEGES = 6,
    /// The system-call filter.
    ASSAY_SANDBOX_FILTER = 7,
    ASSAY_SANDBOX_STEP_COUNT = 8,
};

struct assay_sandbox_report {
    int32_t outcome[ASSAY_SANDBOX_STEP_COUNT];
    /// errno of a step that was not applied, else 0.
    int32_t error[ASSAY_SANDBOX_STEP_COUNT];
};

/// Applies all steps and reports each. Returns 0 if every step that confinement rests on was applied, else −1.
///
/// Afterwards the process can read and write the descriptors it holds, map memory and start threads. It cannot open,
/// create, rename or remove files, make sockets, start processes or programs, trace or signal others, or change its own
/// namespaces and privileges: these calls fail with EACCES (opening files) or EPERM. It holds for every thread and for
/// good.
int assay_sandbox_apply(const struct assay_sandbox_limits *limits, struct assay_sandbox_report *report);

/// Whether this kernel and processor have what `assay_sandbox_apply` needs; 0, or an errno.
int assay_sandbox_supported(void);

#ifdef __cplusplus
}
#endif
