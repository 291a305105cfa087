/* series.yaml as people and strangers write it. The corpus is the golden tests' inputs. */
#include <stddef.h>
#include <stdint.h>

#include "catalog/series_yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena a = { 0 };
    struct problems problems = { .a = &a };
    struct series_doc doc;
    struct buf out = { 0 };
    struct str text = { (const char *)data, n };
    if (series_yaml_read(&a, text, STR("series.yaml"), &problems, &doc) == OK)
        (void)!series_doc_episode(&doc, 1);
    problems_print(&out, &problems);
    buf_done(&out);
    arena_done(&a);
    return 0;
}
