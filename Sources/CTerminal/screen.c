// The screen: ncurses behind an opaque handle.

#define _GNU_SOURCE
#define NCURSES_WIDECHAR 1
#include "CTerminal.h"
#include "internal.h"

#include <errno.h>
#include <ncurses.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <unistd.h>
#include <wchar.h>

enum { ESCAPE_DELAY_MILLISECONDS = 25, PASTE_START_CODE = KEY_MAX + 100, PASTE_END_CODE };

struct ct_screen {
  SCREEN *screen;
  FILE *output;
  FILE *input;
  WINDOW *keys;               // never drawn: reading from a window draws it
  bool pastes;
  int input_descriptor;
};

static char captured[CT_ENDING_LIMIT];
static size_t captured_count;

static int capture(int byte) {
  if (captured_count < sizeof captured) captured[captured_count++] = (char)byte;
  return byte;
}

static const char *capability(const char *name) {
  const char *value = tigetstr(name);
  return value == (char *)-1 ? NULL : value;
}

static void capture_capability(const char *name) {
  const char *value = capability(name);
  if (value) tputs(value, 1, capture);
}

size_t ct_screen_ending(char *bytes, size_t limit) {
  captured_count = 0;
  capture_capability("sgr0");
  capture_capability("op");
  capture_capability("cnorm");
  capture_capability("rmkx");
  capture_capability("rmcup");
  capture_capability("BD");
  if (!capability("rmcup")) { capture('\r'); capture('\n'); }
  size_t count = captured_count < limit ? captured_count : limit;
  memcpy(bytes, captured, count);
  return count;
}

int ct_screen_output_descriptor(ct_screen *screen) { return fileno(screen->output); }

static FILE *stream(int descriptor, const char *mode) {
  int copy = dup(descriptor);
  if (copy < 0) return NULL;
  FILE *file = fdopen(copy, mode);
  if (!file) close(copy);
  return file;
}

static void set_paste(ct_screen *screen, bool on) {
  const char *sequence = screen->pastes ? capability(on ? "BE" : "BD") : NULL;
  if (!sequence) return;
  captured_count = 0;
  tputs(sequence, 1, capture);
  ct_write_all(fileno(screen->output), captured, captured_count);
}

static void prepare(ct_screen *screen) {
  set_escdelay(ESCAPE_DELAY_MILLISECONDS);
  raw();
  noecho();
  nonl();
  intrflush(stdscr, FALSE);
  typeahead(-1);              // a frame is written whole, whatever has been typed meanwhile
  idlok(stdscr, TRUE);
  leaveok(stdscr, FALSE);
  scrollok(stdscr, FALSE);
  if (has_colors()) {
    start_color();
    use_default_colors();
  }
  screen->keys = newpad(1, 1);
  keypad(screen->keys, TRUE);
  nodelay(screen->keys, TRUE);
  screen->pastes = capability("BE") != NULL;
  if (screen->pastes) {
    define_key("\033[200~", PASTE_START_CODE);
    define_key("\033[201~", PASTE_END_CODE);
  }
}

ct_open_result ct_screen_open(
  const char *terminal, int input, int output, int width, int height, ct_screen **result
) {
  ct_screen *screen = calloc(1, sizeof *screen);
  if (!screen) return CT_STREAMS_FAILED;
  screen->output = stream(output, "w");
  screen->input = stream(input, "r");
  screen->input_descriptor = input;
  ct_open_result problem = CT_STREAMS_FAILED;
  if (screen->output && screen->input) {
    ct_crash_guard_note_settings(output);
    problem = CT_TERMINAL_UNKNOWN;
    screen->screen = newterm(terminal, screen->output, screen->input);
  }
  if (screen->screen && !capability("cup")) {
    endwin();
    delscreen(screen->screen);
    screen->screen = NULL;
    problem = CT_TERMINAL_TOO_SIMPLE;
  }
  if (!screen->screen) {
    int error = errno;
    if (screen->output) fclose(screen->output);
    if (screen->input) fclose(screen->input);
    free(screen);
    errno = error;
    return problem;
  }
  set_term(screen->screen);
  prepare(screen);
  if ((width > 0 && height > 0) || ct_window_size(output, &width, &height)) resizeterm(height, width);
  clearok(curscr, TRUE);
  set_paste(screen, true);
  *result = screen;
  return CT_OPENED;
}

void ct_screen_leave(ct_screen *screen) {
  set_term(screen->screen);
  endwin();
  fflush(screen->output);
  set_paste(screen, false);
}

void ct_screen_enter(ct_screen *screen) {
  set_term(screen->screen);
  reset_prog_mode();
  set_paste(screen, true);
  clearok(curscr, TRUE);
}

void ct_screen_close(ct_screen *screen) {
  ct_screen_leave(screen);
  delwin(screen->keys);
  delscreen(screen->screen);
  fclose(screen->output);
  fclose(screen->input);
  free(screen);
}

