/*
 * The web client's files, packed into the program with their compressed variants. On the loop:
 * nothing is read or computed.
 */
#include "api/api.h"
#include "api/handlers.h"
#include "web/assets.h"

/* True when the comma-separated list names the coding without q=0 (RFC 9110, 12.5.3). */
static bool accepts(struct str list, struct str coding)
{
    struct str part;
    while (str_next(&list, ',', &part)) {
        struct str name;
        str_next(&part, ';', &name);
        if (!str_ieq(str_trim(name), coding))
            continue;
        struct str q = str_trim(part);
        return !(str_starts(q, STR("q=0")) && !str_starts(q, STR("q=0.")));
    }
    return false;
}

/* Each encoding is a representation of its own and needs an ETag of its own (RFC 9110, 8.8.3). */
static struct str encoding_add(struct request *r, struct reply *rp, struct str etag,
                               struct str coding)
{
    reply_header_add(rp, "Content-Encoding", coding);
    return arena_printf(r->arena, "%.*s-%.*s\"", (int)etag.n - 1, etag.p, STR_ARG(coding));
}

static void asset_reply(struct request *r, struct reply *rp, const struct asset *f)
{
    struct str accepted = request_header(r, "Accept-Encoding");
    rp->content_type = f->content_type.p;
    rp->static_body = f->data;
    struct str etag = f->etag;
    if (f->br.n && accepts(accepted, STR("br"))) {
        rp->static_body = f->br;
        etag = encoding_add(r, rp, etag, STR("br"));
    } else if (f->gzip.n && accepts(accepted, STR("gzip"))) {
        rp->static_body = f->gzip;
        etag = encoding_add(r, rp, etag, STR("gzip"));
    }
    reply_header_add(rp, "Vary", STR("Accept-Encoding"));
    reply_header_add(rp, "ETag", etag);
    reply_header_add(rp, "X-Content-Type-Options", STR("nosniff"));
    reply_header_add(rp, "Cache-Control",
                     f->immutable ? STR("public, max-age=31536000, immutable") : STR("no-cache"));
}

void asset_get(struct request *r, struct reply *rp)
{
    struct asset f;
    if (asset_find(r->path, &f) && !str_eq_c(r->path, "/index.html"))
        asset_reply(r, rp, &f);
    else
        reply_problem(r, rp, ERR_NOT_FOUND, NULL);
}
