/* Queries and published texts, cut into terms: whatever the bytes, limits hold and terms are clean.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/utf8.h"
#include "catalog/search_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check_term(struct str term)
{
    assert(term.n > 0 && term.n <= SEARCH_WORD_MAX && utf8_is_valid(term));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena a = { 0 };
    struct str text = { (const char *)data, n };
    struct search_terms terms = { 0 };
    struct search_query q;
    search_terms_add(&a, &terms, text, SEARCH_TITLE);
    search_terms_add(&a, &terms, text, SEARCH_SYNOPSIS);
    search_terms_finish(&terms);
    for (size_t i = 0; i < terms.n; i++) {
        check_term(terms.items[i].text);
        assert(i == 0 || str_cmp(terms.items[i - 1].text, terms.items[i].text) < 0);
    }
    search_query_cut(&a, text, &q);
    assert(q.n <= SEARCH_QUERY_TERMS_MAX && (q.n > 0 || !q.last_is_prefix));
    for (size_t i = 0; i < q.n; i++)
        check_term(q.items[i].text);
    arena_done(&a);
    return 0;
}
