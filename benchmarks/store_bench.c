/*
 * The store alone: what a feed page costs in reads, what group commit brings in writes.
 *
 *   bench-store URL [--seconds N] [--series N]
 *
 * URL: a file that is not there yet, an empty PostgreSQL database, or what an earlier run left.
 * --seconds 0: reads only. Prints JSON lines {name,
 * value, unit}; everything else goes to stderr. Fills series x 60 episodes with cards of 5 KB, as
 * ./bench feed has them, so that 1000 series are 300 MB: more than the writer's cache, and like a
 * server's, in the page cache of the machine.
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "store/episode.h"
#include "store/series.h"
#include "store/viewer.h"

enum { EPISODES = 60, CARD_BYTES = 5000, PAGE = 10, VIEWERS = 10000, RESUMES = 20, WINDOW = 256 };

struct bench {
    struct clock clock;
    struct rng system_rng, rng;
    struct store_config cfg;
    struct store *store;
    int64_t n_series;
    double seconds;
    char card[CARD_BYTES];
    int64_t at;
};

static int64_t series_id(int64_t i)
{
    return (i + 1) * 1000;
}

static int64_t episode_id(int64_t series, int64_t i)
{
    return series_id(series) + 10 + i;
}

static int64_t random_episode(struct bench *b)
{
    return episode_id((int64_t)rng_below(&b->rng, (uint64_t)b->n_series),
                      (int64_t)rng_below(&b->rng, EPISODES));
}

static void check(enum err e, const char *what)
{
    if (e == OK)
        return;
    fprintf(stderr, "bench-store: %s: %s\n", what, err_name(e));
    exit(1);
}

static double now_s(struct bench *b)
{
    return (double)clock_mono_us(&b->clock) / 1e6;
}

/* Of this thread: a read that waits for a busy core costs no more. */
static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void emit(const char *name, double value, const char *unit)
{
    printf("{\"name\":\"%s\",\"value\":%.3f,\"unit\":\"%s\"}\n", name, value, unit);
    fflush(stdout);
}

/* --- filling --- */

static enum err write_series(struct tx *tx, void *arg)
{
    struct bench *b = arg;
    struct db *db = tx_db(tx);
    int64_t id = series_id(b->at);
    struct series_row row = { .id = id, .title = STR("A series"), .detail = STR("{}") };
    struct season_row season = { .id = id + 1, .series = id, .number = 1 };
    enum err e = store_series_insert(db, &row);
    if (e == OK)
        e = store_season_insert(db, &season);
    for (int i = 0; e == OK && i < EPISODES; i++) {
        struct episode_row ep = { .id = episode_id(b->at, i),
                                  .series = id,
                                  .season = id + 1,
                                  .number = i + 1,
                                  .position = i + 1,
                                  .title = STR("An episode") };
        e = store_episode_insert(db, &ep);
        if (e == OK)
            e = store_card_put(db, ep.id, str_sub(b->card, CARD_BYTES));
        if (e == OK)
            e = store_episode_set_state(db, ep.id, STATE_PUBLISHED, 0, 1 + b->at);
    }
    return e == OK ? store_series_set_state(db, id, STATE_PUBLISHED, 1 + b->at) : e;
}

static enum err write_resumes(struct tx *tx, void *arg)
{
    struct bench *b = arg;
    enum err e = OK;
    for (int64_t v = b->at; e == OK && v < b->at + 100; v++)
        for (int i = 0; e == OK && i < RESUMES; i++)
            e = store_progress_put(tx_db(tx), v + 1, random_episode(b), 1000, false, 1);
    return e;
}

static void fill(struct bench *b)
{
    for (b->at = 0; b->at < b->n_series; b->at++)
        check(store_write(b->store, write_series, b), "fill");
    for (b->at = 0; b->at < VIEWERS; b->at += 100)
        check(store_write(b->store, write_resumes, b), "fill viewers");
}

static bool is_filled(struct bench *b)
{
    struct db *db;
    struct published_count c;
    check(store_reader_open(b->store, &db), "reader");
    check(store_episode_published_count(db, series_id(b->n_series - 1), &c), "filled");
    db_close(db);
    return c.episodes == EPISODES;
}

