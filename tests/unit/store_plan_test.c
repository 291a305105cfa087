/*
 * How the statements run: none reads a whole big table unless it says so (STMT_SCAN), all of them
 * are accepted by the engine, and none is listed twice.
 */
#include "store_fixture.h"

#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "store/statements.h"

/* What EXPLAIN may scan: parameters, subqueries of a page, tables of a handful of rows. */
static const char *const small[] = { "v",         "t",        "p",  "due",
                                     "(subquery", "CONSTANT", "16", "migration" };

static bool is_small(const char *name)
{
    size_t n = strcspn(name, " ");
    for (size_t i = 0; i < sizeof small / sizeof *small; i++)
        if (strlen(small[i]) == n && strncmp(small[i], name, n) == 0)
            return true;
    return false;
}

/* A partial index holds few rows: the jobs that run, not those that ever ran. */
static bool is_partial(const char *line)
{
    return strstr(line, "USING INDEX job_running") != NULL;
}

static int count_scans(sqlite3 *lite, const char *text)
{
    char *explain = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", text);
    sqlite3_stmt *st;
    if (sqlite3_prepare_v2(lite, explain, -1, &st, NULL) != SQLITE_OK)
        fail_msg("%s: %s", text, sqlite3_errmsg(lite));
    int scans = 0;
    while (sqlite3_step(st) == SQLITE_ROW) {
        const char *line = (const char *)sqlite3_column_text(st, 3);
        bool is_scan = strncmp(line, "SCAN ", 5) == 0 && !is_small(line + 5) && !is_partial(line);
        if (is_scan && getenv("SHOW_SCANS"))
            printf("%s\n  %s\n", line, text);
        scans += is_scan;
    }
    sqlite3_finalize(st);
    sqlite3_free(explain);
    return scans;
}

static void check_plans(const char *url)
{
    sqlite3 *lite;
    assert_int_equal(sqlite3_open(url, &lite), SQLITE_OK);
    for (const struct stmt_family *fam = stmt_families; fam->name; fam++)
        for (size_t i = 0; fam->stmts[i]; i++) {
            bool says_so = fam->stmts[i]->flags & STMT_SCAN;
            int scans = count_scans(lite, fam->stmts[i]->text);
            if (scans > 0 && !says_so)
                fail_msg("%s: %d scans without STMT_SCAN: %s", fam->name, scans,
                         fam->stmts[i]->text);
        }
    sqlite3_close(lite);
}

static void prepare_all(const char *url)
{
    Oid int8_types[SQL_ARGS_MAX];
    for (int i = 0; i < SQL_ARGS_MAX; i++)
        int8_types[i] = 20;
    PGconn *pg = PQconnectdb(url);
    for (const struct stmt_family *fam = stmt_families; fam->name; fam++)
        for (size_t i = 0; fam->stmts[i]; i++) {
            PGresult *r = PQprepare(pg, "", fam->stmts[i]->text, 0, NULL);
            const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
            if (state && (strcmp(state, "42P08") == 0 || strcmp(state, "42883") == 0)) {
                /* it wants types, which sql_start gives: these take integers only */
                PQclear(r);
                r = PQprepare(pg, "", fam->stmts[i]->text, SQL_ARGS_MAX, int8_types);
            }
            if (PQresultStatus(r) != PGRES_COMMAND_OK)
                fail_msg("%s: %s: %s", fam->name, fam->stmts[i]->text, PQresultErrorMessage(r));
            PQclear(r);
        }
    PQfinish(pg);
}

static void test_every_statement_is_accepted_and_looks_up(void **state)
{
    struct fixture *f = *state;
    if (fixture_is_postgres())
        prepare_all(f->url);
    else
        check_plans(f->url);
}

static void test_no_statement_is_listed_twice(void **state)
{
    (void)state;
    const struct stmt *seen[SQL_CACHE];
    size_t n = 0;
    for (const struct stmt_family *fam = stmt_families; fam->name; fam++)
        for (size_t i = 0; fam->stmts[i]; i++) {
            for (size_t k = 0; k < n; k++)
                assert_ptr_not_equal(seen[k], fam->stmts[i]);
            seen[n++] = fam->stmts[i];
            assert_true(n < SQL_CACHE / 2); /* the cache of a connection stays sparse */
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_every_statement_is_accepted_and_looks_up),
        STORE_TEST(test_no_statement_is_listed_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
