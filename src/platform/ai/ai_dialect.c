/* Knows how servers complain about parameters. */
#include "platform/ai/ai_dialect.h"

#include <string.h>

/* In this order: a complaint may name several, and a schema is given up before the format is. */
static const struct {
    const char *word; /* lower case */
    AiDialect bit;
} complaints[] = {
    { "stream_options", AI_WITHOUT_STREAM_OPTIONS },
    { "max_tokens", AI_WITHOUT_MAX_TOKENS },
    { "temperature", AI_WITHOUT_TEMPERATURE },
    { "seed", AI_WITHOUT_SEED },
    { "response_format", AI_WITHOUT_VERBOSE },
    { "verbose_json", AI_WITHOUT_VERBOSE },
    { "response_format", AI_WITHOUT_SCHEMA },
    { "json_schema", AI_WITHOUT_SCHEMA },
    { "schema", AI_WITHOUT_SCHEMA },
    { "grammar", AI_WITHOUT_SCHEMA },
    { "response_format", AI_WITHOUT_FORMAT },
    { "json_object", AI_WITHOUT_FORMAT },
    { "json_schema", AI_WITHOUT_FORMAT },
};

guint ai_dialect_yield(const char *complaint, guint open)
{
    g_autofree char *lower = g_ascii_strdown(complaint, -1);
    for (guint i = 0; i < G_N_ELEMENTS(complaints); i++)
        if ((open & complaints[i].bit) && strstr(lower, complaints[i].word))
            return complaints[i].bit;
    return 0;
}
