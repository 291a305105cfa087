/* Points in time that people write: what is taken must print and read back as itself. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/timefmt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    int64_t us, again;
    if (rfc3339_parse((struct str){ (const char *)data, n }, &us) != OK)
        return 0;
    struct buf b = { 0 };
    buf_add_rfc3339(&b, us);
    int64_t whole_ms = us - ((us % US_PER_MS) + US_PER_MS) % US_PER_MS;
    if (rfc3339_parse(buf_str(&b), &again) != OK || again != whole_ms)
        abort();
    buf_reset(&b);
    buf_add_http_date(&b, us);
    buf_add_iso_duration(&b, us);
    buf_done(&b);
    return 0;
}
