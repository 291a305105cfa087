/*
 * Connections: opening one for reading or writing, snapshots, transaction control.
 */
#include <stdlib.h>

#include "store/engine.h"

enum err db_open(struct store *s, const struct engine *engine, const char *url, enum db_use use,
                 struct db **ret, struct diag *d)
{
    struct db *db = calloc(1, sizeof *db);
    if (!db)
        abort();
    db->store = s;
    db->engine = engine;
    db->url = url;
    enum err e = engine->open(db, url, use, d);
    if (e != OK) {
        db_close(db);
        return e;
    }
    *ret = db;
    return OK;
}

void db_close(struct db *db)
{
    if (!db)
        return;
    db_forget_statements(db);
    if (db->conn)
        db->engine->close(db);
    free(db);
}

enum err db_exec(struct db *db, const char *text)
{
    enum err e = store_fault(db->store);
    return e == OK ? db->engine->exec(db, text, NULL) : e;
}

enum err db_snapshot_begin(struct db *db)
{
    return db_exec(db, db->engine->begin_read);
}

void db_snapshot_end(struct db *db)
{
    if (!db->engine->in_transaction(db))
        return;
    enum err ignored = db->engine->exec(db, "ROLLBACK", NULL); /* nothing was written */
    (void)ignored;
}

enum err db_reads_begin(struct db *db)
{
    bool is_open = db->reads_depth > 0;
    if (!db->engine->has_cheap_statements || (!is_open && db->engine->in_transaction(db)))
        return OK;
    enum err e = is_open ? OK : db_exec(db, db->engine->begin_read);
    db->reads_depth += e == OK;
    return e;
}

void db_reads_end(struct db *db)
{
    if (db->reads_depth > 0 && --db->reads_depth == 0)
        db_snapshot_end(db);
}
