/* `whet person`: the people of a server, from the command line of whoever runs it. */
#pragma once

/* `arguments`: what follows the word `person`, NULL-terminated; borrowed. Returns the exit status: 0 done, 1 failed, 2
 * wrong usage. */
int command_person(char **arguments);
