#include "COnnxRuntime.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * The library hands out one table of functions, to which versions only ever add at the end. These are the places of those that are used
 * here; they are the same since version 1.8.
 */
enum {
    ERROR_MESSAGE = 2,
    CREATE_ENVIRONMENT = 3,
    DISABLE_TELEMETRY = 6,
    CREATE_SESSION = 7,
    RUN = 9,
    CREATE_OPTIONS = 10,
    SET_EXECUTION_MODE = 13,
    SET_LOG_SEVERITY = 22,
    SET_INTRA_THREADS = 24,
    SET_INTER_THREADS = 25,
    INPUT_COUNT = 30,
    OUTPUT_COUNT = 31,
    INPUT_TYPE = 33,
    OUTPUT_TYPE = 34,
    INPUT_NAME = 36,
    OUTPUT_NAME = 37,
    CREATE_TENSOR = 48,
    CREATE_TENSOR_OVER_DATA = 49,
    TENSOR_DATA = 51,
    FILL_STRINGS = 52,
    STRINGS_LENGTH = 53,
    STRINGS_CONTENT = 54,
    TENSOR_INFO_OF_TYPE = 55,
    KIND_OF_TYPE = 56,
    ELEMENT_TYPE = 60,
    DIMENSION_COUNT = 61,
    DIMENSIONS = 62,
    ELEMENT_COUNT = 64,
    TENSOR_INFO = 65,
    CPU_MEMORY = 69,
    DEFAULT_ALLOCATOR = 78,
    RELEASE_ENVIRONMENT = 92,
    RELEASE_STATUS = 93,
    RELEASE_MEMORY = 94,
    RELEASE_SESSION = 95,
    RELEASE_VALUE = 96,
    RELEASE_TYPE = 98,
    RELEASE_TENSOR_INFO = 99,
    RELEASE_OPTIONS = 100,
};

enum { API_VERSION = 8, KIND_TENSOR = 1, SEVERITY_ERROR = 3, SEQUENTIAL = 0, DEVICE_ALLOCATOR = 0, DEFAULT_MEMORY = 0 };

typedef void (*any_function)(void);

struct api_base {
    void *(*table)(uint32_t version);
    const char *(*version)(void);
};

struct value_form {
    char *name;
    struct onnxruntime_tensor form;
};

struct onnxruntime_model {
    any_function *api;
    void *environment, *session, *memory, *allocator;
    size_t counts[2];
    struct value_form *forms[2];
};

struct result {
    void *value;
    struct onnxruntime_tensor tensor;
    char *text;
    size_t *offsets, count, length;
};

struct onnxruntime_results {
    const onnxruntime_model *model;
    size_t count;
    struct result *results;
};

#define CALL(model, place, ...) ((void *(*)(__VA_ARGS__))(model)->api[place])
#define RELEASE(model, place, value) ((void (*)(void *))(model)->api[place])(value)

/* Whether a call went wrong; what it says is kept. */
static int failed(const onnxruntime_model *model, void *status, char *reason, size_t capacity) {
    if (status == NULL) return 0;
    snprintf(reason, capacity, "%s", ((const char *(*)(const void *))model->api[ERROR_MESSAGE])(status));
    RELEASE(model, RELEASE_STATUS, status);
    return 1;
}

static int read_info(const onnxruntime_model *model, const void *info, struct onnxruntime_tensor *form, char *reason, size_t capacity) {
    int type = 0;
    size_t rank = 0;
    if (failed(model, CALL(model, ELEMENT_TYPE, const void *, int *)(info, &type), reason, capacity) ||
        failed(model, CALL(model, DIMENSION_COUNT, const void *, size_t *)(info, &rank), reason, capacity))
        return -1;
    if (rank > onnxruntime_rank_limit) {
        snprintf(reason, capacity, "it has a value of %zu axes", rank);
        return -1;
    }
    if (failed(model, CALL(model, DIMENSIONS, const void *, int64_t *, size_t)(info, form->shape, rank), reason, capacity)) return -1;
    form->type = type;
    form->rank = (int32_t)rank;
    return 0;
}

