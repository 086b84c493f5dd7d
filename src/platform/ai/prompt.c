/* Knows which characters only pretend to be text, and how templates of models mark their turns. */
#include "platform/ai/prompt.h"

#include <string.h>
#include <sys/random.h>

static const gunichar ZERO_WIDTH_NON_JOINER = 0x200C; /* spelling, in Persian and others */
static const gunichar ZERO_WIDTH_JOINER = 0x200D;     /* the same, and emoji of several parts */
static const gunichar FIRST_SELECTOR = 0xE0100;       /* variation selectors 17 to 256, which can carry hidden bytes */
static const gunichar LAST_SELECTOR = 0xE01EF;
static const gunichar FULLWIDTH_BAR = 0xFF5C; /* in the marks of DeepSeek's models */

void prompt_nonce(char nonce[static PROMPT_NONCE_SIZE])
{
    guchar bytes[(PROMPT_NONCE_SIZE - 1) / 2];
    ssize_t got = getrandom(bytes, sizeof bytes, 0); /* so few bytes are never cut short or interrupted */
    g_assert(got == sizeof bytes);
    for (guint i = 0; i < sizeof bytes; i++)
        g_snprintf(nonce + 2 * i, 3, "%02x", bytes[i]);
}

static gboolean is_seen(gunichar c)
{
    if (c == '\n' || c == '\t' || c == ZERO_WIDTH_JOINER || c == ZERO_WIDTH_NON_JOINER)
        return TRUE;
    if (c >= FIRST_SELECTOR && c <= LAST_SELECTOR)
        return FALSE;
    switch (g_unichar_type(c)) {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_PRIVATE_USE:
    case G_UNICODE_SURROGATE:
        return FALSE;
    default:
        return TRUE;
    }
}

/* Whether a mark of a template could begin with `bracket` before `next`: "<|", "</s>", "<start_of_turn>", "<<SYS>>",
 * "[INST]", "[/INST]". Arrows, hearts and comparisons with numbers are none. */
static gboolean begins_mark(gunichar bracket, gunichar next)
{
    if (bracket == '<')
        return next == '|' || next == FULLWIDTH_BAR || next == '/' || next == '<' || next == '!' || next == '?' ||
               g_unichar_isalpha(next);
    return bracket == '[' && (next == '/' || (next < 0x80 && g_ascii_isupper((char)next)));
}

char *prompt_clean(const char *text, gsize most)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    GString *out = g_string_sized_new(MIN(strlen(valid), most));
    gunichar before = 0;
    gsize n = 0;
    for (const char *at = valid; *at != '\0' && n < most; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        if (c == '\r')
            c = at[1] == '\n' ? 0 : '\n';
        if (c == 0x2028 || c == 0x2029) /* separators of lines and paragraphs */
            c = '\n';
        if (c == 0 || !is_seen(c))
            continue;
        if (begins_mark(before, c))
            g_string_append_c(out, ' ');
        g_string_append_unichar(out, c);
        before = c;
        n++;
    }
    return g_string_free(out, FALSE);
}

void prompt_quote(GString *prompt, const char *label, const char *nonce, const char *text, gsize most)
{
    g_autofree char *cleaned = prompt_clean(text, most);
    g_autoptr(GString) clean = g_string_new(cleaned);
    g_string_replace(clean, nonce, "-", 0); /* not "": what stood around it could make another */
    g_string_append_printf(prompt, "<%s-%s>\n%s\n</%s-%s>\n", label, nonce, clean->str, label, nonce);
}
