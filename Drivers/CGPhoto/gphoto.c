#include "CGPhoto.h"
#include <gphoto2/gphoto2.h>
#include <gphoto2/gphoto2-version.h>
#include <stdlib.h>
#include <string.h>

// Folders deeper than this hold no pictures.
enum { MOST_DEPTH = 6 };

struct obscura_still_camera {
    Camera *camera;
    GPContext *context;
    CameraFile *file;
    // Whether the driver's picture of the card may be older than the card.
    int exposed;
};

#define TRY(expression) do { int result_ = (expression); if (result_ < 0) { code = result_; goto end; } } while (0)

static int load(const char *folder, CameraAbilitiesList **list) {
    int code = gp_abilities_list_new(list);
    if (code < 0) return code;
    return gp_abilities_list_load_dir(*list, folder, NULL);
}

int obscura_still_drivers(const char *folder) {
    CameraAbilitiesList *list = NULL;
    int code = load(folder, &list), count = 0;
    if (code >= 0) count = gp_abilities_list_count(list);
    code = count > 0 ? GP_OK : GP_ERROR_LIBRARY;
    for (int index = 0; index < count && code == GP_OK; index++) {
        CameraAbilities abilities;
        code = gp_abilities_list_get_abilities(list, index, &abilities);
        const char *name = strrchr(abilities.library, '/');
        if (code == GP_OK && (!name || strcmp(name, "/ptp2"))) code = GP_ERROR_LIBRARY;
    }
    if (list) gp_abilities_list_free(list);
    return code;
}

// One port of one library: the folder holds no other.
static int choose_port(const char *folder, const char *node, GPPortInfoList **ports, GPPortInfo *info) {
    int code;
    setenv("IOLIBS", folder, 1);
    TRY(gp_port_info_list_new(ports));
    TRY(gp_port_info_list_load(*ports));
    int index = gp_port_info_list_lookup_path(*ports, node);
    TRY(index);
    TRY(gp_port_info_list_get_info(*ports, index, info));
    code = gp_port_info_list_count(*ports) == 1 ? GP_OK : GP_ERROR_LIBRARY;
end:
    return code;
}

int obscura_still_ports(const char *folder) {
    GPPortInfoList *ports = NULL;
    GPPortInfo info;
    int code = choose_port(folder, "usb:001,001", &ports, &info);
    if (ports) gp_port_info_list_free(ports);
    return code;
}

// Whether a still camera answers there. libgphoto2's own search says of every failure that nothing was found.
static int knock(GPPortInfo info) {
    GPPort *port = NULL;
    int code;
    TRY(gp_port_new(&port));
    TRY(gp_port_set_info(port, info));
    code = gp_port_usb_find_device_by_class(port, 6, 1, 1);
end:
    if (port) gp_port_free(port);
    return code;
}

// The driver's entry for the device: by vendor and product, else as a camera of the still image class.
static int recognise(CameraAbilitiesList *drivers, GPPortInfoList *ports, CameraAbilities *abilities) {
    int code;
    const char *model = NULL;
    CameraList *found = NULL;
    TRY(gp_list_new(&found));
    TRY(gp_abilities_list_detect(drivers, ports, found, NULL));
    if (gp_list_count(found) != 1) TRY(GP_ERROR_IO_USB_FIND);
    TRY(gp_list_get_name(found, 0, &model));
    int index = gp_abilities_list_lookup_model(drivers, model);
    TRY(index);
    TRY(gp_abilities_list_get_abilities(drivers, index, abilities));
    code = GP_OK;
end:
    if (found) gp_list_free(found);
    return code;
}

int obscura_still_open(const char *ports_folder, const char *folder, const char *node, struct obscura_still_camera **camera) {
    int code;
    CameraAbilitiesList *drivers = NULL;
    GPPortInfoList *ports = NULL;
    GPPortInfo info;
    CameraAbilities abilities;
    struct obscura_still_camera *one = calloc(1, sizeof *one);
    if (!one) return GP_ERROR_NO_MEMORY;
    // libgphoto2 keeps settings in a file of the user's home; there shall be none, neither read nor written.
    setenv("HOME", "/nonexistent", 1);
    TRY(load(folder, &drivers));
    TRY(choose_port(ports_folder, node, &ports, &info));
    TRY(knock(info));
    TRY(recognise(drivers, ports, &abilities));
    TRY(gp_camera_new(&one->camera));
    one->context = gp_context_new();
    TRY(gp_camera_set_abilities(one->camera, abilities));
    TRY(gp_camera_set_port_info(one->camera, info));
    TRY(gp_camera_init(one->camera, one->context));
    code = GP_OK;
end:
    if (ports) gp_port_info_list_free(ports);
    if (drivers) gp_abilities_list_free(drivers);
    if (code < 0) {
        obscura_still_close(one);
        return code;
    }
    *camera = one;
    return GP_OK;
}

static void drop_file(struct obscura_still_camera *camera) {
    if (camera->file) gp_file_unref(camera->file);
    camera->file = NULL;
}

void obscura_still_close(struct obscura_still_camera *camera) {
    drop_file(camera);
    if (camera->camera) {
        gp_camera_exit(camera->camera, camera->context);
        gp_camera_unref(camera->camera);
    }
    if (camera->context) gp_context_unref(camera->context);
    free(camera);
}

