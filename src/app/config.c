/* Setting, checking and printing the configuration; the table is in config_keys.c, YAML in
 * config_file.c. */
#include "app/config.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

enum { SUGGESTION_DISTANCE_MAX = 3, NAME_MAX_BYTES = 64 };

struct unit {
    const char *suffix;
    int64_t factor;
};

static const struct unit size_units[] = {
    { "", 1 },
    { "K", INT64_C(1) << 10 },
    { "M", INT64_C(1) << 20 },
    { "G", INT64_C(1) << 30 },
    { "T", INT64_C(1) << 40 },
    { NULL, 0 },
};
static const struct unit duration_units[] = {
    { "ms", 1000 },
    { "s", 1000000 },
    { "m", INT64_C(60) * 1000000 },
    { "h", INT64_C(3600) * 1000000 },
    { "d", INT64_C(86400) * 1000000 },
    { NULL, 0 },
};
static const struct unit plain_units[] = { { "", 1 }, { NULL, 0 } };

static const struct {
    const char *word;
    bool value;
} bool_words[] = {
    { "yes", true }, { "true", true },   { "on", true },   { "1", true },
    { "no", false }, { "false", false }, { "off", false }, { "0", false },
};

static char fold(char c)
{
    return c == '-' ? '_' : (char)tolower((unsigned char)c);
}

static bool name_is(const char *name, struct str s)
{
    if (strlen(name) != s.n)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (name[i] != fold(s.p[i]))
            return false;
    return true;
}

const struct config_key *config_find(struct str name)
{
    for (size_t i = 0; i < config_keys_n; i++)
        if (name_is(config_keys[i].name, name))
            return &config_keys[i];
    return NULL;
}

/* Levenshtein distance over one row. */
static size_t distance(const char *a, struct str b)
{
    size_t row[NAME_MAX_BYTES + 1], n = strlen(a);
    if (b.n > NAME_MAX_BYTES)
        return SIZE_MAX;
    for (size_t j = 0; j <= b.n; j++)
        row[j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.n; j++) {
            size_t above = row[j], best = diagonal + (a[i - 1] != fold(b.p[j - 1]));
            if (above + 1 < best)
                best = above + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            diagonal = above;
            row[j] = best;
        }
    }
    return row[b.n];
}

static enum err unknown_key(struct str key, struct diag *d)
{
    const char *nearest = NULL;
    size_t best = SUGGESTION_DISTANCE_MAX + 1;
    for (size_t i = 0; i < config_keys_n; i++) {
        size_t n = distance(config_keys[i].name, key);
        if (n < best) {
            best = n;
            nearest = config_keys[i].name;
        }
    }
    int line = d ? d->line : 0, column = d ? d->column : 0;
    if (nearest)
        return diag_fail(d, ERR_INPUT, line, column,
                         "there is no setting '%.*s'; did you mean '%s'?", STR_ARG(key), nearest);
    return diag_fail(d, ERR_INPUT, line, column,
                     "there is no setting '%.*s'; 'dramalet serve --help' lists them",
                     STR_ARG(key));
}

/* A number with a unit; false when it is none or does not fit. */
static bool parse_units(struct str s, const struct unit *units, int64_t *ret)
{
    size_t digits = 0;
    while (digits < s.n && s.p[digits] >= '0' && s.p[digits] <= '9')
        digits++;
    int64_t n;
    struct str suffix = str_trim(str_skip(s, digits));
    if (digits == 0 || str_to_i64(str_head(s, digits), &n) != OK)
        return false;
    for (; units->suffix; units++)
        if (str_ieq(suffix, str_from(units->suffix)))
            return !__builtin_mul_overflow(n, units->factor, ret);
    return false;
}

static void add_units(struct buf *b, int64_t v, const struct unit *units)
{
    const struct unit *best = units;
    for (const struct unit *u = units; u->suffix; u++)
        if (v % u->factor == 0 && v >= u->factor)
            best = u;
    buf_add_i64(b, v / best->factor);
    buf_add_c(b, best->suffix);
}

static const struct unit *units_of(enum config_type type)
{
    return type == CONFIG_SIZE       ? size_units
           : type == CONFIG_DURATION ? duration_units
                                     : plain_units;
}

/* "must be ..., not ..." */
static enum err wrong_value(const struct config_key *k, struct str value, struct diag *d)
{
    struct buf right = { .max = 160 };
    switch (k->type) {
    case CONFIG_BOOL:
        buf_add_c(&right, "yes or no");
        break;
    case CONFIG_TEXT:
        buf_add_c(&right, "text without a NUL character");
        break;
    case CONFIG_CHOICE:
        for (size_t i = 0; k->choices[i]; i++)
            buf_addf(&right, "%s%s", i ? ", " : "one of ", k->choices[i]);
        break;
    default:
        buf_add_c(&right, k->type == CONFIG_DURATION ? "a duration such as 10s, from "
                          : k->type == CONFIG_SIZE   ? "a size such as 4G, from "
                                                     : "a number from ");
        add_units(&right, k->least, units_of(k->type));
        buf_add_c(&right, " to ");
        add_units(&right, k->most, units_of(k->type));
    }
    int line = d ? d->line : 0, column = d ? d->column : 0;
    enum err e = diag_fail(d, ERR_INPUT, line, column, "%s must be %.*s, not '%.*s'", k->name,
                           STR_ARG(buf_str(&right)), STR_ARG(str_head(value, 60)));
    buf_done(&right);
    return e;
}

