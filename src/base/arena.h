/*
 * One arena per request and per job: allocations live until the arena ends, nothing inside is
 * freed singly. Zero-initialised is a valid empty arena. Not thread-safe: one owner at a time.
 * A small allocation that fails aborts the program; sizes that come from outside are checked
 * against named limits by whoever reads them, before they get here.
 */
#ifndef DRAMALET_BASE_ARENA_H
#define DRAMALET_BASE_ARENA_H

#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

struct arena_block;

struct arena {
    struct arena_block *head;
    size_t used_bytes; /* sum of what was handed out */
};

/* Zeroed memory, aligned for any type; never NULL. */
void *arena_alloc(struct arena *a, size_t n) __attribute__((malloc, returns_nonnull));
/* Zeroed array; aborts on overflow of count * size. */
void *arena_calloc(struct arena *a, size_t count, size_t size) __attribute__((returns_nonnull));
/* Copies, NUL-terminated behind .n for the convenience of C interfaces. */
struct str arena_str(struct arena *a, struct str s);
char *arena_cstr(struct arena *a, struct str s);
struct str arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Frees everything; the arena is empty and usable again. Takes NULL. */
void arena_done(struct arena *a);
/* Forgets everything, keeps the newest block: for loops over many small jobs. */
void arena_reset(struct arena *a);

#define ARENA_NEW(a, type)      ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, type, n) ((type *)arena_calloc((a), (n), sizeof(type)))

#endif
