/* What arrives in addresses and cookies: signed media addresses and session tokens. */
#include <stddef.h>
#include <stdint.h>

#include "base/id.h"
#include "delivery/media_address.h"
#include "people/session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct media_key media_key;
    media_key_init(&media_key, (const uint8_t[HMAC_KEY_BYTES]){ 1 });
    static const struct session_key session_key = { { 2 } };
    struct str text = { (const char *)data, n };
    struct media_address address;
    struct session session;
    int64_t id;
    (void)!media_address_check(&media_key, text, 1700000000000000, &address);
    (void)!session_check(&session_key, text, 1700000000000000, &session);
    (void)!id_parse(text, &id);
    return 0;
}
