/* Names: numbers without gaps for names from a file, in the order in which they first occur, and the way back. Knows
 * nothing of what they name; hides the hashing. Ten million names take about a gigabyte at most. */
#pragma once

#include <glib.h>

typedef struct Names Names;

Names *names_new(void);
void names_free(Names *names);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Names, names_free)

/* The number of a name, a new one when it was not seen before: 0, 1, 2, ... Copies the name. */
guint names_number(Names *names, const char *name);
guint names_count(const Names *names);
/* The name of a number below names_count. Valid as long as `names`. */
const char *names_text(const Names *names, guint number);
