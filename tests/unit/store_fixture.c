#include "store_fixture.h"

#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "store/episode.h"
#include "store/series.h"
#include "sys/file.h"

bool fixture_is_postgres(void)
{
    return getenv("DRAMALET_TEST_PG") != NULL;
}

static void pg_sql(const char *url, const char *text)
{
    PGconn *pg = PQconnectdb(url);
    assert_int_equal(PQstatus(pg), CONNECTION_OK);
    PGresult *r = PQexec(pg, text);
    if (PQresultStatus(r) != PGRES_COMMAND_OK && PQresultStatus(r) != PGRES_TUPLES_OK)
        fail_msg("%s: %s", text, PQresultErrorMessage(r));
    PQclear(r);
    PQfinish(pg);
}

static void lite_sql(const char *url, const char *text)
{
    sqlite3 *lite;
    assert_int_equal(sqlite3_open(url, &lite), SQLITE_OK);
    sqlite3_busy_timeout(lite, 20000); /* heartbeats write meanwhile */
    char *message = NULL;
    if (sqlite3_exec(lite, text, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s: %s", text, message);
    sqlite3_close(lite);
}

void fixture_sql(struct fixture *f, const char *text)
{
    (fixture_is_postgres() ? pg_sql : lite_sql)(f->url, text);
}

static void open_both(struct fixture *f)
{
    struct store_config cfg = { .url = f->url, .clock = &f->clock, .rng = &f->rng };
    struct diag d = { 0 };
    if (store_open(&cfg, &f->store, &d) != OK)
        fail_msg("%s", d.msg);
    assert_int_equal(store_reader_open(f->store, &f->db), OK);
}

int fixture_set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    const char *tmp = getenv("TMPDIR");
    snprintf(f->dir, sizeof f->dir, "%s/dramalet-store-XXXXXX", tmp ? tmp : "/tmp");
    assert_non_null(mkdtemp(f->dir));
    snprintf(f->url, sizeof f->url, "%s/dramalet.db", f->dir);
    if (fixture_is_postgres()) {
        snprintf(f->url, sizeof f->url, "%s", getenv("DRAMALET_TEST_PG"));
        pg_sql(
            f->url,
            "SET client_min_messages = warning; DROP SCHEMA public CASCADE; CREATE SCHEMA public");
    }
    f->clock = clock_fixed(NOW_US);
    f->rng = rng_system();
    open_both(f);
    *state = f;
    return 0;
}

int fixture_tear_down(void **state)
{
    struct fixture *f = *state;
    db_close(f->db);
    store_close(f->store);
    arena_done(&f->a);
    assert_int_equal(dir_remove(f->dir), OK);
    free(f);
    return 0;
}

void fixture_reopen(struct fixture *f)
{
    db_close(f->db);
    store_close(f->store);
    open_both(f);
}

struct series_arg {
    int64_t series;
    int n;
    int64_t at_us;
};

WRITE_FN(make_series)
{
    const struct series_arg *s = arg;
    struct db *db = tx_db(tx);
    struct series_row row = { .id = s->series,
                              .title = STR("A title"),
                              .language = STR("en"),
                              .detail = STR("{}"),
                              .created_us = NOW_US };
    struct season_row season = { .id = s->series + 1, .series = s->series, .number = 1 };
    enum err e = store_series_insert(db, &row);
    if (e == OK)
        e = store_season_insert(db, &season);
    for (int i = 0; e == OK && i < s->n; i++) {
        struct episode_row ep = { .id = s->series + 10 + i,
                                  .series = s->series,
                                  .season = season.id,
                                  .number = i + 1,
                                  .position = i + 1,
                                  .title = STR("An episode"),
                                  .duration_us = 60000000 };
        e = store_episode_insert(db, &ep);
    }
    return e;
}

void fixture_series(struct fixture *f, int64_t series, int n_episodes)
{
    struct series_arg s = { .series = series, .n = n_episodes };
    assert_int_equal(store_write(f->store, make_series, &s), OK);
}

WRITE_FN(publish)
{
    const struct series_arg *s = arg;
    struct db *db = tx_db(tx);
    enum err e = store_series_set_state(db, s->series, STATE_PUBLISHED, s->at_us);
    for (int i = 0; e == OK && i < s->n; i++)
        e = store_episode_set_state(db, s->series + 10 + i, STATE_PUBLISHED, 0, s->at_us);
    return e;
}

void fixture_publish(struct fixture *f, int64_t series, int n_episodes, int64_t at_us)
{
    struct series_arg s = { .series = series, .n = n_episodes, .at_us = at_us };
    assert_int_equal(store_write(f->store, publish, &s), OK);
}
