/*
 * The checks on rows, as a table: a statement that selects what is wrong (id, n, m, text) and the
 * sentence that says so. {id} prints the first column as an id, {n} {m} numbers, {t} text. Checks
 * on files are in verify_blob.c. See verify.h.
 */
#include "store/verify.h"

#include "base/buf.h"
#include "base/id.h"
#include "store/family.h"
#include "store/verify_told.h"

/* Every column that refers to a blob; whoever adds one adds it here. */
#define BLOB_HOLDERS                                                               \
    "SELECT cover_blob AS hash FROM series WHERE cover_blob <> ''"                 \
    " UNION ALL SELECT source_blob AS hash FROM episode WHERE source_blob <> ''"   \
    " UNION ALL SELECT media_folder AS hash FROM episode WHERE media_folder <> ''" \
    " UNION ALL SELECT blob AS hash FROM package_file"

struct row_check {
    const char *name, *sentence;
    struct stmt stmt;
};

static const struct row_check checks[] = {
    { "season-series",
      "season {id} belongs to a series that is not there",
      { "SELECT x.id, 0, 0, '' FROM season x LEFT JOIN series s ON s.id = x.series"
        " WHERE s.id IS NULL",
        STMT_SCAN } },
    { "episode-season",
      "episode {id} belongs to a season that is not there, or is of another series",
      { "SELECT e.id, 0, 0, '' FROM episode e LEFT JOIN season x ON x.id = e.season"
        " AND x.series = e.series WHERE x.id IS NULL",
        STMT_SCAN } },
    { "episode-state",
      "episode {id} has state {n}, which contradicts its times, its media or this program",
      { "SELECT id, state, 0, '' FROM episode WHERE state < 0 OR state > 5"
        " OR (state = 4 AND (published_us = 0 OR media_folder = ''))"
        " OR (state = 3 AND publish_at_us = 0) OR (ladder_complete = 1 AND media_folder = '')",
        STMT_SCAN } },
    { "episode-card",
      "episode {id} is published but has no card: the feed cannot show it",
      { "SELECT e.id, 0, 0, '' FROM episode e JOIN series s ON s.id = e.series"
        " LEFT JOIN episode_card c ON c.episode = e.id"
        " WHERE e.state = 4 AND s.state = 4 AND c.episode IS NULL",
        STMT_SCAN } },
    { "card-episode",
      "a card belongs to episode {id}, which is not there",
      { "SELECT c.episode, 0, 0, '' FROM episode_card c LEFT JOIN episode e ON e.id = c.episode"
        " WHERE e.id IS NULL",
        STMT_SCAN } },
    { "series-state",
      "series {id} has state {n}, which contradicts its times or this program",
      { "SELECT id, state, 0, '' FROM series WHERE state NOT IN (0, 4, 5)"
        " OR (state = 4 AND published_us = 0)",
        STMT_SCAN } },
    { "series-tag",
      "series {id}: its tag '{t}' is filed under {n}, the series says {m}",
      { "SELECT s.id, t.published_us, s.published_us, t.name FROM series_tag t"
        " JOIN series s ON s.id = t.series"
        " WHERE t.published_us <> CASE WHEN s.state = 4 THEN s.published_us ELSE 0 END",
        STMT_SCAN } },
    { "episode-likes",
      "episode {id} counts {n} likes, its viewers' rows say {m}",
      { "SELECT e.id, coalesce(c.likes, -1), coalesce(g.n, 0), '' FROM episode e"
        " LEFT JOIN episode_count c ON c.episode = e.id"
        " LEFT JOIN (SELECT episode, count(*) AS n FROM episode_like GROUP BY episode) g"
        " ON g.episode = e.id WHERE coalesce(c.likes, -1) <> coalesce(g.n, 0)",
        STMT_SCAN } },
    { "series-likes",
      "series {id} counts {n} likes, its viewers' rows say {m}",
      { "SELECT s.id, coalesce(c.likes, -1), coalesce(g.n, 0), '' FROM series s"
        " LEFT JOIN series_count c ON c.series = s.id"
        " LEFT JOIN (SELECT series, count(*) AS n FROM episode_like GROUP BY series) g"
        " ON g.series = s.id WHERE coalesce(c.likes, -1) <> coalesce(g.n, 0)",
        STMT_SCAN } },
    { "series-saves",
      "series {id} counts {n} saves, its viewers' rows say {m}, or its score is not their sum",
      { "SELECT s.id, coalesce(c.saves, -1), coalesce(g.n, 0), '' FROM series s"
        " LEFT JOIN series_count c ON c.series = s.id"
        " LEFT JOIN (SELECT series, count(*) AS n FROM series_save GROUP BY series) g"
        " ON g.series = s.id WHERE coalesce(c.saves, -1) <> coalesce(g.n, 0)"
        " OR c.score <> c.likes + c.saves",
        STMT_SCAN } },
    { "resume-episode",
      "viewer {id} would go on with an episode that is not there or is of another series",
      { "SELECT r.viewer, 0, 0, '' FROM resume r LEFT JOIN episode e ON e.id = r.episode"
        " AND e.series = r.series WHERE e.id IS NULL",
        STMT_SCAN } },
    { "watch-episode",
      "viewer {id} watched an episode that is not there or is of another series",
      { "SELECT w.viewer, 0, 0, '' FROM watch w LEFT JOIN episode e ON e.id = w.episode"
        " AND e.series = w.series WHERE e.id IS NULL",
        STMT_SCAN } },
    { "like-episode",
      "viewer {id} likes an episode that is not there or is of another series",
      { "SELECT l.viewer, 0, 0, '' FROM episode_like l LEFT JOIN episode e ON e.id = l.episode"
        " AND e.series = l.series WHERE e.id IS NULL",
        STMT_SCAN } },
    { "save-series",
      "viewer {id} keeps a series that is not there",
      { "SELECT k.viewer, 0, 0, '' FROM series_save k LEFT JOIN series s ON s.id = k.series"
        " WHERE s.id IS NULL",
        STMT_SCAN } },
    { "posting-series",
      "the term '{t}' finds series {id}, which is not published",
      { "SELECT p.series, 0, 0, p.term FROM posting p LEFT JOIN series s ON s.id = p.series"
        " AND s.state = 4 WHERE s.id IS NULL",
        STMT_SCAN } },
    { "posting-episode",
      "the term '{t}' finds episode {id}, which is not there or is of another series",
      { "SELECT p.target, 0, 0, p.term FROM posting p LEFT JOIN episode e ON e.id = p.target"
        " AND e.series = p.series WHERE p.kind = 5 AND e.id IS NULL",
        STMT_SCAN } },
    { "package-series",
      "the package file '{t}' belongs to series {id}, which is not there",
      { "SELECT p.series, 0, 0, p.path FROM package_file p LEFT JOIN series s ON s.id = p.series"
        " WHERE s.id IS NULL",
        STMT_SCAN } },
    { "job-state",
      "job {id} has state {n}, which contradicts its lease, its times or its progress",
      { "SELECT id, state, 0, '' FROM job WHERE state < 0 OR state > 4"
        " OR (state = 1 AND lease_owner = '') OR (state <> 1 AND lease_owner <> '')"
        " OR (state >= 2 AND finished_us = 0) OR permille < 0 OR permille > 1000",
        STMT_SCAN } },
    { "blob-registered",
      "the blob {t} is referred to {n} times but is not registered",
      { "SELECT 0, count(*), 0, h.hash FROM (" BLOB_HOLDERS ") h"
        " LEFT JOIN blob b ON b.hash = h.hash WHERE b.hash IS NULL GROUP BY h.hash",
        STMT_SCAN } },
    { "blob-refs",
      "the blob {t} counts {n} references, there are {m}, or its time of being unused is wrong",
      { "SELECT 0, b.refs, coalesce(g.n, 0), b.hash FROM blob b LEFT JOIN"
        " (SELECT hash, count(*) AS n FROM (" BLOB_HOLDERS ") h GROUP BY hash) g"
        " ON g.hash = b.hash WHERE b.refs <> coalesce(g.n, 0)"
        " OR (b.refs = 0) <> (b.unreferenced_us > 0)",
        STMT_SCAN } },
};

