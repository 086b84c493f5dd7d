/* libcurl, made ready and cleaned up after, for the modules that talk to other servers. */
#pragma once

#include <curl/curl.h>
#include <glib.h>

typedef struct curl_slist CurlList;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CurlList, curl_slist_free_all)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CURL, curl_easy_cleanup)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CURLU, curl_url_cleanup)

/* Before the first transfer, from any thread, any number of times. */
void libcurl_start(void);