/* --- reads --- */

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

typedef void read_fn(struct bench *b, struct db *db, struct arena *a);

static void read_page(struct bench *b, struct db *db, struct arena *a)
{
    int64_t ids[PAGE];
    struct episode_card cards[PAGE];
    struct resume_row *r;
    size_t n;
    for (int i = 0; i < PAGE; i++)
        ids[i] = random_episode(b);
    check(db_reads_begin(db), "reads");
    check(store_resume_by_viewer(db, a, 1 + (int64_t)rng_below(&b->rng, VIEWERS), 1000, &r, &n),
          "resume");
    check(store_card_get_many(db, a, ids, PAGE, cards), "cards");
    db_reads_end(db);
    if (cards[PAGE - 1].card.n != CARD_BYTES)
        check(ERR_CORRUPT, "a card");
}

static void read_cards(struct bench *b, struct db *db, struct arena *a)
{
    int64_t ids[PAGE];
    struct episode_card cards[PAGE];
    for (int i = 0; i < PAGE; i++)
        ids[i] = random_episode(b);
    check(store_card_get_many(db, a, ids, PAGE, cards), "cards");
}

static void read_resumes(struct bench *b, struct db *db, struct arena *a)
{
    struct resume_row *r;
    size_t n;
    check(store_resume_by_viewer(db, a, 1 + (int64_t)rng_below(&b->rng, VIEWERS), 1000, &r, &n),
          "resume");
}

static void read_flags(struct bench *b, struct db *db, struct arena *a)
{
    (void)a;
    struct viewer_flags f[PAGE] = { 0 };
    for (int i = 0; i < PAGE; i++) {
        f[i].episode = random_episode(b);
        f[i].series = f[i].episode / 1000 * 1000;
    }
    check(store_viewer_flags(db, 1 + (int64_t)rng_below(&b->rng, VIEWERS), f, PAGE), "flags");
}

static enum err count_one(void *arg, const struct published_episode *e)
{
    (void)e;
    ++*(int64_t *)arg;
    return OK;
}

static void read_published(struct bench *b, struct db *db, struct arena *a)
{
    (void)a;
    int64_t n = 0;
    check(store_episode_each_published(db, count_one, &n), "published");
    if (n != b->n_series * EPISODES)
        check(ERR_CORRUPT, "published episodes");
}

/* Least, median and 99th percentile of rounds, each the mean CPU time of `each` calls. */
static void measure(struct bench *b, const char *name, read_fn *read, int rounds, int each)
{
    struct db *db;
    struct arena a = { 0 };
    double *us = calloc((size_t)rounds, sizeof *us);
    check(us ? store_reader_open(b->store, &db) : ERR_LIMIT, "reader");
    for (int i = -rounds / 10; i < rounds; i++) {
        double from = cpu_s();
        for (int k = 0; k < each; k++) {
            read(b, db, &a);
            arena_reset(&a);
        }
        if (i >= 0)
            us[i] = (cpu_s() - from) * 1e6 / each;
    }
    qsort(us, (size_t)rounds, sizeof *us, by_value);
    char other[96];
    emit(name, us[rounds / 2], "us");
    snprintf(other, sizeof other, "%s-least", name);
    emit(other, us[0], "us");
    snprintf(other, sizeof other, "%s-p99", name);
    emit(other, us[rounds * 99 / 100], "us");
    db_close(db);
    arena_done(&a);
    free(us);
}

/* --- writes: WINDOW of them always under way, as from so many viewers --- */

struct load {
    struct bench *b;
    pthread_mutex_t lock;
    pthread_cond_t answered;
    int in_flight;
    int64_t done, failed;
};

struct progress {
    struct load *load;
    int64_t viewer, episode, position_us, at_us;
};

static enum err write_progress(struct tx *tx, void *arg)
{
    const struct progress *p = arg;
    return store_progress_put(tx_db(tx), p->viewer, p->episode, p->position_us, false, p->at_us);
}

