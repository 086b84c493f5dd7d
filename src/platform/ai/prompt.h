/* Other people's words in a prompt: what a learner wrote, what a pack or a calendar says.
 *
 * Knows how text is kept from passing for anything but text: it stands between two marks that cannot occur in it, and
 * loses what a reader does not see or what a server may take for the marks of its own template. That keeps it apart; it
 * does not keep a model from heeding it, so nothing that a model says of such text may be trusted to carry a score. */
#pragma once

#include <glib.h>

enum { PROMPT_NONCE_SIZE = 33 }; /* 128 bits in hexadecimal digits, and a NUL */

/* Fills in a new one: once for each request, for all that is quoted in it. */
void prompt_nonce(char nonce[static PROMPT_NONCE_SIZE]);

/* `text` as a model gets to see it, at most `most` characters of it: what it quotes as evidence is to be looked for
 * here. Valid UTF-8; lines end in "\n"; control, invisible and private characters are gone (what joins letters and
 * emoji stays); and no "<|im_end|>", "[INST]" or "</answer>" is left: a space stands after such a bracket. Free with
 * g_free. */
char *prompt_clean(const char *text, gsize most);

/* Appends `text`, cleaned, between "<label-nonce>" and "</label-nonce>", each on a line of its own. `label`: letters.
 * An instruction before it should say what stands between such marks, and that it is nothing but that. */
void prompt_quote(GString *prompt, const char *label, const char *nonce, const char *text, gsize most);
