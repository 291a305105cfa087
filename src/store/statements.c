/* The families of statements. See statements.h. */
#include "store/statements.h"

extern const struct stmt *const migrate_statements[],
    *const series_statements[],
        *const series_tag_statements[],
            *const episode_statements[],
                *const card_statements[],
                    *const viewer_statements[],
                        *const mark_statements[],
                            *const job_statements[],
                                *const search_statements[],
                                    *const package_statements[],
                                        *const blob_row_statements[],
                                            *const meta_statements[],
                                                *const remove_statements[],
                                                    *const verify_statements[],
                                                        *const verify_blob_statements[];

const struct stmt_family stmt_families[] = {
    { "migrate", migrate_statements },
    { "series", series_statements },
    { "series_tag", series_tag_statements },
    { "episode", episode_statements },
    { "card", card_statements },
    { "viewer", viewer_statements },
    { "mark", mark_statements },
    { "job", job_statements },
    { "search", search_statements },
    { "package", package_statements },
    { "blob_row", blob_row_statements },
    { "meta", meta_statements },
    { "remove", remove_statements },
    { "verify", verify_statements },
    { "verify_blob", verify_blob_statements },
    { NULL, NULL },
};

bool stmt_is_listed(const struct stmt *st)
{
    for (const struct stmt_family *f = stmt_families; f->name; f++)
        for (size_t i = 0; f->stmts[i]; i++)
            if (f->stmts[i] == st)
                return true;
    return false;
}
