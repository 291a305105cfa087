/*
 * Routes that only the control socket reaches: what the command line does on a data folder.
 * Publishing reads a folder of this machine, so its handler may take long; it runs on a reader of
 * the control socket's own pool.
 */
#ifndef DRAMALET_API_LOCAL_H
#define DRAMALET_API_LOCAL_H

#include "http/http.h"

void local_publish_post(struct request *r, struct reply *rp);
void local_edit_post(struct request *r, struct reply *rp);
void local_export_post(struct request *r, struct reply *rp);
void local_verify_post(struct request *r, struct reply *rp);
void local_backup_post(struct request *r, struct reply *rp);
void local_recount_post(struct request *r, struct reply *rp);
void local_series_get(struct request *r, struct reply *rp);
void local_series_withdraw_post(struct request *r, struct reply *rp);
void local_episode_withdraw_post(struct request *r, struct reply *rp);
void local_jobs_get(struct request *r, struct reply *rp);
void local_job_get(struct request *r, struct reply *rp);
void local_job_cancel_post(struct request *r, struct reply *rp);
void local_job_retry_post(struct request *r, struct reply *rp);

#endif
