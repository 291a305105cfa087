/*
 * From a source video to an episode that plays: the job kind "transcode". dramalet-media works in
 * a folder of the job's own; what it has verified becomes a media folder, addressed by content,
 * and the episode points to it: first with one rendition, then with the whole ladder. A crash or
 * a stop leaves the job's folder, and the next attempt goes on from it.
 *
 * args: {"source": "<64 hex>", "fit": "auto|blur|crop|keep", "focus": [x, y] in permille,
 *        "captions": [{"lang": "en", "blob": "<64 hex>"}], "name": "for messages"}
 * target: the episode.
 */
#ifndef DRAMALET_APP_INGEST_H
#define DRAMALET_APP_INGEST_H

#include <stdbool.h>
#include <stdint.h>

#include "jobs/jobs.h"
#include "store/blob.h"
#include "store/store.h"

#define INGEST_JOB_KIND "transcode"

enum { INGEST_CPU_S = 4 * 3600, INGEST_WALL_S = 4 * 3600 };

/* What the operator allows one job; see the configuration's keys. */
struct ingest_limits {
    int64_t file_bytes, duration_s, side_px; /* of the source */
    int64_t memory_bytes, cpu_s, wall_s;     /* of the child */
    int threads;
    bool allow_weaker_sandbox;
};

/* What job_app must be for this kind: the context of all jobs of this program. */
struct ingest {
    struct store *store;
    struct blobs *blobs;
    const char *data_dir;
    const char *program; /* absolute path of dramalet-media */
    struct ingest_limits limits;
};

enum err ingest_run(struct job *job);

/* Removes the folders of jobs that have ended; at start, before jobs run. */
NODISCARD enum err ingest_sweep(const struct ingest *in, struct db *db);

#endif
