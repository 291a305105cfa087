/*
 * See yaml_tree.h. libyaml counts characters, files are bytes: a table with the byte offset of
 * every 64th character translates. Only \n, \r\n and \r end a line here; the other three line
 * breaks YAML 1.1 knows (U+0085, U+2028, U+2029) are refused before, as no editor shows them.
 */
#include "catalog/yaml_tree.h"

#include <yaml.h>

#include "base/utf8.h"

enum { CHARS_A_STEP = 64 };

struct reader {
    yaml_parser_t parser;
    struct arena *a;
    struct problems *ps;
    struct str file;
    struct str text;
    size_t *steps; /* byte offset of character i * CHARS_A_STEP */
    size_t n_steps;
    size_t n_nodes;
    size_t skipped; /* bytes of a byte order mark in front of text */
};

struct hint {
    const char *problem; /* libyaml's words, or a part of them */
    const char *advice;
    bool at_context; /* the mistake is where the thing began, not where libyaml gave up */
};

static const struct hint hints[] = {
    { "mapping values are not allowed",
      "a second \": \" in this line: put the whole text in quotes, such as title: \"Rain: part 1\"",
      false },
    { "found character that cannot start any token",
      "text cannot begin with this character (@, ` or %): put it in quotes", false },
    { "could not find expected ':'",
      "a key without a colon: write \"key: value\", and put text of several lines in quotes or "
      "behind |",
      true },
    { "found a tab character", "a tab: indent with spaces", false },
    { "found unexpected end of stream", "a quote that is opened here and never closed", true },
    { "did not find expected ',' or",
      "a bracket that is opened here and never closed, or a comma is missing inside it", true },
    { "did not find expected key",
      "the indentation does not fit: keys that belong together begin in the same column", false },
    { "did not find expected '-' indicator",
      "the indentation does not fit: the dashes of a list stand in the same column", false },
    { "block sequence entries are not allowed",
      "a list cannot begin here: put each \"- item\" in its own line below the key", false },
    { "found unknown escape character",
      "a backslash that means nothing inside double quotes: write \\\\ or use single quotes",
      false },
    { "did not find expected alphabetic or numeric character",
      "text that begins with & or * must be in quotes", true },
};

static size_t byte_of(const struct reader *r, yaml_mark_t mark);

/* Is this ": " the first of its line? Then the line is a key of its own, indented too far. */
static bool is_first_colon(const struct reader *r, yaml_mark_t mark)
{
    struct str before = str_head(r->text, byte_of(r, mark) - r->skipped);
    ptrdiff_t line = str_rfind_char(before, '\n');
    return str_find(str_skip(before, (size_t)(line + 1)), STR(": ")) < 0;
}

static const char *advice_for(const struct reader *r, const struct hint *h, yaml_mark_t mark)
{
    struct str rest = str_skip(r->text, byte_of(r, mark) - r->skipped);
    if (rest.n && rest.p[0] == '\t')
        return "a tab: indent with spaces";
    if (h == &hints[0] && is_first_colon(r, mark))
        return "this line is indented more than the one above: begin it in the same column";
    return h->advice;
}

static void fail_syntax(struct reader *r)
{
    const yaml_parser_t *p = &r->parser;
    const char *problem = p->problem ? p->problem : "unreadable";
    const struct hint *h = NULL;
    for (size_t i = 0; i < sizeof hints / sizeof hints[0] && !h; i++)
        if (strstr(problem, hints[i].problem))
            h = &hints[i];
    yaml_mark_t mark = h && h->at_context && p->context ? p->context_mark : p->problem_mark;
    problem_error(r->ps, r->file, (int)mark.line + 1, (int)mark.column + 1,
                  h ? "%s" : "not valid YAML: %s", h ? advice_for(r, h, mark) : problem);
}

static size_t byte_of(const struct reader *r, yaml_mark_t mark)
{
    size_t step = mark.index / CHARS_A_STEP;
    if (step >= r->n_steps)
        return r->skipped + r->text.n;
    struct str rest = str_skip(r->text, r->steps[step]);
    uint32_t cp;
    for (size_t i = mark.index % CHARS_A_STEP; i > 0 && utf8_next(&rest, &cp); i--)
        ;
    return r->skipped + (size_t)(rest.p - r->text.p);
}