int obscura_still_setting(struct obscura_still_camera *camera, const char *name, char *text, size_t room) {
    CameraWidget *widget = NULL;
    CameraWidgetType kind;
    char *value = NULL;
    int code;
    TRY(gp_camera_get_single_config(camera->camera, name, &widget, camera->context));
    TRY(gp_widget_get_type(widget, &kind));
    if (kind != GP_WIDGET_TEXT && kind != GP_WIDGET_RADIO && kind != GP_WIDGET_MENU) TRY(GP_ERROR_NOT_SUPPORTED);
    TRY(gp_widget_get_value(widget, &value));
    strncpy(text, value ? value : "", room - 1);
    text[room - 1] = 0;
    code = GP_OK;
end:
    if (widget) gp_widget_free(widget);
    return code;
}

int obscura_still_choose(struct obscura_still_camera *camera, const char *name, const char *choice) {
    CameraWidget *widget = NULL;
    CameraWidgetType kind;
    int code, known = 0;
    TRY(gp_camera_get_single_config(camera->camera, name, &widget, camera->context));
    TRY(gp_widget_get_type(widget, &kind));
    if (kind != GP_WIDGET_RADIO && kind != GP_WIDGET_MENU) TRY(GP_ERROR_NOT_SUPPORTED);
    for (int index = 0; index < gp_widget_count_choices(widget); index++) {
        const char *offered = NULL;
        TRY(gp_widget_get_choice(widget, index, &offered));
        known |= !strcmp(offered, choice);
    }
    if (!known) TRY(GP_ERROR_BAD_PARAMETERS);
    TRY(gp_widget_set_value(widget, choice));
    TRY(gp_camera_set_single_config(camera->camera, name, widget, camera->context));
    code = GP_OK;
end:
    if (widget) gp_widget_free(widget);
    return code;
}

static int count_files(struct obscura_still_camera *camera, const char *folder, int depth, int most) {
    CameraList *list = NULL;
    int code, total = 0;
    TRY(gp_list_new(&list));
    TRY(gp_camera_folder_list_files(camera->camera, folder, list, camera->context));
    total = gp_list_count(list);
    TRY(gp_list_reset(list));
    TRY(gp_camera_folder_list_folders(camera->camera, folder, list, camera->context));
    for (int index = 0; index < gp_list_count(list); index++) {
        const char *name = NULL;
        char inner[1024];
        TRY(gp_list_get_name(list, index, &name));
        // libgphoto2's own folder of things that are no pictures.
        if (depth == 0 && !strcmp(name, "special")) continue;
        if (depth >= MOST_DEPTH || total > most || strlen(folder) + strlen(name) + 2 > sizeof inner)
            TRY(GP_ERROR_FIXED_LIMIT_EXCEEDED);
        strcpy(inner, folder);
        if (depth > 0) strcat(inner, "/");
        strcat(inner, name);
        int some = count_files(camera, inner, depth + 1, most - total);
        TRY(some);
        total += some;
    }
    code = total > most ? GP_ERROR_FIXED_LIMIT_EXCEEDED : total;
end:
    if (list) gp_list_free(list);
    return code;
}

int obscura_still_files(struct obscura_still_camera *camera, int most) {
    int code;
    if (camera->exposed) {
        // The driver asks once a session and then knows of the card what the camera cares to tell it.
        drop_file(camera);
        TRY(gp_camera_exit(camera->camera, camera->context));
        TRY(gp_camera_init(camera->camera, camera->context));
        camera->exposed = 0;
    }
    code = count_files(camera, "/", 0, most);
end:
    return code;
}

int obscura_still_capture(struct obscura_still_camera *camera, char *folder, char *name) {
    CameraFilePath path;
    memset(&path, 0, sizeof path);
    camera->exposed = 1;
    int code = gp_camera_capture(camera->camera, GP_CAPTURE_IMAGE, &path, camera->context);
    if (code < 0) return code;
    path.folder[sizeof path.folder - 1] = path.name[sizeof path.name - 1] = 0;
    strcpy(folder, path.folder);
    strcpy(name, path.name);
    return GP_OK;
}

int obscura_still_fetch(
    struct obscura_still_camera *camera, const char *folder, const char *name, unsigned char **bytes, size_t *count,
    size_t *came) {
    GPPortSettings settings;
    const char *data = NULL;
    unsigned long size = 0;
    int code;
    drop_file(camera);
    TRY(gp_file_new(&camera->file));
    TRY(gp_camera_file_get(camera->camera, folder, name, GP_FILE_TYPE_NORMAL, camera->file, camera->context));
    TRY(gp_file_get_data_and_size(camera->file, &data, &size));
    TRY(gp_port_get_settings(camera->camera->port, &settings));
    settings.usb.port[sizeof settings.usb.port - 1] = 0;
    *bytes = (unsigned char *)data;
    *count = size;
    *came = strtoul(settings.usb.port, NULL, 10);
    code = GP_OK;
end:
    return code;
}

int obscura_still_delete(struct obscura_still_camera *camera, const char *folder, const char *name) {
    return gp_camera_file_delete(camera->camera, folder, name, camera->context);
}
