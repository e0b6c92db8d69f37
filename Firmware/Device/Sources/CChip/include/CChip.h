#ifndef CCHIP_H
#define CCHIP_H

#include <stdint.h>

// Which pin does what. README.md has the same table; Tests/rp2040 reads this file.

/// Pedal and hand trigger: closed to ground, each with a resistor to 3.3 V outside.
#define PIN_PEDAL 0
#define PIN_HAND 1
/// The lid's switch: closed to ground while the lid is shut, so that a cut wire is an open lid.
#define PIN_LID 2
/// The comparator of the lamp's current: high while current flows.
#define PIN_LAMP 3
/// The camera's exposure: rises when a frame begins.
#define PIN_FRAME 4
/// The net: recording lamp, light drivers and the camera's power. Pulled down outside.
#define PIN_NET 5
/// Brightness of the three channels, and of none, as pulses.
#define PIN_LIGHT 6
#define PIN_BUZZER 10
#define PIN_NOTICE 11
/// Flashes of the three channels; the light driver takes what either pin says.
#define PIN_FLASH 12
#define PIN_CHANNELS 3

/// Everything dark, before anything else and without anything else: what a trap does.
void chip_dark(void);
/// Restarts into the chip's own loader (USB mass storage and PICOBOOT).
_Noreturn void chip_load(void);
/// The flash's own number, 0 where there is none.
uint64_t chip_flash_number(void);

#endif
