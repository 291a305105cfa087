/*
 * Reads JSON by jansson and copies the tree into an arena. jansson recurses, so the depth is
 * checked by a scan of the text before it sees it.
 */
#include "base/json_in.h"

#include <jansson.h>
#include <stdio.h>

#include "base/id.h"
#include "base/utf8.h"

/* Brackets that are open at once, outside strings. Wrong JSON gets some number; that is fine. */
static size_t depth_of(struct str text)
{
    size_t depth = 0, most = 0;
    bool in_string = false;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (in_string) {
            if (c == '\\')
                i++;
            else if (c == '"')
                in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '[' || c == '{') {
            if (++depth > most)
                most = depth;
        } else if ((c == ']' || c == '}') && depth > 0) {
            depth--;
        }
    }
    return most;
}

static void copy_value(struct arena *a, json_t *from, struct json_in *to);

static void copy_array(struct arena *a, json_t *from, struct json_in *to)
{
    to->n = json_array_size(from);
    to->items = ARENA_ARRAY(a, struct json_in, to->n);
    for (size_t i = 0; i < to->n; i++)
        copy_value(a, json_array_get(from, i), &to->items[i]);
}

static void copy_object(struct arena *a, json_t *from, struct json_in *to)
{
    to->items = ARENA_ARRAY(a, struct json_in, json_object_size(from));
    for (void *it = json_object_iter(from); it; it = json_object_iter_next(from, it)) {
        struct json_in *member = &to->items[to->n++];
        copy_value(a, json_object_iter_value(it), member);
        member->key = arena_str(a, str_from(json_object_iter_key(it)));
    }
}

static void copy_value(struct arena *a, json_t *from, struct json_in *to)
{
    *to = (struct json_in){ .type = JSON_IN_NULL };
    switch (json_typeof(from)) {
    case JSON_NULL:
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        to->type = JSON_IN_BOOL;
        to->i = json_is_true(from) ? 1 : 0;
        break;
    case JSON_INTEGER:
        to->type = JSON_IN_INT;
        to->i = json_integer_value(from);
        to->f = (double)to->i;
        break;
    case JSON_REAL:
        to->type = JSON_IN_REAL;
        to->f = json_real_value(from);
        break;
    case JSON_STRING:
        to->type = JSON_IN_STRING;
        to->text = arena_str(a, str_sub(json_string_value(from), json_string_length(from)));
        break;
    case JSON_ARRAY:
        to->type = JSON_IN_ARRAY;
        copy_array(a, from, to);
        break;
    case JSON_OBJECT:
        to->type = JSON_IN_OBJECT;
        copy_object(a, from, to);
        break;
    }
}

enum err json_in_parse(struct arena *a, struct str text, struct json_in *ret, struct diag *d)
{
    if (text.n > JSON_IN_BYTES_MAX)
        return diag_fail(d, ERR_LIMIT, 0, 0, "The JSON is %zu bytes long; at most %d are taken.",
                         text.n, JSON_IN_BYTES_MAX);
    if (depth_of(text) > JSON_IN_DEPTH_MAX)
        return diag_fail(d, ERR_LIMIT, 0, 0,
                         "The JSON is nested too deeply; at most %d levels are taken.",
                         JSON_IN_DEPTH_MAX);
    if (str_find_char(text, '\0') >= 0) /* jansson 2.14 skips one behind a number */
        return diag_fail(d, ERR_INPUT, 0, 0, "This is not JSON: it has a NUL byte in it.");
    json_error_t error;
    const size_t flags = JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL;
    json_t *tree = json_loadb(text.n ? text.p : "", text.n, flags, &error);
    if (!tree)
        return diag_fail(d, ERR_INPUT, error.line > 0 ? error.line : 0,
                         error.column > 0 ? error.column : 0, "This is not JSON: %s.", error.text);
    copy_value(a, tree, ret);
    json_decref(tree);
    return OK;
}

const struct json_in *json_in_find(const struct json_in *in, const char *key)
{
    for (size_t i = 0; in->type == JSON_IN_OBJECT && i < in->n; i++)
        if (str_eq_c(in->items[i].key, key))
            return in->items[i].type == JSON_IN_NULL ? NULL : &in->items[i];
    return NULL;
}

