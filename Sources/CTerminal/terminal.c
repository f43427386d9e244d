// Locale, descriptors and pseudo terminals.

#define _GNU_SOURCE
#include "CTerminal.h"
#include "internal.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

static bool names_utf8(void) {
  const char *names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
  for (size_t index = 0; index < sizeof names / sizeof names[0]; index++) {
    const char *value = getenv(names[index]);
    if (value && *value) return strcasestr(value, "utf-8") || strcasestr(value, "utf8");
  }
  return false;
}

bool ct_locale_is_utf8(void) {
  if (!setlocale(LC_CTYPE, "") && names_utf8()) setlocale(LC_CTYPE, "C.UTF-8");
  return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

int ct_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

bool ct_window_size(int terminal, int *width, int *height) {
  struct winsize size;
  if (ioctl(terminal, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return false;
  *width = size.ws_col;
  *height = size.ws_row;
  return true;
}

bool ct_set_window_size(int terminal, int width, int height) {
  struct winsize size = {.ws_col = (unsigned short)width, .ws_row = (unsigned short)height};
  return ioctl(terminal, TIOCSWINSZ, &size) == 0;
}

int ct_memory_file(const void *bytes, size_t count) {
  int descriptor = memfd_create("sagatop", MFD_CLOEXEC);
  if (descriptor < 0) return -1;
  ct_write_all(descriptor, bytes, count);
  lseek(descriptor, 0, SEEK_SET);
  return descriptor;
}

pid_t ct_pty_spawn(
  const char *path, char *const arguments[], char *const environment[], int width, int height, int *master
) {
  struct winsize size = {.ws_col = (unsigned short)width, .ws_row = (unsigned short)height};
  pid_t child = forkpty(master, NULL, NULL, &size);
  if (child != 0) return child;
  // The mask is inherited through exec, and the threads of a Swift program block most signals.
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
  execve(path, arguments, environment);
  _exit(127);
}
