/*
 * See series_edit.h. An edit is tried in several forms, the prettiest first (a text of several
 * lines behind |, a list in the form it had), until one reads back as wanted; the plainest form
 * (one line, double quotes) fits everywhere. So no rule of YAML has to be known twice: libyaml is
 * the judge of every form.
 */
#include "catalog/series_edit.h"

#include <limits.h>

#include "base/utf8.h"

enum { FORM_PLAINEST = 1, FORM_OTHER_PLACE = 2, FORM_COUNT = 4 }; /* bits */

struct editing {
    struct arena *a;
    struct str text; /* of the file now */
    const struct series_edit *edit;
    const struct series_key *key;
    const char *eol;
    unsigned form;
};

/* Bytes [start, end) of the file give way to with. */
struct splice {
    size_t start, end;
    struct buf with;
};

/* --- how a value is written --- */

/* Text that other programs would take for a number, a truth value or nothing. */
static bool looks_typed(struct str s)
{
    static const char *const words[] = { "null", "true", "false", "yes",  "no",  "on",
                                         "off",  "y",    "n",     ".inf", ".nan" };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (str_ieq(s, str_from(words[i])))
            return true;
    return (s.p[0] >= '0' && s.p[0] <= '9') || s.p[0] == '.';
}

static bool is_plain_safe(struct str s)
{
    if (s.n == 0 || s.n > 100 || str_find(s, STR(": ")) >= 0 || str_find(s, STR(" #")) >= 0 ||
        str_ends(s, STR(":")))
        return false;
    unsigned char first = (unsigned char)s.p[0];
    if (first < 0x80 && !utf8_is_word(first))
        return false;
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 0x20 || strchr(",[]{}\"#&*!|>%@`\\", s.p[i]))
            return false;
    return true;
}

static void add_quoted(struct buf *b, struct str s)
{
    uint32_t cp;
    buf_add_char(b, '"');
    while (utf8_next(&s, &cp)) {
        if (cp == '"' || cp == '\\')
            buf_addf(b, "\\%c", (int)cp);
        else if (cp == '\n')
            buf_add_c(b, "\\n");
        else if (cp == '\r')
            buf_add_c(b, "\\r");
        else if (cp == '\t')
            buf_add_c(b, "\\t");
        else if (cp == 0xFEFF || cp == 0x2028 || cp == 0x2029)
            buf_addf(b, "\\u%04X", (unsigned)cp);
        else
            utf8_add(b, cp);
    }
    buf_add_char(b, '"');
}

static void add_indent(struct buf *b, int spaces)
{
    for (int i = 0; i < spaces; i++)
        buf_add_char(b, ' ');
}

/* Behind |, each line indented. */
static void add_literal(const struct editing *e, struct buf *b, struct str s, int indent)
{
    struct str line;
    buf_add_c(b, "|-");
    while (str_next_line(&s, &line)) {
        buf_add_c(b, e->eol);
        if (line.n)
            add_indent(b, indent);
        buf_add_str(b, line);
    }
}

static bool is_literal_safe(struct str s)
{
    return str_find_char(s, '\n') >= 0 && str_find_char(s, '\r') < 0 && s.p[0] != ' ' &&
           s.p[0] != '\t' && s.p[0] != '\n';
}

static void add_text(const struct editing *e, struct buf *b, struct str s, int literal_indent)
{
    bool is_text = e->key->kind == KEY_LINE || e->key->kind == KEY_TEXT ||
                   e->key->kind == KEY_LIST || e->key->kind == KEY_TAGS;
    bool is_pretty = !(e->form & FORM_PLAINEST);
    if (e->key->kind == KEY_FOCUS && s.n)
        buf_add_str(b, s); /* [50, 30] */
    else if (is_pretty && is_plain_safe(s) && !(is_text && looks_typed(s)))
        buf_add_str(b, s);
    else if (is_pretty && literal_indent >= 0 && is_literal_safe(s))
        add_literal(e, b, s, literal_indent);
    else
        add_quoted(b, s);
}

static void add_flow_list(const struct editing *e, struct buf *b, const struct str_list *list)
{
    buf_add_char(b, '[');
    for (size_t i = 0; i < list->n; i++) {
        buf_add_c(b, i ? ", " : "");
        add_text(e, b, list->items[i], -1);
    }
    buf_add_char(b, ']');
}

static bool takes_list(const struct series_key *k)
{
    return k->kind == KEY_LIST || k->kind == KEY_TAGS;
}

