/* The tables, as numbered migrations. Never edit one that was released: add the next. */
#pragma once

#include "platform/db/db.h"

/* All of them, in order: for tests, which begin with the earlier ones alone. */
const DbMigration *schema_migrations(gsize *count);

/* Tells platform/db. Call before db_open(). */
void schema_register(void);
