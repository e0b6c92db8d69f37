// The port library over usbfs (Documentation/driver-api/usb/usb.rst of Linux): one device file, ioctls and nothing else.
#pragma once
#include "CStillPort.h"
