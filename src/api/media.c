/*
 * Media on the loop: the signature is checked, the file is opened and handed to sendfile; no SQL,
 * no blocking but the page cache. Behind nginx only the check is ours (X-Accel-Redirect).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/api.h"
#include "api/handlers.h"
#include "store/blob.h"
#include "sys/file.h"

enum { MEDIA_PATH_MAX = 4096 };

static const struct {
    struct str suffix;
    const char *content_type;
    bool is_playlist;
} media_types[] = {
    { { ".mp4", 4 }, "video/mp4", false },
    { { ".m3u8", 5 }, "application/vnd.apple.mpegurl", true },
    { { ".mpd", 4 }, "application/dash+xml", true },
    { { ".jpg", 4 }, "image/jpeg", false },
    { { ".vtt", 4 }, "text/vtt; charset=utf-8", false },
    { { ".json", 5 }, "application/json", false },
};

static void add_caching(struct reply *rp, bool is_playlist)
{
    reply_header_add(rp, "Cache-Control",
                     is_playlist ? STR("public, max-age=60")
                                 : STR("public, max-age=31536000, immutable"));
    reply_header_add(rp, "Access-Control-Allow-Origin", STR("*"));
    reply_header_add(rp, "X-Content-Type-Options", STR("nosniff"));
}

/* "ab/<hex>/FILE" below the blobs folder. */
static void add_blob_path(char *out, size_t n, const char *before, struct media_address m)
{
    snprintf(out, n, "%s%.2s/%.*s/%.*s", before, m.blob.p, STR_ARG(m.blob), STR_ARG(m.file));
}

static enum err open_file(const char *path, struct reply *rp)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return errno == ENOTDIR || errno == ELOOP ? ERR_NOT_FOUND : err_from_errno(errno);
    struct stat st;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        fd_close(&fd);
        return ERR_NOT_FOUND;
    }
    rp->kind = REPLY_FILE;
    rp->file_fd = fd;
    rp->file_bytes = st.st_size;
    return OK;
}

static enum err open_media(const struct api *a, struct media_address m, struct reply *rp)
{
    char before[MEDIA_PATH_MAX / 2], path[MEDIA_PATH_MAX];
    snprintf(before, sizeof before, "%s/blobs/", a->data_dir);
    add_blob_path(path, sizeof path, before, m);
    return open_file(path, rp);
}

/* NULL: not one of the pictures that a cover may be. */
static const char *picture_type(int fd)
{
    char head[12];
    if (pread(fd, head, sizeof head, 0) != sizeof head)
        return NULL;
    if (memcmp(head, "\xFF\xD8\xFF", 3) == 0)
        return "image/jpeg";
    if (memcmp(head, "\x89PNG\r\n\x1A\n", 8) == 0)
        return "image/png";
    return memcmp(head, "RIFF", 4) == 0 && memcmp(head + 8, "WEBP", 4) == 0 ? "image/webp" : NULL;
}

void media_get(struct request *r, struct reply *rp)
{
    struct api *a = api_of(r);
    struct media_address m;
    enum err e = media_address_check(&a->media_key, r->path, r->now_us, &m);
    size_t t = 0;
    while (e == OK && t < sizeof media_types / sizeof *media_types &&
           !str_ends(m.file, media_types[t].suffix))
        t++;
    if (e == OK && t == sizeof media_types / sizeof *media_types)
        e = ERR_NOT_FOUND;
    if (e == OK && !a->accel_redirect_prefix)
        e = open_media(a, m, rp);
    if (e != OK) {
        reply_problem(r, rp, e, NULL);
        return;
    }
    rp->content_type = media_types[t].content_type;
    add_caching(rp, media_types[t].is_playlist);
    if (a->accel_redirect_prefix) {
        char path[MEDIA_PATH_MAX];
        add_blob_path(path, sizeof path, a->accel_redirect_prefix, m);
        reply_header_add(rp, "X-Accel-Redirect", arena_str(r->arena, str_from(path)));
        return;
    }
    reply_header_add(rp, "ETag",
                     arena_printf(r->arena, "\"%.16s-%.*s\"", m.blob.p, STR_ARG(m.file)));
}

/* A cover: a picture blob by content; the type is sniffed from its first bytes. */
void series_cover_get(struct request *r, struct reply *rp)
{
    struct str hex = r->params[0];
    if (!blob_hex_is_valid(hex)) {
        reply_problem(r, rp, ERR_NOT_FOUND, NULL);
        return;
    }
    char path[MEDIA_PATH_MAX];
    snprintf(path, sizeof path, "%s/blobs/%.2s/%.*s", api_of(r)->data_dir, hex.p, STR_ARG(hex));
    enum err e = open_file(path, rp);
    if (e == OK)
        rp->content_type = picture_type(rp->file_fd);
    if (e == OK && !rp->content_type) {
        fd_close(&rp->file_fd);
        rp->kind = REPLY_BODY;
        e = ERR_NOT_FOUND; /* a blob, but no picture: not for everybody's eyes */
    }
    if (e != OK) {
        reply_problem(r, rp, e, NULL);
        return;
    }
    add_caching(rp, false);
    reply_header_add(rp, "ETag", arena_printf(r->arena, "\"%.16s\"", hex.p));
}