static int read_form(
    const onnxruntime_model *model, int of_outputs, size_t index, struct value_form *form, char *reason, size_t capacity) {
    char *name = NULL;
    if (failed(
            model,
            CALL(model, of_outputs ? OUTPUT_NAME : INPUT_NAME, const void *, size_t, void *, char **)(
                model->session, index, model->allocator, &name),
            reason, capacity))
        return -1;
    /* Names live as long as the process, as the model does. */
    form->name = name;
    void *type = NULL;
    if (failed(
            model, CALL(model, of_outputs ? OUTPUT_TYPE : INPUT_TYPE, const void *, size_t, void **)(model->session, index, &type), reason, capacity))
        return -1;
    int kind = 0, result = 0;
    const void *info = NULL;
    if (failed(model, CALL(model, KIND_OF_TYPE, const void *, int *)(type, &kind), reason, capacity)) result = -1;
    if (result == 0 && kind == KIND_TENSOR) {
        if (failed(model, CALL(model, TENSOR_INFO_OF_TYPE, const void *, const void **)(type, &info), reason, capacity) ||
            read_info(model, info, &form->form, reason, capacity) != 0)
            result = -1;
    }
    RELEASE(model, RELEASE_TYPE, type);
    return result;
}

static int begin(onnxruntime_model *model, const char *path, char *reason, size_t capacity) {
    void *options = NULL;
    if (failed(model, CALL(model, CREATE_ENVIRONMENT, int, const char *, void **)(SEVERITY_ERROR, "assay", &model->environment), reason, capacity) ||
        failed(model, CALL(model, DISABLE_TELEMETRY, const void *)(model->environment), reason, capacity) ||
        failed(model, CALL(model, CREATE_OPTIONS, void **)(&options), reason, capacity))
        return -1;
    int result = 0;
    if (failed(model, CALL(model, SET_INTRA_THREADS, void *, int)(options, 1), reason, capacity) ||
        failed(model, CALL(model, SET_INTER_THREADS, void *, int)(options, 1), reason, capacity) ||
        failed(model, CALL(model, SET_EXECUTION_MODE, void *, int)(options, SEQUENTIAL), reason, capacity) ||
        failed(model, CALL(model, SET_LOG_SEVERITY, void *, int)(options, SEVERITY_ERROR), reason, capacity) ||
        failed(
            model, CALL(model, CREATE_SESSION, const void *, const char *, const void *, void **)(model->environment, path, options, &model->session),
            reason, capacity) ||
        failed(model, CALL(model, CPU_MEMORY, int, int, void **)(DEVICE_ALLOCATOR, DEFAULT_MEMORY, &model->memory), reason, capacity) ||
        failed(model, CALL(model, DEFAULT_ALLOCATOR, void **)(&model->allocator), reason, capacity))
        result = -1;
    RELEASE(model, RELEASE_OPTIONS, options);
    for (int side = 0; side < 2 && result == 0; side++) {
        if (failed(
                model, CALL(model, side ? OUTPUT_COUNT : INPUT_COUNT, const void *, size_t *)(model->session, &model->counts[side]), reason,
                capacity))
            return -1;
        model->forms[side] = calloc(model->counts[side] + 1, sizeof(struct value_form));
        if (model->forms[side] == NULL) return -1;
        for (size_t index = 0; index < model->counts[side] && result == 0; index++)
            result = read_form(model, side, index, &model->forms[side][index], reason, capacity);
    }
    return result;
}

/* The library's one function; NULL with the reason where there is none. */
static const struct api_base *find(const char *library, char *reason, size_t capacity) {
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) {
        snprintf(reason, capacity, "%s", dlerror());
        return NULL;
    }
    void *found = dlsym(handle, "OrtGetApiBase");
    const struct api_base *(*base)(void) = NULL;
    memcpy(&base, &found, sizeof found);
    if (base == NULL) snprintf(reason, capacity, "it is no library of ONNX Runtime");
    return base == NULL ? NULL : base();
}

