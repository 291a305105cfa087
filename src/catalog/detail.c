/* See detail.h. */
#include "catalog/detail.h"

#include "base/json.h"
#include "base/json_in.h"

static void add_list(struct json *j, const char *key, const struct str_list *list)
{
    json_key(j, key);
    json_array_begin(j);
    for (size_t i = 0; i < list->n; i++)
        json_str(j, list->items[i]);
    json_array_end(j);
}

static void add_people(struct json *j, const char *key, const struct series_people *people)
{
    json_key(j, key);
    json_array_begin(j);
    for (size_t i = 0; i < people->n; i++) {
        json_object_begin(j);
        json_kstr(j, "name", people->items[i].name);
        json_kstr(j, "role", people->items[i].role);
        json_object_end(j);
    }
    json_array_end(j);
}

void detail_add(struct buf *out, const struct series_doc *d)
{
    struct json j = { .out = out };
    json_object_begin(&j);
    add_list(&j, "genres", &d->genres);
    add_list(&j, "hashtags", &d->hashtags);
    add_list(&j, "content_notes", &d->content_notes);
    add_people(&j, "cast", &d->cast);
    add_people(&j, "credits", &d->credits);
    json_kstr(&j, "rights", d->rights);
    json_kstr(&j, "ai_use", d->ai_use);
    json_kstr(&j, "filing_number", d->filing_number);
    json_kbool(&j, "synthetic_voice", d->synthetic_voice);
    json_kbool(&j, "is_test_footage", d->is_test_footage);
    json_object_end(&j);
}

static struct str text_of(const struct json_in *in, const char *key)
{
    const struct json_in *m = json_in_find(in, key);
    return m && m->type == JSON_IN_STRING ? m->text : STR("");
}

static bool bool_of(const struct json_in *in, const char *key)
{
    const struct json_in *m = json_in_find(in, key);
    return m && m->type == JSON_IN_BOOL && m->i;
}

static void read_list(struct arena *a, const struct json_in *in, const char *key,
                      struct str_list *ret)
{
    const struct json_in *m = json_in_find(in, key);
    if (!m || m->type != JSON_IN_ARRAY)
        return;
    ret->items = ARENA_ARRAY(a, struct str, m->n + 1);
    for (size_t i = 0; i < m->n; i++)
        if (m->items[i].type == JSON_IN_STRING)
            ret->items[ret->n++] = m->items[i].text;
}

static void read_people(struct arena *a, const struct json_in *in, const char *key,
                        struct series_people *ret)
{
    const struct json_in *m = json_in_find(in, key);
    if (!m || m->type != JSON_IN_ARRAY)
        return;
    ret->items = ARENA_ARRAY(a, struct series_person, m->n + 1);
    for (size_t i = 0; i < m->n; i++)
        ret->items[ret->n++] =
            (struct series_person){ text_of(&m->items[i], "name"), text_of(&m->items[i], "role") };
}

enum err detail_parse(struct arena *a, struct str json, struct series_detail *ret)
{
    struct json_in in;
    struct series_detail d = { 0 };
    if (json_in_parse(a, json, &in, NULL) != OK || in.type != JSON_IN_OBJECT)
        return ERR_CORRUPT;
    read_list(a, &in, "genres", &d.genres);
    read_list(a, &in, "hashtags", &d.hashtags);
    read_list(a, &in, "content_notes", &d.content_notes);
    read_people(a, &in, "cast", &d.cast);
    read_people(a, &in, "credits", &d.credits);
    d.rights = text_of(&in, "rights");
    d.ai_use = text_of(&in, "ai_use");
    d.filing_number = text_of(&in, "filing_number");
    d.synthetic_voice = bool_of(&in, "synthetic_voice");
    d.is_test_footage = bool_of(&in, "is_test_footage");
    *ret = d;
    return OK;
}
