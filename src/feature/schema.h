/* The tables, as numbered migrations. Never edit one that was released: add the next. */
#pragma once

#include "platform/db/db.h"

/* Tells platform/db. Call before db_open(). */
void schema_register(void);
