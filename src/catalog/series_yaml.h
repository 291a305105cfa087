/*
 * series.yaml, the face of a series package, as a plain struct. title and language are enough.
 *
 * Everything wrong is told at once, with line, column and what would be right. Unknown keys are
 * kept (the file is stored byte for byte) and warned about. Texts live in the arena. Strings are
 * empty and numbers 0 where the file is silent. Pure, any thread.
 */
#ifndef DRAMALET_CATALOG_SERIES_YAML_H
#define DRAMALET_CATALOG_SERIES_YAML_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "catalog/problems.h"
#include "catalog/yaml_tree.h"

enum {
    SERIES_EPISODES_MAX = 1000,
    SERIES_SEASONS_MAX = 100,
    SERIES_PEOPLE_MAX = 200,
    SERIES_TITLE_MAX = 200,     /* characters */
    SERIES_SYNOPSIS_MAX = 4000, /* characters */
    SERIES_NUMBER_MAX = 9999,   /* greatest episode number */
};

/* 0 means "not said" in all three. */
enum series_rating { RATING_NONE, RATING_ALL, RATING_12, RATING_16, RATING_18 };
enum series_fit {
    SERIES_FIT_NONE,
    SERIES_FIT_AUTO,
    SERIES_FIT_BLUR,
    SERIES_FIT_CROP,
    SERIES_FIT_KEEP
};
enum series_visibility {
    VISIBILITY_NONE,
    VISIBILITY_PUBLISHED,
    VISIBILITY_SCHEDULED,
    VISIBILITY_DRAFT
};

struct str_list {
    struct str *items;
    size_t n;
};

struct series_person {
    struct str name, role;
};

struct series_people {
    struct series_person *items;
    size_t n;
};

struct series_season {
    int64_t number;
    struct str title;
    const struct ynode *node;
};

/* A point of the picture in permille of its width and height. */
struct series_focus {
    bool is_set;
    int x, y;
};

struct series_episode {
    int64_t number; /* over all seasons, from 1: the name of its folder */
    struct str title, synopsis;
    int64_t season;        /* number; 0: not said */
    int64_t publish_at_us; /* UTC; 0: not said */
    int fit;               /* enum series_fit; SERIES_FIT_NONE: as the series */
    int visibility;        /* enum series_visibility */
    struct series_focus focus;
    const struct ynode *node;
};

struct series_doc {
    struct str title, language, slug, synopsis;
    struct str_list genres, hashtags, content_notes;
    int rating;
    struct series_people cast, credits;
    struct str creator, rights, ai_use, filing_number, cover;
    bool synthetic_voice, is_test_footage;
    int fit, visibility;
    struct series_focus focus;
    int64_t publish_at_us;
    struct {
        struct series_season *items;
        size_t n;
    } seasons;
    struct {
        struct series_episode *items; /* sorted by number */
        size_t n;
    } episodes;
    const struct ynode *root; /* where everything stands, for series_edit.h */
};

/*
 * Reads text under the name file (for messages). ERR_INPUT or ERR_LIMIT: at least one error was
 * added to ps. Warnings may be there on OK.
 */
NODISCARD enum err series_yaml_read(struct arena *a, struct str text, struct str file,
                                    struct problems *ps, struct series_doc *ret);

/* The entry of episodes with this number; NULL: the file does not mention it. */
const struct series_episode *series_doc_episode(const struct series_doc *d, int64_t number);

/* Name of a choice's value as the file writes it; "" for 0. */
const char *series_rating_name(int rating);
const char *series_fit_name(int fit);

#endif
