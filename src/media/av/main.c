/*
 * dramalet-media: everything that touches libav, one process a job. The order below is the
 * security of it: arguments, then the input is opened for reading and the output folder made, then
 * the sandbox is entered, and only then is a byte of the input looked at.
 * Exit status: 0, 1 (did not work, a sentence on stderr), 2 (wrong usage).
 */
#include <errno.h>
#include <fcntl.h>
#include <libavutil/log.h>
#include <libavutil/mem.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "media/av/commands.h"

static const char usage[] =
    "dramalet-media: reads, converts and measures video files in a sandbox\n"
    "\n"
    "  dramalet-media probe FILE                    what is in it, as JSON\n"
    "  dramalet-media measure FILE                  its loudness and pictures, as JSON\n"
    "  dramalet-media transcode --input FILE --output DIR [options]\n"
    "      --fit auto|blur|crop|keep    how a landscape picture becomes vertical (auto: blur)\n"
    "      --focus X,Y                  the point that --fit crop keeps, permille (500,500)\n"
    "      --ladder W[,W...]            widths of the renditions (360,540,720,1080)\n"
    "      --captions LANG=FILE         WebVTT or SRT; may be repeated\n"
    "      --max-bytes N --max-duration-s N --max-side N   limits (4 GB, 1200, 8192)\n"
    "      --threads N                  (the machine's)\n"
    "      --progress-fd N              progress lines go there\n"
    "      --work-name NAME             what messages call the input\n"
    "  --allow-weaker-sandbox           go on where the kernel cannot isolate\n";

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
} commands[] = {
    { "probe", command_probe },
    { "measure", command_measure },
    { "transcode", command_transcode },
};

int main(int argc, char **argv)
{
    av_log_set_level(AV_LOG_QUIET);
    av_max_alloc((size_t)1 << 30);
    if (argc >= 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        fputs(usage, stdout);
        return 0;
    }
    for (size_t i = 0; argc >= 2 && i < sizeof commands / sizeof *commands; i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    fputs(usage, stderr);
    return 2;
}