/* The member when it has the type; else a message that says what it must be. */
static const struct json_in *find_typed(const struct json_in *in, const char *key,
                                        enum json_in_type type, const char *what, struct diag *d,
                                        enum err *ret_e)
{
    const struct json_in *m = json_in_find(in, key);
    *ret_e = OK;
    if (in->type != JSON_IN_OBJECT)
        *ret_e = diag_fail(d, ERR_INPUT, 0, 0, "A JSON object with `%s` is expected.", key);
    else if (!m)
        *ret_e = diag_fail(d, ERR_INPUT, 0, 0, "`%s` is missing; it must be %s.", key, what);
    else if (m->type != type)
        *ret_e = diag_fail(d, ERR_INPUT, 0, 0, "`%s` must be %s.", key, what);
    return *ret_e == OK ? m : NULL;
}

enum err json_in_bool(const struct json_in *in, const char *key, bool *ret, struct diag *d)
{
    enum err e;
    const struct json_in *m = find_typed(in, key, JSON_IN_BOOL, "true or false", d, &e);
    if (m)
        *ret = m->i == 1;
    return e;
}

enum err json_in_i64(const struct json_in *in, const char *key, int64_t least, int64_t most,
                     int64_t *ret, struct diag *d)
{
    char what[80];
    snprintf(what, sizeof what, "a whole number from %lld to %lld", (long long)least,
             (long long)most);
    enum err e;
    const struct json_in *m = find_typed(in, key, JSON_IN_INT, what, d, &e);
    if (!m)
        return e;
    if (m->i < least || m->i > most)
        return diag_fail(d, ERR_INPUT, 0, 0, "`%s` must be %s.", key, what);
    *ret = m->i;
    return OK;
}

enum err json_in_f64(const struct json_in *in, const char *key, double *ret, struct diag *d)
{
    const struct json_in *m = json_in_find(in, key);
    enum err e = OK;
    if (!m || m->type != JSON_IN_INT)
        m = find_typed(in, key, JSON_IN_REAL, "a number", d, &e);
    if (m)
        *ret = m->f;
    return e;
}

enum err json_in_id(const struct json_in *in, const char *key, int64_t *ret, struct diag *d)
{
    static const char what[] = "an id of 13 letters and digits in quotes";
    enum err e;
    const struct json_in *m = find_typed(in, key, JSON_IN_STRING, what, d, &e);
    if (m && id_parse(m->text, ret) != OK)
        return diag_fail(d, ERR_INPUT, 0, 0, "`%s` must be %s.", key, what);
    return e;
}

enum err json_in_str(const struct json_in *in, const char *key, size_t max_bytes, struct str *ret,
                     struct diag *d)
{
    enum err e;
    const struct json_in *m = find_typed(in, key, JSON_IN_STRING, "text in quotes", d, &e);
    if (!m)
        return e;
    if (m->text.n > max_bytes)
        return diag_fail(d, ERR_INPUT, 0, 0, "`%s` is %zu bytes long; at most %zu are taken.", key,
                         m->text.n, max_bytes);
    if (utf8_has_control(m->text))
        return diag_fail(d, ERR_INPUT, 0, 0,
                         "`%s` has a control character in it; remove it, please.", key);
    *ret = m->text;
    return OK;
}

enum err json_in_array(const struct json_in *in, const char *key, size_t max,
                       const struct json_in **ret, struct diag *d)
{
    enum err e;
    const struct json_in *m = find_typed(in, key, JSON_IN_ARRAY, "an array in [ ]", d, &e);
    if (!m)
        return e;
    if (m->n > max)
        return diag_fail(d, ERR_INPUT, 0, 0, "`%s` has %zu elements; at most %zu are taken.", key,
                         m->n, max);
    *ret = m;
    return OK;
}

enum err json_in_object(const struct json_in *in, const char *key, const struct json_in **ret,
                        struct diag *d)
{
    enum err e;
    const struct json_in *m = find_typed(in, key, JSON_IN_OBJECT, "an object in { }", d, &e);
    if (m)
        *ret = m;
    return e;
}
