/*
 * Wall clock, monotonic clock and the kernel's random source, as values that are passed in so
 * that every test can fix them. The system ones may be used from any thread.
 */
#ifndef DRAMALET_SYS_CLOCK_H
#define DRAMALET_SYS_CLOCK_H

#include <stdint.h>

#include "base/rand.h"

struct clock {
    int64_t (*wall_us)(const struct clock *c); /* UTC microseconds since 1970; may jump */
    int64_t (*mono_us)(const struct clock *c); /* never goes back */
    int64_t fixed_us;                          /* what a fixed clock answers to both */
};

struct clock clock_system(void);
struct clock clock_fixed(int64_t us);
int64_t clock_wall_us(const struct clock *c);
int64_t clock_mono_us(const struct clock *c);

/* getrandom(2); thread-safe. */
struct rng rng_system(void);

#endif
