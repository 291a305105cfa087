/* Text from strangers: decoding, folding, cutting, and JSON strings that must read back. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/json_in.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void require(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct str text = { (const char *)data, n }, rest = text;
    struct buf clean = { 0 }, json = { 0 }, safe = { 0 };
    uint32_t cp;
    size_t count = 0;
    while (utf8_next(&rest, &cp)) {
        require(cp <= 0x10FFFF && !(cp >= 0xD800 && cp < 0xE000));
        require(utf8_fold(utf8_fold(cp)) == utf8_fold(cp));
        utf8_add(&clean, cp);
        count++;
    }
    require(utf8_count(text) == count && utf8_is_valid(buf_str(&clean)));
    require(!utf8_is_valid(text) || str_eq(text, buf_str(&clean)));
    for (size_t cut = 0; cut <= n && cut < 8; cut++) {
        struct str head = utf8_head(text, cut);
        require(head.n <= cut && (!utf8_is_valid(text) || utf8_is_valid(head)));
    }
    json_add_string(&json, text);
    json_add_html_safe(&safe, buf_str(&json));
    struct arena a = { 0 };
    struct json_in in;
    require(safe.n > JSON_IN_BYTES_MAX || json_in_parse(&a, buf_str(&safe), &in, NULL) == OK);
    require(safe.n > JSON_IN_BYTES_MAX || str_eq(in.text, buf_str(&clean)));
    buf_done(&clean);
    buf_done(&json);
    buf_done(&safe);
    arena_done(&a);
    return 0;
}
