/* The list of system calls, and the limits. */
#include "platform/media/confine.h"

#include <errno.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

typedef void Filter;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Filter, seccomp_release)

/* What computing needs: memory, locks, time, its own end, and a fault's way back. */
static const int allowed[] = {
    SCMP_SYS(brk),          SCMP_SYS(munmap),          SCMP_SYS(mremap),        SCMP_SYS(madvise), SCMP_SYS(futex),
    SCMP_SYS(sched_yield),  SCMP_SYS(getrandom),       SCMP_SYS(clock_gettime), SCMP_SYS(exit),    SCMP_SYS(exit_group),
    SCMP_SYS(rt_sigreturn), SCMP_SYS(restart_syscall), SCMP_SYS(gettimeofday),
};

/* What libraries ask and can do without. */
static const int refused[] = {
    SCMP_SYS(open),
    SCMP_SYS(openat),
    SCMP_SYS(access),
    SCMP_SYS(faccessat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(fstat),
    SCMP_SYS(stat),
    SCMP_SYS(readlink),
    SCMP_SYS(readlinkat),
    SCMP_SYS(ioctl),
    SCMP_SYS(uname),
    SCMP_SYS(sysinfo),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(prctl),
    SCMP_SYS(lseek),
};

/* What a sanitizer asks on its way to a report, beyond what is refused anyway. */
static const int asked_by_sanitizers[] = {
    SCMP_SYS(sigaltstack), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(getpid),      SCMP_SYS(gettid),       SCMP_SYS(tgkill),
};

static gboolean limit(int resource, rlim_t most)
{
    return setrlimit(resource, &(struct rlimit){ most, most }) == 0;
}

/* Bytes of address space in use: the first number of /proc/self/statm (proc(5)), in pages. 0 when it cannot be read. */
static gsize mapped_bytes(void)
{
    g_autofree char *text = NULL;
    if (!g_file_get_contents("/proc/self/statm", &text, NULL, NULL))
        return 0;
    return g_ascii_strtoull(text, NULL, 10) * (gsize)sysconf(_SC_PAGESIZE);
}

static gboolean limit_memory(gsize bytes)
{
    if (CONFINE_IS_SANITIZED)
        return TRUE;
    gsize mapped = mapped_bytes();
    return mapped > 0 && limit(RLIMIT_AS, mapped + bytes);
}

gboolean confine_resources(guint seconds, gsize bytes)
{
    return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           limit_memory(bytes) && limit(RLIMIT_CPU, seconds) && limit(RLIMIT_NOFILE, 0) && limit(RLIMIT_FSIZE, 0) &&
           limit(RLIMIT_NPROC, 0) && limit(RLIMIT_CORE, 0);
}

static gboolean add_all(Filter *filter, guint32 action, const int *calls, gsize n)
{
    for (gsize i = 0; i < n; i++)
        if (seccomp_rule_add(filter, action, calls[i], 0) != 0)
            return FALSE;
    return TRUE;
}

static gboolean allow_writing_to(Filter *filter, int descriptor)
{
    struct scmp_arg_cmp to = SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)descriptor);
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(write), 1, to) == 0 &&
           seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(writev), 1, to) == 0;
}

/* Never code: neither new nor made from data. */
static gboolean allow_memory(Filter *filter)
{
    struct scmp_arg_cmp is_data = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, is_data) == 0 &&
           seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, is_data) == 0;
}

gboolean confine_calls(void)
{
    g_autoptr(Filter) filter = seccomp_init(CONFINE_IS_SANITIZED ? SCMP_ACT_ERRNO(EPERM) : SCMP_ACT_KILL_PROCESS);
    return filter && allow_writing_to(filter, STDOUT_FILENO) && allow_writing_to(filter, STDERR_FILENO) &&
           allow_memory(filter) && add_all(filter, SCMP_ACT_ALLOW, allowed, G_N_ELEMENTS(allowed)) &&
           (CONFINE_IS_SANITIZED
                ? add_all(filter, SCMP_ACT_ALLOW, asked_by_sanitizers, G_N_ELEMENTS(asked_by_sanitizers))
                : add_all(filter, SCMP_ACT_ERRNO(EPERM), refused, G_N_ELEMENTS(refused))) &&
           seccomp_load(filter) == 0;
}
