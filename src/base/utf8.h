/*
 * UTF-8 (RFC 3629): decoding, checking, and the character classes that search and forms need.
 * Pure, any thread.
 */
#ifndef DRAMALET_BASE_UTF8_H
#define DRAMALET_BASE_UTF8_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

/* Takes the next code point off *s. Returns false at the end; U+FFFD for a malformed byte, which is
 * skipped. */
bool utf8_next(struct str *s, uint32_t *ret_cp);
bool utf8_is_valid(struct str s);
void utf8_add(struct buf *b, uint32_t cp);
size_t utf8_count(struct str s);                      /* code points */
struct str utf8_head(struct str s, size_t max_bytes); /* cut at a whole character */
bool utf8_is_cjk(uint32_t cp);  /* Han, Hiragana, Katakana, Hangul: cut as single characters */
bool utf8_is_word(uint32_t cp); /* letter or digit of any script, as far as search needs it */
/* C0 (but tab, newline, return) or C1 characters, bidi overrides, U+FFFE, U+FFFF. */
bool utf8_is_control(uint32_t cp);
bool utf8_has_control(struct str s);
uint32_t utf8_fold(uint32_t cp); /* simple case fold and accent strip: Latin, Greek, Cyrillic */

#endif
