#ifndef CONNXRUNTIME_H
#define CONNXRUNTIME_H

// ONNX Runtime by its C library, which is loaded from a path when it is needed: nothing is linked, and no header of it is used.
// One thread, no telemetry. Every call may run what the model's file asks for, so it belongs into a process that is confined.

#include <stddef.h>
#include <stdint.h>

enum { onnxruntime_rank_limit = 8 };

/// Element types, as the library numbers them.
enum onnxruntime_type {
    onnxruntime_float = 1,
    onnxruntime_int32 = 6,
    onnxruntime_int64 = 7,
    onnxruntime_string = 8,
    onnxruntime_bool = 9,
    onnxruntime_double = 11,
};

typedef struct onnxruntime_model onnxruntime_model;
typedef struct onnxruntime_results onnxruntime_results;

struct onnxruntime_tensor {
    /// 0 for what is no tensor.
    int32_t type;
    int32_t rank;
    /// -1 where any extent is accepted.
    int64_t shape[onnxruntime_rank_limit];
    /// The elements; of strings none.
    const void *_Nullable data;
    const char *_Nullable const *_Nullable strings;
};

/// Opens the model in `path`. 0; or -1 with the reason, cut at `capacity`.
int onnxruntime_open(
    const char *_Nonnull library, const char *_Nonnull path, onnxruntime_model *_Nullable *_Nonnull model, char *_Nonnull reason, size_t capacity);
void onnxruntime_close(onnxruntime_model *_Nonnull model);

/// The library's version, for people. 0; or -1 where there is no such library.
int onnxruntime_library_version(const char *_Nonnull library, char *_Nonnull version, size_t capacity);

size_t onnxruntime_count(const onnxruntime_model *_Nonnull model, int of_outputs);
/// Name and form of an input or output; the name lives as long as the model.
const char *_Nonnull onnxruntime_form(const onnxruntime_model *_Nonnull model, int of_outputs, size_t index, struct onnxruntime_tensor *_Nonnull form);

/// Runs the model for all inputs in order and all outputs that are tensors. 0; or -1 with the reason.
int onnxruntime_run(
    onnxruntime_model *_Nonnull model, const struct onnxruntime_tensor *_Nonnull inputs, onnxruntime_results *_Nullable *_Nonnull results,
    char *_Nonnull reason, size_t capacity);
void onnxruntime_free(onnxruntime_results *_Nonnull results);

/// The result of an output; of type 0 where it is no tensor. It lives as long as the results.
struct onnxruntime_tensor onnxruntime_result(const onnxruntime_results *_Nonnull results, size_t index);
/// The bytes of a string among a result's elements; NULL where there is none.
const char *_Nullable onnxruntime_result_text(onnxruntime_results *_Nonnull results, size_t index, size_t place, size_t *_Nonnull count);

#endif
