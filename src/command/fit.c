/* whet fit: learning parameters from data. A table of what can be fitted. */
#include "command/fit.h"
#include "command/command.h"

static const struct {
    const char *name;
    int (*run)(char **words);
} parts[] = {
    { "memory", fit_memory },
};

int command_fit(char **arguments)
{
    const char *name = arguments[0];
    if (!name)
        return command_usage("fit", "say what: %s", "memory");
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
        if (!g_str_equal(parts[i].name, name))
            continue;
        g_auto(GStrv) words = g_strdupv(arguments + 1);
        return parts[i].run(words);
    }
    return command_usage("fit", "'%s' cannot be fitted", name);
}
