/* See page_language.h. */
#include "api/page_language.h"

/* A constant initialiser, which a compound literal is not. */
#define TEXT(s)            \
    {                      \
        (s), sizeof(s) - 1 \
    }

enum sentence {
    SLOGAN,
    GONE_TITLE,
    GONE_TEXT,
    MISSING_TITLE,
    MISSING_TEXT,
    BROKEN_TITLE,
    BROKEN_TEXT,
    SENTENCES
};

static const struct language {
    struct str tag;
    struct str says[SENTENCES];
} languages[] = {
    { { "en", 2 },
      { [SLOGAN] = TEXT("Stories told in minutes. Swipe to the next one."),
        [GONE_TITLE] = TEXT("No longer here"),
        [GONE_TEXT] = TEXT("This title was taken down by its creator or by the site."),
        [MISSING_TITLE] = TEXT("Nothing here"),
        [MISSING_TEXT] = TEXT("The address may have a mistake, or the title is not out yet."),
        [BROKEN_TITLE] = TEXT("Something went wrong"),
        [BROKEN_TEXT] = TEXT("The page could not be made. Please try again in a moment.") } },
    { { "zh", 2 },
      { [SLOGAN] = TEXT("几分钟一集的好故事，上滑看下一集。"),
        [GONE_TITLE] = TEXT("内容已下架"),
        [GONE_TEXT] = TEXT("该内容已被创作者或平台下架。"),
        [MISSING_TITLE] = TEXT("找不到页面"),
        [MISSING_TEXT] = TEXT("地址可能有误，或内容尚未发布。"),
        [BROKEN_TITLE] = TEXT("出错了"),
        [BROKEN_TEXT] = TEXT("页面暂时无法显示，请稍后再试。") } },
    { { "es", 2 },
      { [SLOGAN] = TEXT("Historias en minutos. Desliza para ver la siguiente."),
        [GONE_TITLE] = TEXT("Ya no está disponible"),
        [GONE_TEXT] = TEXT("Su creador o el sitio ha retirado este título."),
        [MISSING_TITLE] = TEXT("Aquí no hay nada"),
        [MISSING_TEXT] =
            TEXT("La dirección puede tener un error o el título aún no se ha publicado."),
        [BROKEN_TITLE] = TEXT("Algo ha fallado"),
        [BROKEN_TEXT] =
            TEXT("No se ha podido crear la página. Inténtalo de nuevo en un momento.") } },
};

/* Quality in thousandths of one element's parameters; 1000 when there is none. */
static int64_t quality_of(struct str parameters)
{
    struct str p;
    while (str_next(&parameters, ';', &p)) {
        p = str_trim(p);
        if (!str_starts(p, STR("q=")))
            continue;
        p = str_skip(p, 2);
        if (p.n == 0 || (p.p[0] != '0' && p.p[0] != '1'))
            return 0;
        if (p.p[0] == '1')
            return 1000;
        int64_t v = 0, unit = 100;
        for (size_t i = 2; i < p.n && i < 5; i++, unit /= 10)
            if (p.p[i] >= '0' && p.p[i] <= '9')
                v += (p.p[i] - '0') * unit;
        return v;
    }
    return 1000;
}

static const struct language *find(struct str tag)
{
    for (size_t i = 0; i < sizeof languages / sizeof *languages; i++)
        if (str_ieq(str_head(tag, 2), languages[i].tag) && (tag.n == 2 || tag.p[2] == '-'))
            return &languages[i];
    return NULL;
}

static const struct language *language_of(const struct request *r)
{
    const struct language *best = &languages[0];
    int64_t best_quality = 0;
    struct str list = request_header(r, "Accept-Language"), element, tag;
    while (str_next(&list, ',', &element)) {
        str_next(&element, ';', &tag);
        const struct language *l = find(str_trim(tag));
        int64_t quality = quality_of(element);
        if (l && quality > best_quality) {
            best = l;
            best_quality = quality;
        }
    }
    return best;
}

struct str page_language(const struct request *r)
{
    return language_of(r)->tag;
}

struct str page_slogan(const struct request *r)
{
    return language_of(r)->says[SLOGAN];
}

struct str page_error_title(const struct request *r, enum err e)
{
    enum sentence s = e == ERR_GONE        ? GONE_TITLE
                      : e == ERR_NOT_FOUND ? MISSING_TITLE
                                           : BROKEN_TITLE;
    return language_of(r)->says[s];
}

struct str page_error_text(const struct request *r, enum err e)
{
    enum sentence s = e == ERR_GONE ? GONE_TEXT : e == ERR_NOT_FOUND ? MISSING_TEXT : BROKEN_TEXT;
    return language_of(r)->says[s];
}
