/* Frees the parts of a pack; each accepts NULL and parts that were never filled. */
#pragma once

#include "content/pack.h"

void pack_option_free(PackOption *option);
void pack_idea_free(PackIdea *idea);
void pack_criterion_free(PackCriterion *criterion);
void pack_misconception_free(PackMisconception *misconception);
void pack_line_free(PackLine *line);
void pack_scene_free(PackScene *scene);
void pack_concept_free(PackConcept *concept);
void pack_skill_free(PackSkill *skill);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PackIdea, pack_idea_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PackScene, pack_scene_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PackConcept, pack_concept_free)