/* literal_indent: where lines of a text may stand; negative: everything in one line. */
static void add_value(const struct editing *e, struct buf *b, int literal_indent)
{
    if (takes_list(e->key))
        add_flow_list(e, b, &e->edit->list);
    else
        add_text(e, b, e->edit->text, literal_indent);
}

/* --- where it goes --- */

static size_t end_of_line(struct str text, size_t at)
{
    while (at < text.n && text.p[at] != '\n' && text.p[at] != '\r')
        at++;
    return at;
}

/* Behind the colon of a key. */
static size_t behind_colon(struct str text, const struct ynode *key)
{
    size_t at = key->end;
    while (at < text.n && text.p[at] != ':')
        at++;
    return at < text.n ? at + 1 : at;
}

static int literal_indent_in(const struct ynode *map)
{
    return map->is_block ? map->column - 1 + 2 : -1;
}

static void replace_value(const struct editing *e, const struct ynode *map, size_t pair,
                          struct splice *s)
{
    const struct ynode *old = ynode_value(map, pair);
    s->start = old->start;
    s->end = old->end;
    bool was_lines = old->kind != YNODE_SCALAR && old->is_block;
    bool stays_lines = was_lines && old->kind == YNODE_LIST && takes_list(e->key) &&
                       e->edit->list.n > 0 && !(e->form & FORM_PLAINEST);
    if (stays_lines) {
        for (size_t i = 0; i < e->edit->list.n; i++) {
            if (i) {
                buf_add_c(&s->with, e->eol);
                add_indent(&s->with, old->column - 1);
            }
            buf_add_c(&s->with, "- ");
            add_text(e, &s->with, e->edit->list.items[i], -1);
        }
        return;
    }
    if (was_lines)
        s->start = behind_colon(e->text, ynode_key(map, pair));
    if (was_lines || old->start == old->end)
        buf_add_char(&s->with, ' ');
    add_value(e, &s->with, literal_indent_in(map));
}

/* Before the closing bracket of a { } or [ ]; a comma where there is something before. */
static void insert_flow(const struct editing *e, const struct ynode *into, struct splice *s)
{
    size_t at = into->end - 1, before = at;
    while (before > into->start && strchr(" \t\r\n", e->text.p[before - 1]))
        before--;
    char last = e->text.p[before - 1];
    s->start = s->end = e->form & FORM_OTHER_PLACE ? at : before;
    if (into->n > 0 && last != ',')
        buf_add_c(&s->with, ", ");
    else if (into->n > 0)
        buf_add_char(&s->with, ' ');
}

/* A line of its own below everything that belongs to a block node. */
static void insert_line(const struct editing *e, const struct ynode *below, int indent,
                        struct splice *s)
{
    s->start = s->end = end_of_line(e->text, below->end);
    buf_add_c(&s->with, e->eol);
    add_indent(&s->with, indent);
}

static void insert_pair(const struct editing *e, const struct ynode *map, struct splice *s)
{
    if (map->is_block)
        insert_line(e, map, map->column - 1, s);
    else
        insert_flow(e, map, s);
    buf_addf(&s->with, "%.*s: ", STR_ARG(e->edit->key));
    add_value(e, &s->with, literal_indent_in(map));
}

static void add_item_flow(const struct editing *e, struct buf *b)
{
    buf_addf(b, "{number: %lld, %.*s: ", (long long)e->edit->number, STR_ARG(e->edit->key));
    add_value(e, b, -1);
    buf_add_char(b, '}');
}

/* "- number: 3" and the key below it; the dash is where the caller left off. */
static void add_item_lines(const struct editing *e, struct buf *b, int dash_indent)
{
    buf_addf(b, "- number: %lld%s", (long long)e->edit->number, e->eol);
    add_indent(b, dash_indent + 2);
    buf_addf(b, "%.*s: ", STR_ARG(e->edit->key));
    add_value(e, b, dash_indent + 4);
}

static const char *list_key(enum key_scope scope)
{
    return scope == SCOPE_SEASON ? "seasons" : "episodes";
}

/* An episode or season that the file has not mentioned so far. */
static void insert_item(const struct editing *e, const struct ynode *root, struct splice *s)
{
    const char *name = list_key(e->edit->scope);
    const struct ynode *list = ynode_get(root, str_from(name));
    if (list && list->kind == YNODE_LIST) {
        if (list->is_block) {
            insert_line(e, list, list->column - 1, s);
            add_item_lines(e, &s->with, list->column - 1);
        } else {
            insert_flow(e, list, s);
            add_item_flow(e, &s->with);
        }
        return;
    }
    if (list) { /* "episodes:" with nothing behind it */
        s->start = list->start;
        s->end = list->end;
        buf_add_c(&s->with, list->start == list->end ? " [" : "[");
    } else {
        if (root->is_block)
            insert_line(e, root, root->column - 1, s);
        else
            insert_flow(e, root, s);
        buf_addf(&s->with, "%s:", name);
        if (root->is_block) {
            int indent = root->column - 1 + 2;
            buf_add_c(&s->with, e->eol);
            add_indent(&s->with, indent);
            add_item_lines(e, &s->with, indent);
            return;
        }
        buf_add_c(&s->with, " [");
    }
    add_item_flow(e, &s->with);
    buf_add_char(&s->with, ']');
}

