/*
 * The packed client: one blob taken in by the assembler, one sorted table of what lies where.
 * Read-only data; any thread may call.
 */
#include "web/assets.h"

#include <string.h>

struct asset_row {
    const char *path, *type, *etag;
    size_t data_at, data_n, gzip_at, gzip_n, br_at, br_n;
    bool immutable;
};

#include "assets_index.h"

__asm__(".section .rodata\n"
        ".balign 16\n"
        ".hidden dramalet_assets\n"
        ".global dramalet_assets\n"
        "dramalet_assets:\n"
        ".incbin \"" ASSETS_BLOB "\"\n"
        ".byte 0\n"
        ".previous\n");

extern const char dramalet_assets[] __attribute__((visibility("hidden")));

bool asset_find(struct str path, struct asset *ret_asset)
{
    size_t low = 0, high = ASSETS_COUNT;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct asset_row *row = &asset_rows[middle];
        size_t n = strlen(row->path);
        int order = memcmp(path.p, row->path, path.n < n ? path.n : n);
        if (order == 0 && path.n == n) {
            *ret_asset = (struct asset){
                .data = str_sub(dramalet_assets + row->data_at, row->data_n),
                .gzip = str_sub(dramalet_assets + row->gzip_at, row->gzip_n),
                .br = str_sub(dramalet_assets + row->br_at, row->br_n),
                .content_type = str_from(row->type),
                .etag = str_from(row->etag),
                .immutable = row->immutable,
            };
            return true;
        }
        if (order < 0 || (order == 0 && path.n < n))
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}

struct str asset_policy(void)
{
    return STR(ASSETS_POLICY);
}
