/* The client's files, as they were built into the program. */
#pragma once

#include "platform/http/http.h"

/* HttpOptions.file: a page's path gives index.html, so that links into the client work. NULL for what is not there. */
const HttpFile *client_file(App *app, const char *path);
