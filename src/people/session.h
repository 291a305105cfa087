/*
 * Anonymous sessions: a viewer has one from the first request, and no row exists until the first
 * write. The token is the viewer's id and the time of issue, signed with HMAC-SHA-256; nothing
 * personal is in it. Pure, any thread, constant-time check.
 */
#ifndef DRAMALET_PEOPLE_SESSION_H
#define DRAMALET_PEOPLE_SESSION_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"

enum {
    SESSION_TOKEN_LEN = 43,   /* 32 bytes in base64url */
    SESSION_VALID_DAYS = 400, /* browsers keep a cookie no longer */
    SESSION_RENEW_DAYS = 30,  /* an older token is issued again */
};

struct session_key {
    uint8_t b[HMAC_KEY_BYTES];
};

struct session {
    int64_t viewer;    /* id */
    int64_t issued_us; /* UTC, whole seconds */
};

/* Appends the token. s.issued_us is rounded down to seconds. */
void session_add_token(struct buf *out, const struct session_key *key, const struct session *s);

/* ERR_UNAUTHENTICATED: malformed, forged, from the future or too old. */
NODISCARD enum err session_check(const struct session_key *key, struct str token, int64_t now_us,
                                 struct session *ret);

#endif
