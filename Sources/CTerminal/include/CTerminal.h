// What Swift cannot import of ncurses, signals and pseudo terminals: macros, variadic calls, shared mutable state.
//
// Nothing of ncurses leaks out of this header. Every ct_screen_ call must come from the one thread that opened the
// screen: ncurses locks nothing.

#ifndef CTERMINAL_H
#define CTERMINAL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

// --- Screen -------------------------------------------------------------------------------------------------------

typedef struct ct_screen ct_screen;

typedef enum {
  CT_OPENED,
  CT_TERMINAL_UNKNOWN,        // no terminfo entry of that name
  CT_TERMINAL_TOO_SIMPLE,     // the entry cannot place the cursor
  CT_STREAMS_FAILED,          // the file descriptors cannot be used; errno says why
} ct_open_result;

// Opens `terminal` on two file descriptors, which stay the caller's. Takes over the screen: raw keys, alternate screen
// on the first refresh. A size of 0 means the terminal's own.
ct_open_result ct_screen_open(
  const char *terminal, int input, int output, int width, int height, ct_screen **screen);

// Restores the terminal and frees the screen.
void ct_screen_close(ct_screen *screen);

// Gives the terminal back until ct_screen_enter, for a child process or a stop.
void ct_screen_leave(ct_screen *screen);
void ct_screen_enter(ct_screen *screen);

void ct_screen_size(ct_screen *screen, int *width, int *height);
void ct_screen_resize(ct_screen *screen, int width, int height);
int ct_screen_colours(ct_screen *screen);

// Forgets what the terminal shows: the next refresh writes every cell.
void ct_screen_forget(ct_screen *screen);

// A pair for two colours of the palette, -1 for the terminal's own; 0 where there is no such pair.
int ct_screen_pair(ct_screen *screen, int foreground, int background);

enum { CT_BOLD = 1, CT_DIM = 2, CT_REVERSE = 4, CT_UNDERLINE = 8, CT_ITALIC = 16 };

// Puts a base and up to two combining scalars at a place; false where the C library does not know them.
bool ct_screen_put(
  ct_screen *screen, int x, int y, const uint32_t *scalars, int count, unsigned attributes, int pair);

// Writes what has changed, and nothing else. A negative column hides the cursor.
void ct_screen_refresh(ct_screen *screen, int cursor_x, int cursor_y);

// Writes bytes as they are, after what has been refreshed (for OSC 52).
void ct_screen_write(ct_screen *screen, const char *bytes, int count);

typedef enum {
  CT_KEY_NONE,                // nothing has arrived
  CT_KEY_END,                 // nothing will arrive any more
  CT_KEY_SCALAR,              // value holds it; control keys, escape and delete come this way
  CT_KEY_UP, CT_KEY_DOWN, CT_KEY_LEFT, CT_KEY_RIGHT, CT_KEY_PAGE_UP, CT_KEY_PAGE_DOWN, CT_KEY_HOME, CT_KEY_LAST,
  CT_KEY_INSERT, CT_KEY_DELETE, CT_KEY_ENTER, CT_KEY_BACKSPACE, CT_KEY_BACK_TAB,
  CT_KEY_FUNCTION,            // value holds its number
  CT_KEY_PASTE_START, CT_KEY_PASTE_END,
  CT_KEY_OTHER,               // known to the terminal, of no use to us
} ct_key;

// The next key that has arrived. Never waits longer than the 25 ms in which an escape sequence must be complete.
ct_key ct_screen_key(ct_screen *screen, uint32_t *value);

// --- Locale, descriptors ------------------------------------------------------------------------------------------

// Takes the user's locale for characters; whether it is UTF-8. Where the locale that the environment asks for is not
// installed here but is a UTF-8 one (the usual case over ssh), C.UTF-8 stands in.
bool ct_locale_is_utf8(void);

int ct_eventfd(void);
bool ct_window_size(int terminal, int *width, int *height);
bool ct_set_window_size(int terminal, int width, int height);

// An anonymous file with the given content, to be read from its beginning; -1 on failure.
int ct_memory_file(const void *bytes, size_t count);

// --- Signals ------------------------------------------------------------------------------------------------------

// From here on SIGWINCH, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP and SIGCONT are counted and wake `eventfd`. Must come
// before ct_screen_open, whose own handlers would be installed otherwise.
void ct_signals_install(int eventfd);
void ct_signals_restore(void);
// A bit (1 << number) for each signal since the last call.
uint64_t ct_signals_take(void);
// While a child has the terminal: stops with it, and does not end with it.
void ct_signals_for_child(bool child_runs);
// Stops the process group as Ctrl-Z would, and returns when it continues. Where no shell could continue it, at once.
void ct_stop_process_group(void);

// --- Crashes ------------------------------------------------------------------------------------------------------

// From here on a crash writes what ends this screen, and restores the terminal's line settings, before it goes on.
void ct_crash_guard_arm(ct_screen *screen);
void ct_crash_guard_disarm(void);
// Gives the calling thread a stack for the handlers, so that an overflow of its own is survived that long.
void ct_crash_guard_thread(void);

// While the screen is open, standard error goes to a buffer: it would tear the picture. Only where it is a terminal.
void ct_stderr_hold(void);
// Writes what has been held to the real standard error.
void ct_stderr_release(void);

// --- Pseudo terminals, for tests and children ---------------------------------------------------------------------

// Starts a program on a terminal of its own, with default signals. Returns its id, or -1 with errno.
pid_t ct_pty_spawn(
  const char *path, char *const arguments[], char *const environment[], int width, int height, int *master);

#endif