static void count_answer(void *arg, enum err e)
{
    struct progress *p = arg;
    struct load *l = p->load;
    pthread_mutex_lock(&l->lock);
    l->in_flight--;
    l->done += e == OK;
    l->failed += e != OK;
    pthread_cond_signal(&l->answered);
    pthread_mutex_unlock(&l->lock);
    free(p);
}

static void send_one(struct load *l)
{
    struct progress *p = malloc(sizeof *p);
    if (!p)
        abort();
    *p = (struct progress){ .load = l,
                            .viewer = 1 + (int64_t)rng_below(&l->b->rng, VIEWERS),
                            .episode = random_episode(l->b),
                            .position_us = 5000,
                            .at_us = clock_wall_us(&l->b->clock) };
    pthread_mutex_lock(&l->lock);
    while (l->in_flight == WINDOW)
        pthread_cond_wait(&l->answered, &l->lock);
    l->in_flight++;
    pthread_mutex_unlock(&l->lock);
    check(store_write_async(l->b->store, write_progress, p, count_answer, p), "write");
}

static double writes_a_second(struct bench *b)
{
    struct load l = { .b = b,
                      .lock = PTHREAD_MUTEX_INITIALIZER,
                      .answered = PTHREAD_COND_INITIALIZER };
    double from = now_s(b);
    while (now_s(b) - from < b->seconds)
        send_one(&l);
    pthread_mutex_lock(&l.lock);
    while (l.in_flight > 0)
        pthread_cond_wait(&l.answered, &l.lock);
    pthread_mutex_unlock(&l.lock);
    double took = now_s(b) - from;
    if (l.failed)
        check(ERR_IO, "writes");
    return (double)l.done / took;
}

static void reopen(struct bench *b, bool one_transaction_a_write)
{
    struct diag d = { 0 };
    store_close(b->store);
    b->store = NULL;
    b->cfg.one_transaction_a_write = one_transaction_a_write;
    if (store_open(&b->cfg, &b->store, &d) != OK) {
        fprintf(stderr, "bench-store: %s\n", d.msg);
        exit(1);
    }
}

static void measure_writes(struct bench *b)
{
    enum { ROUNDS = 3 };
    double grouped[ROUNDS], single[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) { /* in turn: the disk is not the same from minute to minute */
        reopen(b, false);
        grouped[i] = writes_a_second(b);
        reopen(b, true);
        single[i] = writes_a_second(b);
    }
    qsort(grouped, ROUNDS, sizeof *grouped, by_value);
    qsort(single, ROUNDS, sizeof *single, by_value);
    emit("store-progress-writes", grouped[ROUNDS / 2], "1/s");
    emit("store-progress-writes-one-transaction-each", single[ROUNDS / 2], "1/s");
}

int main(int argc, char **argv)
{
    static struct bench b = { .n_series = 1000, .seconds = 4 };
    for (int i = 2; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--seconds") == 0)
            b.seconds = atof(argv[i + 1]);
        else if (strcmp(argv[i], "--series") == 0)
            b.n_series = atoll(argv[i + 1]);
    }
    if (argc < 2 || argc % 2 == 1 || b.n_series < 1 || b.seconds < 0) {
        fputs("usage: bench-store URL [--seconds N] [--series N]\n", stderr);
        return 2;
    }
    b.clock = clock_system();
    b.system_rng = rng_system();
    b.rng = rng_seeded(7);
    memset(b.card, 'x', sizeof b.card);
    b.cfg = (struct store_config){ .url = argv[1], .clock = &b.clock, .rng = &b.system_rng };
    reopen(&b, false);
    if (!is_filled(&b)) {
        double from = now_s(&b);
        fill(&b);
        fprintf(stderr, "filled in %.1f s\n", now_s(&b) - from);
        reopen(&b, false); /* the log is in the database now, as it mostly is */
    }
    measure(&b, "store-feed-page", read_page, 1000, 10);
    measure(&b, "store-cards", read_cards, 1000, 10);
    measure(&b, "store-resumes", read_resumes, 1000, 10);
    measure(&b, "store-flags", read_flags, 1000, 10);
    measure(&b, "store-published-index", read_published, 5, 1);
    if (b.seconds > 0)
        measure_writes(&b);
    store_close(b.store);
    return 0;
}
