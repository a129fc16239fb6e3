// How a process gives memory back.
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Has blocks of at least so many bytes taken from the system one by one, and given back as soon as they are freed, whatever was freed before.
/// glibc raises this bound to the largest block that was ever freed, up to 32 MiB: a server that took in a few large bodies at once would hold on to the
/// memory of all of them, in the heap of each thread. Returns 0 where the allocator is another one.
int assay_memory_give_back(size_t bytes);

#ifdef __cplusplus
}
#endif