/* Is this character one that nobody sees, or that makes text look like other text? */
static const char *forbidden(uint32_t cp)
{
    if ((cp < 0x20 && cp != '\t' && cp != '\n' && cp != '\r') || (cp >= 0x7F && cp <= 0x9F))
        return "a control character";
    if ((cp >= 0x202A && cp <= 0x202E) || (cp >= 0x2066 && cp <= 0x2069))
        return "a character that turns the writing direction";
    if (cp == 0x2028 || cp == 0x2029)
        return "an invisible line separator";
    if (cp == 0xFEFF)
        return "a byte order mark in the middle of the text";
    return cp == 0xFFFE || cp == 0xFFFF ? "a code that is no character" : NULL;
}

/* Checks every character of the file and fills the table of steps. Stops at the first bad one. */
static enum err scan_characters(struct reader *r)
{
    struct str rest = r->text;
    size_t index = 0;
    int line = 1, column = 1;
    r->steps = ARENA_ARRAY(r->a, size_t, r->text.n / CHARS_A_STEP + 1);
    while (rest.n) {
        struct str before = rest;
        uint32_t cp;
        if (index++ % CHARS_A_STEP == 0)
            r->steps[r->n_steps++] = (size_t)(rest.p - r->text.p);
        utf8_next(&rest, &cp);
        if (cp == 0xFFFD && !str_starts(before, STR("\xEF\xBF\xBD"))) {
            problem_error(r->ps, r->file, line, column,
                          "this byte (0x%02x) is not UTF-8: save the file as UTF-8",
                          (unsigned)(unsigned char)before.p[0]);
            return ERR_INPUT;
        }
        const char *what = forbidden(cp);
        if (what) {
            problem_error(r->ps, r->file, line, column, "%s (U+%04X): delete it", what,
                          (unsigned)cp);
            return ERR_INPUT;
        }
        bool ends = cp == '\n' || (cp == '\r' && !(rest.n && rest.p[0] == '\n'));
        line += ends;
        column = ends ? 1 : column + 1;
    }
    return OK;
}

static enum err next_event(struct reader *r, yaml_event_t *ret)
{
    if (yaml_parser_parse(&r->parser, ret))
        return OK;
    fail_syntax(r);
    return ERR_INPUT;
}

static enum err fail_at(struct reader *r, yaml_mark_t mark, const char *what)
{
    problem_error(r->ps, r->file, (int)mark.line + 1, (int)mark.column + 1, "%s", what);
    return ERR_INPUT;
}

/* Where does a block scalar or block collection end, without the white space libyaml adds? */
static size_t trim_end(const struct reader *r, size_t start, size_t end)
{
    const char *p = r->text.p - r->skipped;
    while (end > start && (p[end - 1] == ' ' || p[end - 1] == '\n' || p[end - 1] == '\r'))
        end--;
    return end;
}

static enum err read_node(struct reader *r, const yaml_event_t *ev, int depth, struct ynode **ret);

static enum err read_scalar(struct reader *r, const yaml_event_t *ev, struct ynode *n)
{
    yaml_scalar_style_t style = ev->data.scalar.style;
    n->kind = YNODE_SCALAR;
    n->is_plain = style == YAML_PLAIN_SCALAR_STYLE;
    n->is_block = style == YAML_LITERAL_SCALAR_STYLE || style == YAML_FOLDED_SCALAR_STYLE;
    n->text = arena_str(r->a, str_sub((const char *)ev->data.scalar.value, ev->data.scalar.length));
    n->end = byte_of(r, ev->end_mark);
    if (n->is_block)
        n->end = trim_end(r, n->start, n->end);
    /* Escapes such as "\u202e" bring in what the file's own characters may not be. */
    if (utf8_has_control(n->text))
        return fail_at(r, ev->start_mark,
                       "an escape for a control character or one that turns the "
                       "writing direction: delete it");
    return OK;
}

static bool has_key(const struct ynode *map, const struct ynode *key, const struct ynode **first)
{
    for (size_t i = 0; i < map->n; i++)
        if (str_eq(ynode_key(map, i)->text, key->text)) {
            *first = ynode_key(map, i);
            return true;
        }
    return false;
}

