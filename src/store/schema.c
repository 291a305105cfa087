/*
 * The schema: numbered migrations, forward only, one text for both databases. {id} {int} {text}
 * {blob} are column types, {table} and {clustered} (stored in the order of its primary key) end a
 * table. Never change a migration that has left this repository; add the next number.
 *
 * Empty text and 0 stand for "none"; no column is NULL. Times are UTC microseconds. Hashes are 64
 * hex digits. Counts repeat what rows say, in the same transaction; store_verify compares them.
 */
#include "store/engine.h"

static const char *const first[] = {
    "CREATE TABLE meta (key {text} NOT NULL PRIMARY KEY, value {blob} NOT NULL) {clustered}",
    "CREATE TABLE counter (name {text} NOT NULL PRIMARY KEY, value {int} NOT NULL) {clustered}",
    "INSERT INTO counter (name, value) VALUES ('catalog', 1)",

    "CREATE TABLE blob ("
    " hash {text} NOT NULL PRIMARY KEY, kind {int} NOT NULL, size {int} NOT NULL,"
    " refs {int} NOT NULL CHECK (refs >= 0), unreferenced_us {int} NOT NULL) {clustered}",
    "CREATE INDEX blob_unreferenced ON blob (unreferenced_us) WHERE refs = 0",

    "CREATE TABLE series ("
    " id {id} NOT NULL PRIMARY KEY, slug {text} NOT NULL UNIQUE, state {int} NOT NULL,"
    " title {text} NOT NULL, language {text} NOT NULL, synopsis {text} NOT NULL,"
    " rating {text} NOT NULL, creator {text} NOT NULL, detail {text} NOT NULL,"
    " cover_blob {text} NOT NULL, created_us {int} NOT NULL, updated_us {int} NOT NULL,"
    " published_us {int} NOT NULL) {table}",
    "CREATE INDEX series_new ON series (state, published_us, id)",
    "CREATE TABLE series_count ("
    " series {id} NOT NULL PRIMARY KEY REFERENCES series (id), likes {int} NOT NULL,"
    " saves {int} NOT NULL, score {int} NOT NULL) {table}",
    "CREATE INDEX series_popular ON series_count (score, series)",
    "CREATE TABLE series_tag ("
    " series {int} NOT NULL REFERENCES series (id), kind {int} NOT NULL, name {text} NOT NULL,"
    " published_us {int} NOT NULL," /* the series's while it is published, else 0 */
    " PRIMARY KEY (series, kind, name)) {clustered}",
    "CREATE INDEX series_tag_new ON series_tag (kind, name, published_us, series)",

    "CREATE TABLE season ("
    " id {id} NOT NULL PRIMARY KEY, series {int} NOT NULL REFERENCES series (id),"
    " number {int} NOT NULL, title {text} NOT NULL, UNIQUE (series, number)) {table}",

    "CREATE TABLE episode ("
    " id {id} NOT NULL PRIMARY KEY, series {int} NOT NULL REFERENCES series (id),"
    " season {int} NOT NULL REFERENCES season (id), number {int} NOT NULL,"
    " position {int} NOT NULL, title {text} NOT NULL, synopsis {text} NOT NULL,"
    " state {int} NOT NULL, publish_at_us {int} NOT NULL, published_us {int} NOT NULL,"
    " duration_us {int} NOT NULL, source_blob {text} NOT NULL, fit {int} NOT NULL,"
    " focus_x {int} NOT NULL, focus_y {int} NOT NULL, media_folder {text} NOT NULL,"
    " ladder_complete {int} NOT NULL, media_version {int} NOT NULL,"
    " created_us {int} NOT NULL, updated_us {int} NOT NULL, UNIQUE (season, number)) {table}",
    "CREATE INDEX episode_order ON episode (series, position, id, state, duration_us)",
    "CREATE INDEX episode_due ON episode (publish_at_us, id) WHERE state = 3",
    "CREATE TABLE episode_count ("
    " episode {id} NOT NULL PRIMARY KEY REFERENCES episode (id), likes {int} NOT NULL) {table}",
    "CREATE TABLE episode_card ("
    " episode {id} NOT NULL PRIMARY KEY REFERENCES episode (id), card {text} NOT NULL) {table}",

    "CREATE TABLE package_file ("
    " series {int} NOT NULL REFERENCES series (id), path {text} NOT NULL, blob {text} NOT NULL,"
    " size {int} NOT NULL, PRIMARY KEY (series, path)) {clustered}",

    "CREATE TABLE job ("
    " id {id} NOT NULL PRIMARY KEY, kind {text} NOT NULL, target {int} NOT NULL,"
    " args {text} NOT NULL, state {int} NOT NULL, stage {text} NOT NULL,"
    " permille {int} NOT NULL, reason {text} NOT NULL, attempts {int} NOT NULL,"
    " max_attempts {int} NOT NULL, run_after_us {int} NOT NULL, lease_owner {text} NOT NULL,"
    " lease_until_us {int} NOT NULL, cancel_requested {int} NOT NULL, created_us {int} NOT NULL,"
    " updated_us {int} NOT NULL, started_us {int} NOT NULL, finished_us {int} NOT NULL) {table}",
    "CREATE INDEX job_queued ON job (run_after_us, id) WHERE state = 0",
    "CREATE INDEX job_running ON job (lease_until_us, id) WHERE state = 1",
    "CREATE INDEX job_target ON job (target, id)",

    "CREATE TABLE viewer ("
    " id {id} NOT NULL PRIMARY KEY, created_us {int} NOT NULL, seen_us {int} NOT NULL) {table}",
    "CREATE TABLE resume ("
    " viewer {int} NOT NULL, series {int} NOT NULL, episode {int} NOT NULL,"
    " position_us {int} NOT NULL, is_done {int} NOT NULL, updated_us {int} NOT NULL,"
    " PRIMARY KEY (viewer, series)) {clustered}",
    "CREATE TABLE watch ("
    " viewer {int} NOT NULL, series {int} NOT NULL, episode {int} NOT NULL,"
    " position_us {int} NOT NULL, is_done {int} NOT NULL, updated_us {int} NOT NULL,"
    " PRIMARY KEY (viewer, series, episode)) {clustered}",
    "CREATE TABLE episode_like ("
    " viewer {int} NOT NULL, episode {int} NOT NULL, series {int} NOT NULL,"
    " created_us {int} NOT NULL, PRIMARY KEY (viewer, episode)) {clustered}",
    "CREATE TABLE series_save ("
    " viewer {int} NOT NULL, series {int} NOT NULL, created_us {int} NOT NULL,"
    " PRIMARY KEY (viewer, series)) {clustered}",

    "CREATE TABLE posting ("
    " term {text} NOT NULL, series {int} NOT NULL, kind {int} NOT NULL, target {int} NOT NULL,"
    " weight {int} NOT NULL, PRIMARY KEY (term, series, kind, target)) {clustered}",
    "CREATE INDEX posting_series ON posting (series)",
    NULL,
};

const struct migration schema_migrations[] = {
    { 1, first },
};
const size_t schema_migrations_n = sizeof schema_migrations / sizeof *schema_migrations;
