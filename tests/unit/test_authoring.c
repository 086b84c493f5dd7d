/* Authoring: what an import does to what is there, and who sees it. */
#include "practice_case.h"

#define TALK FRONT("talk-first", "talk", "") CHOOSE("first") CHOOSE("second")
#define TALK_SHORTER FRONT("talk-first", "talk", "") CHOOSE("first")
#define TALK_REWORDED               \
    FRONT("talk-first", "talk", "") \
    "## choose: first\nWhich one?\n\n- [ ] This.\n  > No.\n- [x] That.\n  > Yes.\n\n" CHOOSE("second")
#define NEEDS(id, needs) FRONT(id, "talk", "requires: [" needs "]\n") CHOOSE("of " id)
/* clang-format off */
#define PACK_MD { "pack.md", PACK_FRONT }
/* clang-format on */

static const CatalogueConcept *living(const Catalogue *catalogue, gint64 concept_id)
{
    int index = catalogue_index(catalogue, concept_id);
    return index < 0 ? NULL : catalogue->concepts->pdata[index];
}

static gint64 acme(App *app)
{
    return learner_of(app, "Acme", NULL, "anna@acme.test").who.organisation_id;
}

static void assert_report(ImportReport report, int version, guint exercises, guint added, guint changed, guint retired)
{
    assert_int_equal(report.version, version);
    assert_int_equal(report.exercises, exercises);
    assert_int_equal(report.added, added);
    assert_int_equal(report.changed, changed);
    assert_int_equal(report.retired, retired);
}

static const char living_exercises[] = "SELECT COUNT(*) FROM exercise WHERE retired_at IS NULL";

/* --- reading through the public functions */

typedef struct {
    App *app;
    gint64 organisation_id, id;
    int version;
    StoredExercise *exercise;
    Catalogue *catalogue;
    GPtrArray *list;
    char *slug;
} Wanted;

static gboolean read_exercise(DbTx *tx, gpointer data, GError **error)
{
    Wanted *wanted = data;
    wanted->exercise = authoring_exercise(wanted->app, tx, wanted->organisation_id, wanted->id, wanted->version, error);
    return wanted->exercise != NULL;
}

static gboolean read_catalogue(DbTx *tx, gpointer data, GError **error)
{
    Wanted *wanted = data;
    wanted->catalogue = authoring_catalogue(wanted->app, tx, wanted->organisation_id, error);
    return wanted->catalogue != NULL;
}

static gboolean read_export(DbTx *tx, gpointer data, GError **error)
{
    Wanted *wanted = data;
    wanted->list = authoring_export(tx, wanted->organisation_id, wanted->id, &wanted->slug, error);
    return wanted->list != NULL;
}

static gboolean read_packs(DbTx *tx, gpointer data, GError **error)
{
    Wanted *wanted = data;
    wanted->list = authoring_packs(tx, wanted->organisation_id, wanted->id, error);
    return wanted->list != NULL;
}

static gboolean read_pack(DbTx *tx, gpointer data, GError **error)
{
    const Wanted *wanted = data;
    g_autoptr(PackRow) pack = authoring_pack(tx, wanted->organisation_id, wanted->id, error);
    return pack != NULL;
}

static gboolean read_concept(DbTx *tx, gpointer data, GError **error)
{
    const Wanted *wanted = data;
    g_autoptr(ConceptText) concept = authoring_concept_text(tx, wanted->organisation_id, wanted->id, error);
    return concept != NULL;
}

static Catalogue *catalogue_of(App *app, gint64 organisation_id)
{
    Wanted wanted = { .app = app, .organisation_id = organisation_id };
    must_read(app, read_catalogue, &wanted);
    return wanted.catalogue;
}

static char *prompt_of(App *app, gint64 organisation_id, gint64 exercise, int version)
{
    Wanted wanted = { .app = app, .organisation_id = organisation_id, .id = exercise, .version = version };
    must_read(app, read_exercise, &wanted);
    char *prompt = g_strdup(wanted.exercise->content->prompt);
    stored_exercise_unref(wanted.exercise);
    return prompt;
}

static GPtrArray *packs_of(App *app, const HttpIdentity *who)
{
    Wanted wanted = { .organisation_id = who->organisation_id, .id = who->person_id };
    must_read(app, read_packs, &wanted);
    return wanted.list;
}

static void assert_not_there(App *app, DbFunction function, Wanted wanted)
{
    GError *error = NULL;
    assert_false(db_read(app->db, function, &wanted, &error));
    assert_int_equal(code_of(&error), WHET_ERROR_NOT_FOUND);
}

