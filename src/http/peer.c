/* The client's address, hashed; and trusted proxies. Pure after peer_rules_parse, any thread. */
#include "http/peer.h"

#include <arpa/inet.h>
#include <sodium/crypto_shorthash.h>
#include <string.h>

#include "base/timefmt.h"

static bool parse_address(struct str s, struct in6_addr *ret, bool *ret_is_v4)
{
    char text[INET6_ADDRSTRLEN + 1];
    if (s.n == 0 || s.n >= sizeof text)
        return false;
    memcpy(text, s.p, s.n);
    text[s.n] = '\0';
    struct in_addr v4;
    *ret_is_v4 = inet_pton(AF_INET, text, &v4) == 1;
    if (!*ret_is_v4)
        return inet_pton(AF_INET6, text, ret) == 1;
    memset(ret, 0, sizeof *ret);
    ret->s6_addr[10] = ret->s6_addr[11] = 0xff;
    memcpy(ret->s6_addr + 12, &v4, 4);
    return true;
}

static bool parse_net(struct str s, struct peer_net *ret)
{
    if (str_eq_c(s, "unix")) { /* the peer of a Unix socket is all zeros */
        *ret = (struct peer_net){ .bits = 128 };
        return true;
    }
    ptrdiff_t slash = str_find_char(s, '/');
    struct str address = slash < 0 ? s : str_head(s, (size_t)slash);
    bool is_v4;
    if (!parse_address(address, &ret->address, &is_v4))
        return false;
    uint64_t bits = is_v4 ? 32 : 128;
    if (slash >= 0) {
        uint64_t given;
        if (str_to_u64(str_skip(s, (size_t)slash + 1), &given) != OK || given > bits)
            return false;
        bits = given;
    }
    ret->bits = (unsigned)bits + (is_v4 ? 96 : 0);
    return true;
}

enum err peer_rules_parse(const char *list, struct peer_rules *ret, struct diag *d)
{
    ret->n = 0;
    struct str rest = str_from(list), part;
    while (str_next(&rest, ',', &part)) {
        part = str_trim(part);
        if (part.n == 0)
            continue;
        if (ret->n == PEER_PROXIES_MAX)
            return diag_fail(d, ERR_LIMIT, 0, 0, "more than %d trusted proxies", PEER_PROXIES_MAX);
        if (!parse_net(part, &ret->nets[ret->n]))
            return diag_fail(d, ERR_INPUT, 0, 0,
                             "'%.*s' is not an address of a proxy; write 127.0.0.1, ::1, "
                             "10.0.0.0/8 or unix",
                             STR_ARG(part));
        ret->n++;
    }
    return OK;
}

struct in6_addr peer_address(const struct sockaddr *sa)
{
    struct in6_addr a = { 0 };
    if (!sa)
        return a;
    if (sa->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, sa, sizeof in);
        a.s6_addr[10] = a.s6_addr[11] = 0xff;
        memcpy(a.s6_addr + 12, &in.sin_addr, 4);
    } else if (sa->sa_family == AF_INET6) {
        struct sockaddr_in6 in6;
        memcpy(&in6, sa, sizeof in6);
        a = in6.sin6_addr;
    }
    return a;
}

static bool in_net(const struct in6_addr *a, const struct peer_net *net)
{
    unsigned whole = net->bits / 8, left = net->bits % 8;
    if (memcmp(a->s6_addr, net->address.s6_addr, whole) != 0)
        return false;
    if (left == 0)
        return true;
    unsigned mask = 0xffu << (8 - left) & 0xffu;
    return (a->s6_addr[whole] & mask) == (net->address.s6_addr[whole] & mask);
}

bool peer_is_trusted(const struct peer_rules *rules, const struct in6_addr *a)
{
    for (size_t i = 0; i < rules->n; i++)
        if (in_net(a, &rules->nets[i]))
            return true;
    return false;
}

bool peer_forwarded(const struct peer_rules *rules, struct str header, struct in6_addr *ret)
{
    while (header.n) {
        ptrdiff_t comma = str_rfind_char(header, ',');
        struct str last = str_trim(comma < 0 ? header : str_skip(header, (size_t)comma + 1));
        header = comma < 0 ? STR("") : str_head(header, (size_t)comma);
        struct in6_addr a;
        bool is_v4;
        if (!parse_address(last, &a, &is_v4))
            return false;
        *ret = a;
        if (!peer_is_trusted(rules, &a))
            return true;
    }
    return false;
}

uint64_t peer_hash(const struct peer_rules *rules, const struct in6_addr *a, int64_t now_us)
{
    struct {
        struct in6_addr address;
        int64_t day;
    } in = { *a, now_us / US_PER_DAY };
    uint64_t out;
    _Static_assert(sizeof out == crypto_shorthash_BYTES, "64 bits");
    _Static_assert(PEER_KEY_BYTES == crypto_shorthash_KEYBYTES, "key of SipHash-2-4");
    crypto_shorthash((unsigned char *)&out, (const unsigned char *)&in, sizeof in, rules->key);
    return out;
}
