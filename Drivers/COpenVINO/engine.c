#include "COpenVINO.h"
#include "openvino_abi.h"
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// As many as one call has planes, so that no plane's size is forgotten for another plane of the same call.
enum { size_limit = OBSCURA_ENGINE_MOST_PLANES };

// The network compiled for one input size. A size of its own each: a network that changes its input size between
// calls has been seen to answer nonsense without an error. Planes of one size in one call have a request each.
struct compiled {
    int width, height;
    uint64_t last_use;
    void *model, *requests[OBSCURA_ENGINE_MOST_PLANES];
    // Of the current call.
    int taken;
};

// One plane of the current call.
struct job {
    struct compiled *size;
    void *request;
    float *input;
};

struct obscura_engine {
    void *library, *core, *model;
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
    FIND(ov_infer_request_start_async)
    FIND(ov_infer_request_wait)
    FIND(ov_infer_request_free)
    FIND(ov_tensor_get_shape)
    FIND(ov_tensor_get_element_type)
    FIND(ov_tensor_data)
    FIND(ov_shape_free)
    FIND(ov_tensor_free)
    return OBSCURA_ENGINE_DONE;
}

enum obscura_engine_step obscura_engine_open(const char *directory, const uint8_t *model, size_t model_count,
                                             struct obscura_engine **out, char *message, size_t message_count) {
    *out = NULL;
    struct obscura_engine *engine = calloc(1, sizeof *engine);
    if (!engine) return say(OBSCURA_ENGINE_MEMORY, message, message_count, "out of memory", NULL);
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
    for (int i = 0; i < OBSCURA_ENGINE_MOST_PLANES; i++) {
        if (size->requests[i]) engine->call.ov_infer_request_free(size->requests[i]);
    }
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
    // Single precision always: on some processors the engine would otherwise compute in 16 bits. One thread a size: the
    // sizes run side by side, and threads that share one inference spend a tenth more of the processor.
    const ov_property properties[] = {
        {"INFERENCE_NUM_THREADS", "1"},
        {"NUM_STREAMS", "1"},
        {"INFERENCE_PRECISION_HINT", "f32"},
        {"ENABLE_CPU_PINNING", "NO"},
    };
    if (engine->call.ov_core_compile_model_props(engine->core, engine->model, "CPU",
                                                 sizeof properties / sizeof *properties, properties,
                                                 &size->model) != 0)
        return say_last(engine, OBSCURA_ENGINE_COMPILE, message, count, "the model does not compile");
    return OBSCURA_ENGINE_DONE;
}

