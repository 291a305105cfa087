/* The configuration file: whatever it says, an answer with a place, and no harm. */
#include <assert.h>

#include "app/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct config c;
    struct diag d = { 0 };
    config_init(&c);
    enum err e = config_load_text(&c, str_sub((const char *)data, size), &d);
    if (e != OK && d.msg[0])
        assert(d.line > 0);
    if (config_check(&c, &d) == OK)
        assert(c.connections >= 16);
    config_done(&c);
    return 0;
}