/* --- proof --- */

static struct ynode *scalar(struct arena *a, struct str text)
{
    struct ynode *n = ARENA_NEW(a, struct ynode);
    n->text = text;
    return n;
}

static struct ynode *wanted_value(const struct editing *e)
{
    struct ynode *n = scalar(e->a, e->edit->text);
    if (!takes_list(e->key))
        return n;
    *n = (struct ynode){ .kind = YNODE_LIST, .n = e->edit->list.n };
    n->items = ARENA_ARRAY(e->a, struct ynode *, n->n + 1);
    for (size_t i = 0; i < n->n; i++)
        n->items[i] = scalar(e->a, e->edit->list.items[i]);
    return n;
}

/* A copy of a mapping (NULL: an empty one) with one value changed or added. */
static struct ynode *with_pair(struct arena *a, const struct ynode *map, struct str key,
                               struct ynode *value)
{
    struct ynode *copy = ARENA_NEW(a, struct ynode);
    size_t n = map ? map->n : 0;
    copy->kind = YNODE_MAP;
    copy->items = ARENA_ARRAY(a, struct ynode *, 2 * n + 2);
    if (n)
        memcpy(copy->items, map->items, 2 * n * sizeof *copy->items);
    copy->n = n;
    for (size_t i = 0; i < n; i++)
        if (str_eq(ynode_key(map, i)->text, key)) {
            copy->items[2 * i + 1] = value;
            return copy;
        }
    copy->items[2 * n] = scalar(a, key);
    copy->items[2 * n + 1] = value;
    copy->n++;
    return copy;
}

/* The tree that the edit should lead to. item: the entry of the season or episode, or NULL. */
static const struct ynode *wanted_tree(const struct editing *e, const struct ynode *root,
                                       const struct ynode *item)
{
    struct ynode *value = wanted_value(e);
    if (e->edit->scope == SCOPE_SERIES)
        return with_pair(e->a, root, e->edit->key, value);
    struct str name = str_from(list_key(e->edit->scope));
    const struct ynode *list = ynode_get(root, name);
    struct ynode *copy = ARENA_NEW(e->a, struct ynode);
    size_t n = list && list->kind == YNODE_LIST ? list->n : 0;
    copy->kind = YNODE_LIST;
    copy->items = ARENA_ARRAY(e->a, struct ynode *, n + 1);
    for (size_t i = 0; i < n; i++)
        copy->items[i] =
            list->items[i] == item ? with_pair(e->a, item, e->edit->key, value) : list->items[i];
    copy->n = n;
    if (!item) {
        struct ynode *number = scalar(e->a, arena_printf(e->a, "%lld", (long long)e->edit->number));
        copy->items[copy->n++] =
            with_pair(e->a, with_pair(e->a, NULL, STR("number"), number), e->edit->key, value);
    }
    return with_pair(e->a, root, name, copy);
}

/* Equal but for white space around texts, which no reader looks at. */
static bool reads_same(const struct ynode *a, const struct ynode *b)
{
    if (a->kind != b->kind || a->n != b->n || !str_eq(str_trim(a->text), str_trim(b->text)))
        return false;
    size_t n = a->kind == YNODE_MAP ? 2 * a->n : a->n;
    for (size_t i = 0; i < n; i++)
        if (!reads_same(a->items[i], b->items[i]))
            return false;
    return true;
}

/* [50, 30] is one text in the edit and a list in the tree. */
static bool is_proved(const struct editing *e, struct str text, const struct ynode *wanted)
{
    struct problems ps = { .a = e->a };
    struct ynode *root = NULL, *value;
    if (yaml_tree_read(e->a, text, STR("series.yaml"), &ps, &root) != OK || ps.n_errors || !root)
        return false;
    if (e->key->kind != KEY_FOCUS || e->edit->text.n == 0 || e->edit->text.p[0] != '[')
        return reads_same(wanted, root);
    if (yaml_tree_read(e->a, e->edit->text, STR("focus"), &ps, &value) != OK || !value)
        return false;
    if (e->edit->scope != SCOPE_SERIES)
        return true; /* series_yaml_read below is judge enough */
    return reads_same(with_pair(e->a, wanted, e->edit->key, value), root);
}

