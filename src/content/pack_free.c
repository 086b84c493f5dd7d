/* Frees the parts of a pack, and says a problem in one line. */
#include "content/pack_free.h"

#include "content/exercise_json.h"

void pack_option_free(PackOption *option)
{
    if (!option)
        return;
    g_free(option->text);
    g_free(option->feedback);
    g_free(option);
}

void pack_idea_free(PackIdea *idea)
{
    if (!idea)
        return;
    g_clear_pointer(&idea->phrasings, g_ptr_array_unref);
    g_free(idea);
}

void pack_criterion_free(PackCriterion *criterion)
{
    if (!criterion)
        return;
    g_free(criterion->name);
    g_clear_pointer(&criterion->ideas, g_ptr_array_unref);
    g_free(criterion);
}

void pack_misconception_free(PackMisconception *misconception)
{
    if (!misconception)
        return;
    pack_idea_free(misconception->idea);
    g_free(misconception->correction);
    g_free(misconception);
}

void pack_line_free(PackLine *line)
{
    if (!line)
        return;
    g_free(line->text);
    pack_idea_free(line->idea);
    g_free(line);
}

void pack_scene_free(PackScene *scene)
{
    if (!scene)
        return;
    g_free(scene->buyer);
    g_free(scene->temperament);
    g_free(scene->goal);
    g_free(scene->opens);
    g_clear_pointer(&scene->facts, g_ptr_array_unref);
    g_clear_pointer(&scene->objections, g_ptr_array_unref);
    g_free(scene);
}

void pack_exercise_free(PackExercise *exercise)
{
    if (!exercise)
        return;
    g_free(exercise->slug);
    g_free(exercise->name);
    g_free(exercise->prompt);
    g_clear_pointer(&exercise->options, g_ptr_array_unref);
    g_clear_pointer(&exercise->criteria, g_ptr_array_unref);
    g_clear_pointer(&exercise->misconceptions, g_ptr_array_unref);
    g_clear_pointer(&exercise->models, g_ptr_array_unref);
    pack_scene_free(exercise->scene);
    g_free(exercise->follow_up);
    g_free(exercise);
}

void pack_concept_free(PackConcept *concept)
{
    if (!concept)
        return;
    g_free(concept->id);
    g_free(concept->title);
    g_free(concept->skill);
    g_clear_pointer(&concept->requires, g_ptr_array_unref);
    g_free(concept->text);
    g_clear_pointer(&concept->exercises, g_ptr_array_unref);
    g_free(concept->file);
    g_free(concept->source);
    g_free(concept);
}

void pack_skill_free(PackSkill *skill)
{
    if (!skill)
        return;
    g_free(skill->id);
    g_free(skill->name);
    g_free(skill);
}

void pack_free(Pack *pack)
{
    if (!pack)
        return;
    g_free(pack->id);
    g_free(pack->title);
    g_free(pack->language);
    g_free(pack->licence);
    g_free(pack->about);
    g_clear_pointer(&pack->skills, g_ptr_array_unref);
    g_clear_pointer(&pack->concepts, g_ptr_array_unref);
    g_free(pack->source);
    g_free(pack);
}

void pack_file_free(PackFile *file)
{
    if (!file)
        return;
    g_free(file->name);
    g_clear_pointer(&file->bytes, g_bytes_unref);
    g_free(file);
}

void pack_problem_free(PackProblem *problem)
{
    if (!problem)
        return;
    g_free(problem->file);
    g_free(problem->problem);
    g_free(problem->remedy);
    g_free(problem);
}

char *pack_problem_format(const PackProblem *problem)
{
    if (problem->line > 0)
        return g_strdup_printf("%s:%d: %s; %s", problem->file, problem->line, problem->problem, problem->remedy);
    return g_strdup_printf("%s: %s; %s", problem->file, problem->problem, problem->remedy);
}
