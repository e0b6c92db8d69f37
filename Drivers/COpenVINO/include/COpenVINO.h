// A face network on OpenVINO's C API. The library is loaded from a folder at run time; the build needs none of it.
#pragma once
#include <stddef.h>
#include <stdint.h>

struct obscura_engine;

enum obscura_engine_step {
    OBSCURA_ENGINE_DONE = 0,
    OBSCURA_ENGINE_LIBRARY,   // the folder holds no library that can be loaded, or a function is missing from it
    OBSCURA_ENGINE_MODEL,     // the model was not accepted
    OBSCURA_ENGINE_COMPILE,   // the model was not compiled for this input size
    OBSCURA_ENGINE_INFER,     // the inference failed
    OBSCURA_ENGINE_SHAPE,     // an output has another shape or element type than the network promises
    OBSCURA_ENGINE_MEMORY
};

// The network's four outputs for one plane: grids of (height / 4) x (width / 4) floats, one plane after the other.
// They belong to the engine and are valid until its next call.
struct obscura_outputs {
    const float *heatmap;    // 1 plane
    const float *scale;      // 2 planes: height, width
    const float *offset;     // 2 planes: y, x
    const float *landmarks;  // 10 planes: y, x of each of five points
};

// Width, height (multiples of 32) and interleaved RGB bytes of one input.
struct obscura_plane {
    int width, height;
    const uint8_t *rgb;
};

enum { OBSCURA_ENGINE_MOST_PLANES = 8 };

// Loads the library from `directory` and the ONNX model from memory. Each input size gets a thread of its own.
// On failure *out stays NULL and `message` holds one line.
enum obscura_engine_step obscura_engine_open(const char *directory, const uint8_t *model, size_t model_count,
                                             struct obscura_engine **out, char *message, size_t message_count);

// Runs the network on 1 ... OBSCURA_ENGINE_MOST_PLANES planes side by side and fills as many outputs, in their order.
// All have ended when it returns; when one fails the call fails, and `out` holds nothing to be used.
enum obscura_engine_step obscura_engine_infer(struct obscura_engine *engine, const struct obscura_plane *planes,
                                              size_t count, struct obscura_outputs *out, char *message,
                                              size_t message_count);

void obscura_engine_close(struct obscura_engine *engine);

// Ends the process with one line on standard error when `milliseconds` pass; 0 disarms. -1 and errno on failure.
int obscura_watchdog(int milliseconds);
