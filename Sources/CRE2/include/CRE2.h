#ifndef CRE2_H
#define CRE2_H

// Regular expressions by RE2: matching takes time linear in the text, whatever the pattern.

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A compiled pattern. It never changes, so any number of threads may match with it.
typedef struct cre2_pattern cre2_pattern;

/// Loads the library, as the first pattern does otherwise; 1 where it is there. For who may open no file later.
int cre2_load(void);

/// Compiles UTF-8. NULL where RE2 does not take the pattern; then up to `capacity - 1` bytes of the reason and a zero
/// stand in `reason`.
cre2_pattern *_Nullable cre2_compile(
    const char *_Nonnull pattern, size_t count, char *_Nonnull reason, size_t capacity);

/// 1 where the pattern is found anywhere in the text.
int cre2_is_found(const cre2_pattern *_Nonnull pattern, const char *_Nullable text, size_t count);

void cre2_free(cre2_pattern *_Nullable pattern);

#ifdef __cplusplus
}
#endif

#endif
