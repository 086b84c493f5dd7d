/* Markdown to a small tree that a client can draw without ever seeing HTML.
 *
 * A node is a string (text) or an object {"t": tag, "c": [nodes]}; tags: p, ul, ol, li, quote, code, pre, strong, em,
 * s, br, h, a (with "href", http, https or mailto only), table, tr, th, td. Raw HTML is text. Depth and size are
 * bounded. */
#pragma once

#include <jansson.h>

/* The blocks of `markdown` (NULL is empty; what is over 64 KiB is left out) as a JSON array, which the caller owns. A
 * link that goes elsewhere is its text alone, an image its description. Every object has "c", which is empty for br. */
json_t *markdown_to_json(const char *markdown);

/* Only the words, for tests of length, for mail and for screen readers. Free with g_free. */
char *markdown_to_text(const char *markdown);
