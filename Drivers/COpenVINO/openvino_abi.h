// The part of OpenVINO's C ABI (release 2026.4) that the engine uses: names, argument types, constants.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef int ov_status;  // 0 is success
enum { ov_float32 = 4 };

typedef struct { int64_t rank; int64_t *dimensions; } ov_shape;
typedef struct { int64_t low, high; } ov_dimension;
typedef struct { ov_dimension rank; ov_dimension *dimensions; } ov_partial_shape;
typedef struct { const char *key; const void *value; } ov_property;

struct ov_functions {
    const char *(*ov_get_last_err_msg)(void);
    void (*ov_free)(const char *);
    ov_status (*ov_core_create)(void **core);
    void (*ov_core_free)(void *core);
    ov_status (*ov_core_read_model_from_memory_buffer)(const void *core, const char *text, size_t count,
                                                       const void *weights, void **model);
    ov_status (*ov_core_compile_model_props)(const void *core, const void *model, const char *device, size_t count,
                                             const ov_property *properties, void **compiled);
    void (*ov_model_free)(void *model);
    ov_status (*ov_model_reshape_single_input)(const void *model, const ov_partial_shape shape);
    ov_status (*ov_partial_shape_create_static)(int64_t rank, const int64_t *dimensions, ov_partial_shape *out);
    void (*ov_partial_shape_free)(ov_partial_shape *shape);
    ov_status (*ov_compiled_model_create_infer_request)(const void *compiled, void **request);
    void (*ov_compiled_model_free)(void *compiled);
    ov_status (*ov_infer_request_get_input_tensor)(const void *request, void **tensor);
    ov_status (*ov_infer_request_get_tensor)(const void *request, const char *name, void **tensor);
    ov_status (*ov_infer_request_start_async)(void *request);
    ov_status (*ov_infer_request_wait)(void *request);
    void (*ov_infer_request_free)(void *request);
    ov_status (*ov_tensor_get_shape)(const void *tensor, ov_shape *shape);
    ov_status (*ov_tensor_get_element_type)(const void *tensor, int *type);
    ov_status (*ov_tensor_data)(const void *tensor, void **data);
    ov_status (*ov_shape_free)(ov_shape *shape);
    void (*ov_tensor_free)(void *tensor);
};