/* --- importing */

static void import_puts_everything_in_its_place(void **state)
{
    App *app = case_app(state);
    gint64 org = acme(app);
    ImportReport report = IMPORT(app, org, PACK_MD, { "price.md", PRICE }, { "talk.md", TALK });
    assert_report(report, 1, 6, 6, 0, 0);
    assert_int_equal(report.concepts, 2);
    assert_int_equal(number_of(app, "SELECT COUNT(*) FROM exercise_body WHERE version = 1"), 6);
    assert_int_equal(number_of(app, "SELECT COUNT(*) FROM concept JOIN skill ON skill.id = concept.skill_id"
                                    " WHERE concept.slug = 'price' AND skill.slug = 'money' AND concept.must_know = 1"),
                     1);
    assert_int_equal(number_of(app, "SELECT options * 10 + correct FROM exercise WHERE slug = 'choose-several'"), 32);
    assert_int_equal(
        number_of(
            app,
            "SELECT COUNT(*) FROM audit WHERE action = 'pack.imported' AND detail = 'selling' AND person_id IS NULL"),
        1);
    assert_int_equal(
        number_with(app, "SELECT COUNT(*) FROM audit WHERE subject_id = $1", DB_ARGS(db_int(report.pack_id))), 1);
}

static void import_of_what_is_there_already_changes_nothing(void **state)
{
    App *app = case_app(state);
    gint64 org = acme(app);
    ImportReport first = IMPORT(app, org, PACK_MD, { "price.md", PRICE }, { "talk.md", TALK });
    gint64 catalogue = number_of(app, "SELECT catalogue_version FROM organisation");
    gint64 imported_at = number_of(app, "SELECT imported_at FROM pack");
    clock_shift(CLOCK_HOUR);
    /* In another order: how a folder is read makes no difference. */
    ImportReport again = IMPORT(app, org, { "talk.md", TALK }, { "price.md", PRICE }, PACK_MD);
    assert_report(again, 1, 6, 0, 0, 0);
    assert_int_equal(again.concepts, 2);
    assert_int_equal(again.pack_id, first.pack_id);
    assert_int_equal(number_of(app, "SELECT catalogue_version FROM organisation"), catalogue);
    assert_int_equal(number_of(app, "SELECT imported_at FROM pack"), imported_at);
    assert_int_equal(number_of(app, "SELECT COUNT(*) FROM audit WHERE action = 'pack.imported'"), 1);
}

static void file_with_another_name_is_a_new_version_without_changed_exercises(void **state)
{
    App *app = case_app(state);
    gint64 org = acme(app);
    IMPORT(app, org, PACK_MD, { "talk.md", TALK });
    assert_report(IMPORT(app, org, PACK_MD, { "talking.md", TALK }), 2, 2, 0, 0, 0);
}

static void changed_wording_makes_a_version_beside_the_old_one(void **state)
{
    App *app = case_app(state);
    gint64 org = acme(app);
    IMPORT(app, org, PACK_MD, { "talk.md", TALK });
    gint64 exercise = exercise_id(app, org, "choose-first"), other = exercise_id(app, org, "choose-second");
    assert_report(IMPORT(app, org, PACK_MD, { "talk.md", TALK_REWORDED }), 2, 2, 0, 1, 0);

    assert_int_equal(exercise_id(app, org, "choose-first"), exercise);
    assert_int_equal(number_with(app, "SELECT version FROM exercise WHERE id = $1", DB_ARGS(db_int(exercise))), 2);
    assert_int_equal(number_with(app, "SELECT version FROM exercise WHERE id = $1", DB_ARGS(db_int(other))), 1);
    g_autofree char *before = prompt_of(app, org, exercise, 1), *after = prompt_of(app, org, exercise, 2);
    assert_string_equal(before, "Which of first?");
    assert_string_equal(after, "Which one?");

    /* The old wording again is a third version: numbers never go back. */
    assert_report(IMPORT(app, org, PACK_MD, { "talk.md", TALK }), 3, 2, 0, 1, 0);
    g_autofree char *again = prompt_of(app, org, exercise, 3);
    assert_string_equal(again, before);
}

