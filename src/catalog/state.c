/* See state.h. */
#include "catalog/state.h"

/* In the order of enum publish_state. */
static const char *const names[STATE_COUNT] = { "draft",     "processing", "ready",
                                                "scheduled", "published",  "withdrawn" };

/* A published episode whose video is replaced stays published: the old video plays on. */
static const bool allowed[STATE_COUNT][STATE_COUNT] = {
    [STATE_DRAFT] = { [STATE_PROCESSING] = true,
                      [STATE_READY] = true,
                      [STATE_SCHEDULED] = true,
                      [STATE_PUBLISHED] = true,
                      [STATE_WITHDRAWN] = true },
    [STATE_PROCESSING] = { [STATE_DRAFT] = true,
                           [STATE_READY] = true,
                           [STATE_SCHEDULED] = true,
                           [STATE_PUBLISHED] = true,
                           [STATE_WITHDRAWN] = true },
    [STATE_READY] = { [STATE_DRAFT] = true,
                      [STATE_SCHEDULED] = true,
                      [STATE_PUBLISHED] = true,
                      [STATE_WITHDRAWN] = true },
    [STATE_SCHEDULED] = { [STATE_DRAFT] = true,
                          [STATE_READY] = true,
                          [STATE_PUBLISHED] = true,
                          [STATE_WITHDRAWN] = true },
    /* Viewers may have it in their history: it is withdrawn, not turned into a draft again. */
    [STATE_PUBLISHED] = { [STATE_WITHDRAWN] = true },
    [STATE_WITHDRAWN] = { [STATE_DRAFT] = true,
                          [STATE_PROCESSING] = true,
                          [STATE_READY] = true,
                          [STATE_SCHEDULED] = true,
                          [STATE_PUBLISHED] = true },
};

const char *catalog_state_name(enum publish_state s)
{
    return s < STATE_COUNT ? names[s] : "unknown";
}

enum err catalog_state_parse(struct str name, enum publish_state *ret)
{
    for (int i = 0; i < STATE_COUNT; i++)
        if (str_eq_c(name, names[i])) {
            *ret = (enum publish_state)i;
            return OK;
        }
    return ERR_INPUT;
}

bool catalog_state_allows(enum publish_state from, enum publish_state to)
{
    return from < STATE_COUNT && to < STATE_COUNT && (from == to || allowed[from][to]);
}

enum publish_state catalog_state_next(enum publish_state from, const struct episode_facts *f,
                                      int64_t now_us)
{
    if (f->is_withdrawn || (f->is_draft && from == STATE_PUBLISHED))
        return STATE_WITHDRAWN;
    if (f->is_draft && from == STATE_WITHDRAWN)
        return STATE_WITHDRAWN;
    if (f->is_draft)
        return f->has_media ? STATE_READY : STATE_DRAFT;
    if (from == STATE_PUBLISHED)
        return STATE_PUBLISHED;
    if (!f->has_media)
        return STATE_PROCESSING;
    return f->publish_at_us > now_us ? STATE_SCHEDULED : STATE_PUBLISHED;
}
