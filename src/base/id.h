/*
 * Ids: 63-bit positive, time-ordered (42 bits of milliseconds since 2024-01-01, 21 random bits),
 * printed as 13 characters of Crockford base32. Clock and random source come from the caller, so
 * tests can fix them. 0 is never an id and means "none".
 */
#ifndef DRAMALET_BASE_ID_H
#define DRAMALET_BASE_ID_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

enum { ID_TEXT_LEN = 13 };

/* now_us: UTC microseconds; random: 64 random bits of which 21 are used. */
int64_t id_make(int64_t now_us, uint64_t random);
/* Milliseconds precision UTC microseconds at which the id was made. */
int64_t id_time_us(int64_t id);
void id_format(int64_t id, char out[ID_TEXT_LEN + 1]);
void buf_add_id(struct buf *b, int64_t id);
/* Accepts lower case and the usual look-alikes (O=0, I=L=1). ERR_INPUT otherwise, 0 included. */
NODISCARD enum err id_parse(struct str s, int64_t *ret_id);

#endif
