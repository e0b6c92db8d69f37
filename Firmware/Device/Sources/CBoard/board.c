#include "CBoard.h"

#include <stddef.h>

// What has to be there before Swift: the vector table, memory as the program expects it, and the few functions that a
// compiler calls by itself. Nothing here decides anything.

extern uint32_t __data_start, __data_end, __data_load, __bss_start, __bss_end, __stack_top;
extern void PodQemu_main(void);

static volatile uint32_t ticks;

void *memcpy(void *to, const void *from, size_t count) {
    unsigned char *out = to;
    const unsigned char *in = from;
    while (count--) *out++ = *in++;
    return to;
}

void *memmove(void *to, const void *from, size_t count) {
    unsigned char *out = to;
    const unsigned char *in = from;
    if (out <= in) return memcpy(to, from, count);
    while (count--) out[count] = in[count];
    return to;
}

void *memset(void *to, int value, size_t count) {
    unsigned char *out = to;
    while (count--) *out++ = (unsigned char)value;
    return to;
}

void __aeabi_memcpy(void *to, const void *from, size_t count) { memcpy(to, from, count); }
void __aeabi_memcpy4(void *to, const void *from, size_t count) { memcpy(to, from, count); }
void __aeabi_memcpy8(void *to, const void *from, size_t count) { memcpy(to, from, count); }
void __aeabi_memmove(void *to, const void *from, size_t count) { memmove(to, from, count); }
void __aeabi_memmove4(void *to, const void *from, size_t count) { memmove(to, from, count); }
void __aeabi_memset(void *to, size_t count, int value) { memset(to, value, count); }
void __aeabi_memset4(void *to, size_t count, int value) { memset(to, value, count); }
void __aeabi_memclr(void *to, size_t count) { memset(to, 0, count); }
void __aeabi_memclr4(void *to, size_t count) { memset(to, 0, count); }
void __aeabi_memclr8(void *to, size_t count) { memset(to, 0, count); }

union wide {
    unsigned long long whole;
    uint32_t half[2];
};

// Shifts by fewer than 64; written in halves, so that they do not become calls of themselves.
unsigned long long __aeabi_llsl(unsigned long long value, int by) {
    union wide in = {value}, out;
    out.half[1] = by >= 32 ? in.half[0] << (by - 32) : by ? in.half[1] << by | in.half[0] >> (32 - by) : in.half[1];
    out.half[0] = by >= 32 ? 0 : in.half[0] << by;
    return out.whole;
}

unsigned long long __aeabi_llsr(unsigned long long value, int by) {
    union wide in = {value}, out;
    out.half[0] = by >= 32 ? in.half[1] >> (by - 32) : by ? in.half[0] >> by | in.half[1] << (32 - by) : in.half[0];
    out.half[1] = by >= 32 ? 0 : in.half[1] >> by;
    return out.whole;
}

#ifdef __ARM_ARCH_6M__
// A core that cannot divide, nor multiply to 64 bits. Division by nought gives all ones, as nothing here asks for it.
uint32_t __aeabi_uidiv(uint32_t dividend, uint32_t divisor) {
    uint32_t quotient = 0, rest = 0;
    for (int bit = 31; bit >= 0; bit--) {
        rest = rest << 1 | (dividend >> bit & 1);
        if (rest >= divisor) {
            rest -= divisor;
            quotient |= 1u << bit;
        }
    }
    return quotient;
}

unsigned long long __aeabi_lmul(unsigned long long a, unsigned long long b) {
    unsigned long long sum = 0;
    for (; a; a >>= 1, b <<= 1)
        if (a & 1) sum += b;
    return sum;
}
#endif

void board_wait(void) { __asm__ volatile("wfi"); }
uint32_t board_ticks(void) { return ticks; }
uint32_t board_read(uint32_t address) { return *(volatile uint32_t *)address; }
void board_write(uint32_t address, uint32_t value) { *(volatile uint32_t *)address = value; }

_Noreturn void board_exit(uint32_t status) {
    const uint32_t block[2] = {0x20026, status};
    register uint32_t operation __asm__("r0") = 0x20;
    register const uint32_t *parameters __asm__("r1") = block;
    __asm__ volatile("bkpt 0xab" : : "r"(operation), "r"(parameters) : "memory");
    for (;;) board_wait();
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
