/*
 * What "written" means: groups with failing functions, injected faults at every statement, kill -9
 * at random moments. Every function writes two rows, so that half of one would show.
 *
 * Called as "PROGRAM --write URL" it is the victim: it writes until it is killed and prints the
 * number of every function that was acknowledged.
 */
#include "store_fixture.h"

#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "store/engine.h"
#include "store/meta.h"
#include "store/series.h"
#include "store/writer.h"

enum write_kind { GOOD, REFUSES, REFUSES_LATE, SWALLOWS_A_CONFLICT, KINDS };

struct one {
    int n;
    enum write_kind kind;
    enum err result;
    atomic_bool is_done;
};

static struct str key_of(char text[32], const char *half, int n)
{
    int len = snprintf(text, 32, "%s-%d", half, n);
    return str_sub(text, (size_t)len);
}

WRITE_FN(write_one)
{
    const struct one *w = arg;
    struct db *db = tx_db(tx);
    char text[32];
    if (w->kind == REFUSES)
        return ERR_FORBIDDEN;
    enum err e = store_meta_put(db, key_of(text, "first", w->n), STR("x"));
    if (e == OK && w->kind == SWALLOWS_A_CONFLICT) {
        struct series_row s = { .id = 1000 };
        enum err swallowed = store_series_insert(db, &s);
        (void)swallowed;
    }
    if (e == OK)
        e = store_meta_put(db, key_of(text, "second", w->n), STR("x"));
    return e == OK && w->kind == REFUSES_LATE ? ERR_GONE : e;
}

static void set_result(void *arg, enum err e)
{
    struct one *w = arg;
    w->result = e;
    atomic_store(&w->is_done, true);
}

static int rows_of(struct fixture *f, int n)
{
    char text[32];
    struct str v;
    int rows = 0;
    static const char *const halves[] = { "first", "second" };
    for (int i = 0; i < 2; i++) {
        enum err e = store_meta_get(f->db, &f->a, key_of(text, halves[i], n), &v);
        assert_true(e == OK || e == ERR_NOT_FOUND);
        rows += e == OK;
    }
    return rows;
}

static void wait_for(struct one *w, int n)
{
    for (int i = 0; i < n; i++)
        while (!atomic_load(&w[i].is_done))
            nanosleep(&(struct timespec){ .tv_nsec = 100000 }, NULL);
}

static void test_exactly_the_successful_ones_are_there(void **state)
{
    struct fixture *f = *state;
    enum { N = 1500 };
    uint64_t seed = getenv("SEED") ? strtoull(getenv("SEED"), NULL, 10) : rng_u64(&f->rng);
    printf("SEED=%llu\n", (unsigned long long)seed);
    struct rng r = rng_seeded(seed);
    struct one *w = calloc(N, sizeof *w);
    assert_non_null(w);
    fixture_series(f, 1000, 0);
    static const enum err want[KINDS] = { OK, ERR_FORBIDDEN, ERR_GONE, ERR_CONFLICT };
    for (int i = 0; i < N; i++) {
        w[i].n = i;
        w[i].kind = rng_below(&r, 2) ? GOOD : (enum write_kind)rng_below(&r, KINDS);
        assert_int_equal(store_write_async(f->store, write_one, &w[i], set_result, &w[i]), OK);
    }
    wait_for(w, N);
    for (int i = 0; i < N; i++) {
        assert_int_equal(w[i].result, want[w[i].kind]);
        assert_int_equal(rows_of(f, i), w[i].result == OK ? 2 : 0);
    }
    struct store_stats st;
    store_stats(f->store, &st);
    assert_true(st.writes >= N && st.queue_depth == 0);
    if (!fixture_is_postgres())
        assert_true(st.groups < N / 4);
    free(w);
}

/* --- a writer that is held, so that what follows is one group --- */

static sem_t hold;
static atomic_int n_held; /* from hold_writers until their commit */

WRITE_FN(wait_on_hold)
{
    (void)tx, (void)arg;
    sem_wait(&hold);
    return OK;
}

