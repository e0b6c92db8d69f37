// The kernel's input event devices (linux/input.h) without its macros: one small function an ioctl.
// Every function returns 0 or more, or -1 with errno.
#pragma once
#include <stddef.h>
#include <stdint.h>

int obscura_input_open(const char *path);
// Where the device is plugged in, as in "usb-0000:00:14.0-2/button"; at most `capacity` bytes with the NUL.
int obscura_input_port(int device, char *port, size_t capacity);
// Lets events carry CLOCK_MONOTONIC instead of the wall clock.
int obscura_input_use_monotonic(int device);
// Nobody else gets the device's events until it is closed.
int obscura_input_grab(int device);
// Lets the device's bell sound (EV_SND, SND_TONE); 0 Hz is silence. The device has to be open for writing.
int obscura_input_tone(int device, uint16_t hertz);
int obscura_input_open_bell(const char *path);
