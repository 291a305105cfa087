/* Magic numbers as a table. The order matters only for text, which comes last. */
#include "media/sniff.h"

#include <stdint.h>

#include "base/utf8.h"

#define TAKEN "Send MP4, MOV, MKV, WebM or MPEG-TS."

static const struct {
    uint8_t at, n;
    const char *magic;
    const char *demuxer; /* NULL: refused */
    const char *what;
} magics[] = {
    { 4, 4, "ftyp", "mov", NULL },
    { 4, 4, "moov", "mov", NULL },
    { 4, 4, "mdat", "mov", NULL },
    { 4, 4, "wide", "mov", NULL },
    { 4, 4, "free", "mov", NULL },
    { 4, 4, "skip", "mov", NULL },
    { 4, 4, "pnot", "mov", NULL },
    { 4, 4, "styp", "mov", NULL },
    { 0, 4, "\x1A\x45\xDF\xA3", "matroska", NULL },
    { 0, 7, "#EXTM3U", NULL, "an HLS playlist" },
    { 0, 8, "ffconcat", NULL, "a list of files for FFmpeg" },
    { 0, 10, "[playlist]", NULL, "a playlist" },
    { 0, 4, "v=0\r", NULL, "a session description (SDP)" },
    { 0, 4, "v=0\n", NULL, "a session description (SDP)" },
    { 0, 5, "<?xml", NULL, "an XML file" },
    { 0, 4, "<MPD", NULL, "a DASH manifest" },
    { 0, 4, "<SMI", NULL, "a SMIL playlist" },
    { 8, 4, "AVI ", NULL, "an AVI video" },
    { 8, 4, "WAVE", NULL, "a WAV sound file" },
    { 8, 4, "WEBP", NULL, "a picture (WebP)" },
    { 0, 4, "FLV\1", NULL, "a Flash video" },
    { 0, 4, "OggS", NULL, "an Ogg file" },
    { 0, 4, "\x30\x26\xB2\x75", NULL, "a Windows Media file" },
    { 0, 4, "\0\0\1\xBA", NULL, "an MPEG program stream" },
    { 0, 3, "\xFF\xD8\xFF", NULL, "a picture (JPEG)" },
    { 0, 4, "\x89PNG", NULL, "a picture (PNG)" },
    { 0, 4, "GIF8", NULL, "a picture (GIF)" },
    { 0, 4, "%PDF", NULL, "a PDF document" },
    { 0, 4, "PK\3\4", NULL, "a ZIP archive" },
    { 0, 2, "\x1F\x8B", NULL, "a gzip archive" },
    { 0, 3, "ID3", NULL, "an MP3 sound file" },
    { 0, 4, "fLaC", NULL, "a FLAC sound file" },
    { 0, 4,
      "\x7F"
      "ELF",
      NULL, "a program" },
    { 0, 2, "MZ", NULL, "a program" },
};

/* Sync bytes of three packets in a row: 188 bytes apart, or 192 with a time stamp before each. */
static bool is_mpegts(struct str s)
{
    static const struct {
        size_t first, step;
    } layouts[] = { { 0, 188 }, { 4, 192 } };
    for (size_t i = 0; i < 2; i++) {
        size_t at = layouts[i].first, step = layouts[i].step;
        if (s.n > at + 2 * step && s.p[at] == 0x47 && s.p[at + step] == 0x47 &&
            s.p[at + 2 * step] == 0x47)
            return true;
    }
    return false;
}

static bool is_text(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f')
            return false;
    }
    struct str whole = utf8_head(s, s.n > 4 ? s.n - 4 : s.n); /* the last character may be cut */
    return utf8_is_valid(whole);
}

enum err sniff(struct str head, const char **ret_demuxer, struct diag *d)
{
    if (head.n == 0)
        return diag_fail(d, ERR_INPUT, 0, 0, "The file is empty. " TAKEN);
    struct str s = head;
    if (str_starts(s, STR("\xEF\xBB\xBF")))
        s = str_skip(s, 3);
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++) {
        struct str at = str_head(str_skip(s, magics[i].at), magics[i].n);
        if (!str_eq(at, str_sub(magics[i].magic, magics[i].n)))
            continue;
        if (!magics[i].demuxer)
            return diag_fail(d, ERR_UNSUPPORTED, 0, 0, "This is %s. " TAKEN, magics[i].what);
        *ret_demuxer = magics[i].demuxer;
        return OK;
    }
    if (is_mpegts(s)) {
        *ret_demuxer = "mpegts";
        return OK;
    }
    return diag_fail(d, ERR_INPUT, 0, 0,
                     is_text(s) ? "This is a text file, not a video. " TAKEN
                                : "This is not a video file. " TAKEN);
}
