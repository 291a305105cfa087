/* See viewer.h. The cookie is HttpOnly and SameSite=Lax; under TLS its name binds it to this host.
 */
#include "api/viewer.h"

#include "api/api.h"
#include "base/id.h"
#include "base/timefmt.h"

static const char *cookie_name(const struct api *a)
{
    return a->is_tls ? "__Host-dl" : "dl";
}

static bool session_of(const struct request *r, struct session *ret)
{
    struct api *a = api_of(r);
    struct str token = request_cookie(r, cookie_name(a));
    return token.n && session_check(&a->session_key, token, r->now_us, ret) == OK;
}

int64_t viewer_known(const struct request *r)
{
    struct session s;
    return session_of(r, &s) ? s.viewer : 0;
}

int64_t viewer_of(const struct request *r, struct reply *rp)
{
    struct api *a = api_of(r);
    struct session s;
    bool is_known = session_of(r, &s);
    if (is_known && r->now_us - s.issued_us < SESSION_RENEW_DAYS * US_PER_DAY)
        return s.viewer;
    if (!is_known)
        s.viewer = store_new_id(a->store);
    s.issued_us = r->now_us;
    struct buf cookie = { .max = 256 };
    buf_addf(&cookie, "%s=", cookie_name(a));
    session_add_token(&cookie, &a->session_key, &s);
    buf_addf(&cookie, "; Path=/; Max-Age=%lld; HttpOnly; SameSite=Lax%s",
             (long long)SESSION_VALID_DAYS * 86400, a->is_tls ? "; Secure" : "");
    reply_header_add(rp, "Set-Cookie", buf_to_arena(&cookie, r->arena));
    return s.viewer;
}