static void held(void *arg, enum err e)
{
    (void)arg;
    /* PostgreSQL's writers go on side by side: the fault may meet the commit of one of these. */
    assert_true(e == OK || e == ERR_FULL);
    atomic_fetch_sub(&n_held, 1);
}

static int writers(void)
{
    return fixture_is_postgres() ? WRITER_WORKERS : 1;
}

static void hold_writers(struct fixture *f)
{
    struct store_stats st;
    sem_init(&hold, 0, 0);
    atomic_store(&n_held, writers());
    for (int i = 0; i < writers(); i++)
        assert_int_equal(store_write_async(f->store, wait_on_hold, NULL, held, NULL), OK);
    do {
        nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
        store_stats(f->store, &st);
    } while (st.queue_depth > 0);
}

static void release_writers(void)
{
    for (int i = 0; i < writers(); i++)
        sem_post(&hold);
    while (atomic_load(&n_held) > 0) /* all are through before somebody sets the semaphore again */
        nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
}

static void test_a_fault_at_any_statement_leaves_no_half(void **state)
{
    struct fixture *f = *state;
    enum { GROUP = 4, MOST = 60 };
    int64_t nth = 1;
    for (int is_hit = 1; is_hit && nth < MOST; nth++) {
        struct one w[GROUP] = { 0 };
        hold_writers(f);
        for (int i = 0; i < GROUP; i++) {
            w[i].n = (int)nth * GROUP + i;
            assert_int_equal(store_write_async(f->store, write_one, &w[i], set_result, &w[i]), OK);
        }
        /* The held function's own commit is the first statement after its release. */
        store_fail_nth(f->store, nth + writers(), ERR_FULL);
        release_writers();
        wait_for(w, GROUP);
        is_hit = store_fault_is_used(f->store);
        store_fail_nth(f->store, 0, OK);
        int failed = 0;
        for (int i = 0; i < GROUP; i++) {
            assert_int_equal(rows_of(f, w[i].n), w[i].result == OK ? 2 : 0);
            assert_true(w[i].result == OK || w[i].result == ERR_FULL);
            failed += w[i].result != OK;
        }
        assert_true(failed <= 1); /* one fault never takes an innocent function with it */
    }
    assert_true(nth > 10 && nth < MOST);
}

static void test_a_full_queue_says_busy(void **state)
{
    struct fixture *f = *state;
    static struct one w[WRITER_QUEUE_MAX];
    memset(w, 0, sizeof w);
    hold_writers(f);
    for (int i = 0; i < WRITER_QUEUE_MAX; i++) {
        w[i].kind = REFUSES;
        assert_int_equal(store_write_async(f->store, write_one, &w[i], set_result, &w[i]), OK);
    }
    struct one extra = { 0 };
    assert_int_equal(store_write_async(f->store, write_one, &extra, set_result, &extra), ERR_BUSY);
    assert_int_equal(store_write(f->store, write_one, &extra), ERR_BUSY);
    release_writers();
    wait_for(w, WRITER_QUEUE_MAX);
    assert_true(!atomic_load(&extra.is_done));
}

static void test_closing_writes_what_was_accepted(void **state)
{
    struct fixture *f = *state;
    enum { N = 300 };
    struct one *w = calloc(N, sizeof *w);
    assert_non_null(w);
    for (int i = 0; i < N; i++) {
        w[i].n = i;
        assert_int_equal(store_write_async(f->store, write_one, &w[i], set_result, &w[i]), OK);
    }
    fixture_reopen(f);
    for (int i = 0; i < N; i++)
        assert_true(w[i].result == OK && atomic_load(&w[i].is_done) && rows_of(f, i) == 2);
    free(w);
}

/* --- collisions: on PostgreSQL the workers run into each other --- */

WRITE_FN(add_to_counter)
{
    (void)arg;
    struct arena a = { 0 };
    struct str v = STR("0");
    int64_t n = 0;
    char text[24];
    enum err e = store_meta_get(tx_db(tx), &a, STR("n"), &v);
    if (e == OK || e == ERR_NOT_FOUND)
        e = str_to_i64(v, &n);
    if (e == OK)
        e = store_meta_put(
            tx_db(tx), STR("n"),
            str_sub(text, (size_t)snprintf(text, sizeof text, "%lld", (long long)n + 1)));
    arena_done(&a);
    return e;
}

