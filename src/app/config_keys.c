/* The table of settings; see config.h. A key is a row here and a field of struct config. */
#include "app/config.h"

#define AT(field) offsetof(struct config, field)

static const char *const log_levels[] = { "debug", "info", "warn", "error", NULL };

#define S(n)   (INT64_C(n) * 1000000)
#define H(n)   (INT64_C(n) * 3600 * 1000000)
#define KIB(n) (INT64_C(n) << 10)
#define GIB(n) (INT64_C(n) << 30)

const struct config_key config_keys[] = {
    { "data", CONFIG_TEXT, AT(data), "", 0, 0, NULL, "folder of everything the server keeps" },
    { "db", CONFIG_TEXT, AT(db), "", 0, 0, NULL,
      "database: a file, or postgresql://...; empty: dramalet.db in the data folder" },
    { "listen", CONFIG_TEXT, AT(listen), "127.0.0.1:8080", 0, 0, NULL,
      "address and port; [::1]:8080, or :8080 for every address" },
    { "public_url", CONFIG_TEXT, AT(public_url), "", 0, 0, NULL,
      "what viewers type, such as https://drama.example; empty: as the request says" },
    { "site_name", CONFIG_TEXT, AT(site_name), "Dramalet", 0, 0, NULL, "the platform's name" },
    { "tls_cert", CONFIG_TEXT, AT(tls_cert), "", 0, 0, NULL, "certificate chain, a PEM file" },
    { "tls_key", CONFIG_TEXT, AT(tls_key), "", 0, 0, NULL, "its private key, a PEM file" },
    { "trusted_proxies", CONFIG_TEXT, AT(trusted_proxies), "", 0, 0, NULL,
      "proxies whose X-Forwarded-* count: 127.0.0.1, ::1, 10.0.0.0/8" },
    { "accel_redirect_prefix", CONFIG_TEXT, AT(accel_redirect_prefix), "", 0, 0, NULL,
      "internal nginx location that sends media (X-Accel-Redirect); empty: sent by the server" },
    { "metrics_token", CONFIG_TEXT, AT(metrics_token), "", 0, 0, NULL,
      "bearer token that /metrics asks for; empty: anybody may read it" },
    { "loops", CONFIG_INT, AT(loops), "0", 0, 256, NULL,
      "threads that move bytes; 0: one per core" },
    { "readers", CONFIG_INT, AT(readers), "0", 0, 1024, NULL,
      "threads that answer from the database; 0: two per core" },
    { "reader_queue", CONFIG_INT, AT(reader_queue), "1024", 1, 100000, NULL,
      "requests that may wait for a reader before 503 is answered" },
    { "connections", CONFIG_INT, AT(connections), "20000", 16, 1000000, NULL,
      "connections open at a time" },
    { "connection_memory", CONFIG_SIZE, AT(connection_memory), "8K", KIB(4), KIB(1024), NULL,
      "memory of one connection; a request's headers must fit into half of it" },
    { "header_timeout", CONFIG_DURATION, AT(header_timeout_us), "10s", S(1) / 10, S(600), NULL,
      "until a request's header is complete" },
    { "body_timeout", CONFIG_DURATION, AT(body_timeout_us), "30s", S(1) / 10, S(3600), NULL,
      "until a request's body is complete; of an upload: until its next 64 KiB" },
    { "idle_timeout", CONFIG_DURATION, AT(idle_timeout_us), "75s", S(1) / 10, S(3600), NULL,
      "that a connection may rest between requests" },
    { "send_timeout", CONFIG_DURATION, AT(send_timeout_us), "30s", S(1) / 10, S(3600), NULL,
      "in which a client must take 16 KiB of a reply" },
    { "stop_timeout", CONFIG_DURATION, AT(stop_timeout_us), "20s", 0, S(3600), NULL,
      "that running requests get to finish when the server stops" },
    { "media_valid", CONFIG_DURATION, AT(media_valid_us), "12h", H(1), H(24) * 30, NULL,
      "that a signed media address works at least" },
    { "jobs", CONFIG_INT, AT(jobs), "1", 0, 64, NULL, "transcodes that run at a time" },
    { "job_threads", CONFIG_INT, AT(job_threads), "0", 0, 256, NULL,
      "threads of one transcode; 0: every core" },
    { "job_memory", CONFIG_SIZE, AT(job_memory_bytes), "3G", KIB(256 * 1024), GIB(1024), NULL,
      "memory of one transcode" },
    { "ingest_max_bytes", CONFIG_SIZE, AT(ingest_max_bytes), "4G", KIB(1), GIB(1024), NULL,
      "largest video file taken in" },
    { "ingest_max_duration", CONFIG_DURATION, AT(ingest_max_duration_us), "20m", S(1), S(1200),
      NULL, "longest video taken in; a feed item carries its playlists, so no longer ones" },
    { "ingest_max_side", CONFIG_INT, AT(ingest_max_side), "8192", 16, 16384, NULL,
      "largest width or height taken in, pixels" },
    { "allow_weaker_sandbox", CONFIG_BOOL, AT(allow_weaker_sandbox), "no", 0, 0, NULL,
      "open strangers' files even where the kernel lacks a part of the isolation" },
    { "log_level", CONFIG_CHOICE, AT(log_level), "info", 0, 0, log_levels,
      "least important line that is logged" },
    { "log_requests", CONFIG_BOOL, AT(log_requests), "yes", 0, 0, NULL, "one line a request" },
    { "blobs", CONFIG_TEXT, AT(blobs), "", 0, 0, NULL, "object storage; not built yet" },
    { "bus", CONFIG_TEXT, AT(bus), "", 0, 0, NULL, "message bus; not built yet" },
};
const size_t config_keys_n = sizeof config_keys / sizeof *config_keys;
