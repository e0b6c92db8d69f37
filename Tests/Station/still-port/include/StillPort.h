// The port library of obscura-still over USB/IP: the simulated camera on a loopback TCP port, without a kernel between.
// Its paths are `usb:BBB,DDD` for the TCP port BBB x 1000 + DDD.
#pragma once
#include "CStillPort.h"
