/*
 * Errors as replies: one table from enum err to an HTTP status (RFC 9110) and a sentence, and the
 * problem details (RFC 9457) made of it. The type is about:blank, so the title is the status's
 * own phrase; "code" is what a program should look at. Pure, any thread.
 */
#include "http/problem.h"

#include "base/json.h"

struct problem_row {
    int status;
    const char *detail; /* when there is no diag */
};

static const struct problem_row problem_table[ERR_COUNT] = {
    [OK] = { 200, "" },
    [ERR_INPUT] = { 400, "The request is not well-formed." },
    [ERR_LIMIT] = { 413, "Something in the request is larger than the server allows." },
    [ERR_NOT_FOUND] = { 404, "There is nothing at this address." },
    [ERR_CONFLICT] = { 409, "It exists already, or its state forbids this change." },
    [ERR_UNAUTHENTICATED] = { 401, "This needs a valid sign-in." },
    [ERR_FORBIDDEN] = { 403, "This is not allowed." },
    [ERR_GONE] = { 410, "This was here and is not any more." },
    [ERR_RANGE] = { 416, "The range lies outside the file." },
    [ERR_UNSUPPORTED] = { 422, "The request is valid, but the server cannot do this." },
    [ERR_BUSY] = { 503, "The server is busy; try again in a moment." },
    [ERR_RETRY] = { 503, "Others changed the same data; try again." },
    [ERR_TIMEOUT] = { 503, "It took too long; try again." },
    [ERR_CANCELLED] = { 503, "It was stopped before it was done." },
    [ERR_FULL] = { 507, "The server has no space left." },
    [ERR_IO] = { 500, "The server could not read or write its data." },
    [ERR_CORRUPT] = { 500, "The server's stored data does not hold together." },
    [ERR_CRASHED] = { 500, "A part of the server failed on this input." },
    [ERR_INTERNAL] = { 500, "The server met a mistake of its own." },
};

static const struct {
    int status;
    const char *phrase;
} phrases[] = {
    { 400, "Bad Request" },
    { 401, "Unauthorized" },
    { 403, "Forbidden" },
    { 404, "Not Found" },
    { 405, "Method Not Allowed" },
    { 409, "Conflict" },
    { 410, "Gone" },
    { 412, "Precondition Failed" },
    { 413, "Content Too Large" },
    { 414, "URI Too Long" },
    { 416, "Range Not Satisfiable" },
    { 422, "Unprocessable Content" },
    { 500, "Internal Server Error" },
    { 501, "Not Implemented" },
    { 503, "Service Unavailable" },
    { 507, "Insufficient Storage" },
};

int http_status_of(enum err e)
{
    return (unsigned)e < ERR_COUNT ? problem_table[e].status : 500;
}

static const char *phrase_of(int status)
{
    for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++)
        if (phrases[i].status == status)
            return phrases[i].phrase;
    return "Error";
}

/* A fresh reply: what the handler had put together so far belongs to an answer that failed. */
static void reply_clear(struct reply *rp)
{
    buf_done(&rp->body);
    if (rp->kind == REPLY_FILE && rp->file_fd >= 0)
        reply_close_file(rp);
    *rp = (struct reply){ .file_fd = -1 };
}

void reply_problem_status(const struct request *r, struct reply *rp, enum err e, int status,
                          const struct diag *d, const char *detail)
{
    reply_clear(rp);
    rp->status = status;
    rp->err = e;
    rp->content_type = "application/problem+json";
    struct json j = { .out = &rp->body };
    json_object_begin(&j);
    json_kstr(&j, "type", STR("about:blank"));
    json_kstr(&j, "title", str_from(phrase_of(status)));
    json_ki64(&j, "status", status);
    json_kstr(&j, "detail", str_from(d && d->msg[0] ? d->msg : detail));
    json_kstr(&j, "code", str_from(err_name(e)));
    if (d && d->line > 0)
        json_ki64(&j, "line", d->line);
    if (d && d->column > 0)
        json_ki64(&j, "column", d->column);
    if (r->path.n)
        json_kstr(&j, "instance", r->path);
    char id[17];
    request_id_format(r->id, id);
    json_kstr(&j, "request", str_from(id));
    json_object_end(&j);
    reply_header_add(rp, "Cache-Control", STR("no-store"));
    if (status == 503)
        reply_header_add(rp, "Retry-After", STR("1"));
    if (status == 401)
        reply_header_add(rp, "WWW-Authenticate", STR("Bearer"));
}

void reply_problem(const struct request *r, struct reply *rp, enum err e, const struct diag *d)
{
    if (e == OK || (unsigned)e >= ERR_COUNT)
        e = ERR_INTERNAL;
    reply_problem_status(r, rp, e, problem_table[e].status, d, problem_table[e].detail);
}