void ct_screen_size(ct_screen *screen, int *width, int *height) {
  set_term(screen->screen);
  *width = getmaxx(stdscr);
  *height = getmaxy(stdscr);
}

void ct_screen_resize(ct_screen *screen, int width, int height) {
  set_term(screen->screen);
  resizeterm(height, width);
  clearok(curscr, TRUE);
}

int ct_screen_colours(ct_screen *screen) {
  set_term(screen->screen);
  return has_colors() ? COLORS : 0;
}

void ct_screen_forget(ct_screen *screen) {
  set_term(screen->screen);
  clearok(curscr, TRUE);
}

int ct_screen_pair(ct_screen *screen, int foreground, int background) {
  set_term(screen->screen);
  int pair = alloc_pair(foreground, background);
  return pair < 0 ? 0 : pair;
}

bool ct_screen_put(
  ct_screen *screen, int x, int y, const uint32_t *scalars, int count, unsigned attributes, int pair
) {
  wchar_t text[4] = {0};
  for (int index = 0; index < count && index < 3; index++) text[index] = (wchar_t)scalars[index];
  attr_t wanted = A_NORMAL;
  if (attributes & CT_BOLD) wanted |= A_BOLD;
  if (attributes & CT_DIM) wanted |= A_DIM;
  if (attributes & CT_REVERSE) wanted |= A_REVERSE;
  if (attributes & CT_UNDERLINE) wanted |= A_UNDERLINE;
  if (attributes & CT_ITALIC) wanted |= A_ITALIC;
  cchar_t cell;
  if (wcwidth(text[0]) < 1 || setcchar(&cell, text, wanted, 0, &pair) == ERR) return false;
  // The last cell of the screen answers with an error, since the cursor has nowhere to go; it is drawn all the same.
  mvadd_wch(y, x, &cell);
  return true;
}

void ct_screen_refresh(ct_screen *screen, int cursor_x, int cursor_y) {
  set_term(screen->screen);
  if (cursor_x >= 0) move(cursor_y, cursor_x);
  leaveok(stdscr, cursor_x < 0);  // a hidden cursor need not be moved back
  curs_set(cursor_x >= 0 ? 1 : 0);
  wnoutrefresh(stdscr);
  doupdate();
}

void ct_screen_write(ct_screen *screen, const char *bytes, int count) {
  fflush(screen->output);
  ct_write_all(fileno(screen->output), bytes, (size_t)count);
}

static ct_key function_key(wint_t code, uint32_t *value) {
  switch (code) {
    case KEY_UP: return CT_KEY_UP;
    case KEY_DOWN: return CT_KEY_DOWN;
    case KEY_LEFT: return CT_KEY_LEFT;
    case KEY_RIGHT: return CT_KEY_RIGHT;
    case KEY_PPAGE: return CT_KEY_PAGE_UP;
    case KEY_NPAGE: return CT_KEY_PAGE_DOWN;
    case KEY_HOME: case KEY_FIND: return CT_KEY_HOME;
    case KEY_END: case KEY_SELECT: return CT_KEY_LAST;
    case KEY_IC: return CT_KEY_INSERT;
    case KEY_DC: return CT_KEY_DELETE;
    case KEY_ENTER: return CT_KEY_ENTER;
    case KEY_BACKSPACE: return CT_KEY_BACKSPACE;
    case KEY_BTAB: return CT_KEY_BACK_TAB;
    case PASTE_START_CODE: return CT_KEY_PASTE_START;
    case PASTE_END_CODE: return CT_KEY_PASTE_END;
    default: break;
  }
  if (code > KEY_F(0) && code <= KEY_F(20)) {
    *value = code - KEY_F(0);
    return CT_KEY_FUNCTION;
  }
  // The number of an extended key differs from terminal to terminal, its name does not.
  const char *name = keyname((int)code);
  return name && strcmp(name, "kcbt2") == 0 ? CT_KEY_BACK_TAB : CT_KEY_OTHER;
}

ct_key ct_screen_key(ct_screen *screen, uint32_t *value) {
  set_term(screen->screen);
  *value = 0;
  // An error says either that nothing has come or that nothing will. If the descriptor says there is something to read
  // and reading it fails once more, it is the end.
  for (int attempt = 0; attempt < 2; attempt++) {
    wint_t code = 0;
    int kind = wget_wch(screen->keys, &code);
    if (kind == KEY_CODE_YES) return function_key(code, value);
    if (kind == OK) {
      *value = code;
      return CT_KEY_SCALAR;
    }
    struct pollfd state = {.fd = screen->input_descriptor, .events = POLLIN};
    if (poll(&state, 1, 0) <= 0 || state.revents == 0) return CT_KEY_NONE;
  }
  return CT_KEY_END;
}
