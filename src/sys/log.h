/*
 * One structured line per request and per job, at the edge: logfmt (key=value, quoted where
 * needed) on stderr, one write(2) a line so that threads and processes do not mix. Modules
 * return errors and do not log. No secrets, no addresses (see http's keyed hash).
 *
 *   log_line(lg, LOG_INFO, "request", (struct log_field[]){ {"id", .s = id}, ... }, n);
 */
#ifndef DRAMALET_SYS_LOG_H
#define DRAMALET_SYS_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "sys/clock.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

struct log {
    int fd;               /* -1: silent */
    enum log_level least; /* below it nothing is written */
    const struct clock *clock;
};

struct log_field {
    const char *key;
    struct str s; /* the value when s.p is set */
    int64_t i;    /* else this */
};

void log_line(const struct log *lg, enum log_level level, const char *event,
              const struct log_field *fields, size_t n);
/* Appends the same line to b instead, for a writer that gathers many (app/request_log.h). */
void log_add_line(struct buf *b, const struct log *lg, enum log_level level, const char *event,
                  const struct log_field *fields, size_t n);

#endif
