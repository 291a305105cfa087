/*
 * Changes fields of a series.yaml that a person wrote, and only them: comments, order, quoting,
 * line ends and unknown keys stay byte for byte. A value is replaced where it stands; a key that
 * was not there is added below the others. Every change is proved by reading the result again and
 * comparing it, value by value, with what was wanted. Pure, any thread.
 */
#ifndef DRAMALET_CATALOG_SERIES_EDIT_H
#define DRAMALET_CATALOG_SERIES_EDIT_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "catalog/series_keys.h"
#include "catalog/series_yaml.h"

struct series_edit {
    enum key_scope scope; /* SCOPE_SERIES, SCOPE_SEASON or SCOPE_EPISODE */
    int64_t number;  /* of the season or episode; one that the file does not mention is added */
    struct str key;  /* as in series_keys.h */
    struct str text; /* the new value of a key that takes one text; empty: "nothing said" */
    struct str_list list; /* of a key that takes a list */
};

/*
 * Applies all n edits or none; *ret is in a. original must be readable by series_yaml_read.
 * ERR_INPUT: an edit asks for a value the key does not take (d says which and what would be
 * right). ERR_UNSUPPORTED: a key that is not edited here (cast, credits, prices, ...).
 */
NODISCARD enum err series_edit_apply(struct arena *a, struct str original,
                                     const struct series_edit *edits, size_t n, struct str *ret,
                                     struct diag *d);

#endif
