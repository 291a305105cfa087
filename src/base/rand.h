/*
 * A random source that is always passed in, so that every test can fix it. The real one draws
 * from the kernel (sys/clock.h makes it); a seeded one (SplitMix64) replays. The seeded one is
 * not thread-safe.
 */
#ifndef DRAMALET_BASE_RAND_H
#define DRAMALET_BASE_RAND_H

#include <stddef.h>
#include <stdint.h>

struct rng {
    void (*fill)(struct rng *r, void *p, size_t n);
    uint64_t state; /* of the seeded source */
};

void rng_fill(struct rng *r, void *p, size_t n);
uint64_t rng_u64(struct rng *r);
uint64_t rng_below(struct rng *r, uint64_t bound); /* uniform in [0, bound), bound > 0 */
struct rng rng_seeded(uint64_t seed);

#endif
