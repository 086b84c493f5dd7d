/* Reading a pack's folder: what is read, and what is refused before it is. */
#include "pack_case.h"

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/error.h"

typedef struct {
    char *path;
    GPtrArray *problems, *files;
    GError *error;
} Folder;

static Folder folder_new(void)
{
    Folder folder = { .path = g_dir_make_tmp("whet-pack-XXXXXX", NULL),
                      .problems = g_ptr_array_new_with_free_func((GDestroyNotify)pack_problem_free) };
    assert_non_null(folder.path);
    return folder;
}

static void folder_clear(Folder *folder)
{
    GDir *dir = g_dir_open(folder->path, 0, NULL);
    for (const char *name = dir ? g_dir_read_name(dir) : NULL; name; name = g_dir_read_name(dir)) {
        g_autofree char *path = g_build_filename(folder->path, name, NULL);
        g_remove(path);
    }
    g_clear_pointer(&dir, g_dir_close);
    g_rmdir(folder->path);
    g_free(folder->path);
    g_ptr_array_unref(folder->problems);
    g_clear_pointer(&folder->files, g_ptr_array_unref);
    g_clear_error(&folder->error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Folder, folder_clear)

static char *in_folder(const Folder *folder, const char *name)
{
    return g_build_filename(folder->path, name, NULL);
}

static void put(const Folder *folder, const char *name, const char *text)
{
    g_autofree char *path = in_folder(folder, name);
    assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void read_folder(Folder *folder)
{
    folder->files = pack_read_folder(folder->path, folder->problems, &folder->error);
}

static void assert_read_problem(const Folder *folder, const char *expected)
{
    assert_int_equal(folder->problems->len, 1);
    g_autofree char *text = pack_problem_format(folder->problems->pdata[0]);
    if (!g_str_has_prefix(text, expected))
        fail_msg("\"%s\" is not \"%s\"", text, expected);
}

static void folder_is_read_without_what_is_no_concept(void **state)
{
    g_auto(Folder) folder = folder_new();
    put(&folder, "pack.md", PACK);
    put(&folder, "b.md", FRONT);
    put(&folder, "a.md", FRONT);
    put(&folder, "README.md", "# Read me");
    put(&folder, "notes.txt", "no");
    put(&folder, ".hidden.md", "no");
    g_autofree char *below = in_folder(&folder, "below.md");
    assert_int_equal(g_mkdir(below, 0700), 0);
    read_folder(&folder);
    assert_int_equal(folder.problems->len, 0);
    assert_int_equal(folder.files->len, 3);
    static const char *const expected[] = { "pack.md", "a.md", "b.md" };
    for (guint i = 0; i < 3; i++)
        assert_string_equal(((PackFile *)folder.files->pdata[i])->name, expected[i]);
    assert_int_equal(g_bytes_get_size(((PackFile *)folder.files->pdata[1])->bytes), strlen(FRONT));
}

static void large_file_is_refused_without_reading_it(void **state)
{
    g_auto(Folder) folder = folder_new();
    put(&folder, "a.md", "");
    g_autofree char *path = in_folder(&folder, "a.md");
    assert_int_equal(truncate(path, (off_t)1 << 30), 0);
    read_folder(&folder);
    assert_int_equal(folder.files->len, 0);
    assert_read_problem(&folder, "a.md: the file is larger than 64 KiB; split it");
}

static void file_at_the_limit_is_read(void **state)
{
    g_auto(Folder) folder = folder_new();
    put(&folder, "a.md", "");
    g_autofree char *path = in_folder(&folder, "a.md");
    assert_int_equal(truncate(path, PACK_FILE_BYTES_MAX), 0);
    read_folder(&folder);
    assert_int_equal(folder.problems->len, 0);
    assert_int_equal(folder.files->len, 1);
}

static void symbolic_link_is_not_followed(void **state)
{
    g_auto(Folder) folder = folder_new();
    g_autofree char *path = in_folder(&folder, "a.md");
    assert_int_equal(symlink("/etc/passwd", path), 0);
    read_folder(&folder);
    assert_int_equal(folder.files->len, 0);
    assert_read_problem(&folder, "a.md: this is a symbolic link, which is not followed; put the file itself here");
}

static void pipe_is_refused_without_waiting(void **state)
{
    g_auto(Folder) folder = folder_new();
    g_autofree char *path = in_folder(&folder, "a.md");
    assert_int_equal(mkfifo(path, 0600), 0);
    read_folder(&folder);
    assert_int_equal(folder.files->len, 0);
    assert_read_problem(&folder, "a.md: this is not a plain file");
}

static void unreadable_file_is_reported(void **state)
{
    if (geteuid() == 0)
        skip();
    g_auto(Folder) folder = folder_new();
    put(&folder, "a.md", FRONT);
    g_autofree char *path = in_folder(&folder, "a.md");
    assert_int_equal(g_chmod(path, 0), 0);
    read_folder(&folder);
    assert_read_problem(&folder, "a.md: the file cannot be read (Permission denied)");
}

static void missing_folder_is_an_error(void **state)
{
    g_auto(Folder) folder = folder_new();
    g_autofree char *path = in_folder(&folder, "nowhere");
    g_autoptr(GError) error = NULL;
    assert_null(pack_read_folder(path, folder.problems, &error));
    assert_true(g_error_matches(error, WHET_ERROR, WHET_ERROR_NOT_FOUND));
}

static void problem_in_reading_keeps_the_pack_from_being_used(void **state)
{
    g_auto(Folder) folder = folder_new();
    put(&folder, "pack.md", PACK);
    put(&folder, "a.md", FRONT TEXT REFLECT);
    g_autofree char *path = in_folder(&folder, "b.md");
    assert_int_equal(symlink("a.md", path), 0);
    read_folder(&folder);
    assert_null(pack_parse("p", folder.files, folder.problems));
    assert_read_problem(&folder, "b.md: this is a symbolic link");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folder_is_read_without_what_is_no_concept),
        cmocka_unit_test(large_file_is_refused_without_reading_it),
        cmocka_unit_test(file_at_the_limit_is_read),
        cmocka_unit_test(symbolic_link_is_not_followed),
        cmocka_unit_test(pipe_is_refused_without_waiting),
        cmocka_unit_test(unreadable_file_is_reported),
        cmocka_unit_test(missing_folder_is_an_error),
        cmocka_unit_test(problem_in_reading_keeps_the_pack_from_being_used),
    };
    return cmocka_run_group_tests_name("pack read", tests, NULL, NULL);
}
