/* The box reader on anything: reads only inside its bytes, and what it accepts holds together. */
#include <stdint.h>
#include <stdlib.h>

#include "media/box.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena a = { 0 };
    struct box_track t;
    struct diag d = { 0 };
    if (box_read(&a, str_sub((const char *)data, n), &t, &d) == OK) {
        struct media_track described;
        box_describe(&a, &t, STR("v360"), &described);
        const struct box_fragment *last = &t.fragments[t.n_fragments - 1];
        if (last->range.offset + last->range.size_bytes > (int64_t)n || t.duration <= 0 ||
            described.n_segments != t.n_fragments)
            abort();
    } else if (!d.msg[0]) {
        abort();
    }
    arena_done(&a);
    return 0;
}
