// A crash must not leave the operator with a dead terminal. Everything that the handlers need is prepared beforehand;
// they only write it, restore the line settings, and let the signal take its course.

#define _GNU_SOURCE
#include "CTerminal.h"
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { HANDLER_STACK_BYTES = 64 * 1024, HELD_ERROR_CHUNK = 4096 };

static const int fatal[] = {SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGTRAP, SIGFPE};
enum { FATAL_COUNT = sizeof fatal / sizeof fatal[0] };

static struct sigaction previous[FATAL_COUNT];
static bool installed;
static atomic_bool armed;
static int terminal = -1;
static char ending[CT_ENDING_LIMIT];
static size_t ending_count;
static struct termios settings;
static bool has_settings;

// The settings from before the screen was opened; ncurses keeps its own copy where no handler can reach it.
static struct termios shell_settings;
static bool has_shell_settings;

static int held_read = -1;
static int real_error = -1;

void ct_write_all(int descriptor, const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t written = write(descriptor, bytes, count);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    bytes += written;
    count -= (size_t)written;
  }
}

static void on_crash(int signal, siginfo_t *info, void *context) {
  (void)context;
  int error = errno;
  if (atomic_exchange(&armed, false)) {
    ct_write_all(terminal, ending, ending_count);
    if (has_settings) tcsetattr(terminal, TCSANOW, &settings);
    ct_stderr_release();
  }
  for (size_t index = 0; index < FATAL_COUNT; index++) {
    if (fatal[index] != signal) continue;
    // Swift's own handler stops at a terminal and asks questions for half a minute. Who wants it says so.
    struct sigaction standard = {.sa_handler = SIG_DFL};
    sigaction(signal, getenv("SWIFT_BACKTRACE") ? &previous[index] : &standard, NULL);
  }
  errno = error;
  // A fault happens again as soon as this returns, where it happened; a signal that was sent must be sent again, and a
  // breakpoint has already been passed.
  if (info->si_code <= 0 || signal == SIGTRAP) raise(signal);
}

void ct_crash_guard_thread(void) {
  stack_t current;
  if (sigaltstack(NULL, &current) == 0 && !(current.ss_flags & SS_DISABLE)) return;
  // Lives as long as the thread, which is as long as the program.
  stack_t stack = {.ss_sp = malloc(HANDLER_STACK_BYTES), .ss_size = HANDLER_STACK_BYTES};
  if (stack.ss_sp && sigaltstack(&stack, NULL) != 0) free(stack.ss_sp);
}

void ct_crash_guard_arm(ct_screen *screen) {
  terminal = ct_screen_output_descriptor(screen);
  ending_count = ct_screen_ending(ending, sizeof ending);
  has_settings = has_shell_settings;
  settings = shell_settings;
  if (!installed) {
    struct sigaction action = {.sa_sigaction = on_crash, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    for (size_t index = 0; index < FATAL_COUNT; index++) sigaction(fatal[index], &action, &previous[index]);
    installed = true;
  }
  ct_crash_guard_thread();
  atomic_store(&armed, true);
}

void ct_crash_guard_disarm(void) {
  atomic_store(&armed, false);
  if (!installed) return;
  for (size_t index = 0; index < FATAL_COUNT; index++) sigaction(fatal[index], &previous[index], NULL);
  installed = false;
}

void ct_crash_guard_note_settings(int descriptor) {
  has_shell_settings = tcgetattr(descriptor, &shell_settings) == 0;
}

void ct_stderr_hold(void) {
  int ends[2];
  if (real_error >= 0 || !isatty(STDERR_FILENO) || pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return;
  real_error = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  if (real_error < 0 || dup2(ends[1], STDERR_FILENO) < 0) {
    if (real_error >= 0) close(real_error);
    real_error = -1;
    close(ends[0]);
  } else {
    held_read = ends[0];
  }
  close(ends[1]);
}

void ct_stderr_release(void) {
  if (real_error < 0) return;
  char chunk[HELD_ERROR_CHUNK];
  ssize_t count;
  dup2(real_error, STDERR_FILENO);
  while ((count = read(held_read, chunk, sizeof chunk)) > 0) ct_write_all(STDERR_FILENO, chunk, (size_t)count);
  close(held_read);
  close(real_error);
  held_read = real_error = -1;
}
