/*
 * PostgreSQL (and what speaks its protocol) behind the engine table, through libpq. Parameters and
 * results are text, with declared parameter types, so that one statement text does for both
 * engines. A connection that was lost is made anew at the next statement outside of a transaction;
 * inside one everything fails until its rollback, so nobody mistakes a new session for the old.
 */
#include <assert.h>
#include <inttypes.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "store/engine.h"

/* pg_type.dat */
enum { OID_BYTEA = 17, OID_INT8 = 20, OID_TEXT = 25 };
static const Oid oids[] = { [SQL_INT] = OID_INT8, [SQL_TEXT] = OID_TEXT, [SQL_BYTES] = OID_BYTEA };

enum { NAME_BYTES = 16, INT_BYTES = 24 };

struct session {
    PGconn *pg;
    unsigned next_name;
    bool in_transaction; /* as far as we asked for one; the server may have lost it */
};

/* SQLSTATE, or its class of two characters. */
static const struct {
    const char *state;
    enum err e;
} states[] = {
    { "40001", ERR_RETRY },     { "40P01", ERR_RETRY },   { "23", ERR_CONFLICT },
    { "53100", ERR_FULL },      { "53", ERR_BUSY },       { "57014", ERR_TIMEOUT },
    { "55P03", ERR_BUSY },      { "22021", ERR_INPUT },   { "42501", ERR_FORBIDDEN },
    { "25006", ERR_FORBIDDEN }, { "XX001", ERR_CORRUPT }, { "XX002", ERR_CORRUPT },
    { "08", ERR_IO },           { "57", ERR_IO },         { "58", ERR_IO },
};

static enum err err_from_result(PGconn *pg, const PGresult *r)
{
    ExecStatusType status = PQresultStatus(r);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_SINGLE_TUPLE)
        return OK;
    const char *state = r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
    if (PQstatus(pg) != CONNECTION_OK || !state)
        return ERR_IO;
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (str_starts(str_from(state), str_from(states[i].state)))
            return states[i].e;
    return ERR_INTERNAL;
}

static enum err set_up(struct session *s, struct diag *d)
{
    PGresult *r = PQexec(s->pg, "SET jit = off; SET synchronous_commit = on");
    enum err e = err_from_result(s->pg, r);
    PQclear(r);
    return e == OK ? OK : diag_fail(d, e, 0, 0, "PostgreSQL: %s", PQerrorMessage(s->pg));
}

static void ignore_notice(void *arg, const PGresult *r)
{
    (void)arg, (void)r;
}

static enum err pg_open(struct db *db, const char *url, enum db_use use, struct diag *d)
{
    (void)use;
    struct session *s = calloc(1, sizeof *s);
    if (!s)
        abort();
    db->conn = s;
    const char *const keys[] = { "connect_timeout", "fallback_application_name", "dbname",
                                 "client_encoding", NULL };
    const char *const values[] = { "10", "dramalet", url, "UTF8", NULL };
    s->pg = PQconnectdbParams(keys, values, 1);
    if (PQstatus(s->pg) != CONNECTION_OK)
        return diag_fail(d, ERR_IO, 0, 0, "cannot reach PostgreSQL: %s", PQerrorMessage(s->pg));
    PQsetNoticeReceiver(s->pg, ignore_notice, NULL);
    return set_up(s, d);
}

static void pg_close(struct db *db)
{
    struct session *s = db->conn;
    PQfinish(s->pg);
    free(s);
}

static bool is_alive(const struct session *s)
{
    return PQstatus(s->pg) == CONNECTION_OK;
}

/* OK when there is a session to run a statement in. */
static enum err revive(struct db *db)
{
    struct session *s = db->conn;
    if (is_alive(s))
        return OK;
    if (s->in_transaction)
        return ERR_IO;
    db_forget_statements(db);
    PQreset(s->pg);
    return is_alive(s) ? set_up(s, NULL) : ERR_IO;
}

static enum err pg_exec(struct db *db, const char *text, struct diag *d)
{
    struct session *s = db->conn;
    bool is_begin = str_starts(str_from(text), STR("BEGIN"));
    bool is_end = str_eq_c(str_from(text), "COMMIT") || str_eq_c(str_from(text), "ROLLBACK");
    if (is_begin)
        s->in_transaction = false;
    enum err e = revive(db);
    if (is_end)
        s->in_transaction = false;
    if (e != OK)
        return e;
    PGresult *r = PQexec(s->pg, text);
    e = err_from_result(s->pg, r);
    /* COMMIT of a transaction that had failed answers "ROLLBACK" and is no error to the server. */
    if (e == OK && text[0] == 'C' && str_eq_c(str_from(text), "COMMIT") &&
        !str_eq_c(str_from(PQcmdStatus(r)), "COMMIT"))
        e = ERR_INTERNAL;
    PQclear(r);
    s->in_transaction = s->in_transaction || (is_begin && e == OK);
    return e == OK ? OK : diag_fail(d, e, 0, 0, "PostgreSQL: %s", PQerrorMessage(s->pg));
}

static bool pg_in_transaction(struct db *db)
{
    return ((struct session *)db->conn)->in_transaction;
}

static enum err pg_prepare(struct query *q, void **ret_prepared)
{
    struct session *s = q->db->conn;
    enum err e = revive(q->db);
    if (e != OK)
        return e;
    Oid types[SQL_ARGS_MAX];
    for (size_t i = 0; i < q->n_args; i++)
        types[i] = oids[q->args[i].type];
    char *name = malloc(NAME_BYTES);
    if (!name)
        abort();
    snprintf(name, NAME_BYTES, "s%u", s->next_name++);
    PGresult *r = PQprepare(s->pg, name, q->stmt->text, (int)q->n_args, types);
    e = err_from_result(s->pg, r);
    PQclear(r);
    if (e == OK)
        *ret_prepared = name;
    else
        free(name);
    return e;
}

