/* The command line: a table of commands, nothing else. */
#include "command/command.h"
#include <locale.h>
#include <malloc.h>
#include <stdio.h>

const Command commands[] = {
    { "serve", command_serve, "run the server",
      "whet serve [--database URL] [--port N] …\n\n"
      "Runs the server until it is told to stop. `whet help settings` lists every option." },
    { "demo", command_demo, "a furnished demo organisation, then serve",
      "whet demo [--folder var/demo] [--packs FOLDER] …\n\n"
      "Furnishes a demo organisation once, serves it and prints sign-in links." },
    { "pack", command_pack, "check | import | export",
      "whet pack check FOLDER\n"
      "whet pack import FOLDER [--organisation NAME] [--team NAME]\n"
      "whet pack export ID FOLDER [--organisation NAME]\n\n"
      "Checks a pack, puts it (or its new version) before people, or writes it back to a folder." },
    { "person", command_person, "add | list | link | reset | disable | enable",
      "whet person add EMAIL --name NAME [--role learner,coach,author,admin] [--team NAME] [--coach-of TEAM]\n"
      "                      [--organisation NAME] [--password-stdin]\n"
      "whet person list [--json]\n"
      "whet person link EMAIL\n"
      "whet person reset EMAIL\n"
      "whet person disable EMAIL\n"
      "whet person enable EMAIL\n\n"
      "`add` makes the team or organisation it names when there is none. `link` prints a link, good once within a day,\n"
      "to sign in with; `reset` also signs the person out everywhere and takes their password away.\n"
      "`disable` keeps what they learnt." },
    { "check", command_check, "integrity of the database",
      "whet check [--repair]\n\n"
      "Replays all attempts and proves that the memories follow from them. --repair puts right those that do not." },
    { "help", command_help, "whet help [command|settings]", "whet help [COMMAND|settings]" },
    { 0 },
};

/* Text is UTF-8 whatever the locale: as it is, and at once. */
static void print_out(const char *text)
{
    fputs(text, stdout);
    fflush(stdout);
}

static void print_err(const char *text)
{
    fputs(text, stderr);
}

int main(int argc, char **argv)
{
    setlocale(LC_ALL, "");
    setlocale(LC_NUMERIC, "C");
    g_set_print_handler(print_out);
    g_set_printerr_handler(print_err);
    mallopt(M_ARENA_MAX, 4); /* many threads wait, few work: more arenas would only hold memory */
    const char *name = argc > 1 ? argv[1] : "help";
    if (g_str_equal(name, "--help") || g_str_equal(name, "-h"))
        name = "help";
    for (const Command *command = commands; command->name; command++) {
        if (!g_str_equal(command->name, name))
            continue;
        g_auto(GStrv) arguments = g_strdupv(argc > 2 ? argv + 2 : argv + argc);
        if (arguments[0] && (g_str_equal(arguments[0], "--help") || g_str_equal(arguments[0], "-h")))
            return command_help((char *[]){ (char *)name, NULL });
        return command->run(arguments);
    }
    return command_usage(NULL, "there is no command '%s'", name);
}
