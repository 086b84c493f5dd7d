/* Knows that libcurl is started once in a process. */
#include "platform/libcurl.h"

void libcurl_start(void)
{
    static gsize started;
    if (g_once_init_enter(&started)) {
        curl_global_init(CURL_GLOBAL_DEFAULT);
        g_once_init_leave(&started, 1);
    }
}
