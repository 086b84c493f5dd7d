/* The quark of our errors, and the short way to make one. */
#include "platform/error.h"

GQuark whet_error_quark(void)
{
    return g_quark_from_static_string("whet-error");
}

gboolean whet_fail(GError **error, WhetError code, const char *message)
{
    g_set_error_literal(error, WHET_ERROR, code, message);
    return FALSE;
}
