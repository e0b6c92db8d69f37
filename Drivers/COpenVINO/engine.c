#include "COpenVINO.h"
#include "openvino_abi.h"
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { size_limit = 8 };

// The network compiled for one input size. A size of its own each: a network that changes its input size between
// calls has been seen to answer nonsense without an error.
struct compiled {
    int width, height;
    uint64_t last_use;
    void *model, *request;
};

struct obscura_engine {
    void *library, *core, *model;
    char threads[12];
    uint64_t uses;
    struct compiled sizes[size_limit];
    struct ov_functions call;
};

static enum obscura_engine_step say(enum obscura_engine_step step, char *message, size_t count, const char *what,
                                    const char *detail) {
    snprintf(message, count, "%s%s%s", what, detail ? ": " : "", detail ? detail : "");
    for (char *c = message; *c; c++) {
        if (*c == '\n' || *c == '\r') *c = ' ';
    }
    return step;
}

static enum obscura_engine_step say_last(struct obscura_engine *engine, enum obscura_engine_step step, char *message,
                                         size_t count, const char *what) {
    const char *detail = engine->call.ov_get_last_err_msg();
    say(step, message, count, what, detail);
    if (detail) engine->call.ov_free(detail);
    return step;
}

#define FIND(name)                                                                                 \
    if (!(*(void **)&engine->call.name = dlsym(engine->library, #name)))                           \
        return say(OBSCURA_ENGINE_LIBRARY, message, count, "the library lacks a function", #name);

static enum obscura_engine_step load(struct obscura_engine *engine, const char *directory, char *message,
                                     size_t count) {
    char path[4096];
    int length = snprintf(path, sizeof path, "%s/libopenvino_c.so.2641", directory);
    if (length < 0 || (size_t)length >= sizeof path)
        return say(OBSCURA_ENGINE_LIBRARY, message, count, "the folder's name is too long", NULL);
    engine->library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!engine->library) return say(OBSCURA_ENGINE_LIBRARY, message, count, "cannot load", dlerror());
    FIND(ov_get_last_err_msg)
    FIND(ov_free)
    FIND(ov_core_create)
    FIND(ov_core_free)
    FIND(ov_core_read_model_from_memory_buffer)
    FIND(ov_core_compile_model_props)
    FIND(ov_model_free)
    FIND(ov_model_reshape_single_input)
    FIND(ov_partial_shape_create_static)
    FIND(ov_partial_shape_free)
    FIND(ov_compiled_model_create_infer_request)
    FIND(ov_compiled_model_free)
    FIND(ov_infer_request_get_input_tensor)
    FIND(ov_infer_request_get_tensor)
    FIND(ov_infer_request_infer)
    FIND(ov_infer_request_free)
    FIND(ov_tensor_get_shape)
    FIND(ov_tensor_get_element_type)
    FIND(ov_tensor_data)
    FIND(ov_shape_free)
    FIND(ov_tensor_free)
    return OBSCURA_ENGINE_DONE;
}

enum obscura_engine_step obscura_engine_open(const char *directory, const uint8_t *model, size_t model_count,
                                             int threads, struct obscura_engine **out, char *message,
                                             size_t message_count) {
    *out = NULL;
    struct obscura_engine *engine = calloc(1, sizeof *engine);
    if (!engine) return say(OBSCURA_ENGINE_MEMORY, message, message_count, "out of memory", NULL);
    snprintf(engine->threads, sizeof engine->threads, "%d", threads);
    enum obscura_engine_step step = load(engine, directory, message, message_count);
    if (step == OBSCURA_ENGINE_DONE && engine->call.ov_core_create(&engine->core) != 0)
        step = say_last(engine, OBSCURA_ENGINE_LIBRARY, message, message_count, "the engine does not start");
    if (step == OBSCURA_ENGINE_DONE &&
        engine->call.ov_core_read_model_from_memory_buffer(engine->core, (const char *)model, model_count, NULL,
                                                           &engine->model) != 0)
        step = say_last(engine, OBSCURA_ENGINE_MODEL, message, message_count, "the model is not accepted");
    if (step == OBSCURA_ENGINE_DONE) *out = engine;
    else obscura_engine_close(engine);
    return step;
}

static void forget(struct obscura_engine *engine, struct compiled *size) {
    if (size->request) engine->call.ov_infer_request_free(size->request);
    if (size->model) engine->call.ov_compiled_model_free(size->model);
    memset(size, 0, sizeof *size);
}

void obscura_engine_close(struct obscura_engine *engine) {
    if (!engine) return;
    for (int i = 0; i < size_limit; i++) forget(engine, &engine->sizes[i]);
    if (engine->model) engine->call.ov_model_free(engine->model);
    if (engine->core) engine->call.ov_core_free(engine->core);
    // The library stays loaded: its threads may still be on their way out.
    free(engine);
}

static enum obscura_engine_step compile(struct obscura_engine *engine, struct compiled *size, char *message,
                                        size_t count) {
    const int64_t dimensions[4] = {1, 3, size->height, size->width};
    ov_partial_shape shape;
    if (engine->call.ov_partial_shape_create_static(4, dimensions, &shape) != 0)
        return say_last(engine, OBSCURA_ENGINE_COMPILE, message, count, "no shape for this size");
    ov_status status = engine->call.ov_model_reshape_single_input(engine->model, shape);
    engine->call.ov_partial_shape_free(&shape);
    if (status != 0) return say_last(engine, OBSCURA_ENGINE_COMPILE, message, count, "the model refuses this size");
    // Single precision always: on some processors the engine would otherwise compute in 16 bits.
    const ov_property properties[] = {
        {"INFERENCE_NUM_THREADS", engine->threads}, {"NUM_STREAMS", "1"},
        {"INFERENCE_PRECISION_HINT", "f32"},        {"ENABLE_CPU_PINNING", "NO"},
    };
    if (engine->call.ov_core_compile_model_props(engine->core, engine->model, "CPU",
                                                 sizeof properties / sizeof *properties, properties,
                                                 &size->model) != 0)
        return say_last(engine, OBSCURA_ENGINE_COMPILE, message, count, "the model does not compile");
    if (engine->call.ov_compiled_model_create_infer_request(size->model, &size->request) != 0)
        return say_last(engine, OBSCURA_ENGINE_COMPILE, message, count, "no inference request");
    return OBSCURA_ENGINE_DONE;
}

static enum obscura_engine_step prepare(struct obscura_engine *engine, int width, int height, struct compiled **out,
                                        char *message, size_t count) {
    struct compiled *oldest = &engine->sizes[0];
    engine->uses++;
    for (int i = 0; i < size_limit; i++) {
        struct compiled *size = &engine->sizes[i];
        if (size->request && size->width == width && size->height == height) {
            size->last_use = engine->uses;
            *out = size;
            return OBSCURA_ENGINE_DONE;
        }
        if (size->last_use < oldest->last_use) oldest = size;
    }
    forget(engine, oldest);
    oldest->width = width;
    oldest->height = height;
    enum obscura_engine_step step = compile(engine, oldest, message, count);
    if (step != OBSCURA_ENGINE_DONE) {
        forget(engine, oldest);
        return step;
    }
    oldest->last_use = engine->uses;
    *out = oldest;
    return OBSCURA_ENGINE_DONE;
}

// The floats of a tensor after its type and all four dimensions were checked; NULL where anything differs.
static float *floats(struct obscura_engine *engine, void *tensor, int planes, int height, int width) {
    ov_shape shape = {0, NULL};
    int type = -1;
    void *data = NULL;
    if (engine->call.ov_tensor_get_shape(tensor, &shape) != 0) return NULL;
    int fits = shape.rank == 4 && shape.dimensions[0] == 1 && shape.dimensions[1] == planes &&
               shape.dimensions[2] == height && shape.dimensions[3] == width;
    engine->call.ov_shape_free(&shape);
    if (!fits || engine->call.ov_tensor_get_element_type(tensor, &type) != 0 || type != ov_float32) return NULL;
    if (engine->call.ov_tensor_data(tensor, &data) != 0) return NULL;
    return data;
}

static const float *output(struct obscura_engine *engine, struct compiled *size, const char *name, int planes) {
    void *tensor = NULL;
    if (engine->call.ov_infer_request_get_tensor(size->request, name, &tensor) != 0) return NULL;
    const float *data = floats(engine, tensor, planes, size->height / 4, size->width / 4);
    // Only this handle goes; the request keeps the memory.
    engine->call.ov_tensor_free(tensor);
    return data;
}

enum obscura_engine_step obscura_engine_infer(struct obscura_engine *engine, int width, int height,
                                              const uint8_t *rgb, struct obscura_outputs *out, char *message,
                                              size_t message_count) {
    struct compiled *size = NULL;
    enum obscura_engine_step step = prepare(engine, width, height, &size, message, message_count);
    if (step != OBSCURA_ENGINE_DONE) return step;
    void *tensor = NULL;
    if (engine->call.ov_infer_request_get_input_tensor(size->request, &tensor) != 0)
        return say_last(engine, OBSCURA_ENGINE_INFER, message, message_count, "no input tensor");
    float *input = floats(engine, tensor, 3, height, width);
    engine->call.ov_tensor_free(tensor);
    if (!input) return say(OBSCURA_ENGINE_SHAPE, message, message_count, "the input has another shape", NULL);
    const size_t count = (size_t)width * (size_t)height;
    for (size_t i = 0; i < count; i++) {
        input[i] = rgb[3 * i];
        input[count + i] = rgb[3 * i + 1];
        input[2 * count + i] = rgb[3 * i + 2];
    }
    if (engine->call.ov_infer_request_infer(size->request) != 0)
        return say_last(engine, OBSCURA_ENGINE_INFER, message, message_count, "the inference failed");
    *out = (struct obscura_outputs){
        output(engine, size, "537", 1),
        output(engine, size, "538", 2),
        output(engine, size, "539", 2),
        output(engine, size, "540", 10),
    };
    // The engine's copy of the picture goes as soon as it has served.
    memset(input, 0, 3 * count * sizeof *input);
    if (!out->heatmap || !out->scale || !out->offset || !out->landmarks)
        return say(OBSCURA_ENGINE_SHAPE, message, message_count, "an output has another shape", NULL);
    return OBSCURA_ENGINE_DONE;
}
