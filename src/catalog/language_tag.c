/* See language_tag.h. Extended languages (zh-yue) are taken as they are; grandfathered tags are
 * not. */
#include "catalog/language_tag.h"

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
}

static bool all_letters(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (lower(s.p[i]) < 'a' || lower(s.p[i]) > 'z')
            return false;
    return true;
}

static bool all_digits(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return true;
}

static bool all_alnum(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!all_letters(str_sub(s.p + i, 1)) && !all_digits(str_sub(s.p + i, 1)))
            return false;
    return true;
}

/* The parts of a tag in their order; each part after the first may be missing. */
enum part { PART_LANGUAGE, PART_EXTENDED, PART_SCRIPT, PART_REGION, PART_VARIANT, PART_PRIVATE };

static bool part_fits(enum part part, struct str s)
{
    switch (part) {
    case PART_LANGUAGE:
        return (s.n == 2 || s.n == 3) && all_letters(s);
    case PART_EXTENDED:
        return s.n == 3 && all_letters(s);
    case PART_SCRIPT:
        return s.n == 4 && all_letters(s);
    case PART_REGION:
        return (s.n == 2 && all_letters(s)) || (s.n == 3 && all_digits(s));
    case PART_VARIANT:
        return s.n >= 4 && s.n <= 8 && all_alnum(s) && (s.n > 4 || all_digits(str_head(s, 1)));
    case PART_PRIVATE:
        return s.n == 1 && lower(s.p[0]) == 'x';
    }
    return false;
}

static bool repeats(enum part part)
{
    return part == PART_VARIANT;
}

static void add_part(struct language_tag *t, size_t *n, enum part part, struct str s)
{
    if (*n)
        t->s[(*n)++] = '-';
    for (size_t i = 0; i < s.n; i++) {
        bool is_upper = part == PART_REGION || (part == PART_SCRIPT && i == 0);
        t->s[(*n)++] = is_upper ? upper(s.p[i]) : lower(s.p[i]);
    }
}

enum err language_tag_parse(struct str s, struct language_tag *ret)
{
    struct language_tag t = { { 0 } };
    struct str part_text;
    size_t n = 0;
    int at = PART_LANGUAGE;
    bool ends_open = false;
    if (s.n == 0 || s.n > LANGUAGE_TAG_MAX)
        return ERR_INPUT;
    while (str_next(&s, '-', &part_text)) {
        if (n == 0 && !part_fits(PART_LANGUAGE, part_text))
            return ERR_INPUT;
        if (at <= PART_PRIVATE) {
            while (at <= PART_PRIVATE && !part_fits((enum part)at, part_text))
                at++;
            if (at > PART_PRIVATE)
                return ERR_INPUT;
            add_part(&t, &n, (enum part)at, part_text);
            ends_open = at == PART_PRIVATE;
            at += !repeats((enum part)at);
        } else {
            if (part_text.n < 1 || part_text.n > 8 || !all_alnum(part_text))
                return ERR_INPUT;
            add_part(&t, &n, PART_PRIVATE, part_text);
            ends_open = false;
        }
    }
    if (ends_open) /* "en-x" */
        return ERR_INPUT;
    *ret = t;
    return OK;
}

const char *language_tag_guess(struct str name)
{
    static const struct {
        const char *name, *tag;
    } names[] = {
        { "english", "en" },
        { "chinese", "zh-Hans" },
        { "mandarin", "zh-Hans" },
        { "中文", "zh-Hans" },
        { "简体中文", "zh-Hans" },
        { "繁體中文", "zh-Hant" },
        { "simplified chinese", "zh-Hans" },
        { "traditional chinese", "zh-Hant" },
        { "cantonese", "yue" },
        { "spanish", "es" },
        { "español", "es" },
        { "french", "fr" },
        { "français", "fr" },
        { "german", "de" },
        { "deutsch", "de" },
        { "japanese", "ja" },
        { "日本語", "ja" },
        { "korean", "ko" },
        { "한국어", "ko" },
        { "portuguese", "pt" },
        { "português", "pt" },
        { "italian", "it" },
        { "italiano", "it" },
        { "russian", "ru" },
        { "русский", "ru" },
        { "arabic", "ar" },
        { "العربية", "ar" },
        { "hindi", "hi" },
        { "indonesian", "id" },
        { "bahasa indonesia", "id" },
        { "vietnamese", "vi" },
        { "thai", "th" },
        { "turkish", "tr" },
        { "türkçe", "tr" },
        { "polish", "pl" },
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (str_ieq(name, str_from(names[i].name)))
            return names[i].tag;
    return NULL;
}
