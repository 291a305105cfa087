/* See series_keys.h. */
#include "catalog/series_keys.h"

#include "base/utf8.h"
#include "catalog/series_yaml.h"
#include "catalog/slug.h"

static const char *const ratings[] = { "all", "12", "16", "18", NULL };
static const char *const fits[] = { "auto", "blur", "crop", "keep", NULL };
static const char *const visibilities[] = { "published", "scheduled", "draft", NULL };

#define IN_SERIES(field)  SCOPE_SERIES, offsetof(struct series_doc, field)
#define IN_PERSON(field)  SCOPE_PERSON, offsetof(struct series_person, field)
#define IN_SEASON(field)  SCOPE_SEASON, offsetof(struct series_season, field)
#define IN_EPISODE(field) SCOPE_EPISODE, offsetof(struct series_episode, field)

/* name, scope and field, kind, limit, required, choices, what it is for */
/* clang-format off */
static const struct series_key keys[] = {
    { "title",           IN_SERIES(title),            KEY_LINE,      SERIES_TITLE_MAX,    true,  NULL, "what the series is called" },
    { "language",        IN_SERIES(language),         KEY_LANGUAGE,  0,                   true,  NULL, "the language of its original sound" },
    { "slug",            IN_SERIES(slug),             KEY_SLUG,      SLUG_MAX,            false, NULL, "its short name and identity; keep it when you change the title" },
    { "synopsis",        IN_SERIES(synopsis),         KEY_TEXT,      SERIES_SYNOPSIS_MAX, false, NULL, "what it is about, without giving the end away" },
    { "genres",          IN_SERIES(genres),           KEY_LIST,      16,                  false, NULL, "romance, suspense, ..." },
    { "hashtags",        IN_SERIES(hashtags),         KEY_TAGS,      32,                  false, NULL, "words it should be found by" },
    { "rating",          IN_SERIES(rating),           KEY_CHOICE,    0,                   false, ratings, "from which age it is suitable" },
    { "content_notes",   IN_SERIES(content_notes),    KEY_LIST,      32,                  false, NULL, "what viewers may want to know before: violence, grief, ..." },
    { "cast",            IN_SERIES(cast),             KEY_PEOPLE,    SERIES_PEOPLE_MAX,   false, NULL, "who plays whom" },
    { "credits",         IN_SERIES(credits),          KEY_PEOPLE,    SERIES_PEOPLE_MAX,   false, NULL, "who did what" },
    { "creator",         IN_SERIES(creator),          KEY_LINE,      200,                 false, NULL, "the person, collective or studio it is by" },
    { "rights",          IN_SERIES(rights),           KEY_TEXT,      2000,                false, NULL, "who holds the rights, and the licence" },
    { "prices",          SCOPE_SERIES, 0,             KEY_ANY,       0,                   false, NULL, "kept for the paywall" },
    { "ai_use",          IN_SERIES(ai_use),           KEY_TEXT,      1000,                false, NULL, "what was made with generative AI, in a sentence" },
    { "synthetic_voice", IN_SERIES(synthetic_voice),  KEY_BOOL,      0,                   false, NULL, "true when a voice in it is synthetic" },
    { "filing_number",   IN_SERIES(filing_number),    KEY_LINE,      100,                 false, NULL, "the number of an authority's filing, where one is needed" },
    { "is_test_footage", IN_SERIES(is_test_footage),  KEY_BOOL,      0,                   false, NULL, "true for material that is no drama; players say so" },
    { "cover",           IN_SERIES(cover),            KEY_PATH,      255,                 false, NULL, "picture of the series in the package (default: cover.jpg)" },
    { "fit",             IN_SERIES(fit),              KEY_CHOICE,    0,                   false, fits, "how a landscape picture becomes vertical" },
    { "focus",           IN_SERIES(focus),            KEY_FOCUS,     0,                   false, NULL, "the point that stays in the picture with fit: crop" },
    { "visibility",      IN_SERIES(visibility),       KEY_CHOICE,    0,                   false, visibilities, "draft: only its creator sees it" },
    { "publish_at",      IN_SERIES(publish_at_us),    KEY_TIME,      0,                   false, NULL, "not before this time" },
    { "seasons",         IN_SERIES(seasons),          KEY_SEASONS,   SERIES_SEASONS_MAX,  false, NULL, "titles of the seasons" },
    { "episodes",        IN_SERIES(episodes),         KEY_EPISODES,  SERIES_EPISODES_MAX, false, NULL, "what there is to say about single episodes" },

    { "name",            IN_PERSON(name),             KEY_LINE,      200,                 true,  NULL, "the person" },
    { "role",            IN_PERSON(role),             KEY_LINE,      200,                 false, NULL, "the character, or the work done" },

    { "number",          IN_SEASON(number),           KEY_NUMBER,    SERIES_SEASONS_MAX,  true,  NULL, "1, 2, ..." },
    { "title",           IN_SEASON(title),            KEY_LINE,      SERIES_TITLE_MAX,    false, NULL, "what the season is called" },

    { "number",          IN_EPISODE(number),          KEY_NUMBER,    SERIES_NUMBER_MAX,   false, NULL, "the number of its folder; default: one more than the entry before" },
    { "title",           IN_EPISODE(title),           KEY_LINE,      SERIES_TITLE_MAX,    false, NULL, "what the episode is called" },
    { "synopsis",        IN_EPISODE(synopsis),        KEY_TEXT,      SERIES_SYNOPSIS_MAX, false, NULL, "what happens, without giving the end away" },
    { "season",          IN_EPISODE(season),          KEY_NUMBER,    SERIES_SEASONS_MAX,  false, NULL, "number of its season; default: that of the episode before" },
    { "publish_at",      IN_EPISODE(publish_at_us),   KEY_TIME,      0,                   false, NULL, "not before this time" },
    { "visibility",      IN_EPISODE(visibility),      KEY_CHOICE,    0,                   false, visibilities, "draft: only its creator sees it" },
    { "fit",             IN_EPISODE(fit),             KEY_CHOICE,    0,                   false, fits, "as for the series" },
    { "focus",           IN_EPISODE(focus),           KEY_FOCUS,     0,                   false, NULL, "as for the series" },
};
/* clang-format on */

