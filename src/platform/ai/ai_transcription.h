/* A transcription: the request as a form, and the reply
 * (https://platform.openai.com/docs/api-reference/audio/createTranscription). Private to this folder. */
#pragma once

#include "platform/ai/ai_work.h"

/* Whether the request can be one. INVALID or TOO_LARGE when not. */
gboolean ai_transcription_check(const AiTranscriptionRequest *request, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* `dialect` and `model` as for ai_chat_new(). */
AiWork *ai_transcription_new(const AiTranscriptionRequest *request, const char *model, guint *dialect);