static void exercise_that_left_is_retired_and_returns_with_its_history(void **state)
{
    App *app = case_app(state);
    gint64 org = acme(app);
    IMPORT(app, org, PACK_MD, { "talk.md", TALK });
    gint64 exercise = exercise_id(app, org, "choose-second");
    assert_report(IMPORT(app, org, PACK_MD, { "talk.md", TALK_SHORTER }), 2, 1, 0, 0, 1);
    assert_int_equal(number_of(app, living_exercises), 1);
    g_autofree char *prompt = prompt_of(app, org, exercise, 1); /* still there for those who answered it */
    assert_string_equal(prompt, "Which of second?");

    assert_report(IMPORT(app, org, PACK_MD, { "talk.md", TALK }), 3, 2, 0, 0, 0);
    assert_int_equal(exercise_id(app, org, "choose-second"), exercise);
    assert_int_equal(number_of(app, living_exercises), 2);
    assert_int_equal(number_with(app, "SELECT version FROM exercise WHERE id = $1", DB_ARGS(db_int(exercise))), 1);
}

static void one_exercise_that_returns_does_not_hide_another_that_leaves(void **state)
{
    App *app = case_app(state);
    gint64 org = acme(app);
    IMPORT(app, org, PACK_MD, { "talk.md", TALK });
    IMPORT(app, org, PACK_MD, { "talk.md", TALK_SHORTER });
    static const char second_only[] = FRONT("talk-first", "talk", "") CHOOSE("second");
    assert_report(IMPORT(app, org, PACK_MD, { "talk.md", second_only }), 3, 1, 0, 0, 1);
}

static void concept_that_left_is_retired_and_returns_with_its_history(void **state)
{
    App *app = case_app(state);
    gint64 org = acme(app);
    IMPORT(app, org, PACK_MD, { "price.md", PRICE }, { "talk.md", TALK });
    gint64 concept = concept_id(app, org, "price");
    ImportReport report = IMPORT(app, org, PACK_MD, { "talk.md", TALK });
    assert_report(report, 2, 2, 0, 0, 4);
    assert_int_equal(report.concepts, 1);

    g_autoptr(Catalogue) without = catalogue_of(app, org);
    assert_null(living(without, concept));
    assert_int_equal(without->skills->len, 1);
    Wanted old = { .organisation_id = org, .id = concept };
    must_read(app, read_concept, &old); /* what people wrote about it can still be shown */

    assert_report(IMPORT(app, org, PACK_MD, { "price.md", PRICE }, { "talk.md", TALK }), 3, 6, 0, 0, 0);
    assert_int_equal(concept_id(app, org, "price"), concept);
    g_autoptr(Catalogue) with = catalogue_of(app, org);
    assert_non_null(living(with, concept));
    assert_int_equal(with->skills->len, 2);
}

static void requirements_are_those_of_the_newest_version(void **state)
{
    App *app = case_app(state);
    gint64 org = acme(app);
    static const char of[] = "SELECT COUNT(*) FROM requirement WHERE concept_id = $1 AND requires_id = $2";
    IMPORT(app, org, PACK_MD, { "a.md", TALK }, { "b.md", PRICE }, { "c.md", NEEDS("last", "talk-first") });
    gint64 last = concept_id(app, org, "last"), talk = concept_id(app, org, "talk-first"),
           price = concept_id(app, org, "price");
    assert_int_equal(number_with(app, of, DB_ARGS(db_int(last), db_int(talk))), 1);
    IMPORT(app, org, PACK_MD, { "a.md", TALK }, { "b.md", PRICE }, { "c.md", NEEDS("last", "price") });
    assert_int_equal(number_with(app, of, DB_ARGS(db_int(last), db_int(price))), 1);
    assert_int_equal(number_of(app, "SELECT COUNT(*) FROM requirement"), 1);
}

static void packs_of_one_organisation_do_not_touch_each_other(void **state)
{
    App *app = case_app(state);
    gint64 org = acme(app);
    IMPORT(app, org, PACK_MD, { "talk.md", TALK }, { "last.md", NEEDS("last", "talk-first") });
    static const char other_front[] =
        "---\nid: other\ntitle: Other\nlanguage: en\nskills:\n  talk: Talking\n  money: Money\n---\n";
    IMPORT(app, org, { "pack.md", other_front }, { "talk.md", TALK });
    assert_report(IMPORT(app, org, { "pack.md", other_front }, { "price.md", PRICE }), 2, 4, 4, 0, 2);
    assert_int_equal(number_of(app, "SELECT COUNT(*) FROM requirement"), 1);
    assert_int_equal(number_of(app, living_exercises), 3 + 4);
    assert_int_equal(number_of(app, "SELECT version FROM pack WHERE slug = 'selling'"), 1);
}

