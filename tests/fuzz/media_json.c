/* media.json: what is accepted is written and read to the same text. */
#include <stdint.h>
#include <stdlib.h>

#include "media/media_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena a = { 0 };
    struct media_info m;
    struct diag d = { 0 };
    if (media_json_parse(&a, str_sub((const char *)data, n), &m, &d) == OK) {
        struct buf first = { 0 }, second = { 0 };
        media_json_write(&first, &m);
        if (media_json_parse(&a, buf_str(&first), &m, &d) != OK)
            abort();
        media_json_write(&second, &m);
        if (!str_eq(buf_str(&first), buf_str(&second)))
            abort();
        buf_done(&first);
        buf_done(&second);
    } else if (!d.msg[0]) {
        abort();
    }
    arena_done(&a);
    return 0;
}
