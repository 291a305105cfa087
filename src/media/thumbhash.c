/* The reference algorithm, without its alpha channel: a low-frequency cosine transform of luma (l)
 * and two colour differences (p yellow-blue, q red-green), quantised to nibbles. */
#include "media/thumbhash.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { AC_MAX = 32 };

struct channel {
    const double *values; /* every third */
    double dc, scale, ac[AC_MAX];
    int n_ac;
};

static double coefficient(const double *values, int w, int h, int cx, int cy)
{
    const double pi = 3.14159265358979323846;
    double sum = 0, fx[THUMBHASH_SIDE_MAX];
    for (int x = 0; x < w; x++)
        fx[x] = cos(pi / w * cx * (x + 0.5));
    for (int y = 0; y < h; y++) {
        double fy = cos(pi / h * cy * (y + 0.5));
        for (int x = 0; x < w; x++)
            sum += values[3 * (x + y * w)] * fx[x] * fy;
    }
    return sum / (w * h);
}

static void encode_channel(struct channel *c, int w, int h, int nx, int ny)
{
    for (int cy = 0; cy < ny; cy++) {
        for (int cx = 0; cx * ny < nx * (ny - cy); cx++) {
            double f = coefficient(c->values, w, h, cx, cy);
            if (cx == 0 && cy == 0) {
                c->dc = f;
            } else if (c->n_ac < AC_MAX) {
                c->ac[c->n_ac++] = f;
                c->scale = fmax(c->scale, fabs(f));
            }
        }
    }
    for (int i = 0; i < c->n_ac; i++)
        c->ac[i] = c->scale > 0 ? 0.5 + 0.5 / c->scale * c->ac[i] : 0;
}

static unsigned quantise(double v, unsigned most)
{
    double r = floor(v * most + 0.5);
    return r < 0 ? 0 : r > most ? most : (unsigned)r;
}

static int at_least(int v, int least)
{
    return v > least ? v : least;
}

static void to_lpq(const uint8_t *rgb, int n, double *lpq)
{
    for (int i = 0; i < n; i++) {
        double r = rgb[3 * i] / 255.0, g = rgb[3 * i + 1] / 255.0, b = rgb[3 * i + 2] / 255.0;
        lpq[3 * i] = (r + g + b) / 3;
        lpq[3 * i + 1] = (r + g) / 2 - b;
        lpq[3 * i + 2] = r - g;
    }
}

size_t thumbhash_encode(const uint8_t *rgb, int width, int height, uint8_t out[THUMBHASH_BYTES_MAX])
{
    static const int l_limit = 7;
    int longest = width > height ? width : height;
    int lx = at_least((int)lround((double)l_limit * width / longest), 1);
    int ly = at_least((int)lround((double)l_limit * height / longest), 1);
    double *lpq = malloc((size_t)(width * height) * 3 * sizeof *lpq);
    if (!lpq)
        abort();
    to_lpq(rgb, width * height, lpq);
    struct channel c[3] = { { .values = lpq }, { .values = lpq + 1 }, { .values = lpq + 2 } };
    encode_channel(&c[0], width, height, at_least(lx, 3), at_least(ly, 3));
    encode_channel(&c[1], width, height, 3, 3);
    encode_channel(&c[2], width, height, 3, 3);
    free(lpq);

    unsigned is_landscape = width > height;
    unsigned h24 = quantise(c[0].dc, 63) | quantise(0.5 + 0.5 * c[1].dc, 63) << 6 |
                   quantise(0.5 + 0.5 * c[2].dc, 63) << 12 | quantise(c[0].scale, 31) << 18;
    unsigned h16 = (unsigned)(is_landscape ? ly : lx) | quantise(c[1].scale, 63) << 3 |
                   quantise(c[2].scale, 63) << 9 | is_landscape << 15;
    memset(out, 0, THUMBHASH_BYTES_MAX);
    for (int i = 0; i < 3; i++)
        out[i] = (uint8_t)(h24 >> (8 * i));
    out[3] = (uint8_t)h16;
    out[4] = (uint8_t)(h16 >> 8);
    size_t nibble = 0;
    for (int k = 0; k < 3; k++) {
        for (int i = 0; i < c[k].n_ac && 5 + nibble / 2 < THUMBHASH_BYTES_MAX; i++, nibble++)
            out[5 + nibble / 2] |= (uint8_t)(quantise(c[k].ac[i], 15) << (nibble % 2 * 4));
    }
    return 5 + (nibble + 1) / 2;
}
