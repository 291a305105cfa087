/*
 * The web client inside the binary: built by build.mjs, packed by pack.mjs, found here by path.
 *
 * Everything is read-only and lives as long as the program; any thread may ask. `/index.html` is
 * the page template with the markers <!--head-->, <!--body--> and <!--boot-->: the server fills
 * them, it is not served as it is.
 */
#ifndef DRAMALET_WEB_ASSETS_H
#define DRAMALET_WEB_ASSETS_H

#include <stdbool.h>

#include "base/str.h"

struct asset {
    struct str data;         /* as it is */
    struct str gzip, br;     /* compressed; empty where that saves too little */
    struct str content_type; /* value of the header */
    struct str etag;         /* of `data`, with its quotes */
    bool immutable;          /* its name holds its hash: cache for a year */
};

/* Fills *ret_asset with the file at `path` (with its leading slash) and returns true; false: none.
 */
bool asset_find(struct str path, struct asset *ret_asset);

/* The Content-Security-Policy for pages made from the template: it holds the hashes of the script
 * and style that the template has inline. */
struct str asset_policy(void);

#endif
