/* See media_address.h. The signature is checked before the expiry, so that an answer tells a forger
 * nothing. */
#include "delivery/media_address.h"

#define US_PER_HOUR INT64_C(3600000000)

/* Decimal digits of a number that is not negative; returns what is behind them. */
static char *add_number(char *to, int64_t v)
{
    char digits[20];
    size_t n = 0;
    do
        digits[n++] = (char)('0' + v % 10);
    while (v /= 10);
    while (n)
        *to++ = digits[--n];
    return to;
}

void media_key_init(struct media_key *key, const uint8_t secret[HMAC_KEY_BYTES])
{
    hmac_key_init(&key->hmac, secret);
}

static void sign(const struct media_key *key, struct str blob, int64_t grant, int64_t expiry_hour,
                 uint8_t ret[MEDIA_SIGNATURE_BYTES])
{
    char text[MEDIA_ADDRESS_MAX];
    char *at = mempcpy(text, blob.p, blob.n);
    *at++ = '/';
    at = add_number(at, grant);
    *at++ = '/';
    at = add_number(at, expiry_hour);
    struct sha256 mac = hmac_key_sign(&key->hmac, text, (size_t)(at - text));
    memcpy(ret, mac.b, MEDIA_SIGNATURE_BYTES);
}

void media_address_add(struct buf *out, const struct media_key *key, struct str blob, int64_t grant,
                       int64_t now_us, int64_t valid_hours)
{
    int64_t expiry_hour = now_us / US_PER_HOUR + valid_hours;
    uint8_t signature[MEDIA_SIGNATURE_BYTES];
    sign(key, blob, grant, expiry_hour, signature);
    buf_add_c(out, "/m/");
    buf_add_i64(out, expiry_hour);
    buf_add_char(out, '/');
    buf_add_i64(out, grant);
    buf_add_char(out, '/');
    buf_add_base64url(out, signature, sizeof signature);
    buf_add_char(out, '/');
    buf_add_str(out, blob);
    buf_add_char(out, '/');
}

static bool is_blob(struct str s)
{
    if (s.n != SHA256_HEX)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (!(s.p[i] >= '0' && s.p[i] <= '9') && !(s.p[i] >= 'a' && s.p[i] <= 'f'))
            return false;
    return true;
}

static bool is_file_name(struct str s)
{
    if (s.n == 0 || s.n > MEDIA_FILE_NAME_MAX || s.p[0] == '.')
        return false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
            c != '.' && c != '-' && c != '_')
            return false;
    }
    return true;
}

/* A decimal number in the one form that is ever written: no sign, no leading zero, not negative. */
static bool canonical_i64(struct str s, int64_t *ret)
{
    return s.n && (s.p[0] != '0' || s.n == 1) && s.p[0] != '+' && s.p[0] != '-' &&
           str_to_i64(s, ret) == OK;
}

/* Decodes exactly MEDIA_SIGNATURE_BYTES; the arena is the caller's scratch. */
static bool decode_signature(struct arena *a, struct str s, struct str *ret)
{
    return s.n == 22 && base64url_decode(a, s, ret) == OK && ret->n == MEDIA_SIGNATURE_BYTES;
}

enum err media_address_check(const struct media_key *key, struct str path, int64_t now_us,
                             struct media_address *ret)
{
    struct str part[5], given;
    if (!str_starts(path, STR("/m/")))
        return ERR_NOT_FOUND;
    path = str_skip(path, 3);
    for (size_t i = 0; i < 5; i++)
        if (!str_next(&path, '/', &part[i]))
            return ERR_NOT_FOUND;
    struct media_address m = { .blob = part[3], .file = part[4] };
    if (path.p || !canonical_i64(part[0], &m.expiry_hour) || !canonical_i64(part[1], &m.grant) ||
        !is_blob(m.blob) || !is_file_name(m.file))
        return ERR_NOT_FOUND;
    struct arena scratch = { 0 };
    uint8_t right[MEDIA_SIGNATURE_BYTES];
    sign(key, m.blob, m.grant, m.expiry_hour, right);
    bool is_right =
        decode_signature(&scratch, part[2], &given) && ct_equal(given.p, right, sizeof right);
    arena_done(&scratch);
    if (!is_right)
        return ERR_FORBIDDEN;
    if (now_us / US_PER_HOUR > m.expiry_hour)
        return ERR_GONE;
    *ret = m;
    return OK;
}
