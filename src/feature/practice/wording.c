/* The catalogue of sentences, a table a locale. */
#include "feature/practice/wording.h"

typedef struct {
    const char *locale;
    const char *say[SAY_COUNT];
} Catalogue;

static const Catalogue catalogues[] = {
    { "en",
      {
          [SAY_RIGHT_SURE] = "Right, and you knew it.",
          [SAY_RIGHT] = "Right.",
          [SAY_RIGHT_GUESS] = "Right. Read why, and next time it is no guess.",
          [SAY_WRONG_SURE] = "You were sure, and it is otherwise. This is worth a minute.",
          [SAY_WRONG] = "Not this one. Here is why.",
          [SAY_PARTLY_FOUND] = "You found some of them. See which are left.",
          [SAY_ALL_THERE] = "“%s” is to the point, and nothing is missing.",
          [SAY_SOME_THERE] = "“%s” is to the point. Still open: %s.",
          [SAY_NONE_THERE] = "The points are not there yet. The first to find: %s.",
          [SAY_MISCONCEPTION] = "Look again at “%s”.",
          [SAY_NOTE_EMPTY] = "There were no words to judge.",
          [SAY_NOTE_QUESTION] = "These are the question's words. Say it in your own.",
          [SAY_NOTE_SHORT] = "This is too short to judge. A sentence or two will do.",
          [SAY_NOTE_OTHER] = "This could not be judged as it stands. Say it in whole sentences.",
          [SAY_KEPT] = "Kept. Nobody grades this.",
          [SAY_NEXT_MISSING] = "Try again and bring in: %s.",
          [SAY_NEXT_PARTLY] = "You are close on “%s”. Say it more fully.",
          [SAY_NEXT_OPTION] = "Say in your own words why, before you go on.",
          [SAY_REASON_SURE_AND_WRONG] = "You were sure last time, and it was otherwise",
          [SAY_REASON_DUE] = "Fading: %d %% now, %d %% by %s if you wait",
          [SAY_REASON_NEW] = "New",
          [SAY_REASON_EARLY] = "Ahead of time: still %d %%",
          [SAY_REASON_AGAIN] = "Missed a few minutes ago: the same idea, asked another way",
          [SAY_MONDAY] = "Monday",
          [SAY_TUESDAY] = "Tuesday",
          [SAY_WEDNESDAY] = "Wednesday",
          [SAY_THURSDAY] = "Thursday",
          [SAY_FRIDAY] = "Friday",
          [SAY_SATURDAY] = "Saturday",
          [SAY_SUNDAY] = "Sunday",
      } },
};

const char *say(const char *locale, Say what)
{
    for (gsize i = 0; i < G_N_ELEMENTS(catalogues); i++)
        if (locale && g_str_has_prefix(locale, catalogues[i].locale))
            return catalogues[i].say[what];
    return catalogues[0].say[what];
}
