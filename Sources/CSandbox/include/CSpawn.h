// Starting a child that inherits nothing but what it is handed.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Starts `program` with the given descriptors as its 0, 1, 2, … and no other, in a process group of its own, with no
/// signal blocked or ignored. Descriptors must be `count` or above. Returns 0 or an errno.
int assay_spawn(const char *program, char *const *arguments, char *const *environment, const int32_t *descriptors,
                size_t count, int32_t *child);

/// As `assay_spawn`, and the program ends when the caller does, however that comes: a process between the two, which ends as the program
/// does, ends the whole group once nobody holds the writing end of the pipe whose reading end is `watched`. At most 16 descriptors.
/// `child` is that process.
int assay_spawn_kept(const char *program, char *const *arguments, char *const *environment, const int32_t *descriptors,
                     size_t count, int32_t watched, int32_t *child);

/// An anonymous file in memory, closed on exec; −1 with errno on failure.
int assay_memory_file(const char *name);

/// Both ends closed on exec; −1 with errno on failure.
int assay_pipe(int32_t *reading, int32_t *writing);

#ifdef __cplusplus
}
#endif
