/*
 * Every key that series.yaml may have, in one table: where it stands, what it takes, its limit and
 * what it is for. The reader, the "did you mean" of its warnings, the editor and the guide
 * (docs/guides/creator-package.md, checked against this table) all go by it. Constant data.
 */
#ifndef DRAMALET_CATALOG_SERIES_KEYS_H
#define DRAMALET_CATALOG_SERIES_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

enum key_scope { SCOPE_SERIES, SCOPE_PERSON, SCOPE_SEASON, SCOPE_EPISODE, SCOPE_COUNT };

enum key_kind {
    KEY_LINE,     /* text in one line */
    KEY_TEXT,     /* text, line breaks allowed */
    KEY_LANGUAGE, /* BCP 47 */
    KEY_SLUG,
    KEY_LIST,     /* list of KEY_LINE; one alone may stand without brackets */
    KEY_TAGS,     /* the same; a # in front is taken off */
    KEY_CHOICE,   /* one of .choices */
    KEY_BOOL,     /* true, false, yes, no */
    KEY_NUMBER,   /* 1 and up */
    KEY_TIME,     /* RFC 3339 */
    KEY_FOCUS,    /* left, right, top, bottom, center or [x, y] in percent */
    KEY_PATH,     /* of a file in the package */
    KEY_PEOPLE,   /* list of SCOPE_PERSON, or of names */
    KEY_SEASONS,  /* list of SCOPE_SEASON */
    KEY_EPISODES, /* list of SCOPE_EPISODE */
    KEY_ANY,      /* kept as it is; a later part of the program reads it */
};

struct series_key {
    const char *name;
    enum key_scope scope;
    size_t offset; /* of its field in the scope's struct (see series_yaml.h) */
    enum key_kind kind;
    int max; /* characters of a text, items of a list, greatest number */
    bool is_required;
    const char *const *choices; /* KEY_CHOICE: names, NULL-terminated; the field is 1 + index */
    const char *what;           /* for people: what it is for */
};

const struct series_key *series_keys(size_t *ret_n);
const struct series_key *series_key_find(enum key_scope scope, struct str name);
/* The key somebody meant who wrote this unknown one; NULL: nothing is near. */
const struct series_key *series_key_guess(enum key_scope scope, struct str name);
/* "series.yaml", "an entry of episodes", ... */
const char *key_scope_name(enum key_scope scope);

#endif
