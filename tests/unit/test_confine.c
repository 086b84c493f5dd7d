/* What a confined process can still do: nothing but compute and answer. Each act is tried in a child. */
#include "platform/media/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void open_a_file(void)
{
    _exit(open("/etc/passwd", O_RDONLY) < 0 && errno == EPERM ? 10 : 11);
}
static void open_a_socket(void)
{
    _exit(socket(AF_INET, SOCK_STREAM, 0) < 0 && errno == EPERM ? 10 : 11);
}
static void start_a_process(void)
{
    _exit(fork() < 0 && errno == EPERM ? 10 : 11);
}
static void execute_a_program(void)
{
    execve("/bin/true", (char *[]){ "true", NULL }, (char *[]){ NULL });
    _exit(errno == EPERM ? 10 : 11);
}
static void make_code(void)
{
    void *at = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    _exit(at == MAP_FAILED && errno == EPERM ? 10 : 11);
}
static void write_elsewhere(void)
{
    _exit(write(9, "x", 1) < 0 && errno == EPERM ? 10 : 11);
}
static void write_an_answer(void)
{
    _exit(write(STDOUT_FILENO, "", 0) == 0 ? 10 : 11);
}

static int status_of_confined(void (*act)(void))
{
    pid_t child = fork();
    if (child == 0) {
        if (!confine_resources(5, 64 * 1024 * 1024) || !confine_calls())
            _exit(12);
        act();
        _exit(13);
    }
    int status = 0;
    assert_int_equal(TEMP_FAILURE_RETRY(waitpid(child, &status, 0)), child);
    return status;
}

static void a_confined_process_can_do_nothing_but_compute_and_answer(void **state)
{
    int status = status_of_confined(write_an_answer);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 10);
    status = status_of_confined(open_a_file);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 10);
    static void (*const forbidden[])(void) = { open_a_socket, start_a_process, execute_a_program, make_code,
                                               write_elsewhere };
    for (gsize i = 0; i < G_N_ELEMENTS(forbidden); i++) {
        status = status_of_confined(forbidden[i]);
        if (CONFINE_IS_SANITIZED)
            assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 10);
        else
            assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
    }
}

static void compute_forever(void)
{
    for (volatile guint i = 0;; i++)
        continue;
}
static void take_memory(void)
{
    void *at = mmap(NULL, 128 * 1024 * 1024, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    _exit(at == MAP_FAILED && errno == ENOMEM ? 10 : 11);
}

static void a_confined_process_has_little_memory_and_time(void **state)
{
    int status = CONFINE_IS_SANITIZED ? 10 << 8 : status_of_confined(take_memory);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 10);
    pid_t child = fork();
    if (child == 0) {
        if (!confine_resources(1, 64 * 1024 * 1024))
            _exit(12);
        compute_forever();
    }
    assert_int_equal(TEMP_FAILURE_RETRY(waitpid(child, &status, 0)), child);
    assert_true(WIFSIGNALED(status) && (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_confined_process_can_do_nothing_but_compute_and_answer),
        cmocka_unit_test(a_confined_process_has_little_memory_and_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
