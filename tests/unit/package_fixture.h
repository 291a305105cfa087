/* Packages on disk for tests: written from a table, published, exported, compared. */
#ifndef DRAMALET_TESTS_PACKAGE_FIXTURE_H
#define DRAMALET_TESTS_PACKAGE_FIXTURE_H

#include "store_fixture.h"

#include "catalog/edit.h"
#include "catalog/export.h"
#include "catalog/publish.h"

struct test_file {
    const char *path;
    const char *content;
};

/* A folder below the fixture's own. */
char *package_dir(struct fixture *f, const char *name);
/* Writes files, making folders as needed. */
void package_write(struct fixture *f, const char *dir, const struct test_file *files, size_t n);
void package_write_bytes(struct fixture *f, const char *dir, struct str path, struct str content);
/* Same paths, same bytes. */
void package_assert_same(struct fixture *f, const char *a, const char *b);

/* Opens, copies and applies; fails the test when it does not work. p lives in f->a. */
struct publish *package_publish(struct fixture *f, struct blobs *blobs, const char *dir);
void package_export(struct fixture *f, struct blobs *blobs, int64_t series, const char *to);

/* What the ingest job does at its end: a folder of media, the episode points to it, a card. */
void package_media_arrive(struct fixture *f, struct blobs *blobs, int64_t episode,
                          const char *content);
/* Ends the newest job of an episode. */
void package_end_job(struct fixture *f, int64_t job, int state);

#endif
