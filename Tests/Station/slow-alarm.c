/* Preloaded into the face detector where the machine is emulated: its own alarm, meant for real processors, waits 20 times
 * as long. Nothing else of the program changes. */
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

int setitimer(__itimer_which_t which, const struct itimerval *value, struct itimerval *old) {
    struct itimerval longer = *value;
    longer.it_value.tv_sec *= 20;
    return (int)syscall(SYS_setitimer, which, &longer, old);
}
