/* The seeded source is SplitMix64 (Steele, Lea, Flood 2014). */
#include "base/rand.h"

#include <assert.h>
#include <string.h>

void rng_fill(struct rng *r, void *p, size_t n)
{
    r->fill(r, p, n);
}

uint64_t rng_u64(struct rng *r)
{
    uint64_t v;
    rng_fill(r, &v, sizeof v);
    return v;
}

uint64_t rng_below(struct rng *r, uint64_t bound)
{
    assert(bound > 0);
    uint64_t least = (0 - bound) % bound; /* reject the uneven tail */
    for (;;) {
        uint64_t v = rng_u64(r);
        if (v >= least)
            return v % bound;
    }
}

static void seeded_fill(struct rng *r, void *p, size_t n)
{
    char *to = p;
    while (n) {
        uint64_t z = r->state += UINT64_C(0x9e3779b97f4a7c15);
        z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
        z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
        z ^= z >> 31;
        size_t part = n < sizeof z ? n : sizeof z;
        memcpy(to, &z, part);
        to += part;
        n -= part;
    }
}

struct rng rng_seeded(uint64_t seed)
{
    return (struct rng){ .fill = seeded_fill, .state = seed };
}
