/*
 * Wall time as text. Wall time is int64_t UTC microseconds since 1970, media time int64_t
 * microseconds since the start of the medium. Pure, any thread, proleptic Gregorian calendar.
 */
#ifndef DRAMALET_BASE_TIMEFMT_H
#define DRAMALET_BASE_TIMEFMT_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

#define US_PER_S   INT64_C(1000000)
#define US_PER_MS  INT64_C(1000)
#define US_PER_DAY (INT64_C(86400) * US_PER_S)

void buf_add_rfc3339(struct buf *b,
                     int64_t utc_us); /* 2026-11-20T23:13:41Z (milliseconds when not 0) */
void buf_add_http_date(struct buf *b, int64_t utc_us); /* RFC 9110 IMF-fixdate */
void buf_add_iso_duration(struct buf *b, int64_t us);  /* ISO 8601, PT1M2.5S */
/* "2026-11-20", "2026-11-20T23:13:41Z", with offset, with fractions. ERR_INPUT otherwise. */
NODISCARD enum err rfc3339_parse(struct str s, int64_t *ret_utc_us);

#endif
