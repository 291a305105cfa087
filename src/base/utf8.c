/* UTF-8 and the few character classes that search and forms need; tables cover Latin, Greek,
 * Cyrillic and CJK. */
#include "base/utf8.h"

bool utf8_next(struct str *s, uint32_t *ret_cp)
{
    if (s->n == 0)
        return false;
    const unsigned char *p = (const unsigned char *)s->p;
    unsigned len = p[0] < 0x80       ? 1
                   : p[0] >> 5 == 6  ? 2
                   : p[0] >> 4 == 14 ? 3
                   : p[0] >> 3 == 30 ? 4
                                     : 0;
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    uint32_t cp = 0xFFFD;
    if (len == 1) {
        cp = p[0];
    } else if (len > 0 && s->n >= len) {
        cp = p[0] & (0xFFu >> (len + 1));
        for (unsigned i = 1; i < len; i++) {
            if (p[i] >> 6 != 2) {
                len = 0;
                break;
            }
            cp = cp << 6 | (p[i] & 63);
        }
        if (len == 0 || cp < least[len] || cp > 0x10FFFF || (cp >= 0xD800 && cp < 0xE000)) {
            cp = 0xFFFD;
            len = 0;
        }
    } else {
        len = 0;
    }
    *s = str_skip(*s, len ? len : 1);
    *ret_cp = cp;
    return true;
}

bool utf8_is_valid(struct str s)
{
    while (s.n) {
        struct str before = s;
        uint32_t cp;
        utf8_next(&s, &cp);
        if (cp == 0xFFFD && !str_starts(before, STR("\xEF\xBF\xBD")))
            return false;
    }
    return true;
}

void utf8_add(struct buf *b, uint32_t cp)
{
    char out[4];
    size_t n;
    if (cp < 0x80) {
        out[0] = (char)cp;
        n = 1;
    } else if (cp < 0x800) {
        out[0] = (char)(0xC0 | cp >> 6);
        out[1] = (char)(0x80 | (cp & 63));
        n = 2;
    } else if (cp < 0x10000) {
        out[0] = (char)(0xE0 | cp >> 12);
        out[1] = (char)(0x80 | (cp >> 6 & 63));
        out[2] = (char)(0x80 | (cp & 63));
        n = 3;
    } else {
        out[0] = (char)(0xF0 | cp >> 18);
        out[1] = (char)(0x80 | (cp >> 12 & 63));
        out[2] = (char)(0x80 | (cp >> 6 & 63));
        out[3] = (char)(0x80 | (cp & 63));
        n = 4;
    }
    buf_add(b, out, n);
}

size_t utf8_count(struct str s)
{
    size_t n = 0;
    uint32_t cp;
    while (utf8_next(&s, &cp))
        n++;
    return n;
}

struct str utf8_head(struct str s, size_t max_bytes)
{
    if (s.n <= max_bytes)
        return s;
    while (max_bytes > 0 && ((unsigned char)s.p[max_bytes] & 0xC0) == 0x80)
        max_bytes--;
    return str_head(s, max_bytes);
}

static bool between(uint32_t cp, uint32_t lo, uint32_t hi)
{
    return cp >= lo && cp <= hi;
}

bool utf8_is_cjk(uint32_t cp)
{
    return between(cp, 0x3041, 0x30FF) || between(cp, 0x3400, 0x4DBF) ||
           between(cp, 0x4E00, 0x9FFF) || between(cp, 0xAC00, 0xD7A3) ||
           between(cp, 0xF900, 0xFAFF) || between(cp, 0x20000, 0x323AF) || cp == 0x3005;
}

bool utf8_is_word(uint32_t cp)
{
    if (cp < 0x80)
        return between(cp, '0', '9') || between(cp | 0x20, 'a', 'z');
    if (cp < 0xC0)
        return cp == 0xAA || cp == 0xB5 || cp == 0xBA;
    if (cp == 0xD7 || cp == 0xF7 || between(cp, 0x2000, 0x2BFF) || between(cp, 0x3000, 0x3004) ||
        between(cp, 0x3006, 0x3040) || between(cp, 0xFE10, 0xFE6F) || between(cp, 0xFF00, 0xFF0F) ||
        between(cp, 0xFF1A, 0xFF20) || between(cp, 0xFF3B, 0xFF40) || between(cp, 0xFF5B, 0xFF65) ||
        between(cp, 0xE000, 0xF8FF) || cp >= 0xE0000 || between(cp, 0x1F000, 0x1FAFF) ||
        between(cp, 0xFFF0, 0xFFFF))
        return false;
    return true;
}

