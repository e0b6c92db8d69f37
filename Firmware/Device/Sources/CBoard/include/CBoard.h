#ifndef CBOARD_H
#define CBOARD_H

#include <stdint.h>

/// Sleeps until an interrupt.
void board_wait(void);
/// Milliseconds since the start, counted by SysTick.
uint32_t board_ticks(void);
/// Ends the emulator with this status (semihosting, SYS_EXIT_EXTENDED); on a chip without a debugger it stops.
_Noreturn void board_exit(uint32_t status);
/// Reads and writes a register of the board.
uint32_t board_read(uint32_t address);
void board_write(uint32_t address, uint32_t value);

#endif
