/* The table of commands, and those that are short. */
#include "app/command.h"

#include "app/app.h"

const struct command commands[] = {
    { "serve", "--data DIR [--listen ADDR:PORT] [--config FILE] [settings]",
      "Serves a data folder until SIGTERM or SIGINT", NULL, 0, 0, true, serve_run },
    { "publish", "PACKAGE|VIDEO --data DIR [options]",
      "Publishes a series package, or a single video as one", publish_options, 1, 1, false,
      publish_run },
    { "export", "SERIES -o FOLDER --data DIR", "Writes a series, by slug or id, as a package again",
      export_options, 1, 1, false, export_run },
    { "edit", "SERIES KEY=VALUE... --data DIR",
      "Changes fields of a series: title=..., genres=[a, b], episode.3.title=...", NULL, 2, 16,
      false, edit_run },
    { "list", "--data DIR", "Lists every series", NULL, 0, 0, false, list_run },
    { "jobs", "--data DIR [--cancel ID | --retry ID]", "Lists jobs, cancels or retries one",
      jobs_options, 0, 0, false, jobs_run },
    { "withdraw", "series|episode ID --data DIR", "Takes a series or an episode away from viewers",
      NULL, 2, 2, false, withdraw_run },
    { "verify", "--data DIR [--deep]", "Checks every invariant of the store and the blobs",
      verify_options, 0, 0, false, verify_run },
    { "backup", "FOLDER --data DIR", "Writes a backup to a new folder, while a server may run",
      NULL, 1, 1, false, backup_run },
    { "restore", "FOLDER --data DIR", "Makes a new data folder of a backup, and checks it", NULL, 1,
      1, false, restore_run },
    { "recount", "--data DIR", "Sets every count to what the rows say", NULL, 0, 0, false,
      recount_run },
};
const size_t commands_n = sizeof commands / sizeof *commands;

int serve_run(struct command_args *args)
{
    struct app app;
    struct diag d = { 0 };
    app_prepare_to_serve();
    enum err e = app_open(&app, &args->config, &d);
    if (e == OK) {
        e = app_serve(&app, &d);
        app_close(&app);
    }
    return e == OK ? EXIT_OK : command_fail("serve", e, &d);
}