/* A key and its value; a key that was there before is an error, and reading goes on. */
static enum err read_pair(struct reader *r, const yaml_event_t *key_event, int depth,
                          struct ynode *map, struct ynode *pair[2])
{
    const struct ynode *first;
    yaml_event_t ev;
    if (key_event->type != YAML_SCALAR_EVENT)
        return fail_at(r, key_event->start_mark,
                       "a key must be a single word: write \"key: value\"");
    enum err e = read_node(r, key_event, depth, &pair[0]);
    if (e != OK)
        return e;
    if (has_key(map, pair[0], &first))
        problem_error(r->ps, r->file, pair[0]->line, pair[0]->column,
                      "\"%.*s\" is here twice, first in line %d: keep one of them",
                      STR_ARG(utf8_head(pair[0]->text, 60)), first->line);
    e = next_event(r, &ev);
    if (e != OK)
        return e;
    e = read_node(r, &ev, depth, &pair[1]);
    yaml_event_delete(&ev);
    return e;
}

struct children {
    struct ynode **p;
    size_t n, cap;
};

static void children_add(struct arena *a, struct children *c, struct ynode *n)
{
    if (c->n == c->cap) {
        size_t cap = c->cap ? c->cap * 2 : 8;
        struct ynode **p = ARENA_ARRAY(a, struct ynode *, cap);
        if (c->n)
            memcpy(p, c->p, c->n * sizeof *p);
        c->p = p;
        c->cap = cap;
    }
    c->p[c->n++] = n;
}

static enum err read_children(struct reader *r, int depth, struct ynode *n)
{
    bool is_map = n->kind == YNODE_MAP;
    yaml_event_type_t last = is_map ? YAML_MAPPING_END_EVENT : YAML_SEQUENCE_END_EVENT;
    struct children c = { 0 };
    for (;;) {
        yaml_event_t ev;
        struct ynode *pair[2] = { NULL, NULL };
        enum err e = next_event(r, &ev);
        if (e != OK)
            return e;
        if (ev.type == last) {
            n->end = n->is_block ? (c.n ? c.p[c.n - 1]->end : n->start) : byte_of(r, ev.end_mark);
            yaml_event_delete(&ev);
            return OK;
        }
        if (is_map && n->n == YAML_KEYS_MAX)
            e = fail_at(r, ev.start_mark, "too many keys in one mapping (256 at most)");
        else if (is_map)
            e = read_pair(r, &ev, depth, n, pair);
        else
            e = read_node(r, &ev, depth, &pair[0]);
        yaml_event_delete(&ev);
        if (e != OK)
            return e;
        children_add(r->a, &c, pair[0]);
        if (is_map)
            children_add(r->a, &c, pair[1]);
        n->items = c.p;
        n->n++;
    }
}

/* Anchors and tags: half of those who write them only began a title with & or !. */
static enum err refuse_extras(struct reader *r, const yaml_event_t *ev)
{
    const yaml_char_t *anchor = NULL, *tag = NULL;
    if (ev->type == YAML_ALIAS_EVENT)
        return fail_at(r, ev->start_mark,
                       "aliases (*name) are not read here: write it out, and put text that begins "
                       "with * in quotes");
    if (ev->type == YAML_SCALAR_EVENT) {
        anchor = ev->data.scalar.anchor;
        tag = ev->data.scalar.tag;
    } else if (ev->type == YAML_SEQUENCE_START_EVENT) {
        anchor = ev->data.sequence_start.anchor;
        tag = ev->data.sequence_start.tag;
    } else if (ev->type == YAML_MAPPING_START_EVENT) {
        anchor = ev->data.mapping_start.anchor;
        tag = ev->data.mapping_start.tag;
    }
    if (anchor)
        return fail_at(r, ev->start_mark,
                       "anchors (&name) are not read here: write it out, and put text that begins "
                       "with & in quotes");
    if (tag)
        return fail_at(r, ev->start_mark,
                       "tags (!name) are not read here: leave it out, and put text that begins "
                       "with ! in quotes");
    return OK;
}

