/* Knows how a rubric is read: its phrasings as words, and the passages of its model answers that speak of each idea.
 * Cutting and stemming them takes several times as long as grading an answer does, so it is done once. */
#include "engine/grade/grade_ready.h"

#include "engine/grade/grade_sham.h"
#include "engine/grade/match.h"

enum {
    PASSAGE_MARGIN = 4, /* words of the model answer on each side of what it says of an idea */
    PASSAGE_CONTENT_FEWEST = 3,
};

guint ready_content_words(const Word *words, guint n)
{
    guint content = 0;
    for (guint i = 0; i < n; i++)
        content += !words[i].stop;
    return content;
}

static gpointer array_of(GradeReady *ready, guint n, gsize size)
{
    gpointer array = g_malloc0_n(MAX(n, 1), size);
    g_ptr_array_add(ready->arrays, array);
    return array;
}

static ReadyPhrase read_phrase(GradeReady *ready, const char *text)
{
    WordList *list = words_of(text, ready->language);
    g_ptr_array_add(ready->lists, list);
    return (ReadyPhrase){ (const Word *)(gpointer)list->words->data, list->words->len };
}

/* A phrasing or passage as far as there is room for it. */
static ReadyPhrase take_phrase(GradeReady *ready, ReadyPhrase phrase)
{
    phrase.n = MIN(MIN(phrase.n, MATCH_PHRASE_MAX), ready->words_left);
    ready->words_left -= phrase.n;
    return phrase;
}

/* A model answer, as words and as a text to look for phrases in. */
typedef struct {
    ReadyPhrase words;
    MatchText *text;
} Model;

/* What the model answer says just around its words for the idea; n 0 when it does not speak of it, or says too little.
 * The rest of the model answer speaks of other things and gives no credit. */
static ReadyPhrase find_passage(const Model *model, const ReadyIdea *idea)
{
    const ReadyPhrase nothing = { 0 };
    Match place = { 0 };
    for (guint i = 0; i < idea->n_phrasings; i++) {
        Match match = match_phrase(model->text, idea->phrasings[i].words, idea->phrasings[i].n);
        if (match.share > place.share)
            place = match;
    }
    if (place.share < SHARE_SAID)
        return nothing;
    guint first = place.first > PASSAGE_MARGIN ? place.first - PASSAGE_MARGIN : 0;
    guint last = MIN(place.last + PASSAGE_MARGIN, model->words.n - 1);
    const ReadyPhrase passage = { model->words.words + first, last - first + 1 };
    return ready_content_words(passage.words, passage.n) < PASSAGE_CONTENT_FEWEST ? nothing : passage;
}

static ReadyIdea read_idea(GradeReady *ready, const GradeIdea *idea, const GArray *models)
{
    ReadyIdea read = { .phrasings = array_of(ready, idea->n_phrasings, sizeof(ReadyPhrase)),
                       .n_phrasings = idea->n_phrasings };
    for (guint i = 0; i < idea->n_phrasings; i++)
        read.phrasings[i] = take_phrase(ready, read_phrase(ready, idea->phrasings[i]));
    if (!models)
        return read;
    read.passages = array_of(ready, models->len, sizeof(ReadyPhrase));
    for (guint i = 0; i < models->len; i++) {
        ReadyPhrase passage = find_passage(&g_array_index(models, Model, i), &read);
        if (passage.n)
            read.passages[read.n_passages++] = take_phrase(ready, passage);
    }
    return read;
}

static void read_criteria(GradeReady *ready, const GradeRubric *rubric, const GArray *models)
{
    ready->criteria = array_of(ready, rubric->n_criteria, sizeof(ReadyCriterion));
    ready->n_criteria = rubric->n_criteria;
    for (guint i = 0; i < rubric->n_criteria; i++) {
        const GradeCriterion *criterion = &rubric->criteria[i];
        ReadyIdea *ideas = array_of(ready, criterion->n_ideas, sizeof(ReadyIdea));
        for (guint j = 0; j < criterion->n_ideas; j++)
            ideas[j] = read_idea(ready, &criterion->ideas[j], models);
        ready->criteria[i] =
            (ReadyCriterion){ criterion->weight > 0 ? criterion->weight : 0, ideas, criterion->n_ideas };
    }
}

static void clear_model(gpointer model)
{
    match_text_free(((Model *)model)->text);
}

typedef struct {
    GradeReady *ready;
    const Word *words;
} SentenceReader;

static void take_sentence(guint first, guint after, gpointer data)
{
    const SentenceReader *reader = data;
    const ReadyPhrase sentence = { reader->words + first, after - first };
    if (reader->ready->sentences->len < READY_SENTENCES_MOST)
        g_array_append_val(reader->ready->sentences, sentence);
}

static void read_sentences(GradeReady *ready, const char *text, const ReadyPhrase *words)
{
    SentenceReader reader = { ready, words->words };
    sham_each_sentence(text, words->words, words->n, take_sentence, &reader);
}

static GArray *read_models(GradeReady *ready, const GradeRubric *rubric)
{
    GArray *models = g_array_new(FALSE, FALSE, sizeof(Model));
    g_array_set_clear_func(models, clear_model);
    for (guint i = 0; i < MIN(rubric->n_models, READY_MODELS_MOST); i++) {
        Model model = {
            .words = read_phrase(ready, rubric->models[i]),
            .text = match_text_new(ready->lexicon, rubric->models[i], rubric->language),
        };
        ready->longest_model = MAX(ready->longest_model, model.words.n);
        read_sentences(ready, rubric->models[i], &model.words);
        g_array_append_val(models, model);
    }
    return models;
}

GradeReady *grade_ready_new(const Lexicon *lexicon, const GradeRubric *rubric)
{
    GradeReady *ready = g_new0(GradeReady, 1);
    ready->lexicon = lexicon;
    ready->language = g_strdup(rubric->language);
    ready->lists = g_ptr_array_new_with_free_func((GDestroyNotify)word_list_free);
    ready->arrays = g_ptr_array_new_with_free_func(g_free);
    ready->sentences = g_array_new(FALSE, FALSE, sizeof(ReadyPhrase));
    ready->words_left = READY_WORDS_MOST;
    ready->has_models = rubric->n_models > 0;
    ready->key = answer_key_new(lexicon, rubric->language, rubric->prompt, rubric->models,
                                MIN(rubric->n_models, READY_MODELS_MOST));
    ready->prompt = read_phrase(ready, rubric->prompt);
    g_autoptr(GArray) models = read_models(ready, rubric);
    read_criteria(ready, rubric, models);
    ready->misconceptions = array_of(ready, rubric->n_misconceptions, sizeof(ReadyIdea));
    ready->n_misconceptions = rubric->n_misconceptions;
    for (guint i = 0; i < rubric->n_misconceptions; i++)
        ready->misconceptions[i] = read_idea(ready, &rubric->misconceptions[i], NULL);
    return ready;
}

const char *grade_ready_language(const GradeReady *ready)
{
    return ready->language;
}

void grade_ready_free(GradeReady *ready)
{
    if (!ready)
        return;
    answer_key_free(ready->key);
    g_array_unref(ready->sentences);
    g_ptr_array_unref(ready->lists);
    g_ptr_array_unref(ready->arrays);
    g_free(ready->language);
    g_free(ready);
}
