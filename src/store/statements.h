/* Inside the store only: every statement there is, family by family, so that tests can prepare,
 * explain and run down each of them. A statement that is not listed may not be prepared. */
#ifndef DRAMALET_STORE_STATEMENTS_H
#define DRAMALET_STORE_STATEMENTS_H

#include "store/sql.h"

struct stmt_family {
    const char *name;
    const struct stmt *const *stmts; /* ends with NULL */
};

extern const struct stmt_family stmt_families[]; /* ends with a NULL name */
bool stmt_is_listed(const struct stmt *st);

#endif
