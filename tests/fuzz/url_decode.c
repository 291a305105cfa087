/* Percent, base64url and hex encodings in addresses: what decodes must encode to the same value. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "sys/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void require(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct str text = { (const char *)data, n }, plain, again;
    struct arena a = { 0 };
    struct buf b = { 0 };
    for (int plus = 0; plus < 2; plus++) {
        if (url_decode(&a, text, plus == 1, &plain) != OK)
            continue;
        require(plain.n <= text.n);
        buf_reset(&b);
        buf_add_url(&b, plain);
        require(url_decode(&a, buf_str(&b), true, &again) == OK && str_eq(again, plain));
        if (path_is_safe(plain))
            require(str_find(plain, STR("/../")) < 0 && !str_starts(plain, STR("../")) &&
                    plain.p[0] != '/');
    }
    if (base64url_decode(&a, text, &plain) == OK) {
        buf_reset(&b);
        buf_add_base64url(&b, plain.p, plain.n);
        require(str_eq(buf_str(&b), text)); /* one text per value */
    }
    uint8_t raw[8];
    (void)!hex_decode(text, raw, sizeof raw);
    buf_done(&b);
    arena_done(&a);
    return 0;
}
