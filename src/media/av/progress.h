/* Progress lines for whoever runs dramalet-media: "progress <permille> <stage>", "playable",
 * "done", "error <name> <sentence>". One write(2) a line. One thread. */
#ifndef DRAMALET_MEDIA_AV_PROGRESS_H
#define DRAMALET_MEDIA_AV_PROGRESS_H

#include <stdint.h>

#include "base/err.h"

struct progress {
    int fd; /* -1: silent */
    const char *stage;
    int from, to; /* permille of the whole that this stage covers */
    int last;
};

void progress_stage(struct progress *p, const char *stage, int from_permille, int to_permille);
/* Says something only when the permille changed. */
void progress_at(struct progress *p, int64_t done, int64_t of);
void progress_line(const struct progress *p, const char *line);
void progress_error(const struct progress *p, enum err e, const struct diag *d);

#endif
