/* See slug.h. */
#include "catalog/slug.h"

#include "base/hash.h"
#include "base/utf8.h"

static void add_slug(struct buf *b, struct str s, size_t max)
{
    uint32_t cp;
    bool gap = false;
    while (utf8_next(&s, &cp)) {
        if (cp == 0xFFFD || !utf8_is_word(cp)) {
            gap = b->n > 0;
            continue;
        }
        size_t before = b->n;
        if (gap)
            buf_add_char(b, '-');
        utf8_add(b, utf8_fold(cp));
        gap = false;
        if (b->n > max) {
            b->n = before;
            return;
        }
    }
}

struct str slug_from(struct arena *a, struct str s)
{
    struct buf b = { 0 };
    add_slug(&b, s, SLUG_MAX);
    return buf_to_arena(&b, a);
}

struct str slug_of_series(struct arena *a, struct str title, struct str language)
{
    struct buf b = { 0 };
    add_slug(&b, title, SLUG_MAX - 40);
    if (b.n == 0) /* a title of signs only ("!?") is still one identity */
        buf_addf(&b, "series%08x", (unsigned)(hash64(0, title.p, title.n) & 0xFFFFFFFFu));
    buf_add_char(&b, '-');
    for (size_t i = 0; i < language.n; i++)
        buf_add_char(&b, (char)utf8_fold((unsigned char)language.p[i]));
    return buf_to_arena(&b, a);
}

bool slug_is_valid(struct str s)
{
    struct buf b = { 0 };
    add_slug(&b, s, SLUG_MAX);
    bool is_same = s.n > 0 && str_eq(buf_str(&b), s);
    buf_done(&b);
    return is_same;
}
