#include "platform/error.h"

GQuark whet_error_quark(void)
{
    return g_quark_from_static_string("whet-error");
}