/* --- exporting */

/* Blanks, quotes, emoji, CR LF and no line at the end: as it was written. */
static void export_gives_the_files_back_byte_by_byte(void **state)
{
    App *app = case_app(state);
    gint64 org = acme(app);
    static const char odd_pack[] = "---\r\ntitle:   'Odd  pack'\r\nlanguage: en   \r\nskills:\r\n  talk: "
                                   "Talking\r\n---\r\n\r\n\tAbout \"it\" \xF0\x9F\x98\x80  ";
    static const char odd_concept[] = FRONT("zebra", "talk", "") "e\xCC\x81 \\ % $1 '\n\n\n\n" CHOOSE("x") "   \n\n\n";
    ImportReport report =
        IMPORT(app, org, { "z.md", odd_concept }, { "pack.md", odd_pack }, { "a.md", NEEDS("later", "zebra") });
    Wanted wanted = { .organisation_id = org, .id = report.pack_id };
    must_read(app, read_export, &wanted);
    const PackPiece expected[] = { { "pack.md", odd_pack },
                                   { "a.md", NEEDS("later", "zebra") },
                                   { "z.md", odd_concept } };
    assert_int_equal(wanted.list->len, G_N_ELEMENTS(expected));
    for (guint i = 0; i < wanted.list->len; i++) {
        const PackFile *file = wanted.list->pdata[i];
        gsize length;
        const char *bytes = g_bytes_get_data(file->bytes, &length);
        assert_string_equal(file->name, expected[i].file);
        assert_int_equal(length, strlen(expected[i].text));
        assert_memory_equal(bytes, expected[i].text, length);
    }
    assert_string_equal(wanted.slug, "selling");
    g_ptr_array_unref(wanted.list);
    g_free(wanted.slug);
}

static void export_leaves_out_what_is_retired(void **state)
{
    App *app = case_app(state);
    gint64 org = acme(app);
    IMPORT(app, org, PACK_MD, { "talk.md", TALK }, { "price.md", PRICE });
    ImportReport report = IMPORT(app, org, PACK_MD, { "price.md", PRICE });
    Wanted wanted = { .organisation_id = org, .id = report.pack_id };
    must_read(app, read_export, &wanted);
    assert_int_equal(wanted.list->len, 2);
    assert_string_equal(((PackFile *)wanted.list->pdata[1])->name, "price.md");
    g_ptr_array_unref(wanted.list);
    g_free(wanted.slug);
}

/* --- who sees what */

static void another_organisation_sees_nothing(void **state)
{
    App *app = case_app(state);
    gint64 org = acme(app);
    Learner other = learner_of(app, "Other", NULL, "otto@other.test");
    ImportReport report = IMPORT(app, org, PACK_MD, { "price.md", PRICE });

    g_autoptr(GPtrArray) packs = packs_of(app, &other.who);
    HttpIdentity author = { .organisation_id = other.who.organisation_id };
    g_autoptr(GPtrArray) all = packs_of(app, &author);
    assert_int_equal(packs->len + all->len, 0);
    g_autoptr(Catalogue) catalogue = catalogue_of(app, other.who.organisation_id);
    assert_int_equal(catalogue->concepts->len + catalogue->skills->len, 0);

    Wanted wanted = { .app = app, .organisation_id = other.who.organisation_id, .id = report.pack_id };
    assert_not_there(app, read_pack, wanted);
    assert_not_there(app, read_export, wanted);
    wanted.id = concept_id(app, org, "price");
    assert_not_there(app, read_concept, wanted);
    wanted.id = exercise_id(app, org, "choose-one");
    wanted.version = 1;
    assert_not_there(app, read_exercise, wanted);
    g_free(prompt_of(app, org, wanted.id, 1)); /* nor when it is in memory, for those whose it is */
    assert_not_there(app, read_exercise, wanted);
}

static void pack_of_the_same_name_belongs_to_each_organisation_alone(void **state)
{
    App *app = case_app(state);
    gint64 org = acme(app), other = learner_of(app, "Other", NULL, "otto@other.test").who.organisation_id;
    IMPORT(app, org, PACK_MD, { "talk.md", TALK });
    assert_report(IMPORT(app, other, PACK_MD, { "talk.md", TALK }), 1, 2, 2, 0, 0);
    assert_report(IMPORT(app, other, PACK_MD, { "price.md", PRICE }), 2, 4, 4, 0, 2);
    assert_int_equal(number_with(app, "SELECT COUNT(*) FROM exercise WHERE organisation_id = $1 AND retired_at IS NULL",
                                 DB_ARGS(db_int(org))),
                     2);
}

