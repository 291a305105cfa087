/* ThumbHash (Evan Wallace, 2023): a picture's blurred look in about 25 bytes, for the moment before
 * the poster is there. Opaque pictures only. Pure; any thread. */
#ifndef DRAMALET_MEDIA_THUMBHASH_H
#define DRAMALET_MEDIA_THUMBHASH_H

#include <stddef.h>
#include <stdint.h>

enum { THUMBHASH_SIDE_MAX = 100, THUMBHASH_BYTES_MAX = 32 };

/* rgb: width * height * 3 bytes, sides 1..THUMBHASH_SIDE_MAX. Returns the number of bytes. */
size_t thumbhash_encode(const uint8_t *rgb, int width, int height,
                        uint8_t out[THUMBHASH_BYTES_MAX]);

#endif