static enum err read_node(struct reader *r, const yaml_event_t *ev, int depth, struct ynode **ret)
{
    enum err e = refuse_extras(r, ev);
    if (e != OK)
        return e;
    if (depth > YAML_DEPTH_MAX)
        return fail_at(r, ev->start_mark, "nested too deeply (16 levels at most)");
    if (++r->n_nodes > YAML_NODES_MAX)
        return fail_at(r, ev->start_mark, "too many values in one file (50,000 at most)");
    struct ynode *n = ARENA_NEW(r->a, struct ynode);
    n->line = (int)ev->start_mark.line + 1;
    n->column = (int)ev->start_mark.column + 1;
    n->start = byte_of(r, ev->start_mark);
    if (ev->type == YAML_SCALAR_EVENT) {
        e = read_scalar(r, ev, n);
    } else {
        n->kind = ev->type == YAML_MAPPING_START_EVENT ? YNODE_MAP : YNODE_LIST;
        n->is_block = n->kind == YNODE_MAP
                          ? ev->data.mapping_start.style == YAML_BLOCK_MAPPING_STYLE
                          : ev->data.sequence_start.style == YAML_BLOCK_SEQUENCE_STYLE;
        e = read_children(r, depth + 1, n);
    }
    if (e == OK)
        *ret = n;
    return e;
}

/* STREAM-START (DOCUMENT-START node DOCUMENT-END)? STREAM-END, and nothing else. */
static enum err read_stream(struct reader *r, struct ynode **ret)
{
    bool has_document = false;
    for (;;) {
        yaml_event_t ev;
        enum err e = next_event(r, &ev);
        if (e != OK)
            return e;
        yaml_event_type_t type = ev.type;
        if (type == YAML_DOCUMENT_START_EVENT && has_document)
            e = fail_at(r, ev.start_mark,
                        "a second document begins here: delete this --- and what follows it");
        else if (type != YAML_STREAM_START_EVENT && type != YAML_STREAM_END_EVENT &&
                 type != YAML_DOCUMENT_START_EVENT && type != YAML_DOCUMENT_END_EVENT)
            e = read_node(r, &ev, 1, ret);
        has_document |= type == YAML_DOCUMENT_START_EVENT;
        yaml_event_delete(&ev);
        if (e != OK || type == YAML_STREAM_END_EVENT)
            return e;
    }
}

enum err yaml_tree_read(struct arena *a, struct str text, struct str file, struct problems *ps,
                        struct ynode **ret)
{
    struct reader r = { .a = a, .ps = ps, .file = file, .text = text };
    struct ynode *root = NULL;
    if (text.n > YAML_FILE_MAX) {
        problem_error(ps, file, 0, 0, "the file has %zu bytes: %d KiB at most", text.n,
                      YAML_FILE_MAX / 1024);
        return ERR_LIMIT;
    }
    if (str_starts(text, STR("\xEF\xBB\xBF"))) {
        r.skipped = 3;
        r.text = str_skip(text, 3);
    }
    enum err e = scan_characters(&r);
    if (e != OK)
        return e;
    if (!yaml_parser_initialize(&r.parser))
        return ERR_INTERNAL;
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)(r.text.n ? r.text.p : ""),
                                 r.text.n);
    e = read_stream(&r, &root);
    yaml_parser_delete(&r.parser);
    if (e == OK)
        *ret = root && !ynode_is_null(root) ? root : NULL;
    return e;
}

const struct ynode *ynode_get(const struct ynode *map, struct str key)
{
    for (size_t i = 0; map && map->kind == YNODE_MAP && i < map->n; i++)
        if (str_eq(ynode_key(map, i)->text, key))
            return ynode_value(map, i);
    return NULL;
}

bool ynode_is_null(const struct ynode *n)
{
    return n->kind == YNODE_SCALAR && n->is_plain &&
           (n->text.n == 0 || str_eq(n->text, STR("~")) || str_ieq(n->text, STR("null")));
}

bool ynode_equal(const struct ynode *a, const struct ynode *b)
{
    if (a->kind != b->kind || a->n != b->n || !str_eq(a->text, b->text) ||
        ynode_is_null(a) != ynode_is_null(b))
        return false;
    size_t n = a->kind == YNODE_MAP ? 2 * a->n : a->n;
    for (size_t i = 0; i < n; i++)
        if (!ynode_equal(a->items[i], b->items[i]))
            return false;
    return true;
}
