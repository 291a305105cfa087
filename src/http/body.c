/* Request bodies; see body.h. */
#include "http/body.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct header_count {
    unsigned host, content_length, transfer_encoding;
    struct str content_length_value, transfer_encoding_value, expect;
    bool has_bad_name;
};

/* RFC 9110 section 5.6.2: tchar */
static bool is_token_char(unsigned char c)
{
    static const char others[] = "!#$%&'*+-.^_`|~";
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr(others, c));
}

static enum MHD_Result count_header(void *cls, enum MHD_ValueKind kind, const char *key,
                                    size_t key_n, const char *value, size_t value_n)
{
    (void)kind;
    struct header_count *h = cls;
    struct str name = str_sub(key, key_n);
    for (size_t i = 0; i < key_n; i++)
        if (!is_token_char((unsigned char)key[i])) {
            h->has_bad_name = true;
            return MHD_NO;
        }
    switch (key_n) {
    case 4:
        h->host += str_ieq(name, STR("Host"));
        break;
    case 6:
        if (str_ieq(name, STR("Expect")))
            h->expect = str_sub(value, value_n);
        break;
    case 14:
        if (str_ieq(name, STR("Content-Length"))) {
            h->content_length++;
            h->content_length_value = str_sub(value, value_n);
        }
        break;
    case 17:
        if (str_ieq(name, STR("Transfer-Encoding"))) {
            h->transfer_encoding++;
            h->transfer_encoding_value = str_sub(value, value_n);
        }
        break;
    default:
        break;
    }
    return MHD_YES;
}

const char *body_framing_read(struct MHD_Connection *mhd, const char *version,
                              struct body_framing *ret)
{
    struct header_count h = { 0 };
    *ret = (struct body_framing){ 0 };
    MHD_get_connection_values_n(mhd, MHD_HEADER_KIND, count_header, &h);
    if (h.has_bad_name)
        return "A header's name has a character that is not allowed in one.";
    if (h.host > 1)
        return "There is more than one Host header.";
    if (h.host == 0 && strcmp(version, "HTTP/1.0") != 0)
        return "The Host header is missing.";
    if (h.content_length > 1 || h.transfer_encoding > 1)
        return "A header that says how long the body is comes twice.";
    if (h.content_length && h.transfer_encoding)
        return "Content-Length and Transfer-Encoding exclude each other.";
    ret->expects_continue = str_ieq(h.expect, STR("100-continue"));
    if (h.transfer_encoding) {
        if (!str_ieq(str_trim(h.transfer_encoding_value), STR("chunked")))
            return "The only transfer encoding understood here is chunked.";
        ret->has_body = ret->is_chunked = true;
    } else if (h.content_length) {
        if (h.content_length_value.n == 0 || h.content_length_value.p[0] < '0' ||
            h.content_length_value.p[0] > '9' ||
            str_to_u64(h.content_length_value, &ret->content_bytes) != OK)
            return "Content-Length is not a number.";
        ret->has_body = ret->content_bytes > 0;
        ret->is_small = ret->content_bytes <= BODY_SMALL_BYTES;
    }
    return NULL;
}

void body_init(struct body_sink *b)
{
    *b = (struct body_sink){ .fd = -1 };
}

void body_done(struct body_sink *b)
{
    buf_done(&b->memory);
    if (b->fd >= 0)
        close(b->fd);
    b->fd = -1;
}

static enum err err_of_write(int code)
{
    return code == ENOSPC || code == EDQUOT || code == EFBIG ? ERR_FULL : ERR_IO;
}

static int open_unlinked(const char *dir)
{
    int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT))
        return fd;
    struct buf path = { 0 }; /* a file system without O_TMPFILE */
    buf_addf(&path, "%s/upload-XXXXXX", dir);
    buf_add_char(&path, '\0');
    fd = mkostemp(path.p, O_CLOEXEC);
    if (fd >= 0)
        unlink(path.p);
    buf_done(&path);
    return fd;
}

enum err body_open(struct body_sink *b, const struct route *route, const struct body_framing *f,
                   const char *dir)
{
    b->max_bytes = route ? route->max_body : 0;
    if (f->content_bytes > b->max_bytes)
        return ERR_LIMIT;
    bool is_upload = route && route->class == ROUTE_UPLOAD;
    b->kind = is_upload ? BODY_FILE : BODY_MEMORY;
    if (is_upload) {
        b->fd = open_unlinked(dir ? dir : "/tmp");
        return b->fd >= 0 ? OK : err_of_write(errno);
    }
    b->memory.max = b->max_bytes ? (size_t)b->max_bytes : 1;
    if (f->content_bytes)
        (void)buf_reserve(&b->memory, (size_t)f->content_bytes);
    return b->memory.err;
}

void body_discard(struct body_sink *b)
{
    body_done(b);
    b->kind = BODY_DISCARD;
    b->bytes = 0;
}

static enum err write_all(int fd, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t w = write(fd, p, n);
        if (w < 0 && errno != EINTR)
            return err_of_write(errno);
        if (w > 0) {
            p += w;
            n -= (size_t)w;
        }
    }
    return OK;
}

enum err body_add(struct body_sink *b, const void *p, size_t n)
{
    b->bytes += n;
    switch (b->kind) {
    case BODY_NONE:
        return OK;
    case BODY_DISCARD:
        return b->bytes > BODY_DISCARD_MAX ? ERR_CANCELLED : OK;
    case BODY_MEMORY:
        if (b->bytes > b->max_bytes)
            return ERR_LIMIT;
        buf_add(&b->memory, p, n);
        return b->memory.err;
    case BODY_FILE:
        if (b->bytes > b->max_bytes)
            return ERR_LIMIT;
        return write_all(b->fd, p, n);
    }
    return ERR_INTERNAL;
}

bool body_has_progress(struct body_sink *b)
{
    if (b->kind != BODY_FILE || b->bytes - b->reported_bytes < HTTP_UPLOAD_LEAST_BYTES)
        return false;
    b->reported_bytes = b->bytes;
    return true;
}

void body_give(struct body_sink *b, struct request *r)
{
    r->body_bytes = (int64_t)b->bytes;
    if (b->kind == BODY_MEMORY)
        r->body = b->memory.n ? buf_str(&b->memory) : STR("");
    if (b->kind == BODY_FILE && lseek(b->fd, 0, SEEK_SET) == 0) {
        r->body_fd = b->fd;
        b->fd = -1;
    }
}
