// Signals that the input loop answers, and stopping.

#define _GNU_SOURCE
#include "CTerminal.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

static const int watched[] = {SIGWINCH, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT};
enum { WATCHED_COUNT = sizeof watched / sizeof watched[0] };

static struct sigaction previous[WATCHED_COUNT];
static bool installed;
static _Atomic uint64_t pending;
static _Atomic int wake = -1;

static void note(int signal) {
  int error = errno;
  atomic_fetch_or(&pending, (uint64_t)1 << signal);
  uint64_t one = 1;
  int descriptor = atomic_load(&wake);
  if (descriptor >= 0 && write(descriptor, &one, sizeof one) < 0) {
    // The counter is full, so the loop will wake anyway.
  }
  errno = error;
}

static struct sigaction noting(void) {
  struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESTART | SA_ONSTACK};
  sigfillset(&action.sa_mask);
  return action;
}

void ct_signals_install(int eventfd) {
  atomic_store(&pending, 0);
  atomic_store(&wake, eventfd);
  // Threads that others have made may block signals, and stopping ourselves must not wait.
  sigset_t unblocked;
  sigemptyset(&unblocked);
  for (size_t index = 0; index < WATCHED_COUNT; index++) sigaddset(&unblocked, watched[index]);
  pthread_sigmask(SIG_UNBLOCK, &unblocked, NULL);
  if (installed) return;
  struct sigaction action = noting();
  for (size_t index = 0; index < WATCHED_COUNT; index++) {
    sigaction(watched[index], NULL, &previous[index]);
    // A signal that our parent ignored (nohup) stays ignored.
    bool hangup_ignored = watched[index] == SIGHUP && previous[index].sa_handler == SIG_IGN;
    if (!hangup_ignored) sigaction(watched[index], &action, NULL);
  }
  installed = true;
}

void ct_signals_restore(void) {
  if (!installed) return;
  for (size_t index = 0; index < WATCHED_COUNT; index++) sigaction(watched[index], &previous[index], NULL);
  installed = false;
  atomic_store(&wake, -1);
}

uint64_t ct_signals_take(void) { return atomic_exchange(&pending, 0); }

void ct_signals_for_child(bool child_runs) {
  struct sigaction action = noting();
  struct sigaction ignore = {.sa_handler = SIG_IGN};
  struct sigaction standard = {.sa_handler = SIG_DFL};
  sigaction(SIGTSTP, child_runs ? &standard : &action, NULL);
  sigaction(SIGINT, child_runs ? &ignore : &action, NULL);
  sigaction(SIGQUIT, child_runs ? &ignore : &action, NULL);
}

void ct_stop_process_group(void) {
  struct sigaction before, ignore = {.sa_handler = SIG_IGN}, standard = {.sa_handler = SIG_DFL};
  sigaction(SIGTSTP, &ignore, &before);
  kill(0, SIGTSTP);
  sigaction(SIGTSTP, &standard, NULL);
  // To this thread: it stops before raise returns, which kill would not promise.
  raise(SIGTSTP);
  sigaction(SIGTSTP, &before, NULL);
}
