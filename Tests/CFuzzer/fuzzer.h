// What libFuzzer, which comes with the compiler, offers to those who change inputs themselves.
#include <stddef.h>
#include <stdint.h>

size_t LLVMFuzzerMutate(uint8_t *bytes, size_t count, size_t limit);