static void *count_up(void *arg)
{
    for (int i = 0; i < 25; i++)
        if (store_write(arg, add_to_counter, NULL) != OK)
            return arg;
    return NULL;
}

static void test_reading_and_writing_back_loses_nothing(void **state)
{
    struct fixture *f = *state;
    pthread_t t[4];
    struct str v;
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&t[i], NULL, count_up, f->store), 0);
    for (int i = 0; i < 4; i++) {
        void *failed;
        pthread_join(t[i], &failed);
        assert_null(failed);
    }
    assert_int_equal(store_meta_get(f->db, &f->a, STR("n"), &v), OK);
    assert_true(str_eq_c(v, "100"));
}

static void test_a_snapshot_does_not_move(void **state)
{
    struct fixture *f = *state;
    struct one w = { .n = 5 };
    assert_int_equal(db_snapshot_begin(f->db), OK);
    assert_int_equal(rows_of(f, 5), 0);
    assert_int_equal(store_write(f->store, write_one, &w), OK);
    assert_int_equal(rows_of(f, 5), 0);
    db_snapshot_end(f->db);
    assert_int_equal(rows_of(f, 5), 2);
    db_snapshot_end(f->db); /* twice is fine */
}

static void test_ids_are_unique_and_grow(void **state)
{
    struct fixture *f = *state;
    int64_t last = 0;
    for (int i = 0; i < 100000; i++) {
        if (i == 50000)
            f->clock.fixed_us -= 5000000;
        int64_t id = store_new_id(f->store);
        assert_true(id > last);
        last = id;
    }
}

static void test_a_newer_database_is_refused(void **state)
{
    struct fixture *f = *state;
    db_close(f->db);
    store_close(f->store);
    f->db = NULL;
    f->store = NULL;
    fixture_sql(f, "INSERT INTO migration (number, applied_us) VALUES (99, 0)");
    struct store_config cfg = { .url = f->url, .clock = &f->clock, .rng = &f->rng };
    struct diag d = { 0 };
    assert_int_equal(store_open(&cfg, &f->store, &d), ERR_UNSUPPORTED);
    assert_non_null(strstr(d.msg, "99"));
}

static void test_a_failing_migration_leaves_nothing(void **state)
{
    struct fixture *f = *state;
    static const char *const good[] = { "CREATE TABLE extra (a {int} NOT NULL) {table}", NULL };
    static const char *const bad[] = { "CREATE TABLE other (a {int} NOT NULL) {table}",
                                       "CREATE TABLE other (a {int} NOT NULL) {table}", NULL };
    const struct migration list[] = { schema_migrations[0], { 2, good }, { 3, bad } };
    const struct engine *engine = fixture_is_postgres() ? &engine_postgres : &engine_sqlite;
    struct db *db;
    struct diag d = { 0 };
    assert_int_equal(db_open(NULL, engine, f->url, DB_WRITE, &db, &d), OK);
    assert_int_equal(migrate(db, list, 3, NOW_US, &d), ERR_INTERNAL);
    assert_true(d.msg[0] != '\0');
    assert_int_equal(engine->exec(db, "INSERT INTO extra (a) VALUES (1)", &d), OK);
    assert_int_equal(engine->exec(db, "INSERT INTO other (a) VALUES (1)", &d), ERR_INTERNAL);
    assert_int_equal(migrate(db, list, 2, NOW_US, &d), OK);
    db_close(db);
}

static void test_what_cannot_be_opened(void **state)
{
    struct fixture *f = *state;
    static const char *const urls[] = { "/nonexistent/x.db", "postgresql:///x?host=/nonexistent" };
    for (size_t i = 0; i < 2; i++) {
        struct store_config cfg = { .url = urls[i], .clock = &f->clock, .rng = &f->rng };
        struct store *s = NULL;
        struct diag d = { 0 };
        assert_int_equal(store_open(&cfg, &s, &d), ERR_IO);
        assert_true(d.msg[0] != '\0' && !s);
    }
}

