/*
 * A package becomes rows. In three steps, so that nothing slow happens in the transaction and
 * nothing half-done is ever seen:
 *
 *   package_open        reads and checks (package.h)
 *   publish_copy_next   copies one file into the blobs; again while there are more
 *   publish_apply       one write function: series, seasons, episodes, files, jobs
 *
 * Publishing again updates: the series is known by its slug (given, or made of title and language),
 * an episode by its number, and both keep their ids. A changed video is transcoded and replaces the
 * old one when it is ready; an unchanged one is left alone, unless its last job failed. What is no
 * longer in the package is withdrawn, not deleted.
 *
 * A job's arguments: {"episode":"<id13>","source":"<64 hex>","name":"video.mp4","language":"en",
 * "fit":"auto|blur|crop|keep","focus":[x,y] in permille,
 * "captions":[{"lang":"en","blob":"<64 hex>","name":"captions.en.vtt"}]}
 */
#ifndef DRAMALET_CATALOG_PUBLISH_H
#define DRAMALET_CATALOG_PUBLISH_H

#include "catalog/package.h"
#include "catalog/release.h"
#include "store/blob.h"
#include "store/store.h"

#define TRANSCODE_JOB "transcode"

enum { TRANSCODE_ATTEMPTS = 5 };

struct publish_episode {
    int64_t id, number;
    bool is_new;
    bool is_withdrawn; /* by this publication */
    int64_t job;       /* that makes its media now; 0: nothing to do */
};

struct publish {
    /* in; set by publish_init */
    struct arena *a;
    const struct package *pkg;
    struct blob *blobs; /* of pkg->files, one for one */
    size_t n_copied;
    int64_t series;           /* set: exactly this one, whatever its slug; 0: by slug */
    struct str expected_yaml; /* set: 64 hex of the series.yaml that must be stored still */
    /* out; made anew by each run of publish_apply */
    int64_t ret_series;
    struct str ret_slug;
    bool ret_is_new;
    struct publish_episode *ret_episodes; /* in the package's order, then withdrawn ones */
    size_t ret_n_episodes, ret_n_jobs;
};

void publish_init(struct publish *p, struct arena *a, const struct package *pkg);

/* Copies one more file. ret_more false: all are there. Errors are those of the disk; files that
 * were copied already are swept away in time when nothing comes to refer to them. */
NODISCARD enum err publish_copy_next(struct publish *p, struct blobs *blobs, bool *ret_more);

/* store_write's function; arg is the struct publish, all files copied. ERR_CONFLICT: series.yaml
 * was changed by somebody else meanwhile (expected_yaml). ERR_NOT_FOUND: no such series (.series).
 */
NODISCARD enum err publish_apply(struct tx *tx, void *arg);

#endif
