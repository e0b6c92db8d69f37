#include "CChip.h"

#include "CRuntime.h"

// What has to be there before Swift: the vector table, memory as the program expects it, what the chip's own loader looks
// for, and darkness when something goes wrong.

extern uint32_t __data_start, __data_end, __data_load, __bss_start, __bss_end, __stack_top;
extern void PodBoard_main(void);

#ifdef RP2350
enum { SIO_OUT_CLEAR = 0xD0000020, SIO_DRIVE = 0xD0000038, IO_BANK0 = 0x40028000, PADS_BANK0 = 0x40038000 };
#else
enum { SIO_OUT_CLEAR = 0xD0000018, SIO_DRIVE = 0xD0000024, IO_BANK0 = 0x40014000, PADS_BANK0 = 0x4001C000 };
#endif
/// GPIOn_CTRL: software has the pin.
enum { FUNCTION_SOFTWARE = 5 };

static void low(uint32_t pin) {
    register_write(SIO_OUT_CLEAR, 1u << pin);
    register_write(IO_BANK0 + 8 * pin + 4, FUNCTION_SOFTWARE);
}

void chip_dark(void) {
    // The net first: without it nothing shines, whatever the other pins say.
    low(PIN_NET);
    for (uint32_t channel = 0; channel < PIN_CHANNELS; channel++) {
        low(PIN_LIGHT + channel);
        low(PIN_FLASH + channel);
    }
    low(PIN_BUZZER);
}

// A trap of Swift's is an undefined instruction. The watchdog is fed no more and starts the chip anew.
static void trapped(void) {
    chip_dark();
    for (;;) {}
}

void chip_reset(void) {
    for (uint32_t *to = &__data_start, *from = &__data_load; to < &__data_end;) *to++ = *from++;
    for (uint32_t *to = &__bss_start; to < &__bss_end;) *to++ = 0;
    PodBoard_main();
    trapped();
}

typedef void (*handler)(void);

// No interrupt is ever enabled; whatever comes is a trap.
__attribute__((section(".vectors"), used)) static const handler vectors[16] = {
    (handler)&__stack_top, chip_reset, trapped, trapped, trapped, trapped, trapped, trapped,
    trapped, trapped, trapped, trapped, trapped, trapped, trapped, trapped,
};

#ifndef RP2350
enum { SSI = 0x18000000 };

// The second stage of the boot: the ROM copies the flash's first 256 bytes to memory, holds them against the check sum in
// their last four (Device/uf2 writes it) and starts them, wherever they then are. They let the flash be read as memory, one
// bit at a time and at 31 MHz, which every flash can (03h), and start what is behind them.
__attribute__((always_inline)) static inline void read_flash_as_memory(void) {
    register_write(SSI + 0x08, 0);
    register_write(SSI + 0x14, 4);
    // 32 bits a frame, one wire, a command and then data (RP2040 datasheet, 4.10.13).
    register_write(SSI + 0x00, 31 << 16 | 3 << 8);
    register_write(SSI + 0x04, 0);
    // Command 03h of 8 bits, address of 24.
    register_write(SSI + 0xF4, 0x03u << 24 | 2 << 8 | 6 << 2);
    register_write(SSI + 0x10, 1);
    register_write(SSI + 0x08, 1);
}

__attribute__((section(".boot2"), used, noreturn)) static void boot2(void) {
    enum { VECTORS = 0x10000100 };
    read_flash_as_memory();
    register_write(0xE000ED08, VECTORS);
    __asm__ volatile("msr msp, %0\n bx %1" : : "r"(register_read(VECTORS)), "r"(register_read(VECTORS + 4)));
    __builtin_unreachable();
}
#endif

#ifdef RP2350
// What the chip's loader looks for in the first 4 KiB (RP2350 datasheet, 5.9): an image for its Arm cores, secure; the last
// item; no other block; and the markers around them.
__attribute__((section(".image_def"), used)) static const uint32_t image_def[5] = {
    0xFFFFDED3, 0x10210142, 0x000001FF, 0x00000000, 0xAB123579,
};
#endif

// The chip's ROM: two letters name a function, a function at a fixed place finds it (RP2040 datasheet, 2.8.3; RP2350
// datasheet, 5.4).
static uint32_t rom_half(uint32_t address) {
    // Read as a word: a compiler takes the first page of memory for nothing.
    uint32_t word = register_read(address & ~3u);
    return address & 2 ? word >> 16 : word & 0xFFFF;
}

static uint32_t rom_code(char first, char second) { return (uint32_t)second << 8 | (uint32_t)first; }

#ifndef RP2350
/// GPIO_QSPI_SS_CTRL.
enum { FLASH_SELECT = 0x4001800C };

// In memory, since the flash is not to be read while it answers something else. Nothing in here may call into the flash.
__attribute__((section(".data.flash"), noinline)) static void ask_flash(
    void (*connect)(void), void (*leave)(void), void (*flush)(void), uint32_t answer[2]) {
    connect();
    leave();
    // The chip's select line by hand: low, the command 4Bh, four bytes of nothing, eight of the number, high.
    register_write(FLASH_SELECT, 2 << 8);
    for (uint32_t place = 0; place < 13; place++) {
        register_write(SSI + 0x60, place == 0 ? 0x4B : 0);
        while (!(register_read(SSI + 0x28) & 1 << 3)) {}
        uint32_t byte = register_read(SSI + 0x60) & 0xFF;
        if (place >= 5) answer[place < 9 ? 1 : 0] = answer[place < 9 ? 1 : 0] << 8 | byte;
    }
    register_write(FLASH_SELECT, 3 << 8);
    register_write(FLASH_SELECT, 0);
    flush();
    // As the second stage of the boot left it.
    read_flash_as_memory();
}

uint64_t chip_flash_number(void) {
    typedef uint32_t (*look_up)(uint32_t table, uint32_t code);
    look_up find = (look_up)rom_half(0x18);
    uint32_t table = rom_half(0x14), answer[2] = {0, 0};
    ask_flash(
        (void (*)(void))find(table, rom_code('I', 'F')), (void (*)(void))find(table, rom_code('E', 'X')),
        (void (*)(void))find(table, rom_code('F', 'C')), answer);
    return (uint64_t)answer[1] << 32 | answer[0];
}
#endif

_Noreturn void chip_load(void) {
    chip_dark();
#ifdef RP2350
    typedef uint32_t (*look_up)(uint32_t code, uint32_t mask);
    typedef int (*reboot)(uint32_t flags, uint32_t delay, uint32_t first, uint32_t second);
    // Secure Arm code; to the loader, and no return.
    reboot into = (reboot)((look_up)rom_half(0x16))(rom_code('R', 'B'), 0x0004);
    into(0x0102, 10, 0, 0);
#else
    typedef uint32_t (*look_up)(uint32_t table, uint32_t code);
    typedef void (*to_loader)(uint32_t lamp, uint32_t disable);
    to_loader into = (to_loader)((look_up)rom_half(0x18))(rom_half(0x14), rom_code('U', 'B'));
    into(0, 0);
#endif
    // Not reached; otherwise the watchdog starts this program again.
    for (;;) {}
}
