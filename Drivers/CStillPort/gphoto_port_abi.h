// What libgphoto2_port.so.12 asks of a port library: the order of the operations and the names that it looks up. Debian
// installs no header for it. Unchanged from 2.5.0 on; the folder of its own port libraries bears the same version.
#pragma once
#include <gphoto2/gphoto2-port.h>

typedef struct {
    int (*init)(GPPort *);
    int (*exit)(GPPort *);
    int (*open)(GPPort *);
    int (*close)(GPPort *);
    int (*read)(GPPort *, char *, int);
    int (*check_int)(GPPort *, char *, int, int);
    int (*write)(GPPort *, const char *, int);
    int (*update)(GPPort *);
    // Serial lines.
    int (*get_pin)(GPPort *, GPPin, GPLevel *);
    int (*set_pin)(GPPort *, GPPin, GPLevel);
    int (*send_break)(GPPort *, int);
    int (*flush)(GPPort *, int);
    // USB.
    int (*find_device)(GPPort *, int, int);
    int (*find_device_by_class)(GPPort *, int, int, int);
    int (*clear_halt)(GPPort *, int);
    int (*msg_write)(GPPort *, int, int, int, char *, int);
    int (*msg_read)(GPPort *, int, int, int, char *, int);
    int (*msg_interface_write)(GPPort *, int, int, int, char *, int);
    int (*msg_interface_read)(GPPort *, int, int, int, char *, int);
    int (*msg_class_write)(GPPort *, int, int, int, char *, int);
    int (*msg_class_read)(GPPort *, int, int, int, char *, int);
    // Disks and raw SCSI.
    int (*seek)(GPPort *, int, int);
    int (*send_scsi_cmd)(GPPort *, int, char *, int, char *, int, char *, int);
    int (*reset)(GPPort *);
} GPPortOperations;

GPPortType gp_port_library_type(void);
int gp_port_library_list(GPPortInfoList *list);
GPPortOperations *gp_port_library_operations(void);
