/*
 * dramalet: finds the command, reads its options and settings, runs it. Settings are taken from the
 * file, the environment and the command line, in this order, for every command.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/command.h"

static const char version[] = DRAMALET_VERSION;

static void print_commands(FILE *out)
{
    fprintf(out,
            "dramalet %s: a self-hosted micro-drama platform\n\n"
            "usage: dramalet COMMAND [--help] [options]\n\n",
            version);
    for (size_t i = 0; i < commands_n; i++)
        fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].summary);
    fprintf(out, "\n'dramalet COMMAND --help' says more about each.\n");
}

static void print_help(const struct command *c)
{
    printf("usage: dramalet %s %s\n\n%s.\n", c->name, c->usage, c->summary);
    for (const struct command_option *o = c->options; o && o->name; o++) {
        if (o == c->options)
            printf("\noptions:\n");
        char text[64];
        snprintf(text, sizeof text, "--%s%s%s", o->name, o->value ? " " : "",
                 o->value ? o->value : "");
        printf("  %-26s %s\n", text, o->meaning);
    }
    if (c->shows_settings) {
        printf("\nsettings (as options, in the --config file as 'key: value' with _ for -, or in "
               "the\nenvironment as DRAMALET_KEY; [default]):\n"
               "  --config                   a YAML file of settings\n");
        config_print_keys(stdout);
    } else {
        printf("\nEvery setting of 'dramalet serve --help' is an option here, too; most useful:\n"
               "  --data DIR                 the data folder\n"
               "  --config FILE              a YAML file of settings\n");
    }
}

int command_fail(const char *name, enum err e, const struct diag *d)
{
    fprintf(stderr, "dramalet %s: ", name);
    if (d->line > 0)
        fprintf(stderr, "line %d: ", d->line);
    fprintf(stderr, "%s\n", d->msg[0] ? d->msg : err_name(e));
    return EXIT_FAILED;
}

PRINTF_LIKE(2, 3) static int usage_error(const struct command *c, const char *fmt, ...)
{
    fprintf(stderr, "dramalet %s: ", c->name);
    va_list ap;
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fprintf(stderr, "\nusage: dramalet %s %s\n", c->name, c->usage);
    return EXIT_USAGE;
}

/* One "--name[=value]" [value]; *at moves over what was used. */
struct option {
    struct str name;
    const char *inline_value; /* NULL: none */
};

static struct option split_option(const char *arg)
{
    const char *eq = strchr(arg, '=');
    struct option o = { .name = str_from(arg + 2) };
    if (eq) {
        o.name = str_sub(arg + 2, (size_t)(eq - arg) - 2);
        o.inline_value = eq + 1;
    }
    return o;
}

static int find_option(const struct command *c, struct str name)
{
    for (int i = 0; c->options && c->options[i].name; i++)
        if (str_eq_c(name, c->options[i].name))
            return i;
    return -1;
}

/* The file and the environment come before the options, so --config is looked for first. */
static const char *find_config_path(int argc, char **argv)
{
    const char *path = getenv("DRAMALET_CONFIG");
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--") == 0)
            break;
        if (strncmp(argv[i], "--config=", 9) == 0)
            path = argv[i] + 9;
        else if (strcmp(argv[i], "--config") == 0 && i + 1 < argc)
            path = argv[i + 1];
    }
    return path && path[0] ? path : NULL;
}

static int load_settings(const struct command *c, struct command_args *args, int argc, char **argv)
{
    struct diag d = { 0 };
    config_init(&args->config);
    const char *path = find_config_path(argc, argv);
    enum err e = path ? config_load_file(&args->config, path, &d) : OK;
    if (e != OK) {
        if (d.line)
            fprintf(stderr, "%s: ", path);
        return command_fail(c->name, e, &d);
    }
    e = config_load_env(&args->config, environ, &d);
    return e == OK ? EXIT_OK : command_fail(c->name, e, &d);
}

/* Takes the option at argv[*at]. A bool setting may stand alone. */
static int take_option(const struct command *c, struct command_args *args, int argc, char **argv,
                       int *at)
{
    struct option o = split_option(argv[*at]);
    int own = find_option(c, o.name);
    const struct config_key *key = own < 0 ? config_find(o.name) : NULL;
    bool is_config = own < 0 && str_eq_c(o.name, "config");
    bool has_bool_word = *at + 1 < argc && config_is_bool(argv[*at + 1]);
    bool is_flag =
        (own >= 0 && !c->options[own].value) || (key && key->type == CONFIG_BOOL && !has_bool_word);
    const char *value = o.inline_value;
    if (!value && is_flag)
        value = key ? "yes" : "";
    if (!value) {
        if (own < 0 && !key && !is_config)
            return usage_error(c, "there is no option '%s'", argv[*at]);
        if (*at + 1 >= argc)
            return usage_error(c, "'%s' needs a value", argv[*at]);
        value = argv[++*at];
    }
    if (own >= 0) {
        args->options[own] = value;
        return EXIT_OK;
    }
    if (is_config)
        return EXIT_OK; /* read before */
    struct diag d = { 0 };
    if (config_set(&args->config, o.name, str_from(value), &d) != OK)
        return usage_error(c, "%s", d.msg);
    return EXIT_OK;
}

static int read_args(const struct command *c, struct command_args *args, int argc, char **argv)
{
    bool only_words = false;
    for (int i = 0; i < argc; i++) {
        if (!only_words && strcmp(argv[i], "--") == 0) {
            only_words = true;
        } else if (!only_words && strncmp(argv[i], "--", 2) == 0) {
            int rc = take_option(c, args, argc, argv, &i);
            if (rc != EXIT_OK)
                return rc;
        } else {
            if (args->n_words == sizeof args->words / sizeof *args->words ||
                args->n_words == c->words_most)
                return usage_error(c, "'%s' is one word too many", argv[i]);
            args->words[args->n_words++] = argv[i];
        }
    }
    if (args->n_words < c->words_least)
        return usage_error(c, "%s", "something is missing");
    struct diag d = { 0 };
    if (config_check(&args->config, &d) != OK)
        return usage_error(c, "%s", d.msg);
    return EXIT_OK;
}

/* The one short option that DESIGN.md promises. */
static void lengthen_options(int argc, char **argv)
{
    static char output[] = "--output";
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "-o") == 0)
            argv[i] = output;
}

static int run_command(const struct command *c, int argc, char **argv)
{
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            print_help(c);
            return EXIT_OK;
        }
    lengthen_options(argc, argv);
    static struct command_args args; /* large, and there is one a process */
    int rc = load_settings(c, &args, argc, argv);
    if (rc == EXIT_OK)
        rc = read_args(c, &args, argc, argv);
    if (rc == EXIT_OK)
        rc = c->run(&args);
    config_done(&args.config);
    return rc;
}

int main(int argc, char **argv)
{
    umask(0027); /* see data_dir.c */
    const char *name = argc > 1 ? argv[1] : "";
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
        print_commands(stdout);
        return EXIT_OK;
    }
    if (strcmp(name, "--version") == 0) {
        printf("dramalet %s\n", version);
        return EXIT_OK;
    }
    for (size_t i = 0; i < commands_n; i++)
        if (strcmp(name, commands[i].name) == 0)
            return run_command(&commands[i], argc - 2, argv + 2);
    if (name[0])
        fprintf(stderr, "dramalet: there is no command '%s'\n\n", name);
    print_commands(stderr);
    return EXIT_USAGE;
}
