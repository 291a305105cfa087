/* Time-ordered ids and their 13 characters of Crockford base32 (65 bits, the topmost two are 0). */
#include "base/id.h"

#include <assert.h>

static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
static const int64_t epoch_us = INT64_C(1704067200) * 1000000; /* 2024-01-01 */
enum { RANDOM_BITS = 21 };

int64_t id_make(int64_t now_us, uint64_t random)
{
    uint64_t ms = now_us > epoch_us ? (uint64_t)(now_us - epoch_us) / 1000 : 0;
    uint64_t id = (ms & ((UINT64_C(1) << 42) - 1)) << RANDOM_BITS;
    id |= random & ((1u << RANDOM_BITS) - 1);
    return id ? (int64_t)id : 1;
}

int64_t id_time_us(int64_t id)
{
    return (id >> RANDOM_BITS) * 1000 + epoch_us;
}

void id_format(int64_t id, char out[ID_TEXT_LEN + 1])
{
    assert(id > 0);
    uint64_t v = (uint64_t)id;
    for (int i = ID_TEXT_LEN - 1; i >= 0; i--, v >>= 5)
        out[i] = digits[v & 31];
    out[ID_TEXT_LEN] = '\0';
}

void buf_add_id(struct buf *b, int64_t id)
{
    char text[ID_TEXT_LEN + 1];
    id_format(id, text);
    buf_add(b, text, ID_TEXT_LEN);
}

static int digit_value(char c)
{
    if (c >= 'a' && c <= 'z')
        c = (char)(c - 32);
    if (c == 'O')
        return 0;
    if (c == 'I' || c == 'L')
        return 1;
    const char *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) : -1;
}

enum err id_parse(struct str s, int64_t *ret_id)
{
    if (s.n != ID_TEXT_LEN)
        return ERR_INPUT;
    uint64_t v = 0;
    for (size_t i = 0; i < s.n; i++) {
        int d = digit_value(s.p[i]);
        if (d < 0 || v >> 59)
            return ERR_INPUT;
        v = v << 5 | (uint64_t)d;
    }
    if (v == 0 || v > INT64_MAX)
        return ERR_INPUT;
    *ret_id = (int64_t)v;
    return OK;
}
