/*
 * Problem details inside http: the cases that enum err has no member for (405, 412, 501).
 */
#ifndef DRAMALET_HTTP_PROBLEM_H
#define DRAMALET_HTTP_PROBLEM_H

#include "http/http.h"

/* Replaces whatever is in rp. d may be NULL; detail is used when it has no message. */
void reply_problem_status(const struct request *r, struct reply *rp, enum err e, int status,
                          const struct diag *d, const char *detail);
/* Closes the file of a REPLY_FILE that will not be sent. */
void reply_close_file(struct reply *rp);

#endif