static void pack_for_a_team_is_for_nobody_else(void **state)
{
    App *app = case_app(state);
    Learner north = learner_of(app, "Acme", "North", "n@acme.test"),
            south = learner_of(app, "Acme", "South", "s@acme.test");
    Learner alone = learner_of(app, "Acme", NULL, "a@acme.test");
    gint64 org = north.who.organisation_id;
    const PackPiece pieces[] = { PACK_MD, { "talk.md", TALK }, { 0 } };
    const struct {
        gint64 for_team;
        guint north, south, alone;
    } steps[] = {
        { north.team_id, 1, 0, 0 },
        { 0, 1, 0, 0 },             /* nobody named: as it was */
        { south.team_id, 1, 1, 0 }, /* adds, though the pack itself has not changed */
    };
    for (guint i = 0; i < G_N_ELEMENTS(steps); i++) {
        gint64 before = number_of(app, "SELECT catalogue_version FROM organisation");
        import_for(app, org, steps[i].for_team, pieces);
        g_autoptr(GPtrArray) of_north = packs_of(app, &north.who), of_south = packs_of(app, &south.who),
                             of_alone = packs_of(app, &alone.who);
        assert_int_equal(of_north->len, steps[i].north);
        assert_int_equal(of_south->len, steps[i].south);
        assert_int_equal(of_alone->len, steps[i].alone);
        assert_int_equal(number_of(app, "SELECT catalogue_version FROM organisation") > before, steps[i].for_team != 0);
    }
    const PackRow *row;
    g_autoptr(GPtrArray) packs = packs_of(app, &north.who);
    row = packs->pdata[0];
    assert_int_equal(row->concepts, 1);
    assert_int_equal(row->exercises, 2);
    assert_string_equal(row->about, "About selling.");
}

/* --- catalogues */

static void catalogue_is_shared_until_an_import_changes_it(void **state)
{
    App *app = case_app(state);
    gint64 org = acme(app);
    IMPORT(app, org, PACK_MD, { "talk.md", TALK });
    g_autoptr(Catalogue) first = catalogue_of(app, org), again = catalogue_of(app, org);
    assert_ptr_equal(first, again);
    IMPORT(app, org, PACK_MD, { "talk.md", TALK });
    g_autoptr(Catalogue) unchanged = catalogue_of(app, org);
    assert_ptr_equal(first, unchanged);

    IMPORT(app, org, PACK_MD, { "talk.md", TALK_REWORDED }, { "price.md", PRICE });
    g_autoptr(Catalogue) changed = catalogue_of(app, org);
    assert_ptr_not_equal(first, changed);
    const CatalogueConcept *price = living(changed, concept_id(app, org, "price"));
    assert_non_null(price);
    assert_true(price->must_know);
    assert_int_equal(price->exercises->len, 4);
    const CatalogueConcept *talk = living(changed, concept_id(app, org, "talk-first"));
    assert_int_equal(g_array_index(talk->exercises, CatalogueExercise, 0).version, 2);
    /* Whoever holds the old one goes on with it. */
    assert_int_equal(first->concepts->len, 1);
}

static void catalogue_learns_new_difficulties_within_a_minute(void **state)
{
    App *app = case_app(state);
    gint64 org = acme(app);
    IMPORT(app, org, PACK_MD, { "talk.md", TALK });
    g_autoptr(Catalogue) first = catalogue_of(app, org);
    run_sql(app, "INSERT INTO exercise_difficulty (exercise_id, organisation_id, mean, variance, attempts)"
                 " SELECT id, organisation_id, 1.5, 0.25, 9 FROM exercise WHERE slug = 'choose-first'");
    clock_shift(CLOCK_MINUTE + CLOCK_SECOND);
    g_autoptr(Catalogue) later = catalogue_of(app, org);
    const CatalogueConcept *talk = later->concepts->pdata[0];
    const CatalogueExercise *answered = &g_array_index(talk->exercises, CatalogueExercise, 0);
    const CatalogueExercise *other = &g_array_index(talk->exercises, CatalogueExercise, 1);
    assert_true(answered->difficulty.mean == 1.5 && answered->difficulty.variance == 0.25);
    const ChallengeEstimate prior = challenge_difficulty_prior(exercise_kind_info(EXERCISE_CHOOSE)->difficulty, 0);
    assert_true(other->difficulty.mean == prior.mean && other->difficulty.variance == prior.variance);
    assert_true(other->floor == challenge_floor(2, 1));
}

