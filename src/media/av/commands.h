/* The subcommands of dramalet-media. argv[0] is the subcommand's name. Return an exit status. */
#ifndef DRAMALET_MEDIA_AV_COMMANDS_H
#define DRAMALET_MEDIA_AV_COMMANDS_H

int command_probe(int argc, char **argv);
int command_measure(int argc, char **argv);
int command_transcode(int argc, char **argv);

#endif
