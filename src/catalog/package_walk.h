/*
 * Lists the files of a folder with everything in it, without ever following a symbolic link.
 * Names that begin with a dot are left out and told. Internal to the reading of packages.
 */
#ifndef DRAMALET_CATALOG_PACKAGE_WALK_H
#define DRAMALET_CATALOG_PACKAGE_WALK_H

#include "catalog/package.h"

/* Sorted by path. Errors as package_open. */
NODISCARD enum err package_walk(struct arena *a, const char *root, struct problems *ps,
                                struct package_entry **ret, size_t *ret_n);

#endif
