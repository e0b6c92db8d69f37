// One still camera through libgphoto2, with one port library and one driver, each alone in its folder.
#pragma once
#include <gphoto2/gphoto2-result.h>
#include <stddef.h>
#include <stdint.h>

struct obscura_still_camera;

// All return 0 or more, or libgphoto2's negative result (gphoto2-port-result.h, gphoto2-result.h).

// Whether the drivers of the folder are the one that is expected (`ptp2`), and no other.
int obscura_still_drivers(const char *folder);
// Whether the folder has one port library that takes paths of USB devices.
int obscura_still_ports(const char *folder);
// - ports: the folder of the one port library. - folder: that of the one driver. - node: as in `usb:001,004`.
int obscura_still_open(const char *ports, const char *folder, const char *node, struct obscura_still_camera **camera);
// What libgphoto2 keeps of the camera is freed; a session with it is closed.
void obscura_still_close(struct obscura_still_camera *camera);
// A setting's value as text, cut to `room`. A camera without it: GP_ERROR_BAD_PARAMETERS or GP_ERROR_NOT_SUPPORTED.
int obscura_still_setting(struct obscura_still_camera *camera, const char *name, char *text, size_t room);
// Chooses one of a setting's choices; GP_ERROR_BAD_PARAMETERS where it has none of that name.
int obscura_still_choose(struct obscura_still_camera *camera, const char *name, const char *choice);
// How many files the camera's stores hold; at most `most`, or GP_ERROR_FIXED_LIMIT_EXCEEDED. After an exposure in a new
// session, which ends what was fetched.
int obscura_still_files(struct obscura_still_camera *camera, int most);
// Takes one picture. The names have room for 1024 and 128 bytes.
int obscura_still_capture(struct obscura_still_camera *camera, char *folder, char *name);
// The picture's bytes, valid until the camera is closed or another picture is fetched; `came` is how many bytes the longest
// data phase really had, which no honest picture exceeds.
int obscura_still_fetch(
    struct obscura_still_camera *camera, const char *folder, const char *name, unsigned char **bytes, size_t *count,
    size_t *came);
int obscura_still_delete(struct obscura_still_camera *camera, const char *folder, const char *name);
