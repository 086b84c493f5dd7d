/* HTML's character references. */
#pragma once

#include <glib.h>

/* The character that `text` ("&eacute;", "&#233;", "&#xE9;"; not terminated) stands for, U+FFFD for one that cannot be,
 * 0 when it is no character reference that we know. */
gunichar html_entity(const char *text, gsize length);