/* --- kill -9 --- */

static void print_acknowledged(void *arg, enum err e)
{
    struct one *w = arg;
    if (e == OK && write(STDOUT_FILENO, &w->n, sizeof w->n) != sizeof w->n)
        _exit(1);
    free(w);
}

static int write_until_killed(const char *url)
{
    struct clock clock = clock_fixed(NOW_US);
    struct rng rng = rng_system();
    struct store_config cfg = { .url = url, .clock = &clock, .rng = &rng };
    struct store *s;
    if (store_open(&cfg, &s, NULL) != OK)
        return 1;
    int start = (int)getpid() * 1000 % 1000000000;
    for (int n = start; n < start + 20000;) {
        struct one *w = calloc(1, sizeof *w);
        w->n = n;
        if (store_write_async(s, write_one, w, print_acknowledged, w) == OK)
            n++;
        else
            free(w);
    }
    store_close(s);
    return 0;
}

static size_t kill_one_writer(struct fixture *f, struct rng *r, int *ret, size_t max)
{
    int fds[2];
    char program[] = "/proc/self/exe", option[] = "--write";
    char *argv[] = { program, option, f->url, NULL };
    extern char **environ;
    posix_spawn_file_actions_t actions;
    pid_t pid;
    assert_int_equal(pipe(fds), 0);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, fds[1], STDOUT_FILENO);
    posix_spawn_file_actions_addclose(&actions, fds[0]);
    assert_int_equal(posix_spawn(&pid, program, &actions, NULL, argv, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    close(fds[1]);
    size_t n = 0, stop_after = rng_below(r, 300);
    while (n < stop_after && read(fds[0], &ret[n], sizeof *ret) == sizeof *ret)
        n++;
    nanosleep(&(struct timespec){ .tv_nsec = (long)rng_below(r, 3000000) }, NULL);
    kill(pid, SIGKILL);
    while (n < max && read(fds[0], &ret[n], sizeof *ret) == sizeof *ret)
        n++;
    close(fds[0]);
    waitpid(pid, NULL, 0);
    return n;
}

static void test_kill_9_loses_nothing_acknowledged(void **state)
{
    struct fixture *f = *state;
    enum { MAX = 20000 };
    int kills = getenv("DRAMALET_KILLS") ? atoi(getenv("DRAMALET_KILLS")) : 6;
    int *acknowledged = calloc(MAX, sizeof *acknowledged);
    assert_non_null(acknowledged);
    db_close(f->db);
    store_close(f->store);
    f->db = NULL;
    f->store = NULL;
    for (int i = 0; i < kills; i++) {
        size_t n = kill_one_writer(f, &f->rng, acknowledged, MAX);
        fixture_reopen(f);
        for (size_t k = 0; k < n; k++)
            assert_int_equal(rows_of(f, acknowledged[k]), 2);
        /* and nothing is half there */
        for (int after = n ? acknowledged[n - 1] + 1 : 0, k = 0; k < 600 && n; k++)
            assert_int_not_equal(rows_of(f, after + k), 1);
        db_close(f->db);
        store_close(f->store);
        f->db = NULL;
        f->store = NULL;
    }
    free(acknowledged);
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "--write") == 0)
        return write_until_killed(argv[2]);
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_exactly_the_successful_ones_are_there),
        STORE_TEST(test_a_fault_at_any_statement_leaves_no_half),
        STORE_TEST(test_a_full_queue_says_busy),
        STORE_TEST(test_closing_writes_what_was_accepted),
        STORE_TEST(test_reading_and_writing_back_loses_nothing),
        STORE_TEST(test_a_snapshot_does_not_move),
        STORE_TEST(test_ids_are_unique_and_grow),
        STORE_TEST(test_a_newer_database_is_refused),
        STORE_TEST(test_a_failing_migration_leaves_nothing),
        STORE_TEST(test_what_cannot_be_opened),
        STORE_TEST(test_kill_9_loses_nothing_acknowledged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
