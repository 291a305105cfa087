/* The playlist reader on anything: a playlist, or a message with a line. */
#include <stdint.h>
#include <stdlib.h>

#include "media/hls.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena a = { 0 };
    struct hls_playlist p;
    struct diag d = { 0 };
    if (hls_parse(&a, str_sub((const char *)data, n), &p, &d) == OK) {
        for (size_t i = 0; i < p.n_segments; i++)
            if (p.segments[i].duration_us < 0 || p.segments[i].range.size_bytes < 0)
                abort();
    } else if (!d.msg[0]) {
        abort();
    }
    arena_done(&a);
    return 0;
}
