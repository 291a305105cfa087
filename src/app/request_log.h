/*
 * One line a request, gathered in memory and written by a thread of its own: a loop must not wait
 * for whoever reads the log. When the reader stalls, lines are dropped and counted, and the next
 * line that gets through says how many.
 */
#ifndef DRAMALET_APP_REQUEST_LOG_H
#define DRAMALET_APP_REQUEST_LOG_H

#include "http/http.h"
#include "sys/log.h"

struct request_log;

struct request_log *request_log_new(const struct log *lg);
/* Any thread; never blocks on the log's reader. */
void request_log_add(struct request_log *rl, const struct request *r, const struct reply *rp,
                     int64_t duration_us);
uint64_t request_log_dropped(struct request_log *rl);
void request_log_free(struct request_log *rl); /* writes what is left; takes NULL */

#endif
