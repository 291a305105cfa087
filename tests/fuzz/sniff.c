/* A file's first bytes: one of three demuxers, or a sentence. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "media/sniff.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    const char *demuxer = NULL;
    struct diag d = { 0 };
    if (sniff(str_sub((const char *)data, n), &demuxer, &d) == OK) {
        if (strcmp(demuxer, "mov") != 0 && strcmp(demuxer, "matroska") != 0 &&
            strcmp(demuxer, "mpegts") != 0)
            abort();
    } else if (!d.msg[0]) {
        abort();
    }
    return 0;
}
