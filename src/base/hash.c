/* Digests and signatures by libsodium; sodium_init() is not needed for these primitives. */
#include "base/hash.h"

#include <sodium/utils.h>

void sha256_init(struct sha256_state *s)
{
    crypto_hash_sha256_init(&s->inner);
}

void sha256_add(struct sha256_state *s, const void *p, size_t n)
{
    crypto_hash_sha256_update(&s->inner, p, n);
}

struct sha256 sha256_end(struct sha256_state *s)
{
    struct sha256 d;
    crypto_hash_sha256_final(&s->inner, d.b);
    return d;
}

struct sha256 sha256_of(const void *p, size_t n)
{
    struct sha256 d;
    crypto_hash_sha256(d.b, p, n);
    return d;
}

void sha256_hex(const struct sha256 *d, char out[SHA256_HEX + 1])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < SHA256_BYTES; i++) {
        out[2 * i] = digits[d->b[i] >> 4];
        out[2 * i + 1] = digits[d->b[i] & 15];
    }
    out[SHA256_HEX] = '\0';
}

void hmac_key_init(struct hmac_key *k, const uint8_t key[HMAC_KEY_BYTES])
{
    crypto_auth_hmacsha256_init(&k->ready, key, HMAC_KEY_BYTES);
}

struct sha256 hmac_key_sign(const struct hmac_key *k, const void *p, size_t n)
{
    struct sha256 d;
    crypto_auth_hmacsha256_state st = k->ready;
    crypto_auth_hmacsha256_update(&st, p, n);
    crypto_auth_hmacsha256_final(&st, d.b);
    return d;
}

struct sha256 hmac_sha256(const uint8_t key[HMAC_KEY_BYTES], const void *p, size_t n)
{
    struct hmac_key k;
    hmac_key_init(&k, key);
    return hmac_key_sign(&k, p, n);
}

bool ct_equal(const void *a, const void *b, size_t n)
{
    return sodium_memcmp(a, b, n) == 0;
}

uint64_t hash64(uint64_t seed, const void *p, size_t n)
{
    const uint8_t *in = p;
    uint64_t h = UINT64_C(0xcbf29ce484222325) ^ seed;
    for (size_t i = 0; i < n; i++)
        h = (h ^ in[i]) * UINT64_C(0x100000001b3);
    h ^= h >> 32;
    h *= UINT64_C(0xd6e8feb86659fd93);
    return h ^ h >> 32;
}