static bool set_number(const struct config_key *k, struct str value, int64_t *field)
{
    int64_t v;
    if (!parse_units(value, units_of(k->type), &v) || v < k->least || v > k->most)
        return false;
    *field = v;
    return true;
}

static bool set_choice(const struct config_key *k, struct str value, int64_t *field)
{
    for (size_t i = 0; k->choices[i]; i++)
        if (str_ieq(value, str_from(k->choices[i]))) {
            *field = (int64_t)i;
            return true;
        }
    return false;
}

static bool set_bool(struct str value, bool *field)
{
    for (size_t i = 0; i < sizeof bool_words / sizeof *bool_words; i++)
        if (str_ieq(value, str_from(bool_words[i].word))) {
            *field = bool_words[i].value;
            return true;
        }
    return false;
}

bool config_is_bool(const char *word)
{
    bool ignored;
    return set_bool(str_from(word), &ignored);
}

static bool set_value(struct config *c, const struct config_key *k, struct str value)
{
    void *field = (char *)c + k->offset;
    switch (k->type) {
    case CONFIG_TEXT:
        *(const char **)field = arena_cstr(&c->arena, value);
        return memchr(value.n ? value.p : "", '\0', value.n) == NULL;
    case CONFIG_BOOL:
        return set_bool(value, field);
    case CONFIG_CHOICE:
        return set_choice(k, value, field);
    case CONFIG_INT:
    case CONFIG_SIZE:
    case CONFIG_DURATION:
        return set_number(k, value, field);
    }
    return false;
}

enum err config_set(struct config *c, struct str key, struct str value, struct diag *d)
{
    const struct config_key *k = config_find(key);
    if (!k)
        return unknown_key(key, d);
    return set_value(c, k, str_trim(value)) ? OK : wrong_value(k, value, d);
}

void config_init(struct config *c)
{
    *c = (struct config){ 0 };
    for (size_t i = 0; i < config_keys_n; i++)
        if (!set_value(c, &config_keys[i], str_from(config_keys[i].standard)))
            abort(); /* the table contradicts itself */
}

void config_done(struct config *c)
{
    arena_done(&c->arena);
}

enum err config_load_env(struct config *c, char *const *env, struct diag *d)
{
    static const char prefix[] = "DRAMALET_";
    for (; *env; env++) {
        struct str s = str_from(*env);
        ptrdiff_t eq = str_find_char(s, '=');
        if (eq < 0 || !str_starts(s, STR(prefix)))
            continue;
        struct str key = str_skip(str_head(s, (size_t)eq), sizeof prefix - 1);
        if (str_eq_c(key, "CONFIG"))
            continue;
        struct diag inner = { 0 };
        enum err e = config_set(c, key, str_skip(s, (size_t)eq + 1), &inner);
        if (e != OK)
            return diag_fail(d, e, 0, 0, "environment %.*s: %s", (int)eq, s.p, inner.msg);
    }
    return OK;
}

enum err config_check(const struct config *c, struct diag *d)
{
    if (c->blobs[0])
        return diag_fail(d, ERR_UNSUPPORTED, 0, 0,
                         "--blobs is not built yet: blobs are kept in the data folder");
    if (c->bus[0])
        return diag_fail(d, ERR_UNSUPPORTED, 0, 0,
                         "--bus is not built yet: news travels inside the one server process");
    if (!c->tls_cert[0] != !c->tls_key[0])
        return diag_fail(d, ERR_INPUT, 0, 0, "TLS needs both tls_cert and tls_key; %s is missing",
                         c->tls_cert[0] ? "tls_key" : "tls_cert");
    if (c->public_url[0] && !str_starts(str_from(c->public_url), STR("https://")) &&
        !str_starts(str_from(c->public_url), STR("http://")))
        return diag_fail(d, ERR_INPUT, 0, 0,
                         "public_url must begin with https:// or http://, not '%s'", c->public_url);
    if (c->accel_redirect_prefix[0] && c->accel_redirect_prefix[0] != '/')
        return diag_fail(d, ERR_INPUT, 0, 0,
                         "accel_redirect_prefix must be a path such as /_media/, not '%s'",
                         c->accel_redirect_prefix);
    return OK;
}

void config_print_keys(FILE *out)
{
    for (size_t i = 0; i < config_keys_n; i++) {
        const struct config_key *k = &config_keys[i];
        char option[NAME_MAX_BYTES + 3];
        snprintf(option, sizeof option, "--%s", k->name);
        for (char *p = option; *p; p++)
            if (*p == '_')
                *p = '-';
        fprintf(out, "  %-26s %s", option, k->meaning);
        if (k->standard[0])
            fprintf(out, " [%s]", k->standard);
        fputc('\n', out);
    }
}