int onnxruntime_library_version(const char *library, char *version, size_t capacity) {
    const struct api_base *base = find(library, version, capacity);
    if (base == NULL || base->table(API_VERSION) == NULL) return -1;
    snprintf(version, capacity, "%s", base->version());
    return 0;
}

int onnxruntime_open(const char *library, const char *path, onnxruntime_model **model, char *reason, size_t capacity) {
    *model = NULL;
    const struct api_base *base = find(library, reason, capacity);
    if (base == NULL) return -1;
    any_function *api = base->table(API_VERSION);
    onnxruntime_model *made = api == NULL ? NULL : calloc(1, sizeof *made);
    if (made == NULL) {
        snprintf(reason, capacity, "it is no library of ONNX Runtime 1.8 or newer");
        return -1;
    }
    made->api = api;
    if (begin(made, path, reason, capacity) != 0) {
        onnxruntime_close(made);
        return -1;
    }
    *model = made;
    return 0;
}

void onnxruntime_close(onnxruntime_model *model) {
    if (model->memory != NULL) RELEASE(model, RELEASE_MEMORY, model->memory);
    if (model->session != NULL) RELEASE(model, RELEASE_SESSION, model->session);
    if (model->environment != NULL) RELEASE(model, RELEASE_ENVIRONMENT, model->environment);
    for (int side = 0; side < 2; side++) free(model->forms[side]);
    free(model);
}


size_t onnxruntime_count(const onnxruntime_model *model, int of_outputs) { return model->counts[of_outputs ? 1 : 0]; }

const char *onnxruntime_form(const onnxruntime_model *model, int of_outputs, size_t index, struct onnxruntime_tensor *form) {
    *form = model->forms[of_outputs ? 1 : 0][index].form;
    return model->forms[of_outputs ? 1 : 0][index].name;
}

static size_t width(int32_t type) {
    switch (type) {
    case onnxruntime_float:
    case onnxruntime_int32: return 4;
    case onnxruntime_int64:
    case onnxruntime_double: return 8;
    case onnxruntime_bool: return 1;
    default: return 0;
    }
}

static int make_value(
    const onnxruntime_model *model, const struct onnxruntime_tensor *tensor, void **value, char *reason, size_t capacity) {
    size_t count = 1;
    for (int axis = 0; axis < tensor->rank; axis++) count *= (size_t)tensor->shape[axis];
    if (tensor->type == onnxruntime_string) {
        if (failed(
                model,
                CALL(model, CREATE_TENSOR, void *, const int64_t *, size_t, int, void **)(
                    model->allocator, tensor->shape, (size_t)tensor->rank, tensor->type, value),
                reason, capacity))
            return -1;
        return failed(model, CALL(model, FILL_STRINGS, void *, const char *const *, size_t)(*value, tensor->strings, count), reason, capacity) ? -1 : 0;
    }
    return failed(
               model,
               CALL(model, CREATE_TENSOR_OVER_DATA, const void *, void *, size_t, const int64_t *, size_t, int, void **)(
                   model->memory, (void *)tensor->data, count * width(tensor->type), tensor->shape, (size_t)tensor->rank, tensor->type, value),
               reason, capacity)
               ? -1
               : 0;
}

