/* The system's clocks and random source, and a clock that stands still for tests. No state. */
#include "sys/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#include "base/timefmt.h"

static int64_t read_us(clockid_t id)
{
    struct timespec t;
    if (clock_gettime(id, &t) != 0)
        abort(); /* both clocks exist on every Linux */
    return (int64_t)t.tv_sec * US_PER_S + t.tv_nsec / 1000;
}

static int64_t system_wall(const struct clock *c)
{
    (void)c;
    return read_us(CLOCK_REALTIME);
}

static int64_t system_mono(const struct clock *c)
{
    (void)c;
    return read_us(CLOCK_MONOTONIC);
}

static int64_t fixed(const struct clock *c)
{
    return c->fixed_us;
}

struct clock clock_system(void)
{
    return (struct clock){ .wall_us = system_wall, .mono_us = system_mono };
}

struct clock clock_fixed(int64_t us)
{
    return (struct clock){ .wall_us = fixed, .mono_us = fixed, .fixed_us = us };
}

int64_t clock_wall_us(const struct clock *c)
{
    return c->wall_us(c);
}

int64_t clock_mono_us(const struct clock *c)
{
    return c->mono_us(c);
}

static void system_fill(struct rng *r, void *p, size_t n)
{
    (void)r;
    char *to = p;
    while (n) {
        ssize_t got = getrandom(to, n, 0);
        if (got < 0) {
            if (errno == EINTR)
                continue;
            abort(); /* nothing that needs randomness may go on without it */
        }
        to += got;
        n -= (size_t)got;
    }
}

struct rng rng_system(void)
{
    return (struct rng){ .fill = system_fill };
}
