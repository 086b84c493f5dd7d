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
      "whet demo [--folder var/demo] [--packs packs] …\n\n"
      "Furnishes a demo organisation once with the packs in the folder that --packs names, serves it and prints\n"
      "sign-in links." },
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
      "Replays all attempts and proves that the memories and the statistics of exercises follow from them. --repair puts\n"
      "right those that do not." },
    { "simulate", command_simulate, "compare ways to practise on simulated learners",
      "whet simulate [--learners N] [--days N] [--concepts N] [--minutes N] [--seed N] [--threads N]\n"
      "              [--policy NAME,...] [--truth NAME,...] [--kinds KIND,...] [--plot FILE.svg] [--json]\n\n"
      "Simulated learners practise for up to a year by each policy: a course, a weekly quiz, Leitner's boxes, SM-2, FSRS\n"
      "at fixed retentions, and this server's plan. Prints the minutes they spent and the concepts they really remember,\n"
      "under two truths about memory. Everything follows from the seed.\n"
      "--minutes: of exercises a day, at most. --kinds: the exercises that each concept has." },
    { "fit", command_fit, "learn parameters from data",
      "whet fit memory --reviews FILE [--unit seconds|days] [--model fsrs6|fsrs7] [--threads N] [--json]\n"
      "whet fit memory --organisation NAME [--model fsrs6|fsrs7] [--json]\n\n"
      "Fits the memory model to a log of reviews, a table with the columns card, time and rating (1 again, 2 hard,\n"
      "3 good, 4 easy). Prints the parameters and how well they predict that log.\n"
      "--organisation: to the answers of an organisation, which uses them from then on when they predict no worse;\n"
      "with --model it changes to that algorithm first." },
    { "eval", command_eval, "metrics on a file",
      "whet eval memory --reviews FILE [--unit seconds|days] [--model fsrs6|fsrs7]\n"
      "                 [--parameters FILE | --fit | --folds 5] [--json]\n"
      "whet eval challenge --attempts FILE [--no-repeats] [--seed N] [--threads N] [--json] [--plot FILE.svg]\n"
      "whet eval grade --answers FILE [--shipped | --rubric] [--coach K] [--language TAG] [--json]\n"
      "whet eval grade --answers FILE --weights\n\n"
      "memory: how well recall is predicted at reviews a day or more after the one before, beside simpler ways to\n"
      "predict it: with given parameters, fitted to the same log, or each part of the log by what was learnt before it.\n"
      "challenge: how well success is predicted in a table of attempts (learner, item, skill, time, correct and perhaps\n"
      "split): learns from the rows whose split is train and predicts those that are test, or, without that column, each\n"
      "fifth of the learners from the others. --no-repeats leaves attempts at the learner's item before out of the\n"
      "measures. --plot draws expected against observed success.\n"
      "grade: how well the built-in grader agrees with people about short answers (id, question, reference, answer, score\n"
      "and perhaps split and question_id): learns from the rows whose split is train and judges each other split.\n"
      "--shipped takes the weights that came with Whet, --rubric also the server's whole grader; --coach gives the first\n"
      "K answers of each question with their scores. --weights prints what engine/grade/grade_weights.c consists of." },
    { "replay", command_replay, "memory states of a review log",
      "whet replay --reviews FILE [--unit seconds|days] [--parameters FILE] [--retention 0.9]\n\n"
      "Prints a table with the memory after each review, in the order of the file: stability and difficulty, and the\n"
      "days until recall has fallen to the retention. FSRS-7 has a second stability, fast, as a last column." },
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

/* A full disk must not look like a complete table. */
static int with_output(int status)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    fputs("whet: what was printed could not be written\n", stderr);
    return status == EXIT_DONE ? EXIT_FAILED : status;
}

static gboolean is_help(const char *word)
{
    return g_str_equal(word, "--help") || g_str_equal(word, "-h");
}

/* Of the command, or of what it is to do: `whet fit --help`, `whet fit memory --help`. */
static gboolean wants_help(char **words)
{
    return words[0] && (is_help(words[0]) || (words[1] && is_help(words[1])));
}

int main(int argc, char **argv)
{
    setlocale(LC_ALL, "");
    setlocale(LC_NUMERIC, "C");
    g_set_print_handler(print_out);
    g_set_printerr_handler(print_err);
    mallopt(M_ARENA_MAX, 4); /* many threads wait, few work: more arenas would only hold memory */
    const char *name = argc > 1 ? argv[1] : "help";
    if (is_help(name))
        name = "help";
    for (const Command *command = commands; command->name; command++) {
        if (!g_str_equal(command->name, name))
            continue;
        g_auto(GStrv) arguments = g_strdupv(argc > 2 ? argv + 2 : argv + argc);
        if (wants_help(arguments))
            return with_output(command_help((char *[]){ (char *)name, NULL }));
        return with_output(command->run(arguments));
    }
    return command_usage(NULL, "there is no command '%s'", name);
}
