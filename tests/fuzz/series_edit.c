/* The first line is the new title and synopsis, the rest a series.yaml: an edit works or says why,
 * and what comes out reads back. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "catalog/series_edit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena a = { 0 };
    struct problems problems = { .a = &a };
    struct series_doc doc;
    struct diag d = { 0 };
    struct str text = { (const char *)data, n }, value, out;
    if (!str_next(&text, '\n', &value))
        return 0;
    const struct series_edit edits[] = {
        { .scope = SCOPE_SERIES, .key = STR("title"), .text = value },
        { .scope = SCOPE_SERIES, .key = STR("hashtags"), .list = { &value, value.n > 0 } },
        { .scope = SCOPE_EPISODE, .number = 2, .key = STR("synopsis"), .text = value },
    };
    if (series_edit_apply(&a, text, edits, 3, &out, &d) == OK)
        assert(series_yaml_read(&a, out, STR("series.yaml"), &problems, &doc) == OK);
    else
        assert(d.msg[0]);
    arena_done(&a);
    return 0;
}