enum { N_KEYS = sizeof keys / sizeof keys[0], GUESS_MAX_LEN = 32 };

const struct series_key *series_keys(size_t *ret_n)
{
    *ret_n = N_KEYS;
    return keys;
}

const struct series_key *series_key_find(enum key_scope scope, struct str name)
{
    for (size_t i = 0; i < N_KEYS; i++)
        if (keys[i].scope == scope && str_eq_c(name, keys[i].name))
            return &keys[i];
    return NULL;
}

const char *key_scope_name(enum key_scope scope)
{
    static const char *const names[SCOPE_COUNT] = { "series.yaml", "a person", "a season",
                                                    "an episode" };
    return names[scope];
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Damerau-Levenshtein distance (optimal string alignment) of short ASCII words. */
static size_t distance(const char *a, size_t na, const char *b, size_t nb)
{
    size_t d[GUESS_MAX_LEN + 1][GUESS_MAX_LEN + 1];
    for (size_t i = 0; i <= na; i++)
        d[i][0] = i;
    for (size_t j = 0; j <= nb; j++)
        d[0][j] = j;
    for (size_t i = 1; i <= na; i++)
        for (size_t j = 1; j <= nb; j++) {
            size_t cost = a[i - 1] != b[j - 1];
            d[i][j] = least(least(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + cost);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
        }
    return d[na][nb];
}

/* Lower case, and - and space as _: what people type for the same word. */
static size_t plain_name(struct str name, char out[GUESS_MAX_LEN + 1])
{
    size_t n = least(name.n, GUESS_MAX_LEN);
    for (size_t i = 0; i < n; i++) {
        char c = name.p[i];
        out[i] = c == '-' || c == ' ' ? '_' : c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    }
    out[n] = '\0';
    return n;
}

static const struct series_key *guess_synonym(enum key_scope scope, const char *name)
{
    static const struct {
        const char *word, *key;
    } synonyms[] = {
        { "lang", "language" },
        { "locale", "language" },
        { "name", "title" },
        { "description", "synopsis" },
        { "summary", "synopsis" },
        { "logline", "synopsis" },
        { "tags", "hashtags" },
        { "keywords", "hashtags" },
        { "genre", "genres" },
        { "author", "creator" },
        { "studio", "creator" },
        { "by", "creator" },
        { "age", "rating" },
        { "age_rating", "rating" },
        { "actors", "cast" },
        { "crew", "credits" },
        { "license", "rights" },
        { "licence", "rights" },
        { "copyright", "rights" },
        { "warnings", "content_notes" },
        { "content_warnings", "content_notes" },
        { "price", "prices" },
        { "ai", "ai_use" },
        { "poster", "cover" },
        { "thumbnail", "cover" },
        { "image", "cover" },
        { "status", "visibility" },
        { "state", "visibility" },
        { "release", "publish_at" },
        { "release_date", "publish_at" },
        { "date", "publish_at" },
        { "published_at", "publish_at" },
        { "test_footage", "is_test_footage" },
        { "id", "slug" },
        { "episode", "number" },
        { "no", "number" },
        { "character", "role" },
        { "job", "role" },
        { "actor", "name" },
        { "focus_point", "focus" },
        { "crop", "fit" },
    };
    for (size_t i = 0; i < sizeof synonyms / sizeof synonyms[0]; i++) {
        if (strcmp(name, synonyms[i].word) != 0)
            continue;
        const struct series_key *k = series_key_find(scope, str_from(synonyms[i].key));
        if (k)
            return k;
    }
    return NULL;
}

const struct series_key *series_key_guess(enum key_scope scope, struct str name)
{
    char plain[GUESS_MAX_LEN + 1];
    size_t n = plain_name(name, plain);
    const struct series_key *best = guess_synonym(scope, plain);
    if (best)
        return best;
    size_t best_distance = n / 3 + 1; /* "tilte" is title; "xyz" is nothing */
    for (size_t i = 0; i < N_KEYS; i++) {
        if (keys[i].scope != scope)
            continue;
        size_t d = distance(plain, n, keys[i].name, strlen(keys[i].name));
        if (d < best_distance || (d == best_distance && !best && d <= 2 && n > 3)) {
            best = &keys[i];
            best_distance = d;
        }
    }
    return best;
}