static int read_result(const onnxruntime_model *model, struct result *result, char *reason, size_t capacity) {
    void *info = NULL;
    if (failed(model, CALL(model, TENSOR_INFO, const void *, void **)(result->value, &info), reason, capacity)) return -1;
    int outcome = read_info(model, info, &result->tensor, reason, capacity);
    if (outcome == 0 && failed(model, CALL(model, ELEMENT_COUNT, const void *, size_t *)(info, &result->count), reason, capacity)) outcome = -1;
    RELEASE(model, RELEASE_TENSOR_INFO, info);
    if (outcome != 0) return -1;
    if (result->tensor.type != onnxruntime_string) {
        void *data = NULL;
        if (failed(model, CALL(model, TENSOR_DATA, void *, void **)(result->value, &data), reason, capacity)) return -1;
        result->tensor.data = data;
        return 0;
    }
    if (failed(model, CALL(model, STRINGS_LENGTH, const void *, size_t *)(result->value, &result->length), reason, capacity)) return -1;
    result->text = malloc(result->length + 1);
    result->offsets = malloc((result->count + 1) * sizeof *result->offsets);
    if (result->text == NULL || result->offsets == NULL) return -1;
    return failed(
               model,
               CALL(model, STRINGS_CONTENT, const void *, void *, size_t, size_t *, size_t)(
                   result->value, result->text, result->length, result->offsets, result->count),
               reason, capacity)
               ? -1
               : 0;
}

int onnxruntime_run(
    onnxruntime_model *model, const struct onnxruntime_tensor *inputs, onnxruntime_results **results, char *reason, size_t capacity) {
    *results = NULL;
    const size_t in = model->counts[0], out = model->counts[1];
    void **values = calloc(in + 1, sizeof *values), **answers = calloc(out + 1, sizeof *answers);
    const char **names = calloc(in + 1, sizeof *names), **wanted = calloc(out + 1, sizeof *wanted);
    onnxruntime_results *made = calloc(1, sizeof *made);
    if (made != NULL) made->results = calloc(out + 1, sizeof *made->results);
    int outcome = values == NULL || answers == NULL || names == NULL || wanted == NULL || made == NULL || made->results == NULL ? -1 : 0;
    if (outcome == 0) {
        made->model = model;
        made->count = out;
    }
    for (size_t index = 0; index < in && outcome == 0; index++) {
        names[index] = model->forms[0][index].name;
        outcome = make_value(model, &inputs[index], &values[index], reason, capacity);
    }
    size_t asked = 0;
    for (size_t index = 0; index < out && outcome == 0; index++)
        if (model->forms[1][index].form.type != 0) wanted[asked++] = model->forms[1][index].name;
    if (outcome == 0 &&
        failed(
            model,
            CALL(
                model, RUN, void *, const void *, const char *const *, const void *const *, size_t, const char *const *, size_t, void **)(
                model->session, NULL, names, (const void *const *)values, in, wanted, asked, answers),
            reason, capacity))
        outcome = -1;
    /* All answers have their place before one is read, or those after one that cannot be read would be nobody's. */
    asked = 0;
    for (size_t index = 0; index < out && outcome == 0; index++)
        if (model->forms[1][index].form.type != 0) made->results[index].value = answers[asked++];
    for (size_t index = 0; index < out && outcome == 0; index++)
        if (made->results[index].value != NULL) outcome = read_result(model, &made->results[index], reason, capacity);
    for (size_t index = 0; values != NULL && index < in; index++)
        if (values[index] != NULL) RELEASE(model, RELEASE_VALUE, values[index]);
    free(values);
    free(answers);
    free(names);
    free(wanted);
    if (outcome == 0) {
        *results = made;
    } else if (made != NULL && made->model != NULL) {
        onnxruntime_free(made);
    } else {
        free(made);
    }
    return outcome;
}

void onnxruntime_free(onnxruntime_results *results) {
    for (size_t index = 0; index < results->count; index++) {
        struct result *result = &results->results[index];
        if (result->value != NULL) RELEASE(results->model, RELEASE_VALUE, result->value);
        free(result->text);
        free(result->offsets);
    }
    free(results->results);
    free(results);
}

struct onnxruntime_tensor onnxruntime_result(const onnxruntime_results *results, size_t index) { return results->results[index].tensor; }

const char *onnxruntime_result_text(onnxruntime_results *results, size_t index, size_t place, size_t *count) {
    const struct result *result = &results->results[index];
    if (result->text == NULL || place >= result->count) return NULL;
    const size_t end = place + 1 < result->count ? result->offsets[place + 1] : result->length;
    *count = end - result->offsets[place];
    return result->text + result->offsets[place];
}
