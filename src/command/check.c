/* whet check: damage in the file, and memories and statistics that do not follow from attempts. */
#include "command/command.h"
#include "feature/practice/practice.h"

static void report(const char *sentence, gpointer data)
{
    g_print("%s\n", sentence);
    (*(guint *)data)++;
}

static void say(const char *what, guint wrong, guint checked, gboolean repair)
{
    if (wrong == 0)
        g_print("%u %s follow from their attempts.\n", checked, what);
    else
        g_print("%u of %u %s did not follow from their attempts%s.\n", wrong, checked, what,
                repair ? "; they are put right now" : "");
}

int command_check(char **arguments)
{
    GError *error = NULL;
    gboolean repair = FALSE;
    const GOptionEntry entries[] = { { "repair", 0, 0, G_OPTION_ARG_NONE, &repair, NULL, NULL }, G_OPTION_ENTRY_NULL };
    g_autoptr(Settings) settings = NULL;
    g_auto(GStrv) words = command_parse(arguments, entries, &settings, &error);
    if (!words)
        return command_fail(EXIT_USAGE, error);
    if (words[0])
        return command_usage("check", "'%s' was not expected", words[0]);
    g_auto(Workplace) workplace = { 0 };
    if (!workplace_open(&workplace, WORKPLACE_EXISTING, g_steal_pointer(&settings), &error))
        return command_fail(EXIT_FAILED, error);
    guint memories, wrong_memories = 0, exercises, wrong_exercises = 0, damage = 0;
    if (!db_check(workplace.app.db, report, &damage, &error) ||
        !practice_check(&workplace.app, repair, report, &wrong_memories, &memories, &error) ||
        !practice_check_exercises(&workplace.app, repair, report, &wrong_exercises, &exercises, &error))
        return command_fail(EXIT_FAILED, error);
    say("memories", wrong_memories, memories, repair);
    say("exercises' statistics", wrong_exercises, exercises, repair);
    if (damage)
        g_print("The database is damaged: restore a backup, or see https://sqlite.org/recovery.html.\n");
    gboolean wrong = wrong_memories || wrong_exercises;
    return damage || (wrong && !repair) ? EXIT_FAILED : EXIT_DONE;
}
