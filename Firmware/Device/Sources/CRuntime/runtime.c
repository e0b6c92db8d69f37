#include "CRuntime.h"

#include <stddef.h>

// The few functions that a compiler calls by itself. Nothing here decides anything.

void *memcpy(void *to, const void *from, size_t count) {
    unsigned char *out = to;
    const unsigned char *in = from;
    if ((((uintptr_t)out | (uintptr_t)in) & 3) == 0)
        for (; count >= 4; count -= 4, out += 4, in += 4) *(uint32_t *)out = *(const uint32_t *)in;
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
    if (((uintptr_t)out & 3) == 0)
        for (; count >= 4; count -= 4, out += 4) *(uint32_t *)out = 0x01010101u * (unsigned char)value;
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
