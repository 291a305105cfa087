/* See search.h. */
#include "catalog/search.h"

#include "base/utf8.h"
#include "catalog/search_text.h"

/* One letter begins too many words to be of use: behind other words it is left out until there is a
 * second one, alone it is a word. */
enum { PREFIX_LETTERS_MIN = 2 };

_Static_assert((int)SEARCH_QUERY_TERMS_MAX <= (int)SEARCH_TERMS_MAX, "the store takes all terms");

/* Each whole term once, and the last word as a range when it is still being typed. */
static void pick_terms(struct arena *a, const struct search_query *q, struct str *terms,
                       struct posting_terms *ret)
{
    struct str typed = q->last_is_prefix ? q->items[q->n - 1].text : STR("");
    bool is_short = typed.n && utf8_count(typed) < PREFIX_LETTERS_MIN;
    if (is_short)
        typed = STR("");
    size_t n_whole = q->n - (typed.n > 0 || (is_short && q->n > 1));
    bool is_covered = false; /* a whole term begins so: nothing more to ask for */
    *ret = (struct posting_terms){ .p = terms };
    for (size_t i = 0; i < n_whole; i++) {
        bool is_twice = false;
        for (size_t j = 0; j < ret->n; j++)
            is_twice |= str_eq(terms[j], q->items[i].text);
        if (!is_twice)
            terms[ret->n++] = q->items[i].text;
        is_covered |= typed.n > 0 && str_starts(q->items[i].text, typed);
    }
    if (typed.n && !is_covered) {
        ret->first = typed;
        ret->last = search_prefix_end(a, typed);
    }
}

enum err catalog_search(struct db *db, struct arena *a, struct str query, struct store_cursor after,
                        int limit, struct search_hit **ret, size_t *ret_n)
{
    struct search_query q;
    struct str terms[SEARCH_QUERY_TERMS_MAX];
    struct posting_terms wanted;
    search_query_cut(a, query, &q);
    *ret_n = 0;
    if (q.n == 0)
        return OK;
    pick_terms(a, &q, terms, &wanted);
    return store_search(db, a, wanted, after, limit, ret, ret_n);
}
