#ifndef CBOARD_H
#define CBOARD_H

#include <stdint.h>

/// Milliseconds since the start, counted by SysTick.
uint32_t board_ticks(void);
/// Ends the emulator with this status (semihosting, SYS_EXIT_EXTENDED); on a chip without a debugger it stops.
_Noreturn void board_exit(uint32_t status);

#endif
