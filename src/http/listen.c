/* Listening sockets; see listen.h. Any thread, no state. */
#include "http/listen.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 1024, HOST_MAX = 256 };

/* Takes "host:port" apart; brackets around an IPv6 address are removed. */
static bool split_address(const char *address, char host[HOST_MAX], const char **ret_port)
{
    const char *colon = strrchr(address, ':');
    if (!colon || !colon[1] || strspn(colon + 1, "0123456789") != strlen(colon + 1))
        return false;
    size_t n = (size_t)(colon - address);
    const char *from = address;
    if (n >= 2 && address[0] == '[' && colon[-1] == ']') {
        from++;
        n -= 2;
    } else if (memchr(address, ':', n)) {
        return false; /* an IPv6 address without brackets */
    }
    if (n >= HOST_MAX)
        return false;
    memcpy(host, from, n);
    host[n] = '\0';
    *ret_port = colon + 1;
    return true;
}

static int open_listener(const struct addrinfo *ai, bool is_any)
{
    int fd = socket(ai->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    int on = 1, off = 0;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (ai->ai_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, is_any ? &off : &on, sizeof on);
    if (bind(fd, ai->ai_addr, ai->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    int code = errno;
    close(fd);
    errno = code;
    return -1;
}

enum err listen_tcp(const char *address, int *ret_fd, struct diag *d)
{
    char host[HOST_MAX];
    const char *port;
    if (!split_address(address, host, &port))
        return diag_fail(d, ERR_INPUT, 0, 0,
                         "'%s' is not an address to listen on; write 127.0.0.1:8080, [::1]:8080 "
                         "or :8080",
                         address);
    struct addrinfo hints = { .ai_flags = AI_PASSIVE | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM };
    struct addrinfo *list = NULL;
    int rc = getaddrinfo(host[0] ? host : NULL, port, &hints, &list);
    if (rc != 0)
        return diag_fail(d, ERR_INPUT, 0, 0, "no such address to listen on: '%s' (%s)", address,
                         gai_strerror(rc));
    int fd = -1, code = 0;
    /* An empty host prefers IPv6, which takes IPv4 as well. */
    for (int pass = 0; pass < 2 && fd < 0; pass++)
        for (const struct addrinfo *ai = list; ai && fd < 0; ai = ai->ai_next) {
            if (!host[0] && (ai->ai_family == AF_INET6) != (pass == 0))
                continue;
            fd = open_listener(ai, !host[0]);
            code = fd < 0 ? errno : 0;
        }
    freeaddrinfo(list);
    if (fd < 0)
        return diag_fail(d, code == EADDRINUSE ? ERR_CONFLICT : ERR_IO, 0, 0,
                         "cannot listen on %s: %s", address, strerror(code));
    *ret_fd = fd;
    return OK;
}

enum err listen_unix(const char *path, int *ret_fd, struct diag *d)
{
    struct sockaddr_un un = { .sun_family = AF_UNIX };
    if (strlen(path) >= sizeof un.sun_path)
        return diag_fail(d, ERR_LIMIT, 0, 0,
                         "the path of the control socket is longer than %zu bytes: %s",
                         sizeof un.sun_path - 1, path);
    memcpy(un.sun_path, path, strlen(path) + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return diag_fail(d, ERR_IO, 0, 0, "cannot make a socket: %s", strerror(errno));
    unlink(path);
    /* Mode before bind: there is no moment in which others could connect. */
    if (fchmod(fd, 0600) == 0 && bind(fd, (struct sockaddr *)&un, sizeof un) == 0 &&
        chmod(path, 0600) == 0 && listen(fd, BACKLOG) == 0) {
        *ret_fd = fd;
        return OK;
    }
    enum err e = diag_fail(d, ERR_IO, 0, 0, "cannot listen on %s: %s", path, strerror(errno));
    close(fd);
    return e;
}

int listen_port(int fd)
{
    struct sockaddr_storage ss = { 0 };
    socklen_t n = sizeof ss;
    if (getsockname(fd, (struct sockaddr *)&ss, &n) != 0)
        return 0;
    if (ss.ss_family == AF_INET)
        return ntohs(((const struct sockaddr_in *)&ss)->sin_port);
    if (ss.ss_family == AF_INET6)
        return ntohs(((const struct sockaddr_in6 *)&ss)->sin6_port);
    return 0;
}
