/* Wall time as text: days-from-civil arithmetic (Hinnant, "chrono-Compatible Low-Level Date
 * Algorithms"). */
#include "base/timefmt.h"

struct civil {
    int64_t year;
    unsigned month, day;
};

static int64_t days_from_civil(int64_t y, unsigned m, unsigned d)
{
    y -= m <= 2;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t yoe = y - era * 400;
    int64_t doy = (153 * ((int64_t)m + (m > 2 ? -3 : 9)) + 2) / 5 + (int64_t)d - 1;
    int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

static struct civil civil_from_days(int64_t z)
{
    z += 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    struct civil c = { .day = (unsigned)(doy - (153 * mp + 2) / 5 + 1),
                       .month = (unsigned)(mp < 10 ? mp + 3 : mp - 9) };
    c.year = yoe + era * 400 + (c.month <= 2);
    return c;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static void add_year(struct buf *b, int64_t year)
{
    if (year < 0)
        buf_add_char(b, '-');
    buf_add_digits(b, year < 0 ? 0 - (uint64_t)year : (uint64_t)year, 4);
}

static void add_clock(struct buf *b, int64_t second_of_day)
{
    buf_add_digits(b, (uint64_t)(second_of_day / 3600), 2);
    buf_add_char(b, ':');
    buf_add_digits(b, (uint64_t)(second_of_day / 60 % 60), 2);
    buf_add_char(b, ':');
    buf_add_digits(b, (uint64_t)(second_of_day % 60), 2);
}

void buf_add_rfc3339(struct buf *b, int64_t utc_us)
{
    int64_t s = floor_div(utc_us, US_PER_S), days = floor_div(s, 86400);
    struct civil c = civil_from_days(days);
    add_year(b, c.year);
    buf_add_char(b, '-');
    buf_add_digits(b, c.month, 2);
    buf_add_char(b, '-');
    buf_add_digits(b, c.day, 2);
    buf_add_char(b, 'T');
    add_clock(b, s - days * 86400);
    int64_t ms = (utc_us - s * US_PER_S) / US_PER_MS;
    if (ms) {
        buf_add_char(b, '.');
        buf_add_digits(b, (uint64_t)ms, 3);
    }
    buf_add_char(b, 'Z');
}

void buf_add_http_date(struct buf *b, int64_t utc_us)
{
    static const char day_names[] = "ThuFriSatSunMonTueWed"; /* 1970 began on a Thursday */
    static const char month_names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    int64_t s = floor_div(utc_us, US_PER_S), days = floor_div(s, 86400);
    struct civil c = civil_from_days(days);
    buf_add(b, day_names + 3 * (days - floor_div(days, 7) * 7), 3);
    buf_add(b, ", ", 2);
    buf_add_digits(b, c.day, 2);
    buf_add_char(b, ' ');
    buf_add(b, month_names + 3 * (c.month - 1), 3);
    buf_add_char(b, ' ');
    add_year(b, c.year);
    buf_add_char(b, ' ');
    add_clock(b, s - days * 86400);
    buf_add(b, " GMT", 4);
}

void buf_add_iso_duration(struct buf *b, int64_t us)
{
    if (us < 0)
        us = 0;
    int64_t minutes = us / (60 * US_PER_S), ms = us / US_PER_MS % 60000;
    buf_add_c(b, "PT");
    if (minutes)
        buf_addf(b, "%lldM", (long long)minutes);
    if (ms % 1000)
        buf_addf(b, "%lld.%03lldS", (long long)ms / 1000, (long long)ms % 1000);
    else
        buf_addf(b, "%lldS", (long long)ms / 1000);
}

/* Takes exactly n digits off *s. */
static bool take_digits(struct str *s, size_t n, unsigned *ret)
{
    unsigned v = 0;
    if (s->n < n)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (s->p[i] < '0' || s->p[i] > '9')
            return false;
        v = v * 10 + (unsigned)(s->p[i] - '0');
    }
    *s = str_skip(*s, n);
    *ret = v;
    return true;
}

static bool take_char(struct str *s, char c)
{
    if (s->n == 0 || s->p[0] != c)
        return false;
    *s = str_skip(*s, 1);
    return true;
}

static bool take_date(struct str *s, int64_t *ret_days)
{
    static const unsigned char month_days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    unsigned y, m, d;
    if (!take_digits(s, 4, &y) || !take_char(s, '-') || !take_digits(s, 2, &m) ||
        !take_char(s, '-') || !take_digits(s, 2, &d) || m < 1 || m > 12)
        return false;
    bool leap = (y % 4 == 0 && y % 100) || y % 400 == 0;
    if (d < 1 || d > (unsigned)month_days[m - 1] + (m == 2 && leap))
        return false;
    *ret_days = days_from_civil(y, m, d);
    return true;
}

static bool take_fraction(struct str *s, int64_t *ret_us)
{
    int64_t us = 0, unit = 100000;
    size_t n = 0;
    for (; n < s->n && s->p[n] >= '0' && s->p[n] <= '9'; n++, unit /= 10)
        us += (s->p[n] - '0') * unit;
    *s = str_skip(*s, n);
    *ret_us = us;
    return n > 0;
}

static bool take_offset(struct str *s, int64_t *ret_s)
{
    if (take_char(s, 'Z') || take_char(s, 'z')) {
        *ret_s = 0;
        return true;
    }
    int sign = take_char(s, '+') ? 1 : take_char(s, '-') ? -1 : 0;
    unsigned h, m;
    if (!sign || !take_digits(s, 2, &h) || !take_char(s, ':') || !take_digits(s, 2, &m) || h > 23 ||
        m > 59)
        return false;
    *ret_s = sign * (int64_t)(h * 3600 + m * 60);
    return true;
}

enum err rfc3339_parse(struct str s, int64_t *ret_utc_us)
{
    int64_t days, fraction = 0, offset_s = 0;
    unsigned h = 0, m = 0, sec = 0;
    if (!take_date(&s, &days))
        return ERR_INPUT;
    if (s.n) {
        if (!take_char(&s, 'T') && !take_char(&s, 't') && !take_char(&s, ' '))
            return ERR_INPUT;
        if (!take_digits(&s, 2, &h) || !take_char(&s, ':') || !take_digits(&s, 2, &m) || h > 23 ||
            m > 59)
            return ERR_INPUT;
        if (take_char(&s, ':') && (!take_digits(&s, 2, &sec) || sec > 60))
            return ERR_INPUT;
        if (take_char(&s, '.') && !take_fraction(&s, &fraction))
            return ERR_INPUT;
        if (!take_offset(&s, &offset_s) || s.n)
            return ERR_INPUT;
    }
    int64_t seconds = days * 86400 + (int64_t)(h * 3600 + m * 60 + sec) - offset_s;
    if (seconds < days_from_civil(0, 1, 1) * 86400 ||
        seconds >= days_from_civil(10000, 1, 1) * 86400)
        return ERR_INPUT; /* an offset led out of the years that four digits can say */
    *ret_utc_us = seconds * US_PER_S + fraction;
    return OK;
}