enum { CHECKS = sizeof checks / sizeof *checks };

const struct stmt *const verify_statements[] = {
    &checks[0].stmt,  &checks[1].stmt,  &checks[2].stmt,
    &checks[3].stmt,  &checks[4].stmt,  &checks[5].stmt,
    &checks[6].stmt,  &checks[7].stmt,  &checks[8].stmt,
    &checks[9].stmt,  &checks[10].stmt, &checks[11].stmt,
    &checks[12].stmt, &checks[13].stmt, &checks[14].stmt,
    &checks[15].stmt, &checks[16].stmt, &checks[17].stmt,
    &checks[18].stmt, &checks[19].stmt, NULL
};
_Static_assert(CHECKS == 20, "verify_statements lists every check");

void told_add(struct told *t, const char *check, bool is_violation, struct str what)
{
    if (t->check != check) {
        t->check = check;
        t->n_of_check = 0;
    }
    t->violations += is_violation;
    if (t->n_of_check++ < TOLD_MAX && t->o->found)
        t->o->found(t->o->arg, &(struct verify_finding){ check, is_violation, what });
}

struct found_row {
    int64_t id, n, m;
    struct str text;
};

static void add_sentence(struct buf *b, const char *sentence, const struct found_row *r)
{
    for (const char *p = sentence; *p; p++) {
        struct str rest = str_from(p);
        if (str_starts(rest, STR("{id}"))) {
            if (r->id > 0)
                buf_add_id(b, r->id);
            else
                buf_add_i64(b, r->id);
            p += 3;
        } else if (str_starts(rest, STR("{n}")) || str_starts(rest, STR("{m}"))) {
            buf_add_i64(b, p[1] == 'n' ? r->n : r->m);
            p += 2;
        } else if (str_starts(rest, STR("{t}"))) {
            buf_add_str(b, r->text);
            p += 2;
        } else {
            buf_add_char(b, *p);
        }
    }
}

