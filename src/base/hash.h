/*
 * Digests and signatures, thin names over libsodium. SHA-256 (FIPS 180-4) addresses blobs,
 * HMAC-SHA-256 (RFC 2104) signs media addresses and sessions. Pure, any thread.
 */
#ifndef DRAMALET_BASE_HASH_H
#define DRAMALET_BASE_HASH_H

#include <sodium/crypto_auth_hmacsha256.h>
#include <sodium/crypto_hash_sha256.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum { SHA256_BYTES = 32, SHA256_HEX = 64, HMAC_KEY_BYTES = 32 };

struct sha256 {
    uint8_t b[SHA256_BYTES];
};

struct sha256_state {
    crypto_hash_sha256_state inner;
};

void sha256_init(struct sha256_state *s);
void sha256_add(struct sha256_state *s, const void *p, size_t n);
struct sha256 sha256_end(struct sha256_state *s);
struct sha256 sha256_of(const void *p, size_t n);
void sha256_hex(const struct sha256 *d, char out[SHA256_HEX + 1]);
/* A key made ready once, for who signs often: it saves two of five compressions a signature. */
struct hmac_key {
    crypto_auth_hmacsha256_state ready;
};
void hmac_key_init(struct hmac_key *k, const uint8_t key[HMAC_KEY_BYTES]);
struct sha256 hmac_key_sign(const struct hmac_key *k, const void *p, size_t n);
struct sha256 hmac_sha256(const uint8_t key[HMAC_KEY_BYTES], const void *p, size_t n);
bool ct_equal(const void *a, const void *b, size_t n); /* constant time */
uint64_t hash64(uint64_t seed, const void *p,
                size_t n); /* fast, not cryptographic (FNV-1a with a final mix) */

#endif
