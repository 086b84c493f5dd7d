/* Proving that the sums kept with each exercise are those of its attempts. */
#include "feature/authoring/item_db.h"
#include "feature/people/people.h"
#include "feature/practice/practice.h"

#include <math.h>

/* Sums are added up in the order in which answers came, and proved in another one. */
#define SUM_TOLERANCE 1e-9

typedef struct {
    gint64 organisation_id;
    gboolean wrong;
    void (*report)(const char *sentence, gpointer data);
    gpointer report_data;
    guint *checked;
} Check;

static gboolean near(double a, double b)
{
    return fabs(a - b) <= SUM_TOLERANCE * fmax(1, fabs(a));
}

static gboolean agrees(const ItemSums *a, const ItemSums *b)
{
    return a->attempts == b->attempts && a->returns == b->returns && a->passes == b->passes &&
           near(a->seconds, b->seconds) && near(a->score, b->score) && near(a->score_squares, b->score_squares) &&
           near(a->predicted, b->predicted) && near(a->predicted_squares, b->predicted_squares) &&
           near(a->score_predicted, b->score_predicted);
}

static void compare(gint64 exercise_id, const ItemSums *kept, const ItemSums *counted, gpointer data)
{
    Check *check = data;
    (*check->checked)++;
    if (agrees(kept, counted))
        return;
    check->wrong = TRUE;
    g_autofree char *sentence = g_strdup_printf(
        "exercise %" G_GINT64_FORMAT ": %" G_GINT64_FORMAT " answers of which %" G_GINT64_FORMAT
        " were right, but its attempts give %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT ", or other sums differ",
        exercise_id, kept->attempts, kept->passes, counted->attempts, counted->passes);
    check->report(sentence, check->report_data);
}

static gboolean compare_all(DbTx *tx, gpointer data, GError **error)
{
    Check *check = data;
    return item_db_each_pair(tx, check->organisation_id, compare, check, error);
}

static gboolean recount(DbTx *tx, gpointer data, GError **error)
{
    const Check *check = data;
    return item_db_recount(tx, check->organisation_id, error);
}

static gboolean list_organisations(DbTx *tx, gpointer data, GError **error)
{
    GArray **organisations = data;
    *organisations = people_organisations(tx, error);
    return *organisations != NULL;
}

gboolean practice_check_exercises(App *app, gboolean repair, void (*report)(const char *sentence, gpointer data),
                                  gpointer data, guint *checked, GError **error)
{
    GArray *listed = NULL;
    if (!db_read(app->db, list_organisations, &listed, error))
        return FALSE;
    g_autoptr(GArray) organisations = listed;
    *checked = 0;
    for (guint i = 0; i < organisations->len; i++) {
        Check check = {
            .organisation_id = g_array_index(organisations, gint64, i),
            .report = report,
            .report_data = data,
            .checked = checked,
        };
        if (!db_read(app->db, compare_all, &check, error) ||
            (repair && check.wrong && !db_write(app->db, recount, &check, error)))
            return FALSE;
    }
    return TRUE;
}
