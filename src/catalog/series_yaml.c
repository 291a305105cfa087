/*
 * See series_yaml.h. A table of readers by kind does the work: each takes the node of a value and
 * the address of its field. Fields are found through the offsets of series_keys.c.
 */
#include "catalog/series_yaml.h"

#include <stdlib.h>

#include "base/timefmt.h"
#include "base/utf8.h"
#include "catalog/language_tag.h"
#include "catalog/series_keys.h"
#include "catalog/slug.h"
#include "sys/file.h"

struct reading {
    struct arena *a;
    struct problems *ps;
    struct str file;
};

static void error_at(const struct reading *r, const struct ynode *n, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
static void error_at(const struct reading *r, const struct ynode *n, const char *fmt, ...)
{
    struct buf b = { .max = 4096 };
    va_list ap;
    va_start(ap, fmt);
    buf_addv(&b, fmt, ap);
    va_end(ap);
    problem_error(r->ps, r->file, n->line, n->column, "%.*s", STR_ARG(buf_str(&b)));
    buf_done(&b);
}

/* What a person sees of a value in a message. */
static struct str shown(struct str s)
{
    struct str line;
    return str_next_line(&s, &line) ? utf8_head(line, 60) : STR("");
}

static const char *kind_of(const struct ynode *n)
{
    static const char *const names[] = { "text", "a list", "a mapping (key: value)" };
    return names[n->kind];
}

/* A scalar's text without white space around it. False: told. */
static bool take_text(const struct reading *r, const struct series_key *k, const struct ynode *n,
                      struct str *ret)
{
    if (n->kind == YNODE_SCALAR) {
        *ret = ynode_is_null(n) ? STR("") : str_trim(n->text);
        return true;
    }
    error_at(r, n, "%s takes one text, this is %s: write %s: \"...\"", k->name, kind_of(n),
             k->name);
    return false;
}

static bool check_length(const struct reading *r, const struct series_key *k, const struct ynode *n,
                         struct str text, int max)
{
    size_t count = utf8_count(text);
    if (count <= (size_t)max)
        return true;
    error_at(r, n, "%s has %zu characters: %d at most", k->name, count, max);
    return false;
}

static void read_text(const struct reading *r, const struct series_key *k, const struct ynode *n,
                      void *field)
{
    struct str text;
    if (!take_text(r, k, n, &text) || !check_length(r, k, n, text, k->max))
        return;
    if (k->kind == KEY_LINE && (str_find_char(text, '\n') >= 0 || str_find_char(text, '\r') >= 0)) {
        error_at(r, n, "%s goes over several lines: write it in one", k->name);
        return;
    }
    *(struct str *)field = text;
}

static void read_language(const struct reading *r, const struct series_key *k,
                          const struct ynode *n, void *field)
{
    struct str text;
    struct language_tag tag;
    if (!take_text(r, k, n, &text) || text.n == 0)
        return;
    if (language_tag_parse(text, &tag) == OK) {
        *(struct str *)field = arena_str(r->a, str_from(tag.s));
        return;
    }
    const char *guess = language_tag_guess(text);
    if (guess)
        error_at(r, n, "\"%.*s\" is a language's name: write its tag, language: %s",
                 STR_ARG(shown(text)), guess);
    else
        error_at(r, n, "\"%.*s\" is not a language tag: write one such as en, zh-Hans or es-419",
                 STR_ARG(shown(text)));
}

static void read_slug(const struct reading *r, const struct series_key *k, const struct ynode *n,
                      void *field)
{
    struct str text;
    if (!take_text(r, k, n, &text) || text.n == 0)
        return;
    if (slug_is_valid(text)) {
        *(struct str *)field = text;
        return;
    }
    struct str right = slug_from(r->a, text);
    if (right.n)
        error_at(r, n, "a slug has small letters, digits and single hyphens: write slug: %.*s",
                 STR_ARG(right));
    else
        error_at(r, n, "a slug needs at least one letter or digit, such as slug: rain-at-nine");
}

static void list_add(struct arena *a, struct str_list *list, struct str s, size_t cap)
{
    if (!list->items)
        list->items = ARENA_ARRAY(a, struct str, cap);
    for (size_t i = 0; i < list->n; i++)
        if (str_eq(list->items[i], s))
            return;
    list->items[list->n++] = s;
}

static void read_list_item(const struct reading *r, const struct series_key *k,
                           const struct ynode *n, struct str_list *list)
{
    enum { ITEM_MAX = 100 };
    if (n->kind != YNODE_SCALAR) {
        error_at(r, n, "an item of %s is %s: write texts only, such as %s: [one, two]", k->name,
                 kind_of(n), k->name);
        return;
    }
    struct str text = ynode_is_null(n) ? STR("") : str_trim(n->text);
    if (k->kind == KEY_TAGS && text.n && text.p[0] == '#')
        text = str_trim(str_skip(text, 1));
    if (text.n == 0)
        error_at(r, n, "an empty item in %s: delete it%s", k->name,
                 k->kind == KEY_TAGS ? ", or leave the # away (it begins a comment in YAML)" : "");
    else if (str_find_char(text, '\n') >= 0)
        error_at(r, n, "an item of %s goes over several lines: write it in one", k->name);
    else if (check_length(r, k, n, text, ITEM_MAX))
        list_add(r->a, list, text, (size_t)k->max);
}

static void read_list(const struct reading *r, const struct series_key *k, const struct ynode *n,
                      void *field)
{
    struct str_list list = { 0 };
    if (ynode_is_null(n))
        return;
    if (n->kind == YNODE_SCALAR && str_find_char(n->text, ',') >= 0) {
        error_at(r, n, "%s is a list: write %s: [%.*s]", k->name, k->name, STR_ARG(shown(n->text)));
        return;
    }
    if (n->kind == YNODE_SCALAR) {
        read_list_item(r, k, n, &list);
    } else if (n->kind == YNODE_MAP) {
        error_at(r, n, "%s is a list: write %s: [one, two]", k->name, k->name);
        return;
    } else if (n->n > (size_t)k->max) {
        error_at(r, n, "%s has %zu items: %d at most", k->name, n->n, k->max);
        return;
    }
    for (size_t i = 0; n->kind == YNODE_LIST && i < n->n; i++)
        read_list_item(r, k, n->items[i], &list);
    *(struct str_list *)field = list;
}

static void read_choice(const struct reading *r, const struct series_key *k, const struct ynode *n,
                        void *field)
{
    struct str text;
    if (!take_text(r, k, n, &text) || text.n == 0)
        return;
    struct buf all = { 0 };
    for (int i = 0; k->choices[i]; i++) {
        if (str_ieq(text, str_from(k->choices[i]))) {
            *(int *)field = i + 1;
            buf_done(&all);
            return;
        }
        buf_addf(&all, "%s%s", i == 0 ? "" : k->choices[i + 1] ? ", " : " or ", k->choices[i]);
    }
    error_at(r, n, "%s cannot be \"%.*s\": write %.*s", k->name, STR_ARG(shown(text)),
             STR_ARG(buf_str(&all)));
    buf_done(&all);
}

static void read_bool(const struct reading *r, const struct series_key *k, const struct ynode *n,
                      void *field)
{
    struct str text;
    if (!take_text(r, k, n, &text) || text.n == 0)
        return;
    if (str_ieq(text, STR("true")) || str_ieq(text, STR("yes")))
        *(bool *)field = true;
    else if (!str_ieq(text, STR("false")) && !str_ieq(text, STR("no")))
        error_at(r, n, "%s cannot be \"%.*s\": write true or false", k->name, STR_ARG(shown(text)));
}

static void read_number(const struct reading *r, const struct series_key *k, const struct ynode *n,
                        void *field)
{
    struct str text;
    int64_t value;
    if (!take_text(r, k, n, &text) || text.n == 0)
        return;
    if (str_to_i64(text, &value) != OK || value < 1 || value > k->max)
        error_at(r, n, "%s cannot be \"%.*s\": write a whole number from 1 to %d", k->name,
                 STR_ARG(shown(text)), k->max);
    else
        *(int64_t *)field = value;
}

static void read_time(const struct reading *r, const struct series_key *k, const struct ynode *n,
                      void *field)
{
    struct str text;
    int64_t value;
    if (!take_text(r, k, n, &text) || text.n == 0)
        return;
    if (rfc3339_parse(text, &value) != OK || value <= 0)
        error_at(r, n,
                 "%s cannot be \"%.*s\": write a time such as 2026-12-01T18:00:00+08:00 (or a day, "
                 "2026-12-01: its first minute in UTC)",
                 k->name, STR_ARG(shown(text)));
    else
        *(int64_t *)field = value;
}

/* Percent with at most one digit behind the point, as permille. */
static bool read_percent(const struct ynode *n, int *ret)
{
    if (n->kind != YNODE_SCALAR)
        return false;
    struct str text = str_trim(n->text), whole = text;
    int64_t percent, tenth = 0;
    if (str_ends(text, STR("%")))
        whole = text = str_head(text, text.n - 1);
    ptrdiff_t point = str_find_char(text, '.');
    if (point >= 0) {
        whole = str_head(text, (size_t)point);
        struct str rest = str_skip(text, (size_t)point + 1);
        if (rest.n != 1 || str_to_i64(rest, &tenth) != OK)
            return false;
    }
    if (str_to_i64(whole, &percent) != OK || percent < 0 || percent * 10 + tenth > 1000)
        return false;
    *ret = (int)(percent * 10 + tenth);
    return true;
}

static void read_focus(const struct reading *r, const struct series_key *k, const struct ynode *n,
                       void *field)
{
    static const struct {
        const char *name;
        int x, y;
    } words[] = { { "center", 500, 500 }, { "centre", 500, 500 }, { "left", 0, 500 },
                  { "right", 1000, 500 }, { "top", 500, 0 },      { "bottom", 500, 1000 } };
    struct series_focus f = { .is_set = true };
    if (ynode_is_null(n))
        return;
    for (size_t i = 0; n->kind == YNODE_SCALAR && i < sizeof words / sizeof words[0]; i++)
        if (str_ieq(str_trim(n->text), str_from(words[i].name))) {
            f.x = words[i].x;
            f.y = words[i].y;
            *(struct series_focus *)field = f;
            return;
        }
    if (n->kind == YNODE_LIST && n->n == 2 && read_percent(n->items[0], &f.x) &&
        read_percent(n->items[1], &f.y)) {
        *(struct series_focus *)field = f;
        return;
    }
    error_at(
        r, n,
        "%s takes left, right, top, bottom, center, or two numbers from 0 to 100 (percent from "
        "the left and from the top), such as %s: [50, 30]",
        k->name, k->name);
}

static void read_path(const struct reading *r, const struct series_key *k, const struct ynode *n,
                      void *field)
{
    struct str text;
    if (!take_text(r, k, n, &text) || text.n == 0)
        return;
    if (!path_is_safe(text))
        error_at(r, n, "%s must be the path of a file inside the package, such as cover.jpg",
                 k->name);
    else if (check_length(r, k, n, text, k->max))
        *(struct str *)field = text;
}

static void read_map(const struct reading *r, enum key_scope scope, const struct ynode *n,
                     void *into);

/* n is a list of at most k->max entries. False: told, or nothing there. */
static bool check_entries(const struct reading *r, const struct series_key *k,
                          const struct ynode *n, const char *example)
{
    if (ynode_is_null(n))
        return false;
    if (n->kind != YNODE_LIST)
        error_at(r, n, "%s is a list: write %s:, and below it lines such as - %s", k->name, k->name,
                 example);
    else if (n->n > (size_t)k->max)
        error_at(r, n, "%s has %zu entries: %d at most", k->name, n->n, k->max);
    else
        return n->n > 0;
    return false;
}

static void read_people(const struct reading *r, const struct series_key *k, const struct ynode *n,
                        void *field)
{
    struct series_people *people = field;
    if (!check_entries(r, k, n, "{name: Mei Lin, role: Lin}"))
        return;
    people->items = ARENA_ARRAY(r->a, struct series_person, n->n);
    const struct series_key *name = series_key_find(SCOPE_PERSON, STR("name"));
    for (size_t i = 0; i < n->n; i++) {
        struct series_person *p = &people->items[people->n];
        if (n->items[i]->kind == YNODE_SCALAR)
            read_text(r, name, n->items[i], &p->name);
        else
            read_map(r, SCOPE_PERSON, n->items[i], p);
        people->n += p->name.n > 0;
    }
}

static void read_seasons(const struct reading *r, const struct series_key *k, const struct ynode *n,
                         void *field)
{
    struct series_doc *d =
        (struct series_doc *)(void *)((char *)field - offsetof(struct series_doc, seasons));
    if (!check_entries(r, k, n, "{number: 1, title: The Rain}"))
        return;
    d->seasons.items = ARENA_ARRAY(r->a, struct series_season, n->n);
    for (size_t i = 0; i < n->n; i++) {
        struct series_season *s = &d->seasons.items[d->seasons.n++];
        s->node = n->items[i];
        read_map(r, SCOPE_SEASON, n->items[i], s);
        for (size_t j = 0; j + 1 < d->seasons.n; j++)
            if (s->number && d->seasons.items[j].number == s->number)
                error_at(r, s->node, "season %lld is here twice, first in line %d",
                         (long long)s->number, d->seasons.items[j].node->line);
    }
}

static int compare_episodes(const void *a, const void *b)
{
    const struct series_episode *x = a, *y = b;
    int by_number = (x->number > y->number) - (x->number < y->number);
    return by_number ? by_number
                     : (x->node->start > y->node->start) - (x->node->start < y->node->start);
}

static void read_episodes(const struct reading *r, const struct series_key *k,
                          const struct ynode *n, void *field)
{
    struct series_doc *d =
        (struct series_doc *)(void *)((char *)field - offsetof(struct series_doc, episodes));
    if (!check_entries(r, k, n, "{number: 1, title: The Letter}"))
        return;
    struct series_episode *items = ARENA_ARRAY(r->a, struct series_episode, n->n);
    for (size_t i = 0; i < n->n; i++) {
        items[i].node = n->items[i];
        read_map(r, SCOPE_EPISODE, n->items[i], &items[i]);
        if (items[i].number == 0)
            items[i].number = i ? items[i - 1].number + 1 : 1;
    }
    qsort(items, n->n, sizeof items[0], compare_episodes);
    for (size_t i = 1; i < n->n; i++)
        if (items[i].number == items[i - 1].number)
            error_at(r, items[i].node, "episode %lld is here twice, first in line %d",
                     (long long)items[i].number, items[i - 1].node->line);
    d->episodes.items = items;
    d->episodes.n = n->n;
}

static void read_any(const struct reading *r, const struct series_key *k, const struct ynode *n,
                     void *field)
{
    (void)r;
    (void)k;
    (void)n;
    (void)field;
}

typedef void read_fn(const struct reading *r, const struct series_key *k, const struct ynode *n,
                     void *field);

static read_fn *const readers[] = {
    [KEY_LINE] = read_text,     [KEY_TEXT] = read_text,       [KEY_LANGUAGE] = read_language,
    [KEY_SLUG] = read_slug,     [KEY_LIST] = read_list,       [KEY_TAGS] = read_list,
    [KEY_CHOICE] = read_choice, [KEY_BOOL] = read_bool,       [KEY_NUMBER] = read_number,
    [KEY_TIME] = read_time,     [KEY_FOCUS] = read_focus,     [KEY_PATH] = read_path,
    [KEY_PEOPLE] = read_people, [KEY_SEASONS] = read_seasons, [KEY_EPISODES] = read_episodes,
    [KEY_ANY] = read_any,
};

static void warn_unknown(const struct reading *r, enum key_scope scope, const struct ynode *key)
{
    if (str_starts(key->text, STR("x-")) || str_starts(key->text, STR("x_")))
        return; /* the creator's own */
    const struct series_key *guess = series_key_guess(scope, key->text);
    struct str name = shown(key->text);
    if (guess)
        problem_warning(r->ps, r->file, key->line, key->column,
                        "\"%.*s\" is not a key of %s and has no effect: did you mean %s?",
                        STR_ARG(name), key_scope_name(scope), guess->name);
    else
        problem_warning(r->ps, r->file, key->line, key->column,
                        "\"%.*s\" is not a key of %s and has no effect (begin it with x- if it is "
                        "your own)",
                        STR_ARG(name), key_scope_name(scope));
}

static void check_required(const struct reading *r, enum key_scope scope, const struct ynode *map)
{
    size_t n;
    const struct series_key *keys = series_keys(&n);
    for (size_t i = 0; i < n; i++) {
        if (keys[i].scope != scope || !keys[i].is_required)
            continue;
        const struct ynode *value = ynode_get(map, str_from(keys[i].name));
        const char *example = keys[i].kind == KEY_LANGUAGE ? "en"
                              : keys[i].kind == KEY_NUMBER ? "1"
                                                           : "\"...\"";
        bool is_empty = value && value->kind == YNODE_SCALAR &&
                        (ynode_is_null(value) || str_trim(value->text).n == 0);
        if (!value)
            error_at(r, map, "%s has no %s: add %s: %s", key_scope_name(scope), keys[i].name,
                     keys[i].name, example);
        else if (is_empty)
            error_at(r, value, "%s is empty: write %s: %s", keys[i].name, keys[i].name, example);
    }
}

static void read_map(const struct reading *r, enum key_scope scope, const struct ynode *n,
                     void *into)
{
    if (n->kind != YNODE_MAP) {
        error_at(r, n, "%s is %s here: write \"key: value\", one in each line",
                 key_scope_name(scope), kind_of(n));
        return;
    }
    for (size_t i = 0; i < n->n; i++) {
        const struct ynode *key = ynode_key(n, i);
        const struct series_key *k = series_key_find(scope, key->text);
        if (ynode_get(n, key->text) != ynode_value(n, i))
            continue; /* given twice: told already; the first one counts */
        if (k)
            readers[k->kind](r, k, ynode_value(n, i), (char *)into + k->offset);
        else
            warn_unknown(r, scope, key);
    }
    check_required(r, scope, n);
}

static void check_schedule(const struct reading *r, const struct ynode *map, int visibility,
                           int64_t publish_at_us)
{
    const struct ynode *v = ynode_get(map, STR("visibility"));
    if (visibility == VISIBILITY_SCHEDULED && !publish_at_us && !ynode_get(map, STR("publish_at")))
        error_at(r, v, "scheduled for when? Add publish_at: 2026-12-01T18:00:00Z");
}

enum err series_yaml_read(struct arena *a, struct str text, struct str file, struct problems *ps,
                          struct series_doc *ret)
{
    struct reading r = { .a = a, .ps = ps, .file = file };
    struct series_doc d = { 0 };
    struct ynode *root = NULL;
    size_t errors = ps->n_errors;
    enum err e = yaml_tree_read(a, text, file, ps, &root);
    if (e != OK)
        return e;
    if (!root) {
        problem_error(ps, file, 1, 1,
                      "the file is empty: write at least title: and language: with their values");
        return ERR_INPUT;
    }
    d.root = root;
    read_map(&r, SCOPE_SERIES, root, &d);
    check_schedule(&r, root, d.visibility, d.publish_at_us);
    for (size_t i = 0; i < d.episodes.n; i++)
        check_schedule(&r, d.episodes.items[i].node, d.episodes.items[i].visibility,
                       d.episodes.items[i].publish_at_us);
    if (ps->n_errors > errors)
        return ERR_INPUT;
    *ret = d;
    return OK;
}

const struct series_episode *series_doc_episode(const struct series_doc *d, int64_t number)
{
    size_t lo = 0, hi = d->episodes.n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (d->episodes.items[mid].number < number)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < d->episodes.n && d->episodes.items[lo].number == number ? &d->episodes.items[lo]
                                                                        : NULL;
}

static const char *choice_name(const char *key, int value)
{
    const struct series_key *k = series_key_find(SCOPE_SERIES, str_from(key));
    return value > 0 ? k->choices[value - 1] : "";
}

const char *series_rating_name(int rating)
{
    return choice_name("rating", rating);
}

const char *series_fit_name(int fit)
{
    return choice_name("fit", fit);
}