static void catalogue_stands_in_the_order_of_requirements(void **state)
{
    App *app = case_app(state);
    gint64 org = acme(app);
    static const char only_to_read[] = FRONT("reading", "talk", "") REFLECT;
    IMPORT(app, org, PACK_MD, { "a.md", NEEDS("alpha", "beta, gamma") }, { "b.md", NEEDS("beta", "gamma") },
           { "c.md", NEEDS("gamma", "") }, { "d.md", only_to_read });
    g_autoptr(Catalogue) catalogue = catalogue_of(app, org);
    static const char *const order[] = { "gamma", "beta", "alpha", "reading" };
    for (guint i = 0; i < G_N_ELEMENTS(order); i++) {
        const CatalogueConcept *concept = catalogue->concepts->pdata[i];
        assert_string_equal(concept->slug, order[i]);
        assert_int_equal(concept->graded, i < 3);
        assert_int_equal(catalogue_index(catalogue, concept->id), (int)i);
        assert_int_equal(concept->requires->len, i < 3 ? i : 0);
        for (guint j = 0; j < concept->requires->len; j++)
            assert_true(g_array_index(concept->requires, guint, j) < i);
    }
}

/* More than are kept in memory: what was put away is read again, and nothing is taken for something else. */
static void each_of_very_many_exercises_is_read_as_itself(void **state)
{
    App *app = case_app(state);
    gint64 org = acme(app);
    enum { CONCEPTS = 15, EACH = 40 };
    PackPiece pieces[CONCEPTS + 2] = { PACK_MD };
    g_autoptr(GPtrArray) owned = g_ptr_array_new_with_free_func(g_free);
    for (int i = 0; i < CONCEPTS; i++) {
        GString *text = g_string_new(NULL);
        g_string_printf(text, FRONT("c%d", "talk", ""), i, i, i);
        for (int j = 0; j < EACH; j++)
            g_string_append_printf(text, CHOOSE("n%d-%d"), i, j, i, j);
        pieces[i + 1] = (PackPiece){ g_strdup_printf("c%d.md", i), g_string_free(text, FALSE) };
        g_ptr_array_add(owned, (char *)pieces[i + 1].file);
        g_ptr_array_add(owned, (char *)pieces[i + 1].text);
    }
    assert_int_equal(import_for(app, org, 0, pieces).exercises, CONCEPTS * EACH);
    g_autoptr(Catalogue) catalogue = catalogue_of(app, org);
    for (int round = 0; round < 2; round++)
        for (guint i = 0; i < CONCEPTS; i++)
            for (guint j = 0; j < EACH; j++) {
                const CatalogueConcept *concept = catalogue->concepts->pdata[i];
                const CatalogueExercise *exercise = &g_array_index(concept->exercises, CatalogueExercise, j);
                g_autofree char *prompt = prompt_of(app, org, exercise->id, exercise->version);
                g_autofree char *expected = g_strdup_printf("Which of n%s-%u?", concept->slug + 1, j);
                assert_string_equal(prompt, expected);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH(import_puts_everything_in_its_place),
        ON_BOTH(import_of_what_is_there_already_changes_nothing),
        ON_BOTH(file_with_another_name_is_a_new_version_without_changed_exercises),
        ON_BOTH(changed_wording_makes_a_version_beside_the_old_one),
        ON_BOTH(exercise_that_left_is_retired_and_returns_with_its_history),
        ON_BOTH(one_exercise_that_returns_does_not_hide_another_that_leaves),
        ON_BOTH(concept_that_left_is_retired_and_returns_with_its_history),
        ON_BOTH(requirements_are_those_of_the_newest_version),
        ON_BOTH(packs_of_one_organisation_do_not_touch_each_other),
        ON_BOTH(export_gives_the_files_back_byte_by_byte),
        ON_BOTH(export_leaves_out_what_is_retired),
        ON_BOTH(another_organisation_sees_nothing),
        ON_BOTH(pack_of_the_same_name_belongs_to_each_organisation_alone),
        ON_BOTH(pack_for_a_team_is_for_nobody_else),
        ON_BOTH(catalogue_is_shared_until_an_import_changes_it),
        ON_BOTH(catalogue_learns_new_difficulties_within_a_minute),
        ON_BOTH(each_of_very_many_exercises_is_read_as_itself),
        ON_BOTH(catalogue_stands_in_the_order_of_requirements),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
