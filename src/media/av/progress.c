/* Writes progress lines; a reader that went away is not our problem. */
#include "media/av/progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

void progress_line(const struct progress *p, const char *line)
{
    char text[400];
    int n = snprintf(text, sizeof text, "%s\n", line);
    if (p->fd >= 0 && n > 0)
        (void)!write(p->fd, text, (size_t)n < sizeof text ? (size_t)n : sizeof text - 1);
}

static void say(struct progress *p, int permille)
{
    char line[64];
    if (permille == p->last)
        return;
    p->last = permille;
    snprintf(line, sizeof line, "progress %d %s", permille, p->stage);
    progress_line(p, line);
}

void progress_stage(struct progress *p, const char *stage, int from_permille, int to_permille)
{
    p->stage = stage;
    p->from = from_permille;
    p->to = to_permille;
    p->last = -1;
    say(p, from_permille);
}

void progress_at(struct progress *p, int64_t done, int64_t of)
{
    if (of > 0)
        say(p, p->from + (int)((p->to - p->from) * (done < of ? done : of) / of));
}

void progress_error(const struct progress *p, enum err e, const struct diag *d)
{
    char line[360];
    snprintf(line, sizeof line, "error %s %s", err_name(e), d->msg);
    for (char *c = line; *c; c++)
        if (*c == '\n' || *c == '\r')
            *c = ' ';
    progress_line(p, line);
}
