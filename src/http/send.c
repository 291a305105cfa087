/* Replies out: the body is handed to libmicrohttpd as it is, a file as descriptor, offset and
 * length for sendfile. See send.h. */
#include "http/send.h"

#include <stdlib.h>

static struct MHD_Response *make_body(struct reply *rp)
{
    struct MHD_Response *res;
    if (rp->kind == REPLY_FILE && rp->file_bytes > 0) {
        res = MHD_create_response_from_fd_at_offset64((uint64_t)rp->file_bytes, rp->file_fd,
                                                      (uint64_t)rp->file_offset);
        rp->sent_bytes = rp->file_bytes;
        rp->file_fd = -1; /* the response closes it */
    } else if (rp->kind != REPLY_FILE && rp->static_body.n) {
        /* The interface takes no const; with MHD_RESPMEM_PERSISTENT it only reads. */
        union {
            const char *in;
            void *out;
        } p = { .in = rp->static_body.p };
        res = MHD_create_response_from_buffer(rp->static_body.n, p.out, MHD_RESPMEM_PERSISTENT);
        rp->sent_bytes = (int64_t)rp->static_body.n;
    } else if (rp->kind != REPLY_FILE && !rp->static_body.p && rp->body.n) {
        res = MHD_create_response_from_buffer(rp->body.n, rp->body.p, MHD_RESPMEM_MUST_FREE);
        rp->sent_bytes = (int64_t)rp->body.n;
        rp->body = (struct buf){ 0 };
    } else {
        res = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    }
    if (!res)
        abort();
    return res;
}

static void add_header(struct exchange *x, struct MHD_Response *res, const char *name,
                       struct str value)
{
    /* Values are terminated when they come from the arena or a literal; cut others. */
    const char *v = value.p ? value.p : "";
    if (v[value.n] != '\0')
        v = arena_cstr(&x->arena, value);
    MHD_add_response_header(res, name, v); /* refuses line breaks by itself */
}

struct MHD_Response *send_make_response(struct exchange *x, bool close_after)
{
    struct reply *rp = &x->rp;
    struct MHD_Response *res = make_body(rp);
    if (rp->content_type && rp->status != 304)
        add_header(x, res, MHD_HTTP_HEADER_CONTENT_TYPE, str_from(rp->content_type));
    for (size_t i = 0; i < rp->n_headers; i++)
        add_header(x, res, rp->headers[i].name, rp->headers[i].value);
    if (close_after)
        add_header(x, res, MHD_HTTP_HEADER_CONNECTION, STR("close"));
    if (x->r.is_head || rp->status == 304)
        rp->sent_bytes = 0;
    return res;
}