/* --- one edit --- */

static const struct ynode *find_item(const struct series_doc *doc, const struct series_edit *edit)
{
    if (edit->scope == SCOPE_EPISODE) {
        const struct series_episode *ep = series_doc_episode(doc, edit->number);
        return ep ? ep->node : NULL;
    }
    for (size_t i = 0; i < doc->seasons.n; i++)
        if (doc->seasons.items[i].number == edit->number)
            return doc->seasons.items[i].node;
    return NULL;
}

static struct str try_form(const struct editing *e, const struct ynode *root,
                           const struct ynode *item)
{
    struct splice s = { 0 };
    const struct ynode *map = e->edit->scope == SCOPE_SERIES ? root : item;
    size_t pair = 0;
    while (map && pair < map->n && !str_eq(ynode_key(map, pair)->text, e->edit->key))
        pair++;
    if (!map)
        insert_item(e, root, &s);
    else if (pair < map->n)
        replace_value(e, map, pair, &s);
    else
        insert_pair(e, map, &s);
    struct buf out = { 0 };
    buf_add_str(&out, str_head(e->text, s.start));
    buf_add_str(&out, buf_str(&s.with));
    buf_add_str(&out, str_skip(e->text, s.end));
    buf_done(&s.with);
    return buf_to_arena(&out, e->a);
}

static enum err check_edit(const struct series_edit *edit, const struct series_key **ret,
                           struct diag *d)
{
    const struct series_key *k = series_key_find(edit->scope, edit->key);
    if (!k || edit->scope == SCOPE_PERSON)
        return diag_fail(d, ERR_INPUT, 0, 0, "%.*s is not a key of %s",
                         STR_ARG(utf8_head(edit->key, 60)), key_scope_name(edit->scope));
    if (k->kind == KEY_PEOPLE || k->kind == KEY_SEASONS || k->kind == KEY_EPISODES ||
        k->kind == KEY_ANY)
        return diag_fail(d, ERR_UNSUPPORTED, 0, 0,
                         "%s cannot be changed here: change it in series.yaml and publish again",
                         k->name);
    if (utf8_has_control(edit->text) || !utf8_is_valid(edit->text))
        return diag_fail(d, ERR_INPUT, 0, 0, "%s has a character that nobody can see", k->name);
    *ret = k;
    return OK;
}

/* What is wrong with the new value. Where it would stand in the file says nothing to somebody who
 * gave it on a command line or in a form. */
static void tell_value(const struct problems *ps, struct diag *d)
{
    size_t i = 0;
    while (i < ps->n && !ps->items[i].is_error)
        i++;
    if (d && i < ps->n)
        *d = ps->items[i].at;
    if (d)
        d->line = d->column = 0;
}

static enum err apply_one(struct editing *e, struct diag *d)
{
    struct problems ps = { .a = e->a };
    struct series_doc doc, after;
    enum err err = check_edit(e->edit, &e->key, d);
    if (err != OK)
        return err;
    err = series_yaml_read(e->a, e->text, STR("series.yaml"), &ps, &doc);
    if (err != OK) {
        problems_first(&ps, d);
        return err;
    }
    const struct ynode *item = e->edit->scope == SCOPE_SERIES ? NULL : find_item(&doc, e->edit);
    const struct ynode *wanted = wanted_tree(e, doc.root, item);
    for (e->form = 0; e->form < FORM_COUNT; e->form++) {
        struct str text = try_form(e, doc.root, item);
        if (!is_proved(e, text, wanted))
            continue;
        ps = (struct problems){ .a = e->a };
        err = series_yaml_read(e->a, text, STR("series.yaml"), &ps, &after);
        if (err == OK)
            e->text = text;
        else
            tell_value(&ps, d);
        return err;
    }
    return diag_fail(d, ERR_INPUT, 0, 0,
                     "%s cannot be changed in this series.yaml, which is written in an unusual "
                     "form: change it by hand and publish again",
                     e->key->name);
}

enum err series_edit_apply(struct arena *a, struct str original, const struct series_edit *edits,
                           size_t n, struct str *ret, struct diag *d)
{
    struct editing e = { .a = a, .text = original };
    e.eol = str_find(original, STR("\r\n")) >= 0 ? "\r\n" : "\n";
    for (size_t i = 0; i < n; i++) {
        e.edit = &edits[i];
        enum err err = apply_one(&e, d);
        if (err != OK)
            return err;
    }
    *ret = e.text;
    return OK;
}
