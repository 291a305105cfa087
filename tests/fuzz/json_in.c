/* JSON from strangers: the tree and every typed getter. */
#include <stddef.h>
#include <stdint.h>

#include "base/json_in.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena a = { 0 };
    struct json_in in;
    struct diag d = { 0 };
    if (json_in_parse(&a, (struct str){ (const char *)data, n }, &in, &d) == OK) {
        bool b;
        int64_t i;
        double f;
        (void)!json_in_bool(&in, "on", &b, &d);
        (void)!json_in_i64(&in, "position_us", 0, INT64_MAX, &i, &d);
        (void)!json_in_f64(&in, "loudness", &f, &d);
        (void)!json_in_id(&in, "episode", &i, &d);
    }
    arena_done(&a);
    return 0;
}
