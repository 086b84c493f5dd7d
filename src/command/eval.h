/* The parts of `whet eval`: each measures one thing on a file of anybody's data. They get the words after their name,
 * as commands do (command/command.h), and return the exit status. */
#pragma once

int eval_memory(char **words);
int eval_challenge(char **words);
int eval_grade(char **words);
