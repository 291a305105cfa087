/*
 * The server's life: listen, tell the address, wait for a signal, stop gracefully. The main thread
 * only waits. Signals must be blocked before the first other thread starts, or one of those would
 * get them; that is why app_prepare_to_serve comes before app_open.
 */
#include "app/app.h"

#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "http/listen.h"
#include "sys/file.h"

enum { CONTROL_LOOPS = 1, CONTROL_READERS = 2, CONTROL_CONNECTIONS = 64, SPARE_FILES = 512 };
enum { PEM_MAX_BYTES = 256 * 1024 };

/* A connection is a descriptor, and a media reply on it another one. */
static void raise_file_limit(int64_t connections)
{
    struct rlimit rl;
    if (getrlimit(RLIMIT_NOFILE, &rl) != 0)
        return;
    rlim_t want = (rlim_t)(2 * connections + SPARE_FILES);
    if (rl.rlim_cur >= want)
        return;
    rl.rlim_cur = rl.rlim_max == RLIM_INFINITY || rl.rlim_max > want ? want : rl.rlim_max;
    setrlimit(RLIMIT_NOFILE, &rl);
}

/*
 * Replies of tens of kilobytes come and go with every request. By default the allocator gives such
 * memory back to the kernel each time and faults it in again, which was half of what a 75 KB reply
 * cost; so each thread's heap may keep a little more than 64 such replies.
 */
static void tune_allocator(void)
{
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
    mallopt(M_TRIM_THRESHOLD, 16 << 20);
    mallopt(M_TOP_PAD, 512 << 10);
}

static enum err read_pem(struct app *app, const char *path, const char **ret, struct diag *d)
{
    if (!path[0])
        return OK;
    struct str text;
    enum err e = file_read(&app->arena, path, PEM_MAX_BYTES, &text);
    if (e != OK)
        return diag_fail(d, e, 0, 0, "%s cannot be read (%s)", path, err_name(e));
    *ret = text.p;
    return OK;
}

static enum err start_public(struct app *app, struct diag *d)
{
    struct http_config cfg = app_http_config(app);
    cfg.listen = app->config->listen;
    enum err e = read_pem(app, app->config->tls_cert, &cfg.tls_cert, d);
    if (e == OK)
        e = read_pem(app, app->config->tls_key, &cfg.tls_key, d);
    if (e == OK)
        e = http_start(&cfg, &app->servers[0], d);
    return e;
}

static enum err start_control(struct app *app, struct diag *d)
{
    struct http_config cfg = app_http_config(app);
    cfg.is_local = true;
    cfg.loops = CONTROL_LOOPS;
    cfg.readers = CONTROL_READERS;
    cfg.connections_max = CONTROL_CONNECTIONS;
    enum err e = listen_unix(app->socket_path, &cfg.listen_fd, d);
    return e == OK ? http_start(&cfg, &app->servers[1], d) : e;
}

/* "http://127.0.0.1:8080/": what a person may click; an address that means all is shown as
 * localhost. */
static void tell_address(const struct app *app)
{
    const char *listen = app->config->listen, *colon = strrchr(listen, ':');
    struct str host = colon ? str_sub(listen, (size_t)(colon - listen)) : str_from(listen);
    if (host.n == 0 || str_eq_c(host, "0.0.0.0") || str_eq_c(host, "[::]"))
        host = STR("localhost");
    printf("dramalet is ready at %s://%.*s:%d/\n", app->config->tls_cert[0] ? "https" : "http",
           STR_ARG(host), http_port(app->servers[0]));
    fflush(stdout);
}

static void log_event(const struct app *app, const char *event, const char *key, struct str value)
{
    struct log_field f = { key, .s = value };
    log_line(&app->log, LOG_INFO, event, &f, 1);
}

static void stop_servers(struct app *app)
{
    for (size_t i = 0; i < APP_SERVERS; i++)
        http_stop(app->servers[i], app->config->stop_timeout_us);
    for (size_t i = 0; i < APP_SERVERS;
         i++) { /* each may be asked for the other's counters until then */
        http_free(app->servers[i]);
        app->servers[i] = NULL;
    }
    unlink(app->socket_path);
}

static void stop_signals(sigset_t *ret)
{
    sigemptyset(ret);
    sigaddset(ret, SIGTERM);
    sigaddset(ret, SIGINT);
}

void app_prepare_to_serve(void)
{
    sigset_t stop;
    stop_signals(&stop);
    pthread_sigmask(SIG_BLOCK, &stop, NULL);
    signal(SIGPIPE, SIG_IGN);
    tune_allocator();
}

enum err app_serve(struct app *app, struct diag *d)
{
    raise_file_limit(app->config->connections);
    enum err e = start_public(app, d);
    if (e == OK)
        e = start_control(app, d);
    if (e == OK) {
        log_event(app, "ready", "listen", str_from(app->config->listen));
        tell_address(app);
        sigset_t stop;
        stop_signals(&stop);
        int number = 0;
        while (sigwait(&stop, &number) != 0)
            ;
        log_event(app, "stopping", "signal", str_from(number == SIGINT ? "INT" : "TERM"));
        /* A second one ends the process at once, as the impatient expect. */
        pthread_sigmask(SIG_UNBLOCK, &stop, NULL);
    }
    stop_servers(app);
    if (e == OK)
        log_event(app, "stopped", "data", str_from(app->data_dir));
    return e;
}
