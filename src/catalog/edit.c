/* See edit.h. */
#include "catalog/edit.h"

#include "store/package.h"
#include "store/series.h"
#include "sys/file.h"

#define SERIES_YAML "series.yaml"

static struct package_file *find_yaml(struct package_file *files, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(files[i].path, STR(SERIES_YAML)))
            return &files[i];
    return NULL;
}

/* The edits, and a slug where the identity would change without one. */
static struct series_edits with_slug(struct arena *a, struct series_edits edits,
                                     const struct series_doc *doc, struct str slug)
{
    bool renames = false, has_slug = doc->slug.n > 0;
    for (size_t i = 0; i < edits.n; i++) {
        const struct series_edit *e = &edits.items[i];
        bool is_own = e->scope == SCOPE_SERIES;
        renames |= is_own && (str_eq_c(e->key, "title") || str_eq_c(e->key, "language"));
        has_slug |= is_own && str_eq_c(e->key, "slug");
    }
    if (!renames || has_slug)
        return edits;
    struct series_edit *all = ARENA_ARRAY(a, struct series_edit, edits.n + 1);
    memcpy(all, edits.items, edits.n * sizeof *all);
    all[edits.n] = (struct series_edit){ .scope = SCOPE_SERIES, .key = STR("slug"), .text = slug };
    return (struct series_edits){ all, edits.n + 1 };
}

/* The new text of series.yaml. */
static enum err edit_yaml(struct arena *a, struct str old, struct series_edits edits,
                          struct str slug, struct str *ret, struct diag *d)
{
    struct problems ps = { .a = a };
    struct series_doc doc;
    enum err e = series_yaml_read(a, old, STR(SERIES_YAML), &ps, &doc);
    if (e != OK) { /* an older program took what this one does not */
        problems_first(&ps, d);
        return e;
    }
    edits = with_slug(a, edits, &doc, slug);
    return series_edit_apply(a, old, edits.items, edits.n, ret, d);
}

/* The stored files as a package, with another series.yaml. */
static enum err open_stored(struct edit *x, struct arena *a, const struct blobs *blobs,
                            const struct package_file *files, size_t n, struct str yaml,
                            struct diag *d)
{
    struct problems ps = { .a = a };
    struct package_entry *entries = ARENA_ARRAY(a, struct package_entry, n);
    for (size_t i = 0; i < n; i++) {
        entries[i] =
            (struct package_entry){ .path = files[i].path, .size_bytes = files[i].size_bytes };
        entries[i].disk_path = blob_path(a, blobs, arena_cstr(a, files[i].blob), STR(""));
        if (str_eq(files[i].path, STR(SERIES_YAML)))
            entries[i] = (struct package_entry){ .path = files[i].path,
                                                 .content = yaml,
                                                 .size_bytes = (int64_t)yaml.n };
    }
    enum err e = package_from_entries(a, entries, n, &ps, &x->pkg);
    if (e != OK && problems_first(&ps, d) && d)
        d->line = d->column = 0; /* of a file that is written only when all is well */
    return e;
}

/* Everything but series.yaml is in the blobs already. */
static enum err prepare(struct edit *x, struct arena *a, struct blobs *blobs,
                        const struct package_file *files)
{
    enum err e = OK;
    publish_init(&x->publish, a, &x->pkg);
    for (size_t i = 0; i < x->pkg.n_files && e == OK; i++) {
        struct blob *b = &x->publish.blobs[i];
        *b = (struct blob){ .kind = BLOB_FILE, .size_bytes = files[i].size_bytes };
        memcpy(b->hex, files[i].blob.p, SHA256_HEX);
        if (!x->pkg.files[i].disk_path)
            e = blob_put_bytes(blobs, x->pkg.files[i].content, b);
    }
    x->publish.n_copied = x->pkg.n_files;
    return e;
}

enum err edit_begin(struct edit *x, struct arena *a, struct db *db, struct blobs *blobs,
                    int64_t series, struct series_edits edits, struct diag *d)
{
    struct series_row row;
    struct package_file *files;
    size_t n;
    struct str old, yaml;
    *x = (struct edit){ 0 };
    enum err e = store_series_get(db, a, series, &row);
    if (e == OK)
        e = store_package_list(db, a, series, &files, &n);
    if (e != OK)
        return e;
    const struct package_file *f = find_yaml(files, n);
    if (!f)
        return diag_fail(d, ERR_NOT_FOUND, 0, 0, "The series has no series.yaml to edit.");
    e = file_read(a, blob_path(a, blobs, arena_cstr(a, f->blob), STR("")), YAML_FILE_MAX, &old);
    if (e == OK)
        e = edit_yaml(a, old, edits, row.slug, &yaml, d);
    if (e == OK)
        e = open_stored(x, a, blobs, files, n, yaml, d);
    if (e == OK)
        e = prepare(x, a, blobs, files);
    if (e != OK)
        return e;
    x->publish.series = series;
    x->publish.expected_yaml = f->blob;
    return OK;
}
