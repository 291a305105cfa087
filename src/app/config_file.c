/*
 * The configuration file: YAML of one flat mapping from key to a plain value (a sequence of plain
 * values stands for its items with commas). Anchors, nesting and several documents are refused.
 */
#include <yaml.h>

#include "app/config.h"
#include "base/buf.h"
#include "sys/file.h"

enum { CONFIG_FILE_MAX = 256 * 1024 };

struct reader {
    struct config *config;
    struct diag *d;
    yaml_parser_t parser;
    struct str key; /* in the config's arena; .p NULL: a key is due */
    int key_line, key_column;
    struct buf list;
    bool is_in_list;
    struct arena seen; /* keys so far, linked */
    struct seen_key {
        struct seen_key *next;
        const struct config_key *k;
    } * first_seen;
};

static int line_of(const yaml_event_t *e)
{
    return (int)e->start_mark.line + 1;
}

static int column_of(const yaml_event_t *e)
{
    return (int)e->start_mark.column + 1;
}

static enum err take_key(struct reader *r, const yaml_event_t *e, struct str text)
{
    r->key = arena_str(&r->config->arena, text);
    r->key_line = line_of(e);
    r->key_column = column_of(e);
    const struct config_key *k = config_find(r->key);
    for (const struct seen_key *s = r->first_seen; k && s; s = s->next)
        if (s->k == k)
            return diag_fail(r->d, ERR_INPUT, r->key_line, r->key_column,
                             "'%s' is set twice; keep one", k->name);
    struct seen_key *s = ARENA_NEW(&r->seen, struct seen_key);
    *s = (struct seen_key){ r->first_seen, k };
    r->first_seen = s;
    return OK;
}

static enum err take_value(struct reader *r, struct str text, int line, int column)
{
    struct diag inner = { .line = line, .column = column };
    /* An unknown key is wrong where the key stands. */
    if (!config_find(r->key))
        inner = (struct diag){ .line = r->key_line, .column = r->key_column };
    enum err e = config_set(r->config, r->key, text, &inner);
    r->key = (struct str){ 0 };
    if (e != OK && r->d)
        *r->d = inner;
    return e;
}

static enum err take_scalar(struct reader *r, const yaml_event_t *e)
{
    struct str text = str_sub((const char *)e->data.scalar.value, e->data.scalar.length);
    if (r->is_in_list) {
        if (r->list.n)
            buf_add_c(&r->list, ", ");
        buf_add_str(&r->list, text);
        return r->list.err;
    }
    if (!r->key.p)
        return take_key(r, e, text);
    return take_value(r, text, line_of(e), column_of(e));
}

static enum err take_event(struct reader *r, const yaml_event_t *e, int *depth)
{
    switch (e->type) {
    case YAML_MAPPING_START_EVENT:
        if (++*depth > 1)
            return diag_fail(r->d, ERR_INPUT, line_of(e), column_of(e),
                             "settings are not nested: write 'key: value' at the line's start");
        return OK;
    case YAML_MAPPING_END_EVENT:
        return OK;
    case YAML_SEQUENCE_START_EVENT:
        if (*depth != 1 || !r->key.p || r->is_in_list)
            return diag_fail(r->d, ERR_INPUT, line_of(e), column_of(e),
                             "a list is only possible as the value of a setting");
        r->is_in_list = true;
        buf_reset(&r->list);
        return OK;
    case YAML_SEQUENCE_END_EVENT:
        r->is_in_list = false;
        return take_value(r, r->list.n ? buf_str(&r->list) : STR(""), line_of(e), column_of(e));
    case YAML_SCALAR_EVENT:
        if (*depth == 0)
            return e->data.scalar.length == 0 ? OK
                                              : diag_fail(r->d, ERR_INPUT, line_of(e), column_of(e),
                                                          "the file must be lines of 'key: value'");
        return take_scalar(r, e);
    case YAML_ALIAS_EVENT:
        return diag_fail(r->d, ERR_INPUT, line_of(e), column_of(e),
                         "'*' references are not taken here; write the value out");
    default:
        return OK;
    }
}

static enum err read_events(struct reader *r)
{
    int depth = 0, documents = 0;
    for (;;) {
        yaml_event_t e;
        if (!yaml_parser_parse(&r->parser, &e))
            return diag_fail(r->d, ERR_INPUT, (int)r->parser.problem_mark.line + 1,
                             (int)r->parser.problem_mark.column + 1, "not YAML: %s",
                             r->parser.problem ? r->parser.problem : "unreadable");
        bool is_end = e.type == YAML_STREAM_END_EVENT;
        enum err err = OK;
        if (e.type == YAML_DOCUMENT_START_EVENT && ++documents > 1)
            err = diag_fail(r->d, ERR_INPUT, line_of(&e), 1, "there is a second document ('---')");
        else
            err = take_event(r, &e, &depth);
        yaml_event_delete(&e);
        if (err != OK || is_end)
            return err;
    }
}

enum err config_load_text(struct config *c, struct str yaml, struct diag *d)
{
    struct reader r = { .config = c, .d = d, .list = { .max = 4096 } };
    if (!yaml_parser_initialize(&r.parser))
        return ERR_INTERNAL;
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)(yaml.p ? yaml.p : ""), yaml.n);
    enum err e = read_events(&r);
    yaml_parser_delete(&r.parser);
    buf_done(&r.list);
    arena_done(&r.seen);
    return e;
}

enum err config_load_file(struct config *c, const char *path, struct diag *d)
{
    struct arena a = { 0 };
    struct str text;
    enum err e = file_read(&a, path, CONFIG_FILE_MAX, &text);
    if (e != OK)
        e = diag_fail(d, e, 0, 0, "the configuration file cannot be read: %s (%s)", path,
                      err_name(e));
    else
        e = config_load_text(c, text, d);
    arena_done(&a);
    return e;
}
