/* Token: 8 bytes id, 8 bytes seconds, both big-endian, 16 bytes HMAC; see session.h. */
#include "people/session.h"

#include "base/timefmt.h"

enum { BODY_BYTES = 16, MAC_BYTES = 16, CLOCK_SLACK_S = 300 };

static void put_be64(uint8_t *p, int64_t v)
{
    for (int i = 7; i >= 0; i--, v >>= 8)
        p[i] = (uint8_t)(v & 0xFF);
}

static int64_t get_be64(const uint8_t *p)
{
    uint64_t v = 0;
    for (int i = 0; i < 8; i++)
        v = v << 8 | p[i];
    return (int64_t)v;
}

void session_add_token(struct buf *out, const struct session_key *key, const struct session *s)
{
    uint8_t raw[BODY_BYTES + MAC_BYTES];
    put_be64(raw, s->viewer);
    put_be64(raw + 8, s->issued_us / US_PER_S);
    struct sha256 mac = hmac_sha256(key->b, raw, BODY_BYTES);
    memcpy(raw + BODY_BYTES, mac.b, MAC_BYTES);
    buf_add_base64url(out, raw, sizeof raw);
}

enum err session_check(const struct session_key *key, struct str token, int64_t now_us,
                       struct session *ret)
{
    struct arena scratch = { 0 };
    struct str raw;
    enum err e = ERR_UNAUTHENTICATED;
    if (token.n != SESSION_TOKEN_LEN || base64url_decode(&scratch, token, &raw) != OK ||
        raw.n != BODY_BYTES + MAC_BYTES)
        goto out;
    struct sha256 mac = hmac_sha256(key->b, raw.p, BODY_BYTES);
    if (!ct_equal(mac.b, raw.p + BODY_BYTES, MAC_BYTES))
        goto out;
    const uint8_t *body = (const uint8_t *)raw.p;
    int64_t issued_s = get_be64(body + 8), now_s = now_us / US_PER_S;
    if (issued_s > now_s + CLOCK_SLACK_S || now_s - issued_s > SESSION_VALID_DAYS * INT64_C(86400))
        goto out;
    *ret = (struct session){ .viewer = get_be64(body), .issued_us = issued_s * US_PER_S };
    e = ret->viewer > 0 ? OK : ERR_UNAUTHENTICATED;
out:
    arena_done(&scratch);
    return e;
}
