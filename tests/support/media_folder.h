/* A small media folder for tests: the shape of a real one, without pictures in it. */
#ifndef DRAMALET_TESTS_SUPPORT_MEDIA_FOLDER_H
#define DRAMALET_TESTS_SUPPORT_MEDIA_FOLDER_H

#include "base/arena.h"

/* Two renditions (v360, v720) and sound of one second; their files begin with "init-NAME". Fails
 * the test when it cannot be written. */
void media_folder_make(struct arena *a, const char *dir);

#endif