static void pg_unprepare(struct db *db, void *prepared)
{
    (void)db; /* the server forgets with the session */
    free(prepared);
}

struct wire_args {
    const char *values[SQL_ARGS_MAX];
    int lengths[SQL_ARGS_MAX], formats[SQL_ARGS_MAX];
    char ints[SQL_ARGS_MAX][INT_BYTES];
    struct buf texts; /* terminated copies */
};

static void wire_fill(struct wire_args *w, const struct query *q)
{
    size_t text_bytes = 1;
    for (size_t i = 0; i < q->n_args; i++)
        text_bytes += q->args[i].s.n + 1;
    buf_reserve(&w->texts, text_bytes); /* pointers into it stay good */
    for (size_t i = 0; i < q->n_args; i++) {
        const struct sql_value *v = &q->args[i];
        w->formats[i] = v->type == SQL_BYTES;
        w->lengths[i] = (int)v->s.n;
        if (v->type == SQL_INT) {
            snprintf(w->ints[i], INT_BYTES, "%" PRId64, v->i);
            w->values[i] = w->ints[i];
            continue;
        }
        w->values[i] = w->texts.p + w->texts.n;
        buf_add_str(&w->texts, v->s);
        buf_add_char(&w->texts, '\0');
    }
}

static enum err send(struct query *q, struct wire_args *w)
{
    struct session *s = q->db->conn;
    const char *name = q->prepared;
    int n = (int)q->n_args;
    if (!(q->stmt->flags & STMT_STREAM)) {
        q->result = PQexecPrepared(s->pg, name, n, w->values, w->lengths, w->formats, 0);
        return err_from_result(s->pg, q->result);
    }
    if (!PQsendQueryPrepared(s->pg, name, n, w->values, w->lengths, w->formats, 0) ||
        !PQsetSingleRowMode(s->pg))
        return ERR_IO;
    return OK;
}

/* A statement that was prepared in a session that is gone. */
static enum err prepare_again(struct query *q)
{
    struct session *s = q->db->conn;
    if (is_alive(s))
        return OK;
    enum err e = revive(q->db);
    return e == OK ? sql_prepare(q) : e;
}

static enum err pg_start(struct query *q)
{
    enum err e = prepare_again(q);
    if (e != OK)
        return e;
    struct wire_args w;
    w.texts = (struct buf){ 0 };
    wire_fill(&w, q);
    e = w.texts.err == OK ? send(q, &w) : w.texts.err;
    buf_done(&w.texts);
    if (e != OK) {
        PQclear(q->result);
        q->result = NULL;
    }
    return e;
}

static enum err stream_next(struct query *q, bool *ret_has_row)
{
    struct session *s = q->db->conn;
    PQclear(q->result);
    q->result = PQgetResult(s->pg);
    q->row = 0;
    *ret_has_row = q->result && PQresultStatus(q->result) == PGRES_SINGLE_TUPLE;
    return q->result ? err_from_result(s->pg, q->result) : OK;
}

static enum err pg_next(struct query *q, bool *ret_has_row)
{
    if (q->stmt->flags & STMT_STREAM)
        return stream_next(q, ret_has_row);
    *ret_has_row = q->row < PQntuples(q->result);
    return OK;
}

static struct str pg_text(struct query *q, int column)
{
    return str_sub(PQgetvalue(q->result, q->row, column),
                   (size_t)PQgetlength(q->result, q->row, column));
}

static int64_t pg_int(struct query *q, int column)
{
    int64_t v = 0;
    enum err e = str_to_i64(pg_text(q, column), &v);
    assert(e == OK || PQgetisnull(q->result, q->row, column));
    return e == OK ? v : 0;
}

/* "\x" and two hex digits a byte. */
static struct str pg_bytes(struct query *q, struct arena *a, int column)
{
    struct str hex = str_skip(pg_text(q, column), 2);
    char *p = arena_alloc(a, hex.n / 2 + 1);
    enum err e = hex_decode(hex, p, hex.n / 2);
    assert(e == OK);
    (void)e;
    return str_sub(p, hex.n / 2);
}

static int64_t pg_changed(struct query *q)
{
    int64_t n = 0;
    enum err e = str_to_i64(str_from(PQcmdTuples(q->result)), &n);
    return e == OK ? n : 0;
}

static void pg_end(struct query *q)
{
    struct session *s = q->db->conn;
    PQclear(q->result);
    q->result = NULL;
    if (!(q->stmt->flags & STMT_STREAM))
        return;
    for (PGresult *r; (r = PQgetResult(s->pg)) != NULL;) /* rows that nobody wanted */
        PQclear(r);
}

static const struct ddl_token tokens[] = {
    { "{id}", "BIGINT" },  { "{int}", "BIGINT" }, { "{text}", "TEXT COLLATE \"C\"" },
    { "{blob}", "BYTEA" }, { "{table}", "" },     { "{clustered}", "" },
    { NULL, NULL },
};

const struct engine engine_postgres = {
    .tokens = tokens,
    .begin_write = "BEGIN ISOLATION LEVEL SERIALIZABLE",
    .begin_read = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    .begin_migration = "BEGIN; SELECT pg_advisory_xact_lock(4925731)",
    .open = pg_open,
    .close = pg_close,
    .exec = pg_exec,
    .in_transaction = pg_in_transaction,
    .prepare = pg_prepare,
    .unprepare = pg_unprepare,
    .start = pg_start,
    .next = pg_next,
    .get_int = pg_int,
    .get_text = pg_text,
    .get_bytes = pg_bytes,
    .changed = pg_changed,
    .end = pg_end,
};
