#include "CBoard.h"

#include "CRuntime.h"

// What has to be there before Swift: the vector table, and memory as the program expects it. Nothing here decides anything.

extern uint32_t __data_start, __data_end, __data_load, __bss_start, __bss_end, __stack_top;
extern void PodQemu_main(void);

static volatile uint32_t ticks;

uint32_t board_ticks(void) { return ticks; }

_Noreturn void board_exit(uint32_t status) {
    const uint32_t block[2] = {0x20026, status};
    register uint32_t operation __asm__("r0") = 0x20;
    register const uint32_t *parameters __asm__("r1") = block;
    __asm__ volatile("bkpt 0xab" : : "r"(operation), "r"(parameters) : "memory");
    for (;;) register_wait();
}

// A trap of Swift's is an undefined instruction: everything goes dark with it, for the board's own watchdog is fed no more.
static void trapped(void) { board_exit(99); }
static void tick(void) { ticks = ticks + 1; }

void board_reset(void) {
    for (uint32_t *to = &__data_start, *from = &__data_load; to < &__data_end;) *to++ = *from++;
    for (uint32_t *to = &__bss_start; to < &__bss_end;) *to++ = 0;
    PodQemu_main();
    board_exit(98);
}

typedef void (*handler)(void);

__attribute__((section(".vectors"), used)) static const handler vectors[16] = {
    (handler)&__stack_top, board_reset, trapped, trapped, trapped, trapped, trapped, 0, 0, 0, 0, trapped, 0, 0, trapped, tick,
};
