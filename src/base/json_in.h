/*
 * JSON in (RFC 8259): a whole text becomes a tree in an arena, and typed getters take members out
 * of it with a message for whoever sent it. Parsed by jansson, copied out of it, so that nothing
 * has to be freed. Strict: duplicate keys, malformed UTF-8 and integers beyond 64 bits are
 * ERR_INPUT; size and depth have limits. Unknown members are ignored by the getters. Pure, any
 * thread.
 */
#ifndef DRAMALET_BASE_JSON_IN_H
#define DRAMALET_BASE_JSON_IN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum { JSON_IN_BYTES_MAX = 4 * 1024 * 1024, JSON_IN_DEPTH_MAX = 32 };

enum json_in_type {
    JSON_IN_NULL,
    JSON_IN_BOOL,
    JSON_IN_INT,
    JSON_IN_REAL,
    JSON_IN_STRING,
    JSON_IN_ARRAY,
    JSON_IN_OBJECT
};

struct json_in {
    enum json_in_type type;
    struct str key;        /* when it is a member of an object */
    struct str text;       /* string; may hold NUL bytes; terminated behind .n */
    int64_t i;             /* integer; 0 or 1 of a bool */
    double f;              /* real; of an integer, too */
    struct json_in *items; /* array elements; object members in the order of the text */
    size_t n;
};

/* Any JSON value. ERR_LIMIT: longer than JSON_IN_BYTES_MAX or deeper than JSON_IN_DEPTH_MAX;
 * ERR_INPUT: not JSON, d says where. */
NODISCARD enum err json_in_parse(struct arena *a, struct str text, struct json_in *ret,
                                 struct diag *d);

/* The member, or NULL when it is not there or null, or when in is no object: what optional
 * members need. */
const struct json_in *json_in_find(const struct json_in *in, const char *key);

/* Members that must be there. ERR_INPUT with the member's name in d when it is missing, of another
 * type or out of range. */
NODISCARD enum err json_in_bool(const struct json_in *in, const char *key, bool *ret,
                                struct diag *d);
NODISCARD enum err json_in_i64(const struct json_in *in, const char *key, int64_t least,
                               int64_t most, int64_t *ret, struct diag *d);
/* Any finite number; for measurements, never money or time. */
NODISCARD enum err json_in_f64(const struct json_in *in, const char *key, double *ret,
                               struct diag *d);
/* 13 characters of base32, see id.h. */
NODISCARD enum err json_in_id(const struct json_in *in, const char *key, int64_t *ret,
                              struct diag *d);
/* At most max_bytes of UTF-8 without control characters (utf8_has_control) or NUL. */
NODISCARD enum err json_in_str(const struct json_in *in, const char *key, size_t max_bytes,
                               struct str *ret, struct diag *d);
/* Elements are (*ret)->items[0 .. n-1]; at most max of them. */
NODISCARD enum err json_in_array(const struct json_in *in, const char *key, size_t max,
                                 const struct json_in **ret, struct diag *d);
NODISCARD enum err json_in_object(const struct json_in *in, const char *key,
                                  const struct json_in **ret, struct diag *d);

#endif
