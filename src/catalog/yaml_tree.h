/*
 * A YAML document as a tree whose every node knows where it stands in the file, byte for byte, so
 * that messages can point at it and an edit can replace exactly it. The only user of libyaml.
 *
 * Strangers write these files: size, depth, nodes and keys are limited; anchors, aliases (billion
 * laughs), tags and second documents are refused; so are control characters, bidi overrides,
 * invalid UTF-8 and keys given twice. Scalars are text; what it means is the reader's to say. The
 * tree lives in an arena and borrows nothing from libyaml. Any thread.
 */
#ifndef DRAMALET_CATALOG_YAML_TREE_H
#define DRAMALET_CATALOG_YAML_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "catalog/problems.h"

enum {
    YAML_FILE_MAX = 256 * 1024, /* bytes */
    YAML_DEPTH_MAX = 16,
    YAML_NODES_MAX = 50000,
    YAML_KEYS_MAX = 256, /* in one mapping */
};

enum ynode_kind { YNODE_SCALAR, YNODE_LIST, YNODE_MAP };

struct ynode {
    enum ynode_kind kind;
    bool is_plain;        /* scalar without quotes */
    bool is_block;        /* scalar: | or >; list and mapping: indented lines, not [ ] or { } */
    int line, column;     /* from 1, in characters */
    size_t start;         /* first byte in the file */
    size_t end;           /* behind its last byte that is not white space (block) or its bracket */
    struct str text;      /* scalar, decoded */
    struct ynode **items; /* list: n of them; mapping: n pairs of key and value */
    size_t n;
};

/* A document that holds nothing gives *ret NULL. ERR_INPUT or ERR_LIMIT: said in ps, under the
 * name file. A key given twice is said in ps, too, but the tree is there, so that a reader can go
 * on and tell everything at once: look at problems_err in the end. */
NODISCARD enum err yaml_tree_read(struct arena *a, struct str text, struct str file,
                                  struct problems *ps, struct ynode **ret);

static inline const struct ynode *ynode_key(const struct ynode *map, size_t i)
{
    return map->items[2 * i];
}

static inline const struct ynode *ynode_value(const struct ynode *map, size_t i)
{
    return map->items[2 * i + 1];
}

/* The value of a key in a mapping; NULL: not there. */
const struct ynode *ynode_get(const struct ynode *map, struct str key);

/* True for what YAML calls null: nothing at all, ~, null. */
bool ynode_is_null(const struct ynode *n);

/* Same kind, same text, same order: where they stand does not matter. */
bool ynode_equal(const struct ynode *a, const struct ynode *b);

#endif
