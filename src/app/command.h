/*
 * The command table of the program: git-like, one row a command, each with --help. Exit status 0:
 * it worked; 1: it did not, and stderr says why; 2: wrong usage.
 */
#ifndef DRAMALET_APP_COMMAND_H
#define DRAMALET_APP_COMMAND_H

#include "app/config.h"

enum { EXIT_OK = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

/* An option of one command, besides the settings of config_keys. */
struct command_option {
    const char *name;  /* without dashes */
    const char *value; /* its name in --help; NULL: a flag */
    const char *meaning;
};

struct command_args {
    struct config config;
    char *words[16]; /* what is no option, in order */
    size_t n_words;
    const char *options[16]; /* by the command's option table; NULL: absent, "" for a flag */
};

struct command {
    const char *name;
    const char *usage;                    /* what follows the name */
    const char *summary;                  /* one line */
    const struct command_option *options; /* ends with a NULL name; NULL: none */
    size_t words_least, words_most;
    bool shows_settings; /* --help prints the table of settings */
    int (*run)(struct command_args *args);
};

extern const struct command commands[];
extern const size_t commands_n;

/* Prints "dramalet NAME: line 3: message" and returns the exit status for e. */
int command_fail(const char *name, enum err e, const struct diag *d);

int serve_run(struct command_args *args);
int publish_run(struct command_args *args);
int export_run(struct command_args *args);
int edit_run(struct command_args *args);
int list_run(struct command_args *args);
int jobs_run(struct command_args *args);
int withdraw_run(struct command_args *args);
int verify_run(struct command_args *args);
int recount_run(struct command_args *args);
int backup_run(struct command_args *args);
int restore_run(struct command_args *args);

extern const struct command_option publish_options[], jobs_options[], verify_options[],
    export_options[];

#endif
