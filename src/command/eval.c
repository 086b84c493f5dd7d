/* whet eval: a table of what can be measured. */
#include "command/eval.h"
#include "command/command.h"

static const struct {
    const char *name;
    int (*run)(char **words);
} parts[] = {
    { "memory", eval_memory },
    { "challenge", eval_challenge },
    { "grade", eval_grade },
};

int command_eval(char **arguments)
{
    const char *name = arguments[0];
    if (!name)
        return command_usage("eval", "say what: %s", "memory, challenge, grade");
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
        if (!g_str_equal(parts[i].name, name))
            continue;
        g_auto(GStrv) words = g_strdupv(arguments + 1);
        return parts[i].run(words);
    }
    return command_usage("eval", "'%s' cannot be measured", name);
}