static enum err run_check(struct db *db, const struct row_check *c, struct told *t)
{
    struct query q;
    struct arena a = { 0 };
    struct buf sentence = { 0 };
    sql_start(&q, db, &c->stmt, NULL, 0);
    bool has_row = false;
    enum err e;
    while ((e = sql_next(&q, &has_row)) == OK && has_row) {
        struct found_row r = { .id = sql_get_int(&q) };
        r.n = sql_get_int(&q);
        r.m = sql_get_int(&q);
        r.text = sql_get_text(&q, &a);
        buf_reset(&sentence);
        add_sentence(&sentence, c->sentence, &r);
        told_add(t, c->name, true, buf_str(&sentence));
        arena_reset(&a);
    }
    buf_done(&sentence);
    arena_done(&a);
    return sql_end(&q, e);
}

static enum err check_rows(struct db *db, struct told *t)
{
    enum err e = db_snapshot_begin(db);
    for (size_t i = 0; e == OK && i < CHECKS; i++)
        e = run_check(db, &checks[i], t);
    db_snapshot_end(db);
    return e;
}

enum err store_verify(struct store *s, struct blobs *blobs, const struct verify_options *o,
                      int64_t *ret_violations)
{
    struct told t = { .o = o };
    struct db *db = NULL;
    enum err e = store_reader_open(s, &db);
    if (e == OK)
        e = check_rows(db, &t);
    if (e == OK && blobs)
        e = verify_blobs(db, blobs, &t);
    db_close(db);
    if (e == OK)
        *ret_violations = t.violations;
    return e;
}
