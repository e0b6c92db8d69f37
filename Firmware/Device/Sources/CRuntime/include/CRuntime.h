#ifndef CRUNTIME_H
#define CRUNTIME_H

#include <stdint.h>

// The one place where an address becomes memory: registers, read and written exactly when the program says so.

static inline uint32_t register_read(uint32_t address) { return *(volatile uint32_t *)address; }
static inline void register_write(uint32_t address, uint32_t value) { *(volatile uint32_t *)address = value; }

/// Sleeps until an interrupt.
static inline void register_wait(void) { __asm__ volatile("wfi"); }

/// Waits for at least twelve cycles.
static inline void register_pause(void) {
    for (int turn = 0; turn < 3; turn++) __asm__ volatile("nop\n nop\n nop\n nop");
}

#endif
