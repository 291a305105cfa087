/* A fresh store a test: SQLite in a temporary folder, or PostgreSQL when DRAMALET_TEST_PG says
 * where one is (with-postgres.sh). Clock and random source are fixed. */
#ifndef DRAMALET_TESTS_STORE_FIXTURE_H
#define DRAMALET_TESTS_STORE_FIXTURE_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "store/store.h"

#define NOW_US INT64_C(1790000000000000)

struct fixture {
    char dir[64];
    char url[256];
    struct clock clock;
    struct rng rng;
    struct store *store;
    struct db *db; /* a reader */
    struct arena a;
};

int fixture_set_up(void **state);
int fixture_tear_down(void **state);
void fixture_reopen(struct fixture *f); /* closes and opens again, as after a restart */
bool fixture_is_postgres(void);
/* Raw text, to damage what typed functions keep whole. */
void fixture_sql(struct fixture *f, const char *text);

/* store_write of a change given as a function of the connection. */
#define WRITE_FN(name) static enum err name(struct tx *tx, void *arg)

#define STORE_TEST(fn) cmocka_unit_test_setup_teardown(fn, fixture_set_up, fixture_tear_down)

/* A series with one season and n draft episodes; ids are series, series + 1 (season), and
 * series + 10 + i. */
void fixture_series(struct fixture *f, int64_t series, int n_episodes);
/* Publishes the series and its first n episodes at at_us. */
void fixture_publish(struct fixture *f, int64_t series, int n_episodes, int64_t at_us);

#endif
