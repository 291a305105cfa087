/* How many processor cores this process may use: its affinity mask, not what the machine has. */
#ifndef DRAMALET_SYS_CORES_H
#define DRAMALET_SYS_CORES_H

/* At least 1. The mask is that of the calling thread (sched_getaffinity(2)). */
int core_count(void);

#endif
