/*
 * JSON out (RFC 8259), written straight into a struct buf: output is hot and simple. Commas are
 * kept by the writer. Reading JSON is jansson's job. Zero-initialised with .out set is valid. No
 * name here may be one of jansson's (json_object, json_array, json_null): the program's symbol
 * would take the library's place inside the library. Depth is limited to JSON_DEPTH_MAX. Invalid
 * UTF-8 in strings becomes U+FFFD.
 */
#ifndef DRAMALET_BASE_JSON_H
#define DRAMALET_BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

enum { JSON_DEPTH_MAX = 32 };

struct json {
    struct buf *out;
    uint32_t has_items; /* bit per depth: a comma is due */
    unsigned depth;
    bool after_key;
};

void json_object_begin(struct json *j); /* { */
void json_object_end(struct json *j);   /* } */
void json_array_begin(struct json *j);
void json_array_end(struct json *j);
void json_key(struct json *j, const char *key); /* key: a literal that needs no escape */
void json_str(struct json *j, struct str s);
void json_cstr(struct json *j, const char *s); /* NULL: null */
void json_i64(struct json *j, int64_t v);
void json_id(struct json *j, int64_t id); /* as 13 characters of base32; 0: null */
void json_bool(struct json *j, bool v);
void json_nil(struct json *j);
void json_raw(struct json *j, struct str value); /* one complete JSON value, trusted */
void json_f64(struct json *j,
              double v); /* measurements only, never money or time; not finite: null */

/* Key and value in one call. */
void json_kstr(struct json *j, const char *key, struct str s);
void json_ki64(struct json *j, const char *key, int64_t v);
void json_kid(struct json *j, const char *key, int64_t id);
void json_kbool(struct json *j, const char *key, bool v);
void json_ktime(struct json *j, const char *key, int64_t utc_us); /* RFC 3339; 0 or less: null */

/* Appends s as a JSON string with quotes. */
void json_add_string(struct buf *out, struct str s);
/* The same, safe inside an HTML <script> element: < > & U+2028 U+2029 are escaped. */
void json_add_html_safe(struct buf *out, struct str json_text);

#endif
