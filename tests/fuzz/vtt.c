/* Captions: what is read and written again is read the same, and holds no markup of its own. */
#include <stdint.h>
#include <stdlib.h>

#include "media/vtt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check_again(struct arena *a, const struct vtt *v)
{
    struct buf first = { .max = 64 << 20 }, second = { .max = 64 << 20 };
    struct vtt again;
    vtt_write(&first, v);
    enum err e = vtt_parse(a, buf_str(&first), &again, NULL);
    if (e == OK) {
        vtt_write(&second, &again);
        if (again.n != v->n || !str_eq(buf_str(&first), buf_str(&second)))
            abort();
    } else if (e != ERR_LIMIT) { /* escaping may make a very long cue too long */
        abort();
    }
    if (str_find(buf_str(&first), STR("<script")) >= 0)
        abort();
    buf_done(&first);
    buf_done(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena a = { 0 };
    struct vtt v;
    struct diag d = { 0 };
    if (vtt_parse(&a, str_sub((const char *)data, n), &v, &d) == OK)
        check_again(&a, &v);
    else if (!d.msg[0])
        abort();
    arena_done(&a);
    return 0;
}