bool utf8_is_control(uint32_t cp)
{
    if (cp < 0x20)
        return cp != '\t' && cp != '\n' && cp != '\r';
    return between(cp, 0x7F, 0x9F) || between(cp, 0x202A, 0x202E) || between(cp, 0x2066, 0x2069) ||
           cp == 0xFFFE || cp == 0xFFFF;
}

bool utf8_has_control(struct str s)
{
    uint32_t cp;
    while (utf8_next(&s, &cp))
        if (utf8_is_control(cp))
            return true;
    return false;
}

/* U+00C0..U+017F without accent and in lower case; '.' keeps the (lower-cased) letter. */
static const char latin_base[] = "aaaaaa.ceeeeiiii.nooooo..uuuuy..aaaaaa.ceeeeiiii.nooooo..uuuuy.y"
                                 "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii..jjkkklllllll"
                                 "lllnnnnnnn..oooooo..rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

/* Vietnamese: U+1EA0..U+1EF9 by base letter; the last code point of each. */
static const struct {
    uint32_t last;
    char base;
} vietnamese[] = { { 0x1EB7, 'a' }, { 0x1EC7, 'e' }, { 0x1ECB, 'i' },
                   { 0x1EE3, 'o' }, { 0x1EF1, 'u' }, { 0x1EF9, 'y' } };

static uint32_t fold_vietnamese(uint32_t cp)
{
    size_t i = 0;
    while (cp > vietnamese[i].last)
        i++;
    return (uint32_t)(unsigned char)vietnamese[i].base;
}

/* Letters whose accent changes the code point by no rule. */
static const struct {
    uint32_t from, to;
} single_folds[] = {
    { 0x1A0, 'o' },   { 0x1A1, 'o' },   { 0x1AF, 'u' },   { 0x1B0, 'u' }, /* Vietnamese horns */
    { 0x218, 's' },   { 0x219, 's' },   { 0x21A, 't' },   { 0x21B, 't' }, /* Romanian commas */
    { 0x386, 0x3B1 }, { 0x388, 0x3B5 }, { 0x389, 0x3B7 }, { 0x38A, 0x3B9 },
    { 0x38C, 0x3BF }, { 0x38E, 0x3C5 }, { 0x38F, 0x3C9 }, { 0x3AC, 0x3B1 },
    { 0x3AD, 0x3B5 }, { 0x3AE, 0x3B7 }, { 0x3AF, 0x3B9 }, { 0x3CC, 0x3BF },
    { 0x3CD, 0x3C5 }, { 0x3CE, 0x3C9 }, { 0x3C2, 0x3C3 }, /* Greek tonos, final sigma */
    { 0x401, 0x435 }, { 0x451, 0x435 },                   /* Cyrillic io is written as e */
};

static uint32_t fold_single(uint32_t cp)
{
    for (size_t i = 0; i < sizeof single_folds / sizeof *single_folds; i++)
        if (single_folds[i].from == cp)
            return single_folds[i].to;
    return 0;
}

static uint32_t fold_latin(uint32_t cp)
{
    size_t at = cp - 0xC0;
    if (at < sizeof latin_base - 1 && latin_base[at] != '.')
        return (uint32_t)(unsigned char)latin_base[at];
    if (between(cp, 0xC0, 0xDE) && cp != 0xD7)
        return cp + 32;
    return cp > 0xFF && cp % 2 == 0 ? cp + 1 : cp;
}

uint32_t utf8_fold(uint32_t cp)
{
    if (cp < 0x80)
        return between(cp, 'A', 'Z') ? cp + 32 : cp;
    if (between(cp, 0xC0, 0x17F))
        return fold_latin(cp);
    if (between(cp, 0x180, 0x451)) {
        uint32_t folded = fold_single(cp);
        if (folded)
            return folded;
    }
    if ((between(cp, 0x391, 0x3A9) && cp != 0x3A2) || between(cp, 0x410, 0x42F))
        return cp + 32;
    if (between(cp, 0x400, 0x40F))
        return cp + 80;
    if (between(cp, 0x1EA0, 0x1EF9))
        return fold_vietnamese(cp);
    if (between(cp, 0xFF21, 0xFF3A)) /* full-width Latin to ASCII */
        return cp - 0xFF21 + 'a';
    if (between(cp, 0xFF41, 0xFF5A))
        return cp - 0xFF41 + 'a';
    if (between(cp, 0xFF10, 0xFF19))
        return cp - 0xFF10 + '0';
    return cp;
}
