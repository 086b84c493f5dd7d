/* Confine: gives up, for good, what a decoder does not need. Linux only; for a process of one thread that has opened
 * all that it will use. */
#pragma once

#include <glib.h>

/* Sanitizers map terabytes of address space, look at /proc and report through calls of their own. In builds with them
 * the limit of address space is left out and a forbidden call fails instead of ending the process; everything else is
 * as it ships. */
#if defined(__SANITIZE_ADDRESS__)
#define CONFINE_IS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CONFINE_IS_SANITIZED 1
#endif
#endif
#ifndef CONFINE_IS_SANITIZED
#define CONFINE_IS_SANITIZED 0
#endif

/* Limits of resources: `seconds` of processor time, `bytes` of address space beyond what is mapped now, no new files,
 * no bytes in files, no processes, no core dumps; ends with the process that started it; gains no rights by anything it
 * executes. FALSE when one of them is refused. */
gboolean confine_resources(guint seconds, gsize bytes) G_GNUC_WARN_UNUSED_RESULT;

/* From here on this process may compute, take and return memory that is not code, write to its standard output and
 * error, and end (seccomp, deny by default). A few questions that libraries ask in passing are refused with EPERM; any
 * other call ends the process. FALSE when the kernel, or whoever confined this process before, does not allow filters:
 * nothing has changed then. */
gboolean confine_calls(void) G_GNUC_WARN_UNUSED_RESULT;