// The slot of a size, compiled when it is new; the one that was used longest ago goes when all are taken.
static enum obscura_engine_step prepare(struct obscura_engine *engine, int width, int height, struct compiled **out,
                                        char *message, size_t count) {
    struct compiled *oldest = &engine->sizes[0];
    for (int i = 0; i < size_limit; i++) {
        struct compiled *size = &engine->sizes[i];
        if (size->model && size->width == width && size->height == height) {
            *out = size;
            break;
        }
        if (size->last_use < oldest->last_use) oldest = size;
    }
    if (!*out) {
        forget(engine, oldest);
        oldest->width = width;
        oldest->height = height;
        enum obscura_engine_step step = compile(engine, oldest, message, count);
        if (step != OBSCURA_ENGINE_DONE) {
            forget(engine, oldest);
            return step;
        }
        *out = oldest;
    }
    if ((*out)->last_use != engine->uses) (*out)->taken = 0;
    (*out)->last_use = engine->uses;
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

static const float *output(struct obscura_engine *engine, const struct job *job, const char *name, int planes) {
    void *tensor = NULL;
    if (engine->call.ov_infer_request_get_tensor(job->request, name, &tensor) != 0) return NULL;
    const float *data = floats(engine, tensor, planes, job->size->height / 4, job->size->width / 4);
    // Only this handle goes; the request keeps the memory.
    engine->call.ov_tensor_free(tensor);
    return data;
}

// Gives the plane a request of its own and writes its pixels into it.
static enum obscura_engine_step load_plane(struct obscura_engine *engine, const struct obscura_plane *plane,
                                           struct job *job, char *message, size_t message_count) {
    enum obscura_engine_step step = prepare(engine, plane->width, plane->height, &job->size, message, message_count);
    if (step != OBSCURA_ENGINE_DONE) return step;
    void **request = &job->size->requests[job->size->taken++];
    if (!*request && engine->call.ov_compiled_model_create_infer_request(job->size->model, request) != 0)
        return say_last(engine, OBSCURA_ENGINE_COMPILE, message, message_count, "no inference request");
    job->request = *request;
    void *tensor = NULL;
    if (engine->call.ov_infer_request_get_input_tensor(job->request, &tensor) != 0)
        return say_last(engine, OBSCURA_ENGINE_INFER, message, message_count, "no input tensor");
    job->input = floats(engine, tensor, 3, plane->height, plane->width);
    engine->call.ov_tensor_free(tensor);
    if (!job->input) return say(OBSCURA_ENGINE_SHAPE, message, message_count, "the input has another shape", NULL);
    const size_t count = (size_t)plane->width * (size_t)plane->height;
    float *red = job->input, *green = red + count, *blue = green + count;
    const uint8_t *rgb = plane->rgb;
    for (size_t i = 0; i < count; i++) {
        red[i] = rgb[3 * i];
        green[i] = rgb[3 * i + 1];
        blue[i] = rgb[3 * i + 2];
    }
    return OBSCURA_ENGINE_DONE;
}

// Starts all and waits for all that started, whatever became of the others: no thread may still read an input later.
static enum obscura_engine_step run(struct obscura_engine *engine, const struct job *jobs, size_t count, char *message,
                                    size_t message_count) {
    enum obscura_engine_step step = OBSCURA_ENGINE_DONE;
    size_t started = 0;
    while (started < count && engine->call.ov_infer_request_start_async(jobs[started].request) == 0) started++;
    if (started < count)
        step = say_last(engine, OBSCURA_ENGINE_INFER, message, message_count, "an inference did not start");
    for (size_t i = 0; i < started; i++) {
        if (engine->call.ov_infer_request_wait(jobs[i].request) != 0)
            step = say_last(engine, OBSCURA_ENGINE_INFER, message, message_count, "an inference failed");
    }
    return step;
}

enum obscura_engine_step obscura_engine_infer(struct obscura_engine *engine, const struct obscura_plane *planes,
                                              size_t count, struct obscura_outputs *out, char *message,
                                              size_t message_count) {
    struct job jobs[OBSCURA_ENGINE_MOST_PLANES] = {{0}};
    if (count < 1 || count > OBSCURA_ENGINE_MOST_PLANES)
        return say(OBSCURA_ENGINE_INFER, message, message_count, "too many planes, or none", NULL);
    engine->uses++;
    enum obscura_engine_step step = OBSCURA_ENGINE_DONE;
    for (size_t i = 0; i < count && step == OBSCURA_ENGINE_DONE; i++)
        step = load_plane(engine, &planes[i], &jobs[i], message, message_count);
    if (step == OBSCURA_ENGINE_DONE) step = run(engine, jobs, count, message, message_count);
    // The engine's copies of the picture go as soon as they have served.
    for (size_t i = 0; i < count; i++) {
        if (jobs[i].input) memset(jobs[i].input, 0, 3 * sizeof(float) * (size_t)planes[i].width * (size_t)planes[i].height);
    }
    if (step != OBSCURA_ENGINE_DONE) return step;
    for (size_t i = 0; i < count; i++) {
        out[i] = (struct obscura_outputs){
            output(engine, &jobs[i], "537", 1),
            output(engine, &jobs[i], "538", 2),
            output(engine, &jobs[i], "539", 2),
            output(engine, &jobs[i], "540", 10),
        };
        if (!out[i].heatmap || !out[i].scale || !out[i].offset || !out[i].landmarks)
            return say(OBSCURA_ENGINE_SHAPE, message, message_count, "an output has another shape", NULL);
    }
    return OBSCURA_ENGINE_DONE;
}
