/*
 * Signed, expiring media addresses: /m/EXPIRY/GRANT/SIGNATURE/BLOB/FILE.
 *
 * EXPIRY is the last valid hour since 1970 (rounded to hours so that caches work), GRANT a decimal
 * number (0: free), SIGNATURE the first 16 bytes of HMAC-SHA-256 over "BLOB/GRANT/EXPIRY" in
 * base64url, BLOB the media folder's 64 hexadecimal digits, FILE one plain name in it. Signing the
 * folder lets relative addresses in playlists work. Pure, any thread, constant-time check.
 */
#ifndef DRAMALET_DELIVERY_MEDIA_ADDRESS_H
#define DRAMALET_DELIVERY_MEDIA_ADDRESS_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"

enum {
    MEDIA_VALID_HOURS = 12,     /* an address made now works at least so long */
    MEDIA_FILE_NAME_MAX = 64,   /* bytes */
    MEDIA_SIGNATURE_BYTES = 16, /* of the HMAC's 32 */
    MEDIA_ADDRESS_MAX = 192,    /* bytes of a base address, the final slash included */
};

struct media_key {
    struct hmac_key hmac;
};

void media_key_init(struct media_key *key, const uint8_t secret[HMAC_KEY_BYTES]);

struct media_address {
    struct str blob; /* 64 lower-case hexadecimal digits */
    struct str file; /* [a-z0-9._-], no leading dot */
    int64_t grant;
    int64_t expiry_hour;
};

/* Appends "/m/.../BLOB/", valid for valid_hours after now at least. blob: 64 hex digits. */
void media_address_add(struct buf *out, const struct media_key *key, struct str blob, int64_t grant,
                       int64_t now_us, int64_t valid_hours);

/*
 * Takes an address apart and checks it. path is the whole path of the request; what is returned
 * points into it. ERR_NOT_FOUND: not of the form; ERR_FORBIDDEN: signature wrong; ERR_GONE:
 * expired.
 */
NODISCARD enum err media_address_check(const struct media_key *key, struct str path, int64_t now_us,
                                       struct media_address *ret);

#endif
