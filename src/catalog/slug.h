/*
 * Slugs: a series' short name in commands and exported folders, and its identity when a package is
 * published again. Letters and digits of any script, folded, joined by single hyphens. Pure.
 */
#ifndef DRAMALET_CATALOG_SLUG_H
#define DRAMALET_CATALOG_SLUG_H

#include "base/arena.h"
#include "base/str.h"

enum { SLUG_MAX = 120 }; /* bytes */

/* "Rain at Nine!" -> "rain-at-nine", "雨夜来信" stays. Cut at SLUG_MAX. Empty when s has no letter
 * and no digit. In a. */
struct str slug_from(struct arena *a, struct str s);

/* What a series without a slug of its own is known by: its title's slug, a hyphen, its language in
 * lower case. Never empty. In a. */
struct str slug_of_series(struct arena *a, struct str title, struct str language);

/* True when s is exactly what slug_from makes of it. */
bool slug_is_valid(struct str s);

#endif
