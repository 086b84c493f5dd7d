/* What a server turns out not to understand, so that it is asked without. Private to this folder. Pure. */
#pragma once

#include <glib.h>

/* Bits: what is left out, or said otherwise. */
typedef enum {
    AI_WITHOUT_SCHEMA = 1 << 0,      /* response_format is json_object */
    AI_WITHOUT_FORMAT = 1 << 1,      /* no response_format at all */
    AI_WITHOUT_MAX_TOKENS = 1 << 2,  /* max_completion_tokens in its place, as OpenAI's newer models want it */
    AI_WITHOUT_TEMPERATURE = 1 << 3, /* some models know only their own */
    AI_WITHOUT_SEED = 1 << 4,
    AI_WITHOUT_STREAM_OPTIONS = 1 << 5, /* tokens are estimated then */
    AI_WITHOUT_VERBOSE = 1 << 6,        /* transcription: response_format is json */
} AiDialect;

/* The bit that answers `complaint`, among those in `open`; 0 when none does. */
guint ai_dialect_yield(const char *complaint, guint open);
