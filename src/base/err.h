/*
 * The closed list of what can go wrong, and the place where a message for a person goes.
 *
 * Every function that can fail returns enum err; values leave through ret_ parameters and are set
 * only on OK. A module translates foreign codes (errno, AVERROR, SQLite, libpq) where it meets
 * them. `api` maps enum err to HTTP in one table. No state, any thread.
 */
#ifndef DRAMALET_BASE_ERR_H
#define DRAMALET_BASE_ERR_H

#define NODISCARD               __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, first) __attribute__((format(printf, fmt, first)))

enum err {
    OK = 0,
    ERR_INPUT, /* the caller's data is wrong; a struct diag says what, where and what would be right
                */
    ERR_LIMIT, /* a named limit is exceeded */
    ERR_NOT_FOUND,       /* no such thing */
    ERR_CONFLICT,        /* exists already, or is in a state that forbids the change */
    ERR_UNAUTHENTICATED, /* who are you? */
    ERR_FORBIDDEN,       /* we know you; you may not */
    ERR_GONE,            /* was here, is withdrawn or expired */
    ERR_RANGE,           /* a byte range outside the representation */
    ERR_UNSUPPORTED,     /* valid, but not something this program does */
    ERR_BUSY,            /* a queue is full or a lock is held: try again later */
    ERR_RETRY,           /* a serialisation failure: run the transaction again */
    ERR_TIMEOUT,         /* a deadline passed */
    ERR_CANCELLED,       /* somebody asked to stop */
    ERR_FULL,            /* no space left where we have to write */
    ERR_IO,              /* the operating system, a database or a peer failed */
    ERR_CORRUPT,         /* our own stored data does not hold together */
    ERR_CRASHED,         /* a child process died */
    ERR_INTERNAL,        /* a bug that was caught */
    ERR_COUNT
};

/* What a person needs to repair the input. line and column count from 1, 0: does not apply. */
struct diag {
    int line;
    int column;
    char msg[256]; /* a sentence: what is wrong and what would be right; UTF-8 */
};

/* Static lower-case name such as "not-found"; "unknown" outside the enum. */
const char *err_name(enum err e);
/* The reverse; ERR_INTERNAL for a name that is none. */
enum err err_from_name(const char *name);

/* Fills d (d may be NULL) and returns e, so that a check is one statement. Cuts at a whole UTF-8
 * character. */
NODISCARD enum err diag_fail(struct diag *d, enum err e, int line, int column, const char *fmt, ...)
    PRINTF_LIKE(5, 6);

#endif
