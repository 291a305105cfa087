/*
 * Every setting of the server, in one table: key, type, default, limits, one line of meaning.
 * Values come from the defaults, then the configuration file (YAML: one flat mapping), then the
 * environment (DRAMALET_LISTEN=...), then the command line (--listen ...); later ones win. Errors
 * name the place and what would be right. Filled by main, read-only afterwards, any thread may
 * read.
 */
#ifndef DRAMALET_APP_CONFIG_H
#define DRAMALET_APP_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum config_type {
    CONFIG_TEXT,     /* const char *, never NULL */
    CONFIG_BOOL,     /* bool */
    CONFIG_INT,      /* int64_t */
    CONFIG_SIZE,     /* int64_t bytes; "64K", "4G" (powers of 1024) */
    CONFIG_DURATION, /* int64_t microseconds; "500ms", "10s", "20m", "12h" */
    CONFIG_CHOICE,   /* int64_t index into choices */
};

struct config {
    const char *data, *db, *listen, *blobs, *bus;
    const char *public_url, *site_name, *tls_cert, *tls_key, *trusted_proxies;
    const char *accel_redirect_prefix, *metrics_token;
    int64_t loops, readers, reader_queue, connections, connection_memory;
    int64_t header_timeout_us, body_timeout_us, idle_timeout_us, send_timeout_us, stop_timeout_us;
    int64_t media_valid_us;
    int64_t jobs, job_threads, job_memory_bytes;
    int64_t ingest_max_bytes, ingest_max_duration_us, ingest_max_side;
    int64_t log_level;
    bool log_requests, allow_weaker_sandbox;
    struct arena arena;
};

struct config_key {
    const char *name; /* lower case with "_": the option has "-" */
    enum config_type type;
    size_t offset;
    const char *standard;       /* default, as text */
    int64_t least, most;        /* INT, SIZE, DURATION */
    const char *const *choices; /* CHOICE: NULL-terminated */
    const char *meaning;        /* one line, for --help and the manual */
};

extern const struct config_key config_keys[];
extern const size_t config_keys_n;

void config_init(struct config *c); /* the defaults */
void config_done(struct config *c);

/* One value. key in either spelling ("tls_cert", "tls-cert"). ERR_INPUT with d (its line and column
 * left alone): no such key (and the nearest one), or no such value. */
NODISCARD enum err config_set(struct config *c, struct str key, struct str value, struct diag *d);
/* A YAML file. ERR_NOT_FOUND, ERR_INPUT with line and column in d. */
NODISCARD enum err config_load_file(struct config *c, const char *path, struct diag *d);
NODISCARD enum err config_load_text(struct config *c, struct str yaml, struct diag *d);
/* Every DRAMALET_KEY of the environment but DRAMALET_CONFIG. */
NODISCARD enum err config_load_env(struct config *c, char *const *env, struct diag *d);
/* What only holds between keys: a certificate has a key, parts that are not built yet. */
NODISCARD enum err config_check(const struct config *c, struct diag *d);

/* yes, no, true, false, on, off, 1, 0 in any case. */
bool config_is_bool(const char *word);
/* The table for people. */
void config_print_keys(FILE *out);
/* The key for an option's name, NULL: none. */
const struct config_key *config_find(struct str name);

#endif
